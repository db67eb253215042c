//! The transactions of a log, a small record each.

use super::{End, Engines, Gtid, Kind, Touch, TxNo};
use crate::column::{CHUNK, Column};
use crate::index::EventNo;
use binlight_parser::gtid::{MariadbGtid, SourceTag};
use std::collections::BTreeMap;

/// Who numbers transactions: the part of a GTID before the number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Source {
    /// MySQL: UUID and tag.
    Mysql(SourceTag),
    /// MariaDB: domain and server.
    Mariadb(u32, u32),
}

impl core::fmt::Display for Source {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Source::Mysql(source) => write!(f, "{source}"),
            Source::Mariadb(domain, server) => write!(f, "{domain}-{server}"),
        }
    }
}

/// Number of a [`Source`] in [`Transactions::sources`], or why there is none.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct SourceNo(pub u32);

impl SourceNo {
    /// The log has no GTIDs here.
    pub const NONE: SourceNo = SourceNo(u32::MAX);
    /// A GTID event without a GTID (MySQL).
    pub const ANONYMOUS: SourceNo = SourceNo(u32::MAX - 1);
}

/// What is kept of one transaction: [`BYTES`](Transaction::BYTES) bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Transaction {
    /// Offset of its first event in the log (all files, one after the other).
    pub pos: u64,
    /// Offset after its last event.
    pub end_pos: u64,
    /// Number of its GTID.
    pub number: u64,
    /// Commit on the server that wrote the log: microseconds since 1970 where the GTID event says
    /// it, else the last event's seconds as such.
    pub commit: u64,
    /// Commit on the first server, microseconds since 1970; 0 if not known.
    pub original_commit: u64,
    /// The coordinator's number; 0 for none.
    pub xid: u64,
    /// Logical clock (MySQL): the transaction it depends on.
    pub last_committed: i64,
    /// Logical clock (MySQL): its own number. MariaDB: the commit id shared by transactions that
    /// were committed together, 0 for none.
    pub sequence_number: i64,
    /// Its first event.
    pub first: EventNo,
    /// Its last event so far.
    pub last: EventNo,
    /// Who gave its GTID.
    pub source: SourceNo,
    /// Timestamp of its first statement, seconds since 1970.
    pub start: u32,
    /// The server that first logged it.
    pub server_id: u32,
    /// The connection, where a statement or GTID says it; else [`u32::MAX`].
    pub thread: u32,
    /// Statements that are logged as text.
    pub statements: u32,
    /// Where its touches begin, and how many there are.
    pub(super) touches: (u32, u32),
    /// How it was logged.
    pub kind: Kind,
    /// How it ended.
    pub end: End,
    /// Which engines it changed.
    pub engines: Engines,
    /// Whether its GTID event states the commit to the microsecond.
    pub precise: bool,
}

impl Default for Transaction {
    fn default() -> Self {
        Transaction {
            pos: 0,
            end_pos: 0,
            number: 0,
            commit: 0,
            original_commit: 0,
            xid: 0,
            last_committed: 0,
            sequence_number: 0,
            first: EventNo(0),
            last: EventNo(0),
            source: SourceNo::NONE,
            start: 0,
            server_id: 0,
            thread: u32::MAX,
            statements: 0,
            touches: (0, 0),
            kind: Kind::default(),
            end: End::default(),
            engines: Engines::default(),
            precise: false,
        }
    }
}

impl Transaction {
    /// Bytes of one in memory, its touches aside.
    pub const BYTES: usize = size_of::<Transaction>();

    /// Whether its end is in the log.
    pub fn is_complete(&self) -> bool {
        self.end != End::Incomplete
    }

    /// Bytes in the log.
    pub fn size(&self) -> u64 {
        self.end_pos.saturating_sub(self.pos)
    }

    /// Its events, those inside payloads included.
    pub fn events(&self) -> u32 {
        self.last.0 - self.first.0 + 1
    }

    /// The connection that ran it.
    pub fn thread_id(&self) -> Option<u32> {
        (self.thread != u32::MAX).then_some(self.thread)
    }

