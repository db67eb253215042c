//! A stretch of events as parallel arrays. It knows its own numbers, servers and places, so that a
//! stretch indexed elsewhere takes its place in the log without being rewritten.

use super::row::{EventRow, state};
use crate::bytes;
use binlight_parser::codes::EventType;
use serde::{Deserialize, Serialize};

/// Events of one chunk.
pub(super) const CHUNK: usize = 1 << 16;

/// Events between two offsets that are kept.
const STRIDE: usize = 64;

/// Stands for "no link".
const NO_LINK: u32 = u32::MAX;

/// Consecutive events. Per event 22 bytes, and 12 for every 64th.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct EventChunk {
    /// Number of its first event.
    pub(super) first: u32,
    /// Offset after its last event of the file.
    end: u64,
    /// Of every 64th event: where the next event of the file at or after it begins.
    offsets: Vec<u64>,
    /// Of every 64th event: if it lies inside a payload, where in its unpacked bytes.
    inner_offsets: Vec<u32>,
    /// Events that do not begin where the one before ends: the first of a file.
    breaks: Vec<(u32, u64)>,
    /// Sizes beyond 4 GiB.
    long: Vec<(u32, u64)>,
    /// Servers by the number in `server`.
    servers: Vec<u32>,
    #[serde(with = "bytes")]
    size: Vec<u32>,
    #[serde(with = "bytes")]
    timestamp: Vec<u32>,
    /// Of a rows event: how many events before it its TABLE_MAP is. Of a TABLE_MAP: its table.
    #[serde(with = "bytes")]
    link: Vec<u32>,
    #[serde(with = "bytes")]
    rows: Vec<u32>,
    #[serde(with = "bytes")]
    server: Vec<u16>,
    #[serde(with = "bytes")]
    flags: Vec<u16>,
    #[serde(with = "bytes")]
    event_type: Vec<u8>,
    #[serde(with = "bytes")]
    state: Vec<u8>,
}

/// Servers of a chunk that are looked through for one that is known.
const RECENT_SERVERS: usize = 8;

impl EventChunk {
    /// A chunk that begins with event `first`, after one that ends at offset `end`. Room for a whole
    /// chunk is made at once if `large`: a short log needs little.
    pub(super) fn new(first: u32, end: u64, large: bool) -> Self {
        let mut chunk = EventChunk {
            first,
            end,
            ..EventChunk::default()
        };
        if large {
            chunk.size.reserve_exact(CHUNK);
            chunk.timestamp.reserve_exact(CHUNK);
            chunk.link.reserve_exact(CHUNK);
            chunk.rows.reserve_exact(CHUNK);
            chunk.server.reserve_exact(CHUNK);
            chunk.flags.reserve_exact(CHUNK);
            chunk.event_type.reserve_exact(CHUNK);
            chunk.state.reserve_exact(CHUNK);
            chunk.offsets.reserve_exact(CHUNK / STRIDE);
            chunk.inner_offsets.reserve_exact(CHUNK / STRIDE);
        }
        chunk
    }

    pub(super) fn len(&self) -> usize {
        self.state.len()
    }

    /// Offset after its last event of the file.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Adds an event. `inner_at`: of one inside a payload, where in the unpacked bytes.
    pub(super) fn push(&mut self, row: &EventRow, inner_at: u32) {
        let i = self.len();
        let inner = row.state & state::INNER != 0;
        if !inner && row.offset != self.end {
            self.breaks.push((i as u32, row.offset));
            self.end = row.offset;
        }
        if i.is_multiple_of(STRIDE) {
            self.offsets.push(self.end);
            self.inner_offsets.push(inner_at);
        }
        if !inner {
            self.end += row.size;
        }
        let size = u32::try_from(row.size).unwrap_or_else(|_| {
            self.long.push((i as u32, row.size));
            u32::MAX
        });
        let server = self.server_no(row.server_id);
        let link = match row.link {
            None => NO_LINK,
            Some(map) if row.event_type.rows_shape().is_some() => self.first + i as u32 - map,
            Some(table) => table,
        };
        self.size.push(size);
        self.timestamp.push(row.timestamp);
        self.link.push(link);
        self.rows.push(row.rows);
        self.server.push(server);
        self.flags.push(row.flags);
        self.event_type.push(row.event_type.0);
        self.state.push(row.state);
    }

    fn server_no(&mut self, id: u32) -> u16 {
        let last = self.server.last().copied();
        if let Some(last) = last.filter(|n| self.servers.get(usize::from(*n)) == Some(&id)) {
            return last;
        }
        let from = self.servers.len().saturating_sub(RECENT_SERVERS);
        let known = self.servers[from..].iter().position(|s| *s == id);
        // No more entries than events, and no more events than a u16 has values.
        match known {
            Some(i) => (from + i) as u16,
            None => {
                self.servers.push(id);
                (self.servers.len() - 1) as u16
            }
        }
    }

    /// Sets bits of its event `i`'s state.
    pub(super) fn mark(&mut self, i: usize, bits: u8) {
        if let Some(state) = self.state.get_mut(i) {
            *state |= bits;
        }
    }

    pub(super) fn state(&self, i: usize) -> Option<u8> {
        self.state.get(i).copied()
    }

    pub(super) fn event_type(&self, i: usize) -> Option<EventType> {
        self.event_type.get(i).copied().map(EventType)
    }

