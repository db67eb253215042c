//! The CRC32 at an event's end.

use crate::bytes::Span;
use crate::codes::EventType;
use crate::context::Checksum;
use crate::fault::{Fault, FaultKind};
use crate::stream::header::{HEADER_LEN, Header};
use crc32fast::Hasher;

/// What an event's checksum says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChecksumState {
    /// The log has none.
    None,
    /// It matches.
    Ok,
    /// It does not match.
    Bad {
        /// In the event's last four bytes.
        stored: u32,
        /// Of the bytes before them.
        computed: u32,
    },
}

impl ChecksumState {
    /// `ok`, `bad` or `none`.
    pub fn name(self) -> &'static str {
        match self {
            ChecksumState::None => "none",
            ChecksumState::Ok => "ok",
            ChecksumState::Bad { .. } => "bad",
        }
    }

    /// The fault of an event of this extent, at its last four bytes.
    pub(super) fn fault(self, event: Span) -> Option<Fault> {
        let ChecksumState::Bad { stored, computed } = self else {
            return None;
        };
        let at = Span {
            start: event.end() - 4,
            len: 4,
            ..event
        };
        Some(Fault::new(FaultKind::Checksum { stored, computed }, at))
    }
}

/// A running CRC32 over one event whose bytes arrive in pieces.
#[derive(Clone, Debug)]
pub struct Running {
    hasher: Hasher,
    /// Bytes still to come, checksum included.
    left: usize,
    stored: [u8; 4],
    on: bool,
}

impl Running {
    /// Starts an event of `header`. `on`: the log's events end in a CRC32.
    pub fn new(header: &Header, on: Checksum) -> Self {
        Running {
            hasher: Hasher::new(),
            left: header.size as usize,
            stored: [0; 4],
            on: !on.is_empty(),
        }
    }

    /// The next bytes of the event; the first piece must hold the header.
    ///
    /// A server computes the checksum of a format description before it sets the in-use flag
    /// (and does not correct it), so that flag counts as clear (MySQL `log_event.cc`).
    pub fn update(&mut self, bytes: &[u8], first: bool) {
        if !self.on {
            return;
        }
        let body = bytes.len().min(self.left.saturating_sub(4));
        let (covered, tail) = bytes.split_at(body);
        match covered.split_first_chunk::<HEADER_LEN>() {
            Some((header, rest)) if first && header[4] == EventType::FORMAT_DESCRIPTION.0 => {
                let mut header = *header;
                header[17] &= !1;
                self.hasher.update(&header);
                self.hasher.update(rest);
            }
            _ => self.hasher.update(covered),
        }
        let already = 4usize.saturating_sub(self.left - body);
        for (slot, byte) in self.stored.iter_mut().skip(already).zip(tail) {
            *slot = *byte;
        }
        self.left = self.left.saturating_sub(bytes.len());
    }

    /// The verdict, once all bytes were seen.
    pub fn finish(self) -> ChecksumState {
        if !self.on {
            return ChecksumState::None;
        }
        let (stored, computed) = (u32::from_le_bytes(self.stored), self.hasher.finalize());
        if stored == computed {
            ChecksumState::Ok
        } else {
            ChecksumState::Bad { stored, computed }
        }
    }
}

/// The verdict on a whole event.
pub fn verify(event: &[u8], header: &Header, on: Checksum) -> ChecksumState {
    if on.is_empty() {
        return ChecksumState::None;
    }
    if header.event_type != EventType::FORMAT_DESCRIPTION
        && header.size as usize == event.len()
        && let Some((covered, stored)) = event.split_last_chunk::<4>()
    {
        let (stored, computed) = (u32::from_le_bytes(*stored), crc32fast::hash(covered));
        return if stored == computed {
            ChecksumState::Ok
        } else {
            ChecksumState::Bad { stored, computed }
        };
    }
    let mut running = Running::new(header, on);
    running.update(event, true);
    running.finish()
}
