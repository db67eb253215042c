//! What a log's headers look like, as far as it has told.

use super::checksum::{ChecksumState, verify};
use super::header::{HEADER_LEN, Header};
use super::rules::{Rules, is_relay};
use crate::bytes::fit::{capped32, low32};
use crate::codes::{EventType, flags::HeaderFlags};
use crate::context::{Checksum, Flavour};
use crate::limits;
use core::cell::Cell;

/// What is known so far about the log's headers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
    pub(super) own_positions: bool,
    last_timestamp: u32,
    pub(super) seen_any: bool,
    /// Begun amid a file, with no time seen yet: the earliest and the latest time that were taken for
    /// near all the same.
    pub(super) unsure: Option<Cell<Option<(u32, u32)>>>,
}

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
            unsure: None,
        }
    }

    /// The same amid a file, where the time of the event before is not known.
    pub(super) fn unsure(&self) -> Plausible {
        Plausible {
            last_timestamp: 0,
            seen_any: true,
            unsure: Some(Cell::new(None)),
            ..self.clone()
        }
    }

    /// The same, without a record of what was taken for granted.
    pub(super) fn sure(&self) -> Plausible {
        Plausible {
            unsure: None,
            ..self.clone()
        }
    }

    /// Whether these are the same rules, and what the other took for near is near here.
    pub(super) fn confirms(&self, begun: &Plausible, taken: Option<(u32, u32)>) -> bool {
        let rules = |p: &Plausible| Plausible {
            last_timestamp: 0,
            unsure: None,
            ..p.clone()
        };
        rules(self) == rules(begun) && taken.is_none_or(|(a, b)| self.is_near(a) && self.is_near(b))
    }

    fn is_near(&self, timestamp: u32) -> bool {
        timestamp == 0
            || self.last_timestamp == 0
            || timestamp.abs_diff(self.last_timestamp) < limits::SECONDS_APART
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
        for tried in 0..limits::TRIED_EVENTS {
            let Some(header) = bytes.get(from..).and_then(Header::read) else {
                return if eof { Ok(()) } else { Err(from + HEADER_LEN) };
            };
            let end = from.saturating_add(header.size as usize);
            if !self.looks_right(at + from as u64, &header) || end > limits::TRIED_BYTES {
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

    /// Takes down that a time was taken for near where none was known.
    fn take_down(&self, timestamp: u32) {
        if let Some(taken) = self.unsure.as_ref().filter(|_| self.last_timestamp == 0)
            && timestamp != 0
        {
            let (a, b) = taken.get().unwrap_or((timestamp, timestamp));
            taken.set(Some((a.min(timestamp), b.max(timestamp))));
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
        capped32(HEADER_LEN + self.checksum.len())
    }

    pub(super) fn size_may_be(&self, size: u32) -> bool {
        (self.min_size()..=limits::EVENT_SIZE).contains(&size)
    }

    pub(super) fn agrees(&self, at: u64, header: &Header) -> bool {
        header.log_pos == low32(at + u64::from(header.size))
    }

    pub(super) fn fits(&self, at: u64, header: &Header) -> bool {
        self.len
            .is_none_or(|len| at + u64::from(header.size) <= len)
    }

    pub(super) fn ends_file(&self, end: u64) -> bool {
        self.len == Some(end)
    }

    /// Type, size and time are such as a server writes.
    pub(super) fn looks_right(&self, at: u64, header: &Header) -> bool {
        self.take_down(header.timestamp);
        header.is_of_a_server()
            && self.size_may_be(header.size)
            && self.fits(at, header)
            && self.is_near(header.timestamp)
    }

    /// As [`looks_right`](Self::looks_right), and its position is its own where that is to be had.
    pub(super) fn looks_certain(&self, at: u64, header: &Header) -> bool {
        self.looks_right(at, header) && (!self.own_positions || self.agrees(at, header))
    }
}

pub(super) fn made_up(header: &Header) -> bool {
    header.log_pos == 0
        || HeaderFlags::from_bits_retain(header.flags).contains(HeaderFlags::ARTIFICIAL)
}
