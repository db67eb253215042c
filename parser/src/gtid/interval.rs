//! Sets of transaction numbers as runs without gaps.

use alloc::{collections::BTreeMap, vec::Vec};
use core::cmp::{max, min};

/// The largest number a transaction can have: the server keeps 2^63 - 1 for itself
/// (MySQL `sql/rpl_gtid.h`, `GNO_END`).
pub const LAST: u64 = i64::MAX as u64 - 1;

/// A run of numbers, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Interval {
    /// First number, at least 1.
    pub first: u64,
    /// Last number, at least `first`.
    pub last: u64,
}

impl Interval {
    /// How many numbers.
    pub fn count(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }
}

/// Numbers as runs that neither touch nor overlap, in order. All operations take time in the
/// number of runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct IntervalSet(Vec<Interval>);

impl IntervalSet {
    /// The set of the given runs, which may come in any order, touch and overlap.
    pub fn of(mut runs: Vec<Interval>) -> Self {
        runs.retain(|r| r.first <= r.last);
        runs.sort_unstable();
        let mut out: Vec<Interval> = Vec::with_capacity(runs.len());
        for run in runs {
            match out.last_mut() {
                Some(last) if run.first <= last.last.saturating_add(1) => {
                    last.last = max(last.last, run.last);
                }
                _ => out.push(run),
            }
        }
        IntervalSet(out)
    }

    /// The runs, in order.
    pub fn runs(&self) -> &[Interval] {
        &self.0
    }

    /// Whether there is no number.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many numbers.
    pub fn count(&self) -> u64 {
        self.0.iter().fold(0, |n, r| n.saturating_add(r.count()))
    }

    /// Adds one number; at the end of the last run, as a log does, this takes no search.
    pub fn insert(&mut self, number: u64) {
        match self.0.last_mut() {
            Some(last) if number == last.last.saturating_add(1) => last.last = number,
            Some(last) if number > last.last => self.0.push(Interval {
                first: number,
                last: number,
            }),
            None => self.0.push(Interval {
                first: number,
                last: number,
            }),
            Some(_) => {
                if !self.contains(number) {
                    let mut runs = core::mem::take(&mut self.0);
                    runs.push(Interval {
                        first: number,
                        last: number,
                    });
                    *self = IntervalSet::of(runs);
                }
            }
        }
    }

    /// Whether `number` is in the set.
    pub fn contains(&self, number: u64) -> bool {
        self.run_from(number).is_some_and(|run| number <= run.last)
    }

    /// The last run that begins at `number` or before it.
    fn run_from(&self, number: u64) -> Option<&Interval> {
        let after = self.0.partition_point(|run| run.first <= number);
        self.0.get(after.checked_sub(1)?)
    }

    /// Numbers in either.
    pub fn union(&self, other: &IntervalSet) -> IntervalSet {
        IntervalSet::of([self.runs(), other.runs()].concat())
    }

    /// Numbers in both.
    pub fn intersect(&self, other: &IntervalSet) -> IntervalSet {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut out = Vec::new();
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            let (first, last) = (max(x.first, y.first), min(x.last, y.last));
            if first <= last {
                out.push(Interval { first, last });
            }
            if x.last < y.last {
                a.next()
            } else {
                b.next()
            };
        }
        IntervalSet(out)
    }

    /// Numbers in `self` and not in `other`.
    pub fn subtract(&self, other: &IntervalSet) -> IntervalSet {
        let mut out = Vec::new();
        let mut cuts = other.0.iter().peekable();
        for run in &self.0 {
            let mut first = run.first;
            // Cuts that end before this run are of no use to later ones either.
            while cuts.next_if(|c| c.last < first).is_some() {}
            while let Some(cut) = cuts.peek().filter(|c| c.first <= run.last) {
                if cut.first > first {
                    out.push(Interval {
                        first,
                        last: cut.first - 1,
                    });
                }
                first = cut.last.saturating_add(1);
                if cut.last >= run.last {
                    break;
                }
                cuts.next();
            }
            if first <= run.last {
                out.push(Interval {
                    first,
                    last: run.last,
                });
            }
        }
        IntervalSet(out)
    }

    /// Whether all numbers of `self` are in `other`.
    pub fn is_subset(&self, other: &IntervalSet) -> bool {
        let covered = |run: &Interval| {
            let around = other.run_from(run.first);
            around.is_some_and(|o| run.last <= o.last)
        };
        self.0.iter().all(covered)
    }

    /// The numbers missing between the first and the last.
    pub fn gaps(&self) -> IntervalSet {
        let between = self.0.iter().zip(self.0.iter().skip(1));
        let between = between.map(|(run, next)| Interval {
            first: run.last + 1,
            last: next.first - 1,
        });
        IntervalSet(between.collect())
    }
}

/// A set that numbers are added to in any order, each in logarithmic time.
#[derive(Clone, Debug, Default)]
pub struct IntervalBuilder(BTreeMap<u64, u64>);

