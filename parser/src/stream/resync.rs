//! Which bytes can be an event header: the one judge, in good order and after damage.

use super::checksum::{ChecksumState, verify};
use super::header::{HEADER_LEN, Header};
use super::rules::{Rules, is_relay};
use crate::bytes::Span;
use crate::codes::{EventType, flags::HeaderFlags};
use crate::context::{Checksum, Flavour};
use crate::fault::{Fault, FaultKind};
use crate::limits;
use alloc::{vec, vec::Vec};

/// What [`Plausible::judge`] says of a header.
pub(super) enum Verdict {
    /// More bytes are needed to tell.
    Need(usize),
    /// An event of the size it states, with these faults.
    Accept(Vec<Fault>),
    /// A good header of an event that the file's end cuts off.
    Cut,
    /// Its size is wrong; its end position shows where it ends.
    EndsAt(u64),
    /// It cannot be trusted; look for the next one.
    Lost(FaultKind),
}

/// What follows an event.
enum Chain {
    /// Something that is no header.
    Broken,
    /// Header after header.
    Goes,
    /// The same, up to the file's very end.
    Ends,
}

/// What is known so far about the log's headers.
#[derive(Debug)]
pub(super) struct Plausible {
    /// Length of the file, once known.
    pub(super) len: Option<u64>,
    /// How events end.
    pub(super) checksum: Checksum,
    /// A format description said so, or the first events were tried.
    pub(super) checksum_known: bool,
    pub(super) flavour: Flavour,
    /// A format description ends in a checksum whatever the algorithm for the rest.
    description_has_checksum: bool,
    /// End positions in headers are this file's own. Not so in relay logs, before 5.0, and in
    /// transaction payloads.
    own_positions: bool,
    last_timestamp: u32,
    pub(super) seen_any: bool,
}

/// Whole events that are tried for a checksum where no format description says how they end, and the
/// bytes within which they must lie.
const TRIED: usize = 4;
const TRIED_BYTES: usize = limits::EVENT_PREFIX;

/// Headers after an event that must chain where neither its checksum nor its position vouches for it.
const LINKS: usize = 2;

/// Headers, and bytes, within which a chain must come to the file's end, to be one after damage.
const LINKS_TO_END: usize = 64;
const BYTES_TO_END: usize = limits::EVENT_PREFIX;

/// Seconds that neighbouring events may lie apart: ten years.
const NEAR: u32 = 10 * 366 * 86_400;

impl Plausible {
    pub(super) fn new(len: Option<u64>) -> Self {
        Plausible {
            len,
            checksum: Checksum::None,
            checksum_known: false,
            flavour: Flavour::Mysql,
            description_has_checksum: false,
            own_positions: false,
            last_timestamp: 0,
            seen_any: false,
        }
    }

    pub(super) fn bare(len: u64) -> Self {
        Plausible {
            checksum_known: true,
            ..Plausible::new(Some(len))
        }
    }

    /// A format description at `at` begins (or, in a relay log, changes) the rules.
    pub(super) fn begin_log(&mut self, at: u64, header: &Header, rules: Rules) {
        self.flavour = rules.flavour;
        self.description_has_checksum = rules.description_has_checksum;
        self.checksum = rules.checksum;
        self.checksum_known = true;
        if !self.seen_any {
            self.own_positions = !is_relay(header) && self.agrees(at, header);
        } else if !self.agrees(at, header) {
            // The source's format description inside a relay log: old replicas set no flag on theirs.
            self.own_positions = false;
        }
    }

    /// Without a format description: events end in a checksum if the first ones do. `Err(n)`: needs so
    /// many bytes to tell.
    pub(super) fn try_checksums(&mut self, bytes: &[u8], at: u64, eof: bool) -> Result<(), usize> {
        let mut from = 0;
        for tried in 0..TRIED {
            let Some(header) = bytes.get(from..).and_then(Header::read) else {
                return if eof { Ok(()) } else { Err(from + HEADER_LEN) };
            };
            let end = from.saturating_add(header.size as usize);
            if !self.looks_right(at + from as u64, &header) || end > TRIED_BYTES {
                // Where no event is, none was tried: after damage there may be others.
                self.checksum_known = tried > 0;
                return Ok(());
            }
            let Some(event) = bytes.get(from..end) else {
                return if eof { Ok(()) } else { Err(end) };
            };
            if verify(event, &header, Checksum::Crc32) == ChecksumState::Ok {
                self.checksum = Checksum::Crc32;
                break;
            }
            from = end;
        }
        self.checksum_known = true;
        Ok(())
    }

