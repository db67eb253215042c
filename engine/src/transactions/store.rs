//! The transactions of a log, a small record each.

use super::packed::{CHUNK, TxChunk};
use super::{End, Engines, Gtid, Kind, Touch, TxNo};
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

/// What is known of one transaction; kept in [`BYTES`](Transaction::BYTES) bytes.
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
            kind: Kind::default(),
            end: End::default(),
            engines: Engines::default(),
            precise: false,
        }
    }
}

impl Transaction {
    /// Bytes of one in memory, its touches aside.
    pub const BYTES: usize = super::packed::BYTES;

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
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Transactions {
    chunks: Vec<TxChunk>,
    /// Transactions in the chunks.
    packed: u32,
    /// The last one, to which events may still be added, and what it changed.
    last: Option<(Transaction, Vec<Touch>)>,
    sources: Vec<Source>,
    source_numbers: BTreeMap<Source, u32>,
}

impl Transactions {
    /// Number of transactions; the last may still be open.
    pub fn len(&self) -> usize {
        self.packed as usize + usize::from(self.last.is_some())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn place(&self, no: TxNo) -> Option<(&TxChunk, usize)> {
        let after = self.chunks.partition_point(|c| c.first <= no.0);
        let chunk = self.chunks.get(after.checked_sub(1)?)?;
        let i = (no.0 - chunk.first) as usize;
        (i < chunk.len()).then_some((chunk, i))
    }

    /// Transaction `no`.
    pub fn get(&self, no: TxNo) -> Option<Transaction> {
        if no.0 == self.packed {
            return self.last.as_ref().map(|(tx, _)| *tx);
        }
        let (chunk, i) = self.place(no)?;
        chunk.get(i)
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = (TxNo, Transaction)> {
        let packed = self
            .chunks
            .iter()
            .flat_map(|c| (0..c.len()).filter_map(|i| c.get(i)));
        let all = packed.chain(self.last.iter().map(|(tx, _)| *tx));
        all.enumerate().map(|(i, t)| (TxNo(i as u32), t))
    }

    /// Row changes of transaction `no`, a table each, in order of first change.
    pub fn touches(&self, no: TxNo) -> &[Touch] {
        if no.0 == self.packed {
            return self.last.as_ref().map_or(&[], |(_, touches)| touches);
        }
        self.place(no).map_or(&[], |(chunk, i)| chunk.touches(i))
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

    /// Who gives GTIDs like this one, by number, and its number.
    fn source_of(&self, gtid: &Gtid) -> Option<(SourceNo, u64)> {
        let (source, number) = match gtid {
            Gtid::Mysql(source, number) => (Source::Mysql(source.clone()), *number),
            Gtid::Mariadb(g) => (Source::Mariadb(g.domain, g.server), g.sequence),
            Gtid::None | Gtid::Anonymous => return None,
        };
        Some((SourceNo(*self.source_numbers.get(&source)?), number))
    }

    /// The transaction of this GTID: the first, if a log has it twice.
    pub fn named(&self, gtid: &Gtid) -> Option<TxNo> {
        let (source, number) = self.source_of(gtid)?;
        self.iter()
            .find(|(_, t)| t.source == source && t.number == number)
            .map(|(no, _)| no)
    }

    /// The transaction that event `no` belongs to.
    pub fn of_event(&self, no: EventNo) -> Option<TxNo> {
        let tx = match &self.last {
            Some((last, _)) if last.first <= no => TxNo(self.packed),
            _ => {
                let began = |c: &TxChunk| c.first_event(0).is_some_and(|e| e <= no);
                let after = self.chunks.partition_point(began);
                let chunk = self.chunks.get(after.checked_sub(1)?)?;
                let (mut low, mut high) = (0, chunk.len());
                while low < high {
                    let middle = usize::midpoint(low, high);
                    if chunk.first_event(middle)? <= no {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                TxNo(chunk.first + low.checked_sub(1)? as u32)
            }
        };
        (no <= self.get(tx)?.last).then_some(tx)
    }

    pub(super) fn push(&mut self, tx: Transaction) {
        let touches = match self.last.take() {
            Some((before, mut touches)) => {
                self.pack(&before, &touches);
                touches.clear();
                touches
            }
            None => Vec::new(),
        };
        self.last = Some((tx, touches));
    }

    fn pack(&mut self, tx: &Transaction, touches: &[Touch]) {
        if self.chunks.last().is_none_or(|c| c.len() >= CHUNK) {
            let chunk = TxChunk::new(self.packed, tx.first.0);
            self.chunks.push(chunk);
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(tx, touches);
        }
        self.packed += 1;
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut Transaction> {
        self.last.as_mut().map(|(tx, _)| tx)
    }

    /// The last transaction's number.
    pub fn last_no(&self) -> Option<TxNo> {
        self.len().checked_sub(1).map(|i| TxNo(i as u32))
    }

    /// The last transaction's changes of `table`, to be added to.
    pub(super) fn touch(&mut self, table: u32) -> Option<&mut Touch> {
        let (_, touches) = self.last.as_mut()?;
        // Most transactions change few tables, and the one again that they changed last.
        let known = touches.iter().rposition(|t| t.table == table);
        let i = match known {
            Some(i) => i,
            None => {
                touches.push(Touch {
                    table,
                    ..Touch::default()
                });
                touches.len() - 1
            }
        };
        touches.get_mut(i)
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

    /// Takes over transactions that follow these, of `shift` events later; `tables` are the numbers
    /// here of their tables.
    pub(super) fn append(&mut self, part: Transactions, shift: u32, tables: &[u32]) {
        if let Some((tx, touches)) = self.last.take() {
            self.pack(&tx, &touches);
        }
        let sources: Vec<u32> = part.sources.into_iter().map(|s| self.source(s).0).collect();
        let table = |t: u32| tables.get(t as usize).copied().unwrap_or(u32::MAX);
        let source = |s: u32| sources.get(s as usize).copied().unwrap_or(s);
        for mut chunk in part.chunks {
            chunk.place(self.packed, shift, table, source);
            self.packed += chunk.len() as u32;
            self.chunks.push(chunk);
        }
        self.last = part.last.map(|(mut tx, mut touches)| {
            tx.first.0 += shift;
            tx.last.0 += shift;
            if tx.source < SourceNo::ANONYMOUS {
                tx.source = SourceNo(source(tx.source.0));
            }
            for touch in &mut touches {
                touch.table = table(touch.table);
            }
            (tx, touches)
        });
    }

    /// Bytes in use, their touches aside.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(TxChunk::bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_takes_the_stated_bytes() {
        const { assert!(Transaction::BYTES <= 80) };
        let mut all = Transactions::default();
        for i in 0..3 * CHUNK as u32 {
            all.push(Transaction {
                first: EventNo(2 * i),
                last: EventNo(2 * i + 1),
                ..Transaction::default()
            });
        }
        assert!(all.bytes() <= all.len() * 80, "{}", all.bytes());
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
        assert!((0..70_000).step_by(7).all(|t| all.touch(t).is_some()));
        assert_eq!(all.touches(TxNo(50_000)).len(), 10_000);
    }

    #[test]
    fn numbers_that_columns_cannot_hold_are_kept_all_the_same() {
        let odd = [
            Transaction {
                end_pos: 1 << 33,
                ..Transaction::default()
            },
            Transaction {
                pos: 7,
                end_pos: 3,
                ..Transaction::default()
            },
            Transaction {
                commit: 1 << 54,
                original_commit: 1,
                ..Transaction::default()
            },
            Transaction {
                commit: 1,
                original_commit: 5,
                precise: true,
                ..Transaction::default()
            },
            Transaction {
                xid: u64::MAX,
                last_committed: -1,
                sequence_number: i64::MIN,
                statements: 1 << 20,
                ..Transaction::default()
            },
            Transaction {
                kind: Kind::Ddl,
                end: End::Unopened,
                engines: Engines::Both,
                thread: 9,
                start: 8,
                server_id: 7,
                ..Transaction::default()
            },
        ];
        let mut all = Transactions::default();
        for (i, tx) in odd.iter().enumerate() {
            all.push(Transaction {
                first: EventNo(10 + i as u32),
                last: EventNo(10 + i as u32),
                ..*tx
            });
        }
        for (i, tx) in odd.iter().enumerate() {
            let no = EventNo(10 + i as u32);
            let expected = Transaction {
                first: no,
                last: no,
                ..*tx
            };
            assert_eq!(all.get(TxNo(i as u32)), Some(expected));
            assert_eq!(all.of_event(no), Some(TxNo(i as u32)));
        }
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
        assert_eq!(all.gtid(&all.get(TxNo(12)).unwrap()), gtid);
    }
}