impl IntervalBuilder {
    /// Adds a number; `false` if it is there already.
    pub fn insert(&mut self, number: u64) -> bool {
        let before = self.0.range_mut(..=number).next_back();
        if let Some((_, last)) = before {
            if number <= *last {
                return false;
            }
            if *last + 1 == number {
                *last = number;
                return self.join(number);
            }
        }
        self.0.insert(number, number);
        self.join(number)
    }

    /// Joins the run that ends in `number` with the one that begins after it.
    fn join(&mut self, number: u64) -> bool {
        if let Some(last) = number.checked_add(1).and_then(|next| self.0.remove(&next))
            && let Some((_, end)) = self.0.range_mut(..=number).next_back()
        {
            *end = last;
        }
        true
    }

    /// The largest number.
    pub fn last(&self) -> Option<u64> {
        self.0.last_key_value().map(|(_, last)| *last)
    }

    /// The smallest number.
    pub fn first(&self) -> Option<u64> {
        self.0.first_key_value().map(|(first, _)| *first)
    }

    /// The set.
    pub fn build(&self) -> IntervalSet {
        IntervalSet(
            self.0
                .iter()
                .map(|(first, last)| Interval {
                    first: *first,
                    last: *last,
                })
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn random(seed: &mut u64) -> u64 {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        *seed
    }

    fn make(seed: &mut u64) -> (IntervalSet, BTreeSet<u64>) {
        let runs: Vec<Interval> = (0..random(seed) % 6)
            .map(|_| {
                let first = 1 + random(seed) % 40;
                Interval {
                    first,
                    last: first + random(seed) % 7,
                }
            })
            .collect();
        let plain = runs.iter().flat_map(|r| r.first..=r.last).collect();
        (IntervalSet::of(runs), plain)
    }

    fn plain(set: &IntervalSet) -> BTreeSet<u64> {
        set.runs().iter().flat_map(|r| r.first..=r.last).collect()
    }

    #[test]
    fn counts_end_at_the_largest_number() {
        // A MariaDB log may claim any sequence number.
        let all = Interval {
            first: 0,
            last: u64::MAX,
        };
        assert_eq!(
            (all.count(), IntervalSet::of([all].into()).count()),
            (u64::MAX, u64::MAX)
        );
        let mut builder = IntervalBuilder::default();
        assert!(builder.insert(u64::MAX) && builder.insert(0) && !builder.insert(u64::MAX));
    }

    #[test]
    fn built_in_any_order() {
        let mut seed = 7;
        for _ in 0..200 {
            let numbers: Vec<u64> = (0..random(&mut seed) % 60)
                .map(|_| 1 + random(&mut seed) % 50)
                .collect();
            let (mut builder, mut plainly) = (IntervalBuilder::default(), BTreeSet::new());
            for n in &numbers {
                assert_eq!(builder.insert(*n), plainly.insert(*n));
            }
            assert_eq!(plain(&builder.build()), plainly);
            assert_eq!(
                builder.build(),
                IntervalSet::of(builder.build().runs().to_vec())
            );
            assert_eq!(
                (builder.first(), builder.last()),
                (plainly.first().copied(), plainly.last().copied())
            );
        }
    }

    #[test]
    fn the_laws_of_sets_on_random_pairs() {
        let mut seed = 0x2545_f491_4f6c_dd1d;
        for _ in 0..20_000 {
            let ((a, pa), (b, pb)) = (make(&mut seed), make(&mut seed));
            let (union, both, minus) = (a.union(&b), a.intersect(&b), a.subtract(&b));
            assert_eq!(plain(&union), &pa | &pb);
            assert_eq!(plain(&both), &pa & &pb);
            assert_eq!(plain(&minus), &pa - &pb);
            assert_eq!(a.is_subset(&b), pa.is_subset(&pb));
            assert_eq!(a.count(), pa.len() as u64);
            assert_eq!(minus.union(&both), a);
            assert!(minus.intersect(&b).is_empty() && both.is_subset(&a) && a.is_subset(&union));
            for set in [&union, &both, &minus] {
                // Canonical: in order, never touching.
                assert!(set.runs().windows(2).all(|w| w[0].last + 1 < w[1].first));
            }
            let mut one_by_one = IntervalSet::default();
            pa.iter()
                .rev()
                .chain(&pb)
                .for_each(|n| one_by_one.insert(*n));
            assert_eq!(one_by_one, union);
            if let (Some(first), Some(last)) = (pa.first(), pa.last()) {
                let missing: BTreeSet<u64> = (*first..=*last).filter(|n| !pa.contains(n)).collect();
                assert_eq!(plain(&a.gaps()), missing);
            }
        }
    }

    #[test]
    fn the_largest_numbers() {
        let all = IntervalSet::of(vec![Interval {
            first: 1,
            last: LAST,
        }]);
        assert_eq!(all.count(), LAST);
        let none = all.subtract(&all);
        assert!(none.is_empty() && none.is_subset(&all) && all.contains(LAST) && !all.contains(0));
    }
}