    pub(super) fn types(&self) -> &[u8] {
        &self.event_type
    }

    pub(super) fn states(&self) -> &[u8] {
        &self.state
    }

    /// See [`EventRow::link`].
    pub(super) fn link(&self, i: usize) -> Option<u32> {
        let link = self.link.get(i).copied().filter(|l| *l != NO_LINK)?;
        if self.event_type(i)?.rows_shape().is_some() {
            return (self.first + i as u32).checked_sub(link);
        }
        Some(link)
    }

    pub(super) fn size(&self, i: usize) -> Option<u64> {
        let size = *self.size.get(i)?;
        if size < u32::MAX {
            return Some(u64::from(size));
        }
        let at = self.long.binary_search_by_key(&(i as u32), |(n, _)| *n);
        Some(at.map_or(u64::from(size), |at| self.long[at].1))
    }

    pub(super) fn timestamp(&self, i: usize) -> Option<u32> {
        self.timestamp.get(i).copied()
    }

    pub(super) fn rows(&self, i: usize) -> Option<u32> {
        self.rows.get(i).copied()
    }

    pub(super) fn server_id(&self, i: usize) -> Option<u32> {
        let server = usize::from(*self.server.get(i)?);
        self.servers.get(server).copied()
    }

    /// Offset of its event `i`, which is one of the file itself.
    pub(super) fn offset(&self, i: usize) -> Option<u64> {
        let block = i / STRIDE;
        let (mut from, mut at) = (block * STRIDE, *self.offsets.get(block)?);
        let breaks = self.breaks.partition_point(|(n, _)| *n as usize <= i);
        if let Some((n, offset)) = self.breaks[..breaks].last()
            && *n as usize > from
        {
            (from, at) = (*n as usize, *offset);
        }
        let before = self.size.get(from..i)?.iter().zip(self.state.get(from..i)?);
        for (n, (size, bits)) in before.enumerate() {
            if bits & state::INNER == 0 {
                at += match *size {
                    u32::MAX => self.size(from + n)?,
                    size => u64::from(size),
                };
            }
        }
        Some(at)
    }

    /// Sum of the sizes of inner events before its event `i`, back to where `i`'s payload or the
    /// chunk's 64 begin: where `i` lies in its payload.
    pub(super) fn inner_offset(&self, i: usize, payload: Option<usize>) -> Option<u64> {
        let block = i / STRIDE * STRIDE;
        let (from, mut at) = match payload {
            Some(p) if p >= block => (p + 1, 0),
            _ => (block, u64::from(*self.inner_offsets.get(i / STRIDE)?)),
        };
        for size in self.size.get(from..i)? {
            at += u64::from(*size);
        }
        Some(at)
    }

    /// Everything about its event `i`, which begins at `offset`.
    pub(super) fn row(&self, i: usize, offset: u64) -> Option<EventRow> {
        Some(EventRow {
            offset,
            size: self.size(i)?,
            timestamp: self.timestamp(i)?,
            server_id: self.server_id(i)?,
            flags: *self.flags.get(i)?,
            event_type: self.event_type(i)?,
            state: self.state(i)?,
            link: self.link(i),
            rows: self.rows(i)?,
        })
    }

    /// Whether event `i` does not begin where the one before it ends.
    pub(super) fn breaks_at(&self, i: usize) -> bool {
        !self.breaks.is_empty()
            && self
                .breaks
                .binary_search_by_key(&(i as u32), |(n, _)| *n)
                .is_ok()
    }

    /// Whether an event of it may begin at or before `offset`.
    pub(super) fn begins_at_or_before(&self, offset: u64) -> bool {
        self.offsets.first().is_some_and(|o| *o <= offset)
    }

    /// Its last event of the file that begins at or before `offset`.
    pub(super) fn last_at_or_before(&self, offset: u64) -> Option<usize> {
        let block = self
            .offsets
            .partition_point(|o| *o <= offset)
            .checked_sub(1)?;
        let mut found = None;
        let mut at = self.offsets[block];
        // An inner event may stand first in the block: on to the next of the file.
        for i in block * STRIDE..self.len() {
            if self.state[i] & state::INNER != 0 {
                continue;
            }
            if let Ok(b) = self.breaks.binary_search_by_key(&(i as u32), |(n, _)| *n) {
                at = self.breaks[b].1;
            }
            if at > offset {
                break;
            }
            found = Some(i);
            at += self.size(i)?;
        }
        found
    }

    /// Gives it its place in a log: events before it, tables by their numbers there.
    pub(super) fn place(&mut self, first: u32, table: impl Fn(u32) -> u32) {
        self.first = first;
        for (link, t) in self.link.iter_mut().zip(&self.event_type) {
            if *t == EventType::TABLE_MAP.0 && *link != NO_LINK {
                *link = table(*link);
            }
        }
    }

    /// Bytes allocated.
    pub(super) fn bytes(&self) -> usize {
        self.size.capacity() * 4
            + self.timestamp.capacity() * 4
            + self.link.capacity() * 4
            + self.rows.capacity() * 4
            + self.server.capacity() * 2
            + self.flags.capacity() * 2
            + self.event_type.capacity()
            + self.state.capacity()
            + self.offsets.capacity() * 8
            + self.inner_offsets.capacity() * 4
            + self.servers.capacity() * 4
            + (self.breaks.capacity() + self.long.capacity()) * 16
    }
}
