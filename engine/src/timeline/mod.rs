//! Bars over the log: amounts of change per stretch of time or of bytes.

mod bins;
mod blocks;
mod series;

pub use bins::bins;
pub use blocks::Blocks;

use crate::log::Log;
use std::collections::BTreeMap;

/// What the strip runs along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Axis {
    /// Commit times, microseconds since 1970.
    #[default]
    Time,
    /// Offsets in the log.
    Bytes,
}

/// What a bar's height is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Measure {
    /// Row changes; a statement or definition counts as one.
    #[default]
    Rows,
    /// Bytes in the log.
    Bytes,
    /// Transactions.
    Transactions,
}

/// What a bar is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Stack {
    /// Insert, update, delete, definition, statement.
    #[default]
    Operation,
    /// The tables with the most of it, and the rest.
    Table,
    /// The servers that logged first.
    Server,
}

/// Which bars are wanted.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Wanted {
    /// Along what.
    pub axis: Axis,
    /// Ascending; bar `i` is of `edges[i] .. edges[i + 1]`.
    pub edges: Vec<u64>,
    /// Height.
    pub measure: Measure,
    /// Colours.
    pub stack: Stack,
}

/// Bars, each series a value per bar.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Bins {
    /// As asked for.
    pub edges: Vec<u64>,
    /// Of all transactions.
    pub all: Vec<f64>,
    /// Of those that match, by series, in the same order whatever the edges.
    pub series: Vec<(String, Vec<f64>)>,
}

/// Names of the series by operation.
pub const OPERATIONS: [&str; 5] = ["insert", "update", "delete", "ddl", "statement"];

/// The stretches of time without a commit that are at least `least` microseconds, the `most`
/// longest, in order.
pub fn gaps(log: &Log, least: u64, most: usize) -> Vec<(u64, u64)> {
    let mut busy = Busy::new(least.max(1));
    let times = log.transactions().iter().map(|(_, t)| t.commit);
    times.filter(|t| *t > 0).for_each(|t| busy.add(t));
    let mut gaps = busy.gaps();
    if most < gaps.len() {
        gaps.select_nth_unstable_by_key(most, |(a, b)| (core::cmp::Reverse(b - a), *a));
        gaps.truncate(most);
        gaps.sort_unstable();
    }
    gaps
}

/// Stretches of time in which no two neighbouring commits are as far apart as a gap: first commit, last
/// commit. Commits come nearly in order, so that nearly each makes the stretch at hand longer.
struct Busy {
    gap: u64,
    /// The stretch at hand is as long as it was when it came to hand.
    all: BTreeMap<u64, u64>,
    /// The stretch at hand, and where the next begins.
    now: Option<(u64, u64)>,
    next: u64,
}

impl Busy {
    fn new(gap: u64) -> Self {
        Busy {
            gap,
            all: BTreeMap::new(),
            now: None,
            next: u64::MAX,
        }
    }

    fn add(&mut self, at: u64) {
        if let Some((first, last)) = &mut self.now
            && *first <= at
        {
            if at <= *last {
                return;
            }
            if at - *last < self.gap && at < self.next && self.next - at >= self.gap {
                *last = at;
                return;
            }
        }
        self.put();
        let (mut from, mut to) = (at, at);
        // The one that begins before it, and the one after: no other can be near.
        let before = self.all.range(..=at).next_back();
        if let Some((first, last)) = before.filter(|(_, l)| at.saturating_sub(**l) < self.gap) {
            (from, to) = (*first, (*last).max(at));
        }
        let mut after = self.all.range(at..).find(|(first, _)| **first > at);
        if let Some((first, last)) = after.filter(|(first, _)| **first - to < self.gap) {
            let (first, last) = (*first, *last);
            self.all.remove(&first);
            to = last;
            after = self.all.range(first..).next();
        }
        self.next = after.map_or(u64::MAX, |(first, _)| *first);
        self.all.insert(from, to);
        self.now = Some((from, to));
    }

    fn put(&mut self) {
        if let Some((first, last)) = self.now {
            self.all.insert(first, last);
        }
    }

    /// The gaps between them.
    fn gaps(mut self) -> Vec<(u64, u64)> {
        self.put();
        let pairs = self.all.iter().zip(self.all.iter().skip(1));
        pairs.map(|((_, a), (b, _))| (*a, *b)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it is plainly: all times in order, and the gaps between them.
    fn plain(mut times: Vec<u64>, gap: u64) -> Vec<(u64, u64)> {
        times.sort_unstable();
        let pairs = times.windows(2).map(|p| (p[0], p[1]));
        pairs.filter(|(a, b)| b - a >= gap).collect()
    }

    #[test]
    fn gaps_of_times_in_any_order() {
        let mut seed = 9_u64;
        for run in 0..2_000 {
            let mut times = Vec::new();
            let mut now = 1_000;
            for _ in 0..run % 40 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let step = (seed >> 40) % 30;
                // Forward, at times a step back, at times anywhere.
                match seed >> 60 {
                    0 | 1 => now -= step.min(now),
                    2 => now = (seed >> 20) % 2_000,
                    _ => now += step,
                }
                times.push(now);
            }
            for gap in [1, 2, 7, 20] {
                let mut busy = Busy::new(gap);
                times.iter().for_each(|t| busy.add(*t));
                assert_eq!(busy.gaps(), plain(times.clone(), gap), "{times:?}, {gap}");
            }
        }
    }
}
