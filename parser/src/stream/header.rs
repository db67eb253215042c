//! The 19-byte common header.

use crate::codes::{EventType, flags::HeaderFlags};
use crate::context::Format;

/// Bytes of a v4 header.
pub const HEADER_LEN: usize = 19;

/// The common header in wire order (MySQL manual, "Binary Log Event Header";
/// `libs/mysql/binlog/event/binlog_event.h`, `Log_event_header`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Seconds since 1970 when the statement began; 0 for what a server makes up.
    pub timestamp: u32,
    /// What the event is.
    pub event_type: EventType,
    /// The server that first logged it.
    pub server_id: u32,
    /// Bytes of the event: header, body and checksum.
    pub size: u32,
    /// Offset of the next event in the log that first held it, low 32 bits; 0 if never in a log.
    pub log_pos: u32,
    /// See [`HeaderFlags`].
    pub flags: u16,
}

/// Bytes of a header in a log of MySQL 3.23, which ends after the size.
pub const OLD_HEADER_LEN: usize = 13;

/// Where in an event its size stands.
const SIZE: core::ops::Range<usize> = 9..13;

/// The type of an event, by its first bytes.
pub fn type_of(event: &[u8]) -> Option<EventType> {
    event.get(4).copied().map(EventType)
}

/// What an event says of its size.
pub fn size_of(event: &[u8]) -> Option<u32> {
    let size = event.get(SIZE)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*size))
}

/// The four bytes that say an event's size, little-endian.
pub fn size_field(event: &mut [u8]) -> Option<&mut [u8; 4]> {
    event.get_mut(SIZE)?.first_chunk_mut()
}

/// The fields of a header of the usual length as they are stored, in wire order, and what follows them.
pub(crate) fn fields(event: &[u8]) -> Option<([&[u8]; 6], &[u8])> {
    let (timestamp, rest) = event.split_at_checked(4)?;
    let (event_type, rest) = rest.split_at_checked(1)?;
    let (server_id, rest) = rest.split_at_checked(4)?;
    let (size, rest) = rest.split_at_checked(4)?;
    let (log_pos, rest) = rest.split_at_checked(4)?;
    let (flags, rest) = rest.split_at_checked(2)?;
    Some((
        [timestamp, event_type, server_id, size, log_pos, flags],
        rest,
    ))
}

impl Header {
    /// The header of a log of MySQL 3.23 at the start of `bytes`; what it does not have is 0.
    pub fn read_old(bytes: &[u8]) -> Option<Header> {
        bytes.get(..OLD_HEADER_LEN).map(Header::read_cut)
    }

    /// What the first bytes of a header spell, if the rest of it were zeros.
    pub(crate) fn read_cut(bytes: &[u8]) -> Header {
        let mut padded = [0; HEADER_LEN];
        for (slot, byte) in padded.iter_mut().zip(bytes) {
            *slot = *byte;
        }
        Header::of(&padded)
    }

    /// Whether its writer says that who does not know the type may skip it (`LOG_EVENT_IGNORABLE_F`).
    pub fn is_ignorable(&self) -> bool {
        HeaderFlags::from_bits_retain(self.flags).contains(HeaderFlags::IGNORABLE)
    }

    /// Whether some server writes events of this type, as far as is known or the flag says: cloud
    /// vendors' have types of their own, with the flag.
    pub fn is_of_a_server(&self) -> bool {
        self.event_type.is_known() || self.is_ignorable() && self.event_type != EventType::UNKNOWN
    }

    /// Whether this is the START of a log of MySQL 3.23: its size leaves room for a short header alone
    /// (`log_event.cc`, `check_header` of the client).
    pub fn begins_old_log(&self) -> bool {
        self.event_type == EventType::START_V3 && self.size as usize == OLD_HEADER_LEN + 56
    }

    /// The header of an event of a log of this format.
    pub fn read_in(bytes: &[u8], format: &Format) -> Option<Header> {
        if format.is_old() {
            return Header::read_old(bytes);
        }
        match Header::read(bytes) {
            Some(header) if header.begins_old_log() => Header::read_old(bytes),
            header => header,
        }
    }

    /// The header at the start of `bytes`, if there are 19 of them. Plausibility is not judged.
    pub fn read(bytes: &[u8]) -> Option<Header> {
        bytes.first_chunk().map(Header::of)
    }

    fn of(b: &[u8; HEADER_LEN]) -> Header {
        // Timestamp, type, server id, size, log position, flags.
        let &[
            t0,
            t1,
            t2,
            t3,
            kind,
            i0,
            i1,
            i2,
            i3,
            s0,
            s1,
            s2,
            s3,
            p0,
            p1,
            p2,
            p3,
            f0,
            f1,
        ] = b;
        Header {
            timestamp: u32::from_le_bytes([t0, t1, t2, t3]),
            event_type: EventType(kind),
            server_id: u32::from_le_bytes([i0, i1, i2, i3]),
            size: u32::from_le_bytes([s0, s1, s2, s3]),
            log_pos: u32::from_le_bytes([p0, p1, p2, p3]),
            flags: u16::from_le_bytes([f0, f1]),
        }
    }
}
