//! Transactions as they are kept: in 80 bytes each, chunk by chunk.

use super::{End, Engines, Kind, SourceNo, Touch, Transaction};
use crate::bytes;
use crate::index::EventNo;
use serde::{Deserialize, Serialize};

/// Transactions of one chunk.
pub(super) const CHUNK: usize = 1 << 14;

/// Consecutive transactions as parallel arrays. A transaction with a number that a column cannot hold
/// is kept as it is, beside them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct TxChunk {
    /// Number of its first transaction.
    pub(super) first: u32,
    /// Number of the event that `first_event` counts from.
    event_base: u32,
    #[serde(with = "bytes")]
    pos: Vec<u64>,
    #[serde(with = "bytes")]
    number: Vec<u64>,
    #[serde(with = "bytes")]
    commit: Vec<u64>,
    #[serde(with = "bytes")]
    size: Vec<u32>,
    /// From the commit on the first server to that on this one, microseconds; [`NONE`]: not known.
    #[serde(with = "bytes")]
    lag: Vec<i32>,
    #[serde(with = "bytes")]
    xid: Vec<u32>,
    #[serde(with = "bytes")]
    last_committed: Vec<u32>,
    #[serde(with = "bytes")]
    sequence_number: Vec<u32>,
    #[serde(with = "bytes")]
    first_event: Vec<u32>,
    /// Its events but one.
    #[serde(with = "bytes")]
    more_events: Vec<u32>,
    #[serde(with = "bytes")]
    source: Vec<u32>,
    #[serde(with = "bytes")]
    start: Vec<u32>,
    #[serde(with = "bytes")]
    server_id: Vec<u32>,
    #[serde(with = "bytes")]
    thread: Vec<u32>,
    /// Where its touches begin in `touches`; they end where the next one's begin.
    #[serde(with = "bytes")]
    touched: Vec<u32>,
    #[serde(with = "bytes")]
    statements: Vec<u16>,
    #[serde(with = "bytes")]
    bits: Vec<u16>,
    touches: Vec<Touch>,
    wide: Vec<(u32, Transaction)>,
}

/// Bytes of one transaction in its columns.
pub(super) const BYTES: usize = 3 * 8 + 12 * 4 + 2 * 2;

/// Stands for "not known" in `lag`.
const NONE: i32 = i32::MIN;

/// Bit of `bits`: kept as it is, in `wide`.
const WIDE: u16 = 1 << 15;

impl TxChunk {
    pub(super) fn new(first: u32, event_base: u32) -> Self {
        TxChunk {
            first,
            event_base,
            ..TxChunk::default()
        }
    }

    pub(super) fn len(&self) -> usize {
        self.bits.len()
    }

    /// Adds a transaction and what it changed.
    pub(super) fn push(&mut self, tx: &Transaction, touches: &[Touch]) {
        let narrow = self.narrow(tx);
        let lag = match tx.original_commit {
            0 => NONE,
            first => tx.commit.wrapping_sub(first) as i32,
        };
        self.pos.push(tx.pos);
        self.number.push(tx.number);
        self.commit.push(tx.commit);
        self.size.push(tx.end_pos.wrapping_sub(tx.pos) as u32);
        self.lag.push(lag);
        self.xid.push(tx.xid as u32);
        self.last_committed.push(tx.last_committed as u32);
        self.sequence_number.push(tx.sequence_number as u32);
        self.first_event
            .push(tx.first.0.wrapping_sub(self.event_base));
        self.more_events.push(tx.last.0.wrapping_sub(tx.first.0));
        self.source.push(tx.source.0);
        self.start.push(tx.start);
        self.server_id.push(tx.server_id);
        self.thread.push(tx.thread);
        self.touched.push(self.touches.len() as u32);
        self.statements.push(tx.statements as u16);
        self.touches.extend_from_slice(touches);
        let mut bits = bits_of(tx);
        if !narrow {
            bits |= WIDE;
            let i = self.len() as u32;
            let mut tx = *tx;
            tx.first = EventNo(tx.first.0.wrapping_sub(self.event_base));
            tx.last = EventNo(tx.last.0.wrapping_sub(self.event_base));
            self.wide.push((i, tx));
        }
        self.bits.push(bits);
    }

