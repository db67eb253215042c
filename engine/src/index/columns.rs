//! Events as parallel arrays, chunk by chunk.

use super::EventRef;
use super::chunk::{CHUNK, EventChunk};
use super::row::{EventNo, EventRow, state};
use binlight_parser::codes::EventType;
use std::collections::BTreeSet;

/// Bytes that the columns take per event at most, in a long log.
pub const BYTES_PER_EVENT: usize = 24;

/// All events, chunk by chunk.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct EventColumns {
    len: u32,
    chunks: Vec<EventChunk>,
    /// Payloads that have events inside, in order.
    payloads: Vec<u32>,
}

impl EventColumns {
    /// Number of events.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The next event's number.
    pub fn next(&self) -> EventNo {
        EventNo(self.len)
    }

    /// Adds an event of the file itself.
    pub fn push(&mut self, row: &EventRow) -> EventNo {
        self.push_at(row, 0)
    }

    /// Adds an event that lies at `inner_at` of the payload that was added last.
    pub fn push_inner(&mut self, row: &EventRow, inner_at: u64) -> EventNo {
        // The one before it is its payload, or inside the same.
        if let Some(before) = self.len.checked_sub(1)
            && self
                .state_of(EventNo(before))
                .is_some_and(|s| s & state::INNER == 0)
        {
            self.payloads.push(before);
        }
        // Payloads are not unpacked beyond what a u32 counts.
        self.push_at(row, u32::try_from(inner_at).unwrap_or(u32::MAX))
    }

    fn push_at(&mut self, row: &EventRow, inner_at: u32) -> EventNo {
        let no = self.next();
        let last = self.chunks.last_mut().filter(|c| c.len() < CHUNK);
        match last {
            Some(chunk) => chunk.push(row, inner_at),
            None => {
                let end = self.chunks.last().map_or(0, EventChunk::end);
                let mut chunk = EventChunk::new(no.0, end, !self.chunks.is_empty());
                chunk.push(row, inner_at);
                self.chunks.push(chunk);
            }
        }
        self.len += 1;
        no
    }

    /// The chunk of event `no`, and its place there.
    fn place(&self, no: EventNo) -> Option<(&EventChunk, usize)> {
        let after = self.chunks.partition_point(|c| c.first <= no.0);
        let chunk = self.chunks.get(after.checked_sub(1)?)?;
        let i = (no.0 - chunk.first) as usize;
        (i < chunk.len()).then_some((chunk, i))
    }

    /// Event `no`.
    pub fn get(&self, no: EventNo) -> Option<EventRow> {
        let (chunk, i) = self.place(no)?;
        let offset = if chunk.state(i)? & state::INNER == 0 {
            chunk.offset(i)?
        } else {
            let (chunk, i) = self.place(self.payload_of(no)?)?;
            chunk.offset(i)?
        };
        chunk.row(i, offset)
    }

    /// Events from `first` on, in order: cheaper than one by one.
    pub fn from(&self, first: EventNo) -> impl Iterator<Item = (EventNo, EventRow)> {
        let mut next = first;
        // Where the next event of the file begins, and the payload that inner events lie in.
        let (mut at, mut payload) = (None::<u64>, None::<u64>);
        let mut place = self.place(first);
        std::iter::from_fn(move || {
            let (chunk, i) = match place {
                Some((chunk, i)) if i < chunk.len() => (chunk, i),
                _ => self.place(next)?,
            };
            let row = if chunk.state(i)? & state::INNER == 0 {
                let offset = match at {
                    Some(at) if i > 0 && !chunk.breaks_at(i) => at,
                    _ => chunk.offset(i)?,
                };
                let row = chunk.row(i, offset)?;
                (at, payload) = (Some(offset + row.size), Some(offset));
                row
            } else {
                let offset = match payload {
                    Some(offset) => offset,
                    None => self.get(next)?.offset,
                };
                payload = Some(offset);
                chunk.row(i, offset)?
            };
            let no = next;
            next = EventNo(no.0.checked_add(1)?);
            place = Some((chunk, i + 1));
            Some((no, row))
        })
    }

