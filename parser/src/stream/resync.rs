//! Which bytes can be an event header: the one judge, in good order and after damage.

use super::chain::Chain;
use super::checksum::{ChecksumState, verify};
use super::header::{HEADER_LEN, Header};
use super::plausible::{Plausible, made_up};
use crate::bytes::Span;
use crate::bytes::clip::{after, first};
use crate::bytes::fit::{in_memory, low32};
use crate::codes::EventType;
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

impl Plausible {
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
                    expected: low32(end),
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
            let checksum = verify(first(bytes, size), header, self.checksum_of(header));
            let next = Header::read(after(bytes, size));
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
            let real = at + u64::from(header.log_pos.wrapping_sub(low32(at)));
            let distance = real - at;
            if distance > HEADER_LEN as u64 && distance <= u64::from(limits::EVENT_HELD) {
                if self.ends_file(real) {
                    return Verdict::EndsAt(real);
                }
                let from = in_memory(distance);
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
            match self.chains(bytes, at, header.size as usize, eof, (limits::LINKS, reach)) {
                Ok(Chain::Broken) => {}
                Ok(Chain::Goes | Chain::Ends) => return Verdict::Accept(faults(self)),
                Err(need) => return Verdict::Need(need),
            }
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
            let Some(header) = Header::read(after(bytes, skip)) else {
                break;
            };
            let here = at + skip as u64;
            if header.timestamp == 0 && !made_up(&header) || !self.looks_right(here, &header) {
                continue;
            }
            if !self.looks_certain(here, &header) {
                // Positions may all be wrong: then only the file's end vouches for a chain.
                let size = header.size as usize;
                let bounds = (limits::LINKS_TO_END, limits::BYTES_TO_END);
                match self.chains(after(bytes, skip), here, size, eof, bounds) {
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
