//! One event where it lies in the columns: what is asked of it is read, and nothing else.

use super::chunk::EventChunk;
use super::row::{EventNo, state};
use super::{EventColumns, EventRow};
use binlight_parser::codes::EventType;

/// An event of [`EventColumns`].
#[derive(Clone, Copy, Debug)]
pub struct EventRef<'e> {
    columns: &'e EventColumns,
    chunk: &'e EventChunk,
    i: usize,
    event_type: EventType,
}

impl<'e> EventRef<'e> {
    pub(super) fn new(columns: &'e EventColumns, chunk: &'e EventChunk, i: usize) -> Option<Self> {
        Some(EventRef {
            columns,
            chunk,
            i,
            event_type: chunk.event_type(i)?,
        })
    }

    /// Its number.
    pub fn no(self) -> EventNo {
        EventNo(self.chunk.first + self.i as u32)
    }

    /// Its type.
    pub fn event_type(self) -> EventType {
        self.event_type
    }

    /// See [`EventRow::state`].
    pub fn state(self) -> u8 {
        self.chunk.state(self.i).unwrap_or(0)
    }

    /// Bytes.
    pub fn size(self) -> u64 {
        self.chunk.size(self.i).unwrap_or(0)
    }

    /// Seconds since 1970.
    pub fn timestamp(self) -> u32 {
        self.chunk.timestamp(self.i).unwrap_or(0)
    }

    /// The server that logged it first.
    pub fn server_id(self) -> u32 {
        self.chunk.server_id(self.i).unwrap_or(0)
    }

    /// Row changes.
    pub fn rows(self) -> u32 {
        self.chunk.rows(self.i).unwrap_or(0)
    }

    /// See [`EventRow::link`].
    pub fn link(self) -> Option<u32> {
        self.chunk.link(self.i)
    }

    /// Offset in the log; of an inner event, its payload's. Made from the sizes of those before it.
    pub fn offset(self) -> u64 {
        let at = if self.state() & state::INNER == 0 {
            self.chunk.offset(self.i)
        } else {
            self.row().map(|row| row.offset)
        };
        at.unwrap_or(0)
    }

    fn row(self) -> Option<EventRow> {
        self.columns.get(self.no())
    }
}