    /// Event `no` where it lies.
    pub fn at(&self, no: EventNo) -> Option<EventRef<'_>> {
        let (chunk, i) = self.place(no)?;
        EventRef::new(self, chunk, i)
    }

    /// Events from `first` up to `end`, in order, each where it lies.
    pub fn between(&self, first: EventNo, end: EventNo) -> impl Iterator<Item = EventRef<'_>> {
        let from = self.chunks.partition_point(|c| c.first <= first.0);
        let chunks = self.chunks.get(from.saturating_sub(1)..).unwrap_or(&[]);
        let chunks = chunks.iter().take_while(move |c| c.first < end.0);
        chunks.flat_map(move |c| {
            let low = first.0.saturating_sub(c.first) as usize;
            let high = c.len().min((end.0 - c.first) as usize);
            (low..high).filter_map(move |i| EventRef::new(self, c, i))
        })
    }

    /// Type of event `no`: cheaper than the whole row.
    pub fn type_of(&self, no: EventNo) -> Option<EventType> {
        let (chunk, i) = self.place(no)?;
        chunk.event_type(i)
    }

    /// [`EventRow::state`] of event `no`: cheaper than the whole row.
    pub fn state_of(&self, no: EventNo) -> Option<u8> {
        let (chunk, i) = self.place(no)?;
        chunk.state(i)
    }

    /// Types of events `first ..= last`, in order.
    pub fn types_in(&self, first: EventNo, last: EventNo) -> impl Iterator<Item = EventType> {
        self.slices(first, last, EventChunk::types)
            .flatten()
            .copied()
            .map(EventType)
    }

    /// States of events `first ..= last`, in order.
    pub fn states_in(&self, first: EventNo, last: EventNo) -> impl Iterator<Item = u8> {
        self.slices(first, last, EventChunk::states)
            .flatten()
            .copied()
    }

    fn slices(
        &self,
        first: EventNo,
        last: EventNo,
        of: fn(&EventChunk) -> &[u8],
    ) -> impl Iterator<Item = &[u8]> {
        let from = self
            .chunks
            .partition_point(|c| c.first <= first.0)
            .saturating_sub(1);
        let chunks = self.chunks.get(from..).unwrap_or(&[]).iter();
        chunks.take_while(move |c| c.first <= last.0).map(move |c| {
            let low = first.0.saturating_sub(c.first) as usize;
            let high = (last.0 - c.first) as usize + 1;
            let all = of(c);
            all.get(low.min(all.len())..high.min(all.len()))
                .unwrap_or(&[])
        })
    }

    /// The link of event `no` (see [`EventRow::link`]): cheaper than the whole row.
    pub fn link_of(&self, no: EventNo) -> Option<u32> {
        let (chunk, i) = self.place(no)?;
        chunk.link(i)
    }

    /// The types that occur.
    pub fn types(&self) -> BTreeSet<u8> {
        let mut seen = [false; 256];
        for chunk in &self.chunks {
            chunk
                .types()
                .iter()
                .for_each(|t| seen[usize::from(*t)] = true);
        }
        (0..=255).filter(|t| seen[usize::from(*t)]).collect()
    }

    /// Sets bits of event `no`'s [`state`].
    pub fn mark(&mut self, no: EventNo, bits: u8) {
        let after = self.chunks.partition_point(|c| c.first <= no.0);
        if let Some(chunk) = after.checked_sub(1).and_then(|i| self.chunks.get_mut(i)) {
            chunk.mark((no.0 - chunk.first) as usize, bits);
        }
    }

    /// The last event of the file itself (not of a payload) that begins at or before `offset`.
    pub fn last_at_or_before(&self, offset: u64) -> Option<EventNo> {
        // A chunk may begin with the rest of a payload, and end after it.
        let after = self
            .chunks
            .partition_point(|c| c.begins_at_or_before(offset));
        let found = |c: &EventChunk| Some(EventNo(c.first + c.last_at_or_before(offset)? as u32));
        self.chunks[..after].iter().rev().find_map(found)
    }

    /// Of an inner event, the payload it lies in; of any other, itself.
    pub fn payload_of(&self, no: EventNo) -> Option<EventNo> {
        if self.state_of(no)? & state::INNER == 0 {
            return Some(no);
        }
        let after = self.payloads.partition_point(|p| *p < no.0);
        self.payloads
            .get(after.checked_sub(1)?)
            .copied()
            .map(EventNo)
    }

    /// Offset of an inner event in its payload's space: the sizes of those before it.
    pub fn inner_offset(&self, no: EventNo) -> Option<u64> {
        let payload = self.payload_of(no)?;
        let (chunk, i) = self.place(no)?;
        let here = payload.0.checked_sub(chunk.first).map(|p| p as usize);
        chunk.inner_offset(i, here)
    }

    /// Takes over events that were indexed elsewhere and follow these; `table` gives a table's number
    /// here.
    pub(crate) fn append(&mut self, other: EventColumns, table: impl Fn(u32) -> u32) {
        let shift = self.len;
        self.payloads
            .extend(other.payloads.iter().map(|p| p + shift));
        for mut chunk in other.chunks {
            chunk.place(shift + chunk.first, &table);
            self.len += chunk.len() as u32;
            self.chunks.push(chunk);
        }
    }

    /// Bytes allocated.
    pub fn bytes(&self) -> usize {
        let chunks: usize = self.chunks.iter().map(EventChunk::bytes).sum();
        chunks + self.payloads.capacity() * 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    /// Every event is found as it was pushed: alone, in order, by its offset.
    fn check(columns: &EventColumns, rows: &[EventRow]) {
        assert_eq!(columns.len(), rows.len());
        for (i, row) in rows.iter().enumerate() {
            let no = EventNo(i as u32);
            assert_eq!(columns.get(no).as_ref(), Some(row), "{i}");
            if row.state & state::INNER == 0 {
                for at in [row.offset, row.offset + row.size - 1] {
                    assert_eq!(columns.last_at_or_before(at), Some(no), "{i}");
                }
            }
        }
        for first in [0, 1, 63, 64, 65, CHUNK, CHUNK + 7, rows.len() - 1] {
            let first = first.min(rows.len() - 1);
            let all: Vec<EventRow> = columns
                .from(EventNo(first as u32))
                .map(|(_, r)| r)
                .collect();
            assert!(all == rows[first..], "from {first}");
        }
    }

    #[test]
    fn inner_events_breaks_and_long_stretches_are_found_as_they_were_pushed() {
        let mut columns = EventColumns::default();
        let (mut rows, mut at, mut payload, mut inner_at) = (Vec::new(), 4u64, 0, 0u64);
        for i in 0..3 * CHUNK as u64 / 2 {
            // Payloads of one event, of hundreds, and of more than a chunk.
            let inner = i % 3 == 1 || (1000..1700).contains(&i) || (50_000..120_000).contains(&i);
            let mut row = row(at, 0);
            row.server_id = (i / 1000 % 20) as u32;
            row.timestamp = i as u32;
            if inner {
                (row.offset, row.state) = (payload, state::INNER);
                assert_eq!(columns.push_inner(&row, inner_at), EventNo(i as u32));
                assert_eq!(columns.inner_offset(EventNo(i as u32)), Some(inner_at));
                inner_at += row.size;
            } else {
                if i % 10_001 == 0 {
                    row.size = (5 << 32) + i;
                }
                if i % 7_003 == 0 {
                    at += 4;
                    row.offset = at;
                }
                (payload, inner_at) = (at, 0);
                at += row.size;
                columns.push(&row);
            }
            rows.push(row);
        }
        check(&columns, &rows);
        assert_eq!(columns.last_at_or_before(3), None);
        assert_eq!(columns.payload_of(EventNo(90_000)), Some(EventNo(49_998)));
        assert_eq!(columns.get(EventNo(rows.len() as u32)), None);
        let states: Vec<u8> = columns
            .states_in(EventNo(60_000), EventNo(80_000))
            .collect();
        let pushed: Vec<u8> = rows[60_000..=80_000].iter().map(|r| r.state).collect();
        assert_eq!(states, pushed);
    }

    #[test]
    fn a_part_indexed_elsewhere_takes_its_place() {
        let mut rows: Vec<EventRow> = (0..1000).map(|i| row(4 + 10 * i, 0)).collect();
        for (i, row) in rows.iter_mut().enumerate() {
            match i % 4 {
                2 => (row.event_type, row.link) = (EventType::TABLE_MAP, Some(i as u32 % 3)),
                3 => (row.event_type, row.link) = (EventType::WRITE_ROWS, Some(i as u32 - 1)),
                _ => {}
            }
        }
        let (mut whole, mut part) = (EventColumns::default(), EventColumns::default());
        for row in &rows[..300] {
            whole.push(row);
        }
        for row in &rows[300..] {
            let link = row.link.map(|l| match row.event_type {
                EventType::WRITE_ROWS => l - 300,
                _ => (l + 1) % 3,
            });
            part.push(&EventRow { link, ..*row });
        }
        whole.append(part, |t| (t + 2) % 3);
        check(&whole, &rows);
    }

    #[test]
    fn an_event_takes_the_stated_bytes() {
        let mut columns = EventColumns::default();
        for i in 0..4 * CHUNK as u64 {
            columns.push(&row(i * 10, 0));
        }
        let stated = columns.len() * BYTES_PER_EVENT;
        assert!(columns.bytes() <= stated, "{} > {stated}", columns.bytes());
    }
}