    /// From its first statement to its commit on the same server, microseconds, the part of the
    /// first second aside. 0 where it is not known, or the session had set its own time.
    pub fn duration(&self) -> u64 {
        const WEEK: u64 = 7 * 86_400_000_000;
        let commit = if self.original_commit == 0 {
            self.commit
        } else {
            self.original_commit
        };
        // The start is known to the second: what is certain is what lies after that second.
        let start = u64::from(self.start) * 1_000_000 + if self.precise { 999_999 } else { 0 };
        let long = commit.saturating_sub(start);
        if self.start == 0 || long > WEEK {
            0
        } else {
            long
        }
    }

    /// From the commit on the first server to that on this one, microseconds; `None` if either is
    /// not known. Clocks differ: it may be negative.
    pub fn lag(&self) -> Option<i64> {
        (self.precise && self.original_commit != 0)
            .then(|| self.commit as i64 - self.original_commit as i64)
    }
}

/// All transactions in order, and who numbered them.
#[derive(Debug, Default)]
pub struct Transactions {
    rows: Column<Transaction>,
    touches: Vec<Vec<Touch>>,
    sources: Vec<Source>,
    source_numbers: BTreeMap<Source, u32>,
}

impl Transactions {
    /// Number of transactions; the last may still be open.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Transaction `no`.
    pub fn get(&self, no: TxNo) -> Option<&Transaction> {
        self.rows.at(no.0 as usize)
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = (TxNo, &Transaction)> {
        self.rows
            .iter()
            .enumerate()
            .map(|(i, t)| (TxNo(i as u32), t))
    }

    /// Row changes of transaction `no`, a table each, in order of first change.
    pub fn touches(&self, no: TxNo) -> &[Touch] {
        let Some((at, count)) = self.get(no).map(|t| t.touches) else {
            return &[];
        };
        let (chunk, from) = (at as usize / CHUNK, at as usize % CHUNK);
        let chunk = self.touches.get(chunk).map_or(&[][..], Vec::as_slice);
        chunk.get(from..from + count as usize).unwrap_or(&[])
    }

    /// Row changes of transaction `no` in all.
    pub fn rows_of(&self, no: TxNo) -> u64 {
        self.touches(no).iter().map(Touch::rows).sum()
    }

    /// Everyone who gave GTIDs, in order of appearance.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The GTID of a transaction.
    pub fn gtid(&self, tx: &Transaction) -> Gtid {
        match (tx.source, self.sources.get(tx.source.0 as usize)) {
            (SourceNo::ANONYMOUS, _) => Gtid::Anonymous,
            (_, Some(Source::Mysql(source))) => Gtid::Mysql(source.clone(), tx.number),
            (_, Some(Source::Mariadb(domain, server))) => Gtid::Mariadb(MariadbGtid {
                domain: *domain,
                server: *server,
                sequence: tx.number,
            }),
            _ => Gtid::None,
        }
    }

    /// The transaction of this GTID: the first, if a log has it twice.
    pub fn named(&self, gtid: &Gtid) -> Option<TxNo> {
        let (source, number) = match gtid {
            Gtid::Mysql(source, number) => (Source::Mysql(source.clone()), *number),
            Gtid::Mariadb(g) => (Source::Mariadb(g.domain, g.server), g.sequence),
            Gtid::None | Gtid::Anonymous => return None,
        };
        let source = SourceNo(*self.source_numbers.get(&source)?);
        self.iter()
            .find(|(_, t)| t.source == source && t.number == number)
            .map(|(no, _)| no)
    }

    /// The transaction that event `no` belongs to.
    pub fn of_event(&self, no: EventNo) -> Option<TxNo> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.rows.at(middle)?.first <= no {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let tx = TxNo(low.checked_sub(1)? as u32);
        (no <= self.get(tx)?.last).then_some(tx)
    }

    pub(super) fn push(&mut self, tx: Transaction) {
        let at = match self.touches.split_last() {
            Some((last, before)) => before.len() * CHUNK + last.len(),
            None => 0,
        };
        let touches = (u32::try_from(at).unwrap_or(u32::MAX), 0);
        self.rows.push(Transaction { touches, ..tx });
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut Transaction> {
        self.rows.last_mut()
    }

    /// The last transaction's number.
    pub fn last_no(&self) -> Option<TxNo> {
        self.len().checked_sub(1).map(|i| TxNo(i as u32))
    }

    /// The last transaction's changes of `table`, to be added to. A transaction's touches lie in one
    /// chunk: it moves to the next when this one is full. (A transaction of more tables than a chunk
    /// holds loses the rest; no server opens so many.)
    pub(super) fn touch(&mut self, table: u32) -> Option<&mut Touch> {
        let tx = self.rows.last_mut()?;
        let (at, count) = (tx.touches.0 as usize, tx.touches.1 as usize);
        let (mut chunk, mut from) = (at / CHUNK, at % CHUNK);
        let own = self
            .touches
            .get(chunk)
            .and_then(|c| c.get(from..from + count))
            .unwrap_or(&[]);
        if let Some(i) = own.iter().rposition(|t| t.table == table) {
            return self.touches.get_mut(chunk)?.get_mut(from + i);
        }
        if count >= CHUNK {
            return None;
        }
        if from + count >= CHUNK {
            let moved = self.touches.get_mut(chunk)?.split_off(from);
            // The rest of the chunk stays empty, so that places go on counting.
            self.touches.get_mut(chunk)?.resize(CHUNK, Touch::default());
            (chunk, from) = (chunk + 1, 0);
            let mut next = Vec::with_capacity(CHUNK);
            next.extend(moved);
            self.touches.push(next);
            tx.touches.0 = u32::try_from(chunk * CHUNK).ok()?;
        }
        while self.touches.len() <= chunk {
            let capacity = if chunk == 0 { 0 } else { CHUNK };
            self.touches.push(Vec::with_capacity(capacity));
        }
        let into = self.touches.get_mut(chunk)?;
        into.push(Touch {
            table,
            ..Touch::default()
        });
        tx.touches.1 += 1;
        into.get_mut(from + count)
    }

    pub(super) fn source(&mut self, source: Source) -> SourceNo {
        if let Some(no) = self.source_numbers.get(&source) {
            return SourceNo(*no);
        }
        let no = self.sources.len() as u32;
        self.sources.push(source.clone());
        self.source_numbers.insert(source, no);
        SourceNo(no)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_takes_the_stated_bytes() {
        const { assert!(Transaction::BYTES <= 104) };
    }

    #[test]
    fn touches_across_chunks() {
        let mut all = Transactions::default();
        for i in 0..50_000u32 {
            all.push(Transaction::default());
            for table in 0..3 {
                let touch = all.touch(table).unwrap();
                assert_eq!((touch.table, touch.inserts), (table, 0));
                touch.inserts = i + table;
                all.touch(table).unwrap().deletes += 1;
            }
        }
        for i in 0..50_000u32 {
            let own: Vec<_> = all
                .touches(TxNo(i))
                .iter()
                .map(|t| (t.table, t.inserts, t.deletes))
                .collect();
            assert_eq!(own, [(0, i, 1), (1, i + 1, 1), (2, i + 2, 1)], "{i}");
        }
        all.push(Transaction::default());
        assert!((0..CHUNK as u32).all(|t| all.touch(t).is_some()) && all.touch(u32::MAX).is_none());
        assert_eq!(all.touches(TxNo(50_000)).len(), CHUNK);
    }

    #[test]
    fn found_by_event_and_name() {
        let mut all = Transactions::default();
        let source = all.source(Source::Mariadb(0, 1));
        for i in 0..100_000u32 {
            let tx = Transaction {
                first: EventNo(3 * i + 1),
                last: EventNo(3 * i + 2),
                source,
                number: u64::from(i) + 5,
                ..Transaction::default()
            };
            all.push(tx);
            if let Some(touch) = all.touch(i % 7) {
                touch.inserts += i;
            }
        }
        assert_eq!(all.of_event(EventNo(0)), None);
        assert_eq!(all.of_event(EventNo(3)), None);
        assert_eq!(all.of_event(EventNo(299_999)), Some(TxNo(99_999)));
        assert_eq!(
            (all.rows_of(TxNo(70_000)), all.rows_of(TxNo(99_999))),
            (70_000, 99_999)
        );
        let gtid = Gtid::Mariadb(MariadbGtid {
            domain: 0,
            server: 1,
            sequence: 17,
        });
        assert_eq!(all.named(&gtid), Some(TxNo(12)));
        assert_eq!(all.gtid(all.get(TxNo(12)).unwrap()), gtid);
    }
}
