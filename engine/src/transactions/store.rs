//! The transactions of a log, a small record each.

use super::packed::{CHUNK, TxChunk};
use super::{Gtid, Source, SourceNo, Touch, Transaction, TxNo};
use crate::index::EventNo;
use binlight_parser::gtid::MariadbGtid;
use std::collections::BTreeMap;

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

    /// For who asks for transactions nearly in order.
    pub fn cursor(&self) -> Cursor<'_> {
        Cursor {
            all: self,
            chunk: None,
        }
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
        self.with_touches().map(|(no, tx, _)| (no, tx))
    }

    /// All, in order, each with its row changes, a table each.
    pub fn with_touches(&self) -> impl Iterator<Item = (TxNo, Transaction, &[Touch])> {
        let packed = self.chunks.iter().flat_map(|c| {
            let own = (0..c.len()).filter_map(move |i| Some((c.get(i)?, i)));
            own.map(|(tx, i)| (tx, c.touches(i)))
        });
        let last = self.last.iter().map(|(tx, touches)| (*tx, &touches[..]));
        let all = packed.chain(last).enumerate();
        all.map(|(i, (tx, touches))| (TxNo(i as u32), tx, touches))
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

/// Transactions one after the other: most lie where the one before lay.
#[derive(Clone, Debug)]
pub struct Cursor<'t> {
    all: &'t Transactions,
    chunk: Option<&'t TxChunk>,
}

impl<'t> Cursor<'t> {
    /// Transaction `no` and its row changes, a table each.
    pub fn at(&mut self, no: TxNo) -> Option<(Transaction, &'t [Touch])> {
        if no.0 == self.all.packed {
            let (tx, touches) = self.all.last.as_ref()?;
            return Some((*tx, touches));
        }
        let holds = |c: &&TxChunk| {
            let i = no.0.checked_sub(c.first);
            i.is_some_and(|i| (i as usize) < c.len())
        };
        let chunk = match self.chunk.filter(holds) {
            Some(chunk) => chunk,
            None => self.all.place(no)?.0,
        };
        self.chunk = Some(chunk);
        let i = (no.0 - chunk.first) as usize;
        Some((chunk.get(i)?, chunk.touches(i)))
    }
}

#[cfg(test)]
mod tests;
