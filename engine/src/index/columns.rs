//! Events as parallel arrays.

use crate::column::Column;
use binlight_parser::codes::EventType;
use std::collections::BTreeSet;

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

/// Bytes that the columns take per event, however long the log.
pub const BYTES_PER_EVENT: usize = 8 + 4 + 4 + 4 + 4 + 4 + 2 + 1 + 1;

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
    /// Bytes. A damaged stretch beyond 4 GiB reads as 4 GiB.
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

const NO_LINK: u32 = u32::MAX;

/// All events, a column per property.
#[derive(Debug, Default)]
pub struct EventColumns {
    len: usize,
    offset: Column<u64>,
    size: Column<u32>,
    timestamp: Column<u32>,
    server_id: Column<u32>,
    link: Column<u32>,
    rows: Column<u32>,
    flags: Column<u16>,
    event_type: Column<u8>,
    state: Column<u8>,
}

impl EventColumns {
    /// Number of events.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The next event's number.
    pub fn next(&self) -> EventNo {
        EventNo(self.len as u32)
    }

    /// Adds an event.
    pub fn push(&mut self, row: EventRow) -> EventNo {
        let no = self.next();
        self.offset.push(row.offset);
        self.size.push(u32::try_from(row.size).unwrap_or(u32::MAX));
        self.timestamp.push(row.timestamp);
        self.server_id.push(row.server_id);
        self.link.push(row.link.unwrap_or(NO_LINK));
        self.rows.push(row.rows);
        self.flags.push(row.flags);
        self.event_type.push(row.event_type.0);
        self.state.push(row.state);
        self.len += 1;
        no
    }

    /// Event `no`.
    pub fn get(&self, no: EventNo) -> Option<EventRow> {
        let i = no.0 as usize;
        Some(EventRow {
            offset: self.offset.get(i)?,
            size: u64::from(self.size.get(i)?),
            timestamp: self.timestamp.get(i)?,
            server_id: self.server_id.get(i)?,
            link: self.link.get(i).filter(|l| *l != NO_LINK),
            rows: self.rows.get(i)?,
            flags: self.flags.get(i)?,
            event_type: EventType(self.event_type.get(i)?),
            state: self.state.get(i)?,
        })
    }

    /// Type of event `no`: cheaper than the whole row.
    pub fn type_of(&self, no: EventNo) -> Option<EventType> {
        self.event_type.get(no.0 as usize).map(EventType)
    }

    /// The link of event `no` (see [`EventRow::link`]): cheaper than the whole row.
    pub fn link_of(&self, no: EventNo) -> Option<u32> {
        self.link.get(no.0 as usize).filter(|l| *l != NO_LINK)
    }

    /// The types that occur.
    pub fn types(&self) -> BTreeSet<u8> {
        let mut seen = [false; 256];
        self.event_type
            .iter()
            .for_each(|t| seen[usize::from(*t)] = true);
        (0..=255).filter(|t| seen[usize::from(*t)]).collect()
    }

    /// Sets what the body of event `no` told.
    pub(super) fn set_rows(&mut self, no: EventNo, link: Option<u32>, rows: u32) {
        self.link.set(no.0 as usize, link.unwrap_or(NO_LINK));
        self.rows.set(no.0 as usize, rows);
    }

    /// Sets bits of event `no`'s [`state`].
    pub fn mark(&mut self, no: EventNo, bits: u8) {
        let i = no.0 as usize;
        if let Some(state) = self.state.get(i) {
            self.state.set(i, state | bits);
        }
    }

    /// The last event of the file itself (not of a payload) that begins at or before `offset`.
    pub fn last_at_or_before(&self, offset: u64) -> Option<EventNo> {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.offset.get(middle)? <= offset {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        self.payload_of(EventNo(low.checked_sub(1)? as u32))
    }

    /// Of an inner event, the payload it lies in; of any other, itself.
    pub fn payload_of(&self, no: EventNo) -> Option<EventNo> {
        let mut i = no.0 as usize;
        while self.state.get(i)? & state::INNER != 0 {
            i = i.checked_sub(1)?;
        }
        Some(EventNo(i as u32))
    }

    /// Offset of an inner event in its payload's space: the sizes of those before it.
    pub fn inner_offset(&self, no: EventNo) -> Option<u64> {
        let payload = self.payload_of(no)?;
        (payload.0 + 1..no.0)
            .map(|i| self.size.get(i as usize).map(u64::from))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::CHUNK;

    fn row(offset: u64, state: u8) -> EventRow {
        EventRow {
            offset,
            size: 10,
            timestamp: 1,
            server_id: 2,
            flags: 0,
            event_type: EventType::QUERY,
            state,
            link: None,
            rows: 0,
        }
    }

    #[test]
    fn found_by_offset_and_inner_events_by_their_payload() {
        let mut columns = EventColumns::default();
        for i in 0..200_000u64 {
            columns.push(row(
                4 + 10 * (i / 2),
                if i % 2 == 1 { state::INNER } else { 0 },
            ));
        }
        assert_eq!(columns.last_at_or_before(3), None);
        assert_eq!(columns.last_at_or_before(4), Some(EventNo(0)));
        assert_eq!(columns.last_at_or_before(33), Some(EventNo(4)));
        assert_eq!(columns.payload_of(EventNo(131_073)), Some(EventNo(131_072)));
        assert_eq!(columns.inner_offset(EventNo(131_073)), Some(0));
        assert_eq!(
            columns.get(EventNo(199_999)).map(|r| r.offset),
            Some(4 + 10 * 99_999)
        );
        assert_eq!(columns.get(EventNo(200_000)), None);
    }

    #[test]
    fn an_event_takes_the_stated_bytes() {
        let mut columns = EventColumns::default();
        for i in 0..3 * CHUNK as u64 {
            columns.push(row(i, 0));
        }
        let c = &columns;
        let all = c.offset.bytes()
            + c.size.bytes()
            + c.timestamp.bytes()
            + c.server_id.bytes()
            + c.link.bytes()
            + c.rows.bytes()
            + c.flags.bytes()
            + c.event_type.bytes()
            + c.state.bytes();
        let first = CHUNK * BYTES_PER_EVENT;
        assert!(all <= 2 * first + first, "{all}");
        const { assert!(BYTES_PER_EVENT <= 32) };
    }
}
