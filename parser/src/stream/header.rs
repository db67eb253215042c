//! The 19-byte common header.

use crate::codes::EventType;
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
    /// See [`HeaderFlags`](crate::codes::flags::HeaderFlags).
    pub flags: u16,
}

/// Bytes of a header in a log of MySQL 3.23, which ends after the size.
pub const OLD_HEADER_LEN: usize = 13;

impl Header {
    /// The header of a log of MySQL 3.23 at the start of `bytes`; what it does not have is 0.
    pub fn read_old(bytes: &[u8]) -> Option<Header> {
        let old: &[u8; OLD_HEADER_LEN] = bytes.first_chunk()?;
        let mut padded = [0; HEADER_LEN];
        padded[..OLD_HEADER_LEN].copy_from_slice(old);
        Header::read(&padded)
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
        let b: &[u8; HEADER_LEN] = bytes.first_chunk()?;
        let u32_at = |i: usize| u32::from_le_bytes([b[i], b[i + 1], b[i + 2], b[i + 3]]);
        Some(Header {
            timestamp: u32_at(0),
            event_type: EventType(b[4]),
            server_id: u32_at(5),
            size: u32_at(9),
            log_pos: u32_at(13),
            flags: u16::from_le_bytes([b[17], b[18]]),
        })
    }
}