    /// Whether all columns can hold it.
    fn narrow(&self, tx: &Transaction) -> bool {
        let lag = i128::from(tx.commit) - i128::from(tx.original_commit);
        tx.end_pos >= tx.pos
            && u32::try_from(tx.end_pos - tx.pos).is_ok()
            && (tx.original_commit == 0 || i32::try_from(lag).is_ok_and(|l| l != NONE))
            && u32::try_from(tx.xid).is_ok()
            && u32::try_from(tx.last_committed).is_ok()
            && u32::try_from(tx.sequence_number).is_ok()
            && u16::try_from(tx.statements).is_ok()
            && tx.first.0 >= self.event_base
            && tx.last >= tx.first
    }

    /// Its transaction `i`.
    pub(super) fn get(&self, i: usize) -> Option<Transaction> {
        let bits = *self.bits.get(i)?;
        if bits & WIDE != 0 {
            let at = self
                .wide
                .binary_search_by_key(&(i as u32), |(n, _)| *n)
                .ok()?;
            let mut tx = self.wide.get(at)?.1;
            tx.source = SourceNo(*self.source.get(i)?);
            tx.first = EventNo(tx.first.0.wrapping_add(self.event_base));
            tx.last = EventNo(tx.last.0.wrapping_add(self.event_base));
            return Some(tx);
        }
        let (pos, commit) = (*self.pos.get(i)?, *self.commit.get(i)?);
        let first = self.event_base + self.first_event.get(i)?;
        Some(Transaction {
            pos,
            end_pos: pos + u64::from(*self.size.get(i)?),
            number: *self.number.get(i)?,
            commit,
            original_commit: match *self.lag.get(i)? {
                NONE => 0,
                lag => commit.wrapping_sub(i64::from(lag) as u64),
            },
            xid: u64::from(*self.xid.get(i)?),
            last_committed: i64::from(*self.last_committed.get(i)?),
            sequence_number: i64::from(*self.sequence_number.get(i)?),
            first: EventNo(first),
            last: EventNo(first + self.more_events.get(i)?),
            source: SourceNo(*self.source.get(i)?),
            start: *self.start.get(i)?,
            server_id: *self.server_id.get(i)?,
            thread: *self.thread.get(i)?,
            statements: u32::from(*self.statements.get(i)?),
            kind: Kind::ALL[usize::from(bits & 7) % Kind::ALL.len()],
            end: End::ALL[usize::from(bits >> 3 & 15) % End::ALL.len()],
            engines: Engines::ALL[usize::from(bits >> 7 & 3)],
            precise: bits & 1 << 9 != 0,
        })
    }

    /// First event of its transaction `i`.
    pub(super) fn first_event(&self, i: usize) -> Option<EventNo> {
        // Right of a wide one too, whose base is the same.
        let first = self.first_event.get(i)?.wrapping_add(self.event_base);
        Some(EventNo(first))
    }

    /// Row changes of its transaction `i`.
    pub(super) fn touches(&self, i: usize) -> &[Touch] {
        let end = self
            .touched
            .get(i + 1)
            .map_or(self.touches.len(), |n| *n as usize);
        let from = self.touched.get(i).map_or(end, |n| *n as usize);
        self.touches.get(from..end).unwrap_or(&[])
    }

    /// Gives it its place in a log: transactions and events before it, tables and sources by their
    /// numbers there.
    pub(super) fn place(
        &mut self,
        first: u32,
        event_shift: u32,
        table: impl Fn(u32) -> u32,
        source: impl Fn(u32) -> u32,
    ) {
        self.first = first;
        self.event_base += event_shift;
        for touch in &mut self.touches {
            touch.table = table(touch.table);
        }
        for no in &mut self.source {
            if *no < SourceNo::ANONYMOUS.0 {
                *no = source(*no);
            }
        }
    }

    /// Bytes in use.
    pub(super) fn bytes(&self) -> usize {
        self.len() * BYTES + self.wide.len() * size_of::<(u32, Transaction)>()
    }
}

/// Kind, end, engines and precision.
fn bits_of(tx: &Transaction) -> u16 {
    let place = |i: Option<usize>| i.unwrap_or(0) as u16;
    place(Kind::ALL.iter().position(|k| *k == tx.kind))
        | place(End::ALL.iter().position(|e| *e == tx.end)) << 3
        | place(Engines::ALL.iter().position(|e| *e == tx.engines)) << 7
        | u16::from(tx.precise) << 9
}