    pub(super) fn accepted(&mut self, header: &Header) {
        self.seen_any = true;
        if header.timestamp != 0 {
            self.last_timestamp = header.timestamp;
        }
    }

    /// How an event of this header ends.
    pub(super) fn checksum_of(&self, header: &Header) -> Checksum {
        match header.event_type {
            EventType::FORMAT_DESCRIPTION if self.description_has_checksum => Checksum::Crc32,
            EventType::FORMAT_DESCRIPTION => Checksum::None,
            _ => self.checksum,
        }
    }

    pub(super) fn min_size(&self) -> u32 {
        (HEADER_LEN + self.checksum.len()) as u32
    }

    pub(super) fn size_may_be(&self, size: u32) -> bool {
        (self.min_size()..=limits::EVENT_SIZE).contains(&size)
    }

    fn agrees(&self, at: u64, header: &Header) -> bool {
        header.log_pos == (at + u64::from(header.size)) as u32
    }

    fn fits(&self, at: u64, header: &Header) -> bool {
        self.len
            .is_none_or(|len| at + u64::from(header.size) <= len)
    }

    fn ends_file(&self, end: u64) -> bool {
        self.len == Some(end)
    }

    /// Type, size and time are such as a server writes.
    fn looks_right(&self, at: u64, header: &Header) -> bool {
        let near = header.timestamp == 0
            || self.last_timestamp == 0
            || header.timestamp.abs_diff(self.last_timestamp) < NEAR;
        header.is_of_a_server() && self.size_may_be(header.size) && self.fits(at, header) && near
    }

    /// As [`looks_right`](Self::looks_right), and its position is its own where that is to be had.
    fn looks_certain(&self, at: u64, header: &Header) -> bool {
        self.looks_right(at, header) && (!self.own_positions || self.agrees(at, header))
    }

    /// Judges the header at the start of `bytes`.
    pub(super) fn judge(&self, bytes: &[u8], at: u64, header: &Header, eof: bool) -> Verdict {
        let end = at + u64::from(header.size);
        let agrees = self.agrees(at, header);
        let size_ok = self.size_may_be(header.size) || {
            // A format description of another algorithm may be shorter than others.
            header.event_type == EventType::FORMAT_DESCRIPTION && header.size as usize >= HEADER_LEN
        };
        let type_fault = || {
            let code = header.event_type.0;
            let span = Span::file(at + 4, 1);
            if header.is_of_a_server() {
                vec![]
            } else {
                vec![Fault::new(FaultKind::EventType { code }, span)]
            }
        };
        if size_ok && self.own_positions && agrees {
            return if self.fits(at, header) {
                Verdict::Accept(type_fault())
            } else {
                Verdict::Cut
            };
        }
        let faults = |this: &Self| {
            let mut faults = type_fault();
            if this.own_positions && !agrees && !made_up(header) {
                let kind = FaultKind::LogPos {
                    found: header.log_pos,
                    expected: end as u32,
                };
                faults.push(Fault::new(kind, Span::file(at + 13, 4)));
            }
            faults
        };
        let lost = || {
            if !size_ok || !self.fits(at, header) {
                Verdict::Lost(FaultKind::EventSize {
                    size: header.size,
                    min: self.min_size(),
                })
            } else {
                Verdict::Lost(FaultKind::Garbage)
            }
        };
        if size_ok && self.fits(at, header) {
            if header.size > limits::EVENT_HELD {
                return if self.looks_right(at, header) {
                    Verdict::Accept(vec![])
                } else {
                    lost()
                };
            }
            let size = header.size as usize;
            if bytes.len() < size + HEADER_LEN && !eof && !self.ends_file(end) {
                return Verdict::Need(size + HEADER_LEN);
            }
            if bytes.len() < size {
                return if eof { lost() } else { Verdict::Need(size) };
            }
            let checksum = verify(&bytes[..size], header, self.checksum_of(header));
            let next = Header::read(&bytes[size..]);
            let next_certain =
                self.ends_file(end) || next.is_some_and(|n| self.looks_certain(end, &n));
            let good = match checksum {
                ChecksumState::Ok => true,
                ChecksumState::Bad { .. } => next_certain,
                // In a log without positions and checksums the header must speak for itself.
                ChecksumState::None if !self.own_positions => {
                    self.looks_right(at, header) || next_certain
                }
                ChecksumState::None => {
                    next_certain || next.is_some_and(|n| self.looks_right(end, &n))
                }
            };
            if good {
                return Verdict::Accept(faults(self));
            }
        }
        if self.own_positions {
            // The size is wrong; the end position may be right.
            let real = at + u64::from(header.log_pos.wrapping_sub(at as u32));
            let distance = real - at;
            if distance > HEADER_LEN as u64 && distance <= u64::from(limits::EVENT_HELD) {
                if self.ends_file(real) {
                    return Verdict::EndsAt(real);
                }
                let from = distance as usize;
                match bytes.get(from..).and_then(Header::read) {
                    Some(next) if self.looks_certain(real, &next) => return Verdict::EndsAt(real),
                    Some(_) => {}
                    None if eof || self.len.is_some_and(|len| real + HEADER_LEN as u64 > len) => {}
                    None => return Verdict::Need(from + HEADER_LEN),
                }
            }
        } else if !self.fits(at, header) && size_ok && header.is_of_a_server() {
            return Verdict::Lost(FaultKind::EventSize {
                size: header.size,
                min: self.min_size(),
            });
        }
        if self.looks_right(at, header) {
            let reach = limits::EVENT_HELD as usize;
            match self.chains(bytes, at, header.size as usize, eof, (LINKS, reach)) {
                Ok(Chain::Broken) => {}
                Ok(Chain::Goes | Chain::Ends) => return Verdict::Accept(faults(self)),
                Err(need) => return Verdict::Need(need),
            }
        }
        lost()
    }

