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

/// What is known so far about the log's headers.
#[derive(Debug)]
pub(super) struct Plausible {
    /// Length of the file, once known.
    pub(super) len: Option<u64>,
    /// How events end.
    pub(super) checksum: Checksum,
    pub(super) flavour: Flavour,
    /// A format description ends in a checksum whatever the algorithm for the rest.
    description_has_checksum: bool,
    /// End positions in headers are this file's own. Not so in relay logs, before 5.0, and in
    /// transaction payloads.
    own_positions: bool,
    last_timestamp: u32,
    pub(super) seen_any: bool,
}

/// Seconds that neighbouring events may lie apart: ten years.
const NEAR: u32 = 10 * 366 * 86_400;

impl Plausible {
    pub(super) fn new(len: Option<u64>) -> Self {
        Plausible {
            len,
            checksum: Checksum::None,
            flavour: Flavour::Mysql,
            description_has_checksum: false,
            own_positions: false,
            last_timestamp: 0,
            seen_any: false,
        }
    }

    pub(super) fn bare(len: u64) -> Self {
        Plausible::new(Some(len))
    }

    /// A format description at `at` begins (or, in a relay log, changes) the rules.
    pub(super) fn begin_log(&mut self, at: u64, header: &Header, rules: Rules) {
        self.flavour = rules.flavour;
        self.description_has_checksum = rules.description_has_checksum;
        self.checksum = rules.checksum;
        if !self.seen_any {
            self.own_positions = !is_relay(header) && self.agrees(at, header);
        } else if !self.agrees(at, header) {
            // The source's format description inside a relay log: old replicas set no flag on theirs.
            self.own_positions = false;
        }
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
                let mut faults = type_fault();
                if self.own_positions && !agrees && !made_up(header) {
                    let kind = FaultKind::LogPos {
                        found: header.log_pos,
                        expected: end as u32,
                    };
                    faults.push(Fault::new(kind, Span::file(at + 13, 4)));
                }
                return Verdict::Accept(faults);
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
        lost()
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
            if !self.looks_certain(here, &header) || header.timestamp == 0 && !made_up(&header) {
                continue;
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
