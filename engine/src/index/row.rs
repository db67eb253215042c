//! One event as the index knows it.

use binlight_parser::codes::EventType;

/// Number of an event in the log, from 0; events inside payloads are counted where they stand.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct EventNo(pub u32);

/// Bits of [`EventRow::state`].
pub mod state {
    /// The checksum does not match.
    pub const BAD_CHECKSUM: u8 = 1;
    /// The log has no checksums.
    pub const NO_CHECKSUM: u8 = 2;
    /// Something is wrong with the event (see [`Index::faults`](crate::index::Index::faults)).
    pub const FAULT: u8 = 4;
    /// It lies inside the payload before it.
    pub const INNER: u8 = 8;
    /// Its header cannot be trusted; its size is the damaged stretch's.
    pub const DAMAGED: u8 = 16;
    /// Too long to be held whole: its rows were not counted to the end.
    pub const PARTLY_SEEN: u8 = 32;
}

/// One event's entries in all columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EventRow {
    /// Offset in the file; of an inner event, its payload's.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
    /// Seconds since 1970.
    pub timestamp: u32,
    /// The server that logged it first.
    pub server_id: u32,
    /// Header flags.
    pub flags: u16,
    /// Type.
    pub event_type: EventType,
    /// See [`state`].
    pub state: u8,
    /// Of a rows event: the number of its TABLE_MAP. Of a TABLE_MAP: its table's number.
    pub link: Option<u32>,
    /// Row changes.
    pub rows: u32,
}
