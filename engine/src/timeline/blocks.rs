//! Extents and sums of every 64 transactions, so that a question about a part of the log passes over
//! the rest of it.

use super::series::Series;
use super::{Axis, Measure, OPERATIONS, Stack, Wanted};
use crate::log::Log;
use crate::transactions::{Gtid, Transaction, TxNo};
use core::ops::Range;

/// Transactions of a block.
const BLOCK: usize = 64;

/// What is known of a block.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// First and last commit.
    commits: (u64, u64),
    /// Smallest and largest number of a GTID.
    numbers: (u64, u64),
    /// Where it lies in the log.
    place: (u64, u64),
}

/// The blocks of a log so far. Transactions after them, the last among them, which may still be open,
/// are looked at one by one.
#[derive(Debug, Default)]
pub struct Blocks {
    blocks: Vec<Block>,
    /// Amounts by operation, for each measure that was asked for.
    sums: [Vec<[f64; OPERATIONS.len()]>; 3],
}

impl Blocks {
    /// The blocks of a log.
    pub fn of(log: &Log) -> Blocks {
        let mut blocks = Blocks::default();
        blocks.extend(log);
        blocks
    }

    /// The log has grown.
    pub fn extend(&mut self, log: &Log) {
        let all = log.transactions();
        while (self.blocks.len() + 1) * BLOCK < all.len() {
            let mut block = Block {
                commits: (u64::MAX, 0),
                numbers: (u64::MAX, 0),
                place: (u64::MAX, 0),
            };
            let add = |of: &mut (u64, u64), low: u64, high: u64| {
                *of = (of.0.min(low), of.1.max(high));
            };
            for tx in block_of(self.blocks.len()).filter_map(|no| all.get(no)) {
                add(&mut block.commits, tx.commit, tx.commit);
                add(&mut block.numbers, tx.number, tx.number);
                add(&mut block.place, tx.pos, tx.end_pos.max(tx.pos + 1));
            }
            self.blocks.push(block);
        }
    }

    /// Sums what is new.
    pub(super) fn sum(&mut self, log: &Log, measure: Measure) {
        self.extend(log);
        let series = Series::new(
            log,
            &Wanted {
                axis: Axis::Bytes,
                edges: Vec::new(),
                measure,
                stack: Stack::Operation,
            },
        );
        let mut parts = Vec::new();
        for i in self.sums[measure as usize].len()..self.blocks.len() {
            let mut sums = [0.0; OPERATIONS.len()];
            for no in block_of(i) {
                if let Some(tx) = log.transactions().get(no) {
                    series.parts(log, measure, no, &tx, &mut parts);
                    parts.iter().for_each(|(of, amount)| sums[*of] += amount);
                }
            }
            self.sums[measure as usize].push(sums);
        }
    }

    /// Blocks that are not outside `low .. high` along `axis`: each with its transactions, its extent
    /// and its sums by operation. The last are those in no block, without extent.
    pub(super) fn within<'b>(
        &'b self,
        log: &'b Log,
        axis: Axis,
        measure: Measure,
        (low, high): (u64, u64),
    ) -> impl Iterator<Item = Part<'b>> + 'b {
        let sums = &self.sums[measure as usize];
        let whole = (0..self.blocks.len()).filter_map(move |i| {
            let (from, to) = match axis {
                Axis::Time => (self.blocks[i].commits.0, self.blocks[i].commits.1 + 1),
                Axis::Bytes => self.blocks[i].place,
            };
            (to > low && from < high).then(|| Part {
                transactions: i * BLOCK..(i + 1) * BLOCK,
                whole: sums.get(i).map(|s| (from, to, s)),
            })
        });
        let rest = Part {
            transactions: self.blocks.len() * BLOCK..log.transactions().len(),
            whole: None,
        };
        whole.chain(std::iter::once(rest))
    }

    /// The transactions that block after block may have, and the rest.
    fn those(&self, log: &Log, may: impl Fn(&Block) -> bool) -> impl Iterator<Item = TxNo> {
        let len = log.transactions().len();
        let blocks = self.blocks.iter().enumerate().filter(move |(_, b)| may(b));
        blocks
            .flat_map(|(i, _)| block_of(i))
            .chain(numbers(self.blocks.len() * BLOCK..len))
    }

    /// The first transaction with this number in its GTID of which `meant` holds.
    pub fn numbered(
        &self,
        log: &Log,
        number: u64,
        meant: impl Fn(&Transaction) -> bool,
    ) -> Option<TxNo> {
        let all = log.transactions();
        let may = |b: &Block| (b.numbers.0..=b.numbers.1).contains(&number);
        self.those(log, may).find(|no| {
            all.get(*no)
                .is_some_and(|t| t.number == number && meant(&t))
        })
    }

    /// The transaction of this GTID: the first, if a log has it twice.
    pub fn named(&self, log: &Log, gtid: &Gtid) -> Option<TxNo> {
        let number = match gtid {
            Gtid::Mysql(_, number) => *number,
            Gtid::Mariadb(gtid) => gtid.sequence,
            Gtid::None | Gtid::Anonymous => return None,
        };
        let all = log.transactions();
        self.numbered(log, number, |tx| all.gtid(tx) == *gtid)
    }

    /// The transaction that was committed next at `at` (microseconds since 1970) or after, which need
    /// not be the next in the log.
    pub fn committed_from(&self, log: &Log, at: u64) -> Option<TxNo> {
        let all = log.transactions();
        let mut best: Option<(u64, TxNo)> = None;
        let offer = |best: &mut Option<(u64, TxNo)>, range: Range<usize>| {
            for no in numbers(range) {
                let commit = all.get(no).map(|t| t.commit).filter(|c| *c >= at);
                if let Some(commit) = commit.filter(|c| best.is_none_or(|(b, _)| *c < b)) {
                    *best = Some((commit, no));
                }
            }
        };
        for (i, block) in self.blocks.iter().enumerate() {
            let earliest = block.commits.0.max(at);
            if block.commits.1 >= at && best.is_none_or(|(b, _)| earliest < b) {
                offer(&mut best, i * BLOCK..(i + 1) * BLOCK);
            }
        }
        offer(&mut best, self.blocks.len() * BLOCK..all.len());
        best.map(|(_, no)| no)
    }
}

/// Transactions next to each other.
pub(super) struct Part<'b> {
    transactions: Range<usize>,
    /// Of a whole block: from, up to, and its sums.
    pub(super) whole: Option<(u64, u64, &'b [f64; OPERATIONS.len()])>,
}

impl Part<'_> {
    pub(super) fn transactions(&self) -> impl Iterator<Item = TxNo> + use<> {
        numbers(self.transactions.clone())
    }
}

/// Transactions of block `i`.
fn block_of(i: usize) -> impl Iterator<Item = TxNo> {
    numbers(i * BLOCK..(i + 1) * BLOCK)
}

fn numbers(range: Range<usize>) -> impl Iterator<Item = TxNo> {
    range.map(|i| TxNo(i as u32))
}