    /// Whether headers that look right follow each other from `from` on, so many of them and within so
    /// many bytes. `Err(n)`: needs so many bytes.
    fn chains(
        &self,
        bytes: &[u8],
        at: u64,
        mut from: usize,
        eof: bool,
        (links, reach): (usize, usize),
    ) -> Result<Chain, usize> {
        for _ in 0..links {
            if self.ends_file(at + from as u64) {
                return Ok(Chain::Ends);
            }
            let need = from.saturating_add(HEADER_LEN);
            if need > reach {
                return Ok(Chain::Broken);
            }
            match bytes.get(from..).and_then(Header::read) {
                Some(next) if self.looks_right(at + from as u64, &next) => {
                    from = from.saturating_add(next.size as usize);
                }
                Some(_) => return Ok(Chain::Broken),
                None if eof => return Ok(Chain::Broken),
                None => return Err(need),
            }
        }
        Ok(Chain::Goes)
    }

    /// After damage: bytes to skip until an event begins, if one begins in `bytes`. `Err(n)`: a
    /// candidate needs `n` bytes to be judged.
    pub(super) fn next_event(
        &self,
        bytes: &[u8],
        at: u64,
        eof: bool,
    ) -> Option<Result<usize, usize>> {
        for skip in 0..bytes.len().saturating_sub(HEADER_LEN - 1) {
            let Some(header) = Header::read(&bytes[skip..]) else {
                break;
            };
            let here = at + skip as u64;
            if header.timestamp == 0 && !made_up(&header) || !self.looks_right(here, &header) {
                continue;
            }
            if !self.looks_certain(here, &header) {
                // Positions may all be wrong: then only the file's end vouches for a chain.
                let size = header.size as usize;
                let bounds = (LINKS_TO_END, BYTES_TO_END);
                match self.chains(&bytes[skip..], here, size, eof, bounds) {
                    Ok(Chain::Ends) if !self.ends_file(here + size as u64) => {
                        return Some(Ok(skip));
                    }
                    Ok(_) => continue,
                    Err(_) if skip > 0 => return Some(Ok(skip)),
                    Err(need) => return Some(Err(need)),
                }
            }
            // One header can be chance; a chain of them cannot.
            let mut next_at = skip + header.size as usize;
            let links = if self.own_positions { 1 } else { 2 };
            let mut chained = true;
            for _ in 0..links {
                if self.ends_file(at + next_at as u64) {
                    break;
                }
                match bytes.get(next_at..).and_then(Header::read) {
                    Some(next) if self.looks_certain(at + next_at as u64, &next) => {
                        next_at += next.size as usize;
                    }
                    Some(_) => chained = false,
                    None if eof => chained = self.own_positions,
                    None if header.size > limits::EVENT_HELD => {}
                    None if next_at - skip > 2 * limits::EVENT_HELD as usize => {}
                    None if skip > 0 => return Some(Ok(skip)),
                    None => return Some(Err(next_at + HEADER_LEN)),
                }
                if !chained {
                    break;
                }
            }
            if chained {
                return Some(Ok(skip));
            }
        }
        None
    }
}

fn made_up(header: &Header) -> bool {
    header.log_pos == 0
        || HeaderFlags::from_bits_retain(header.flags).contains(HeaderFlags::ARTIFICIAL)
}
