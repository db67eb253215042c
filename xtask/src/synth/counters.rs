//! What counts on from round to round: GTID numbers, the logical clock, time.

use std::collections::BTreeMap;

/// Index of a counter.
pub(super) type Counter = usize;

/// Microseconds of commit times; moves with the timestamps.
pub(super) const MICROS: Counter = 0;

/// The numbers that the source holds, by what they count.
#[derive(Debug, Default)]
pub(super) struct Counters {
    by_name: BTreeMap<String, Counter>,
    /// Smallest and largest number; `MICROS` has none of its own.
    ranges: Vec<(u64, u64)>,
    seconds: Option<(u32, u32)>,
}

impl Counters {
    /// Takes note of a number of the counter with this name, e.g. GTIDs of one source.
    pub(super) fn saw(&mut self, name: String, value: u64) -> Counter {
        let next = self.by_name.len() + 1;
        let counter = *self.by_name.entry(name).or_insert(next);
        self.ranges.resize(self.by_name.len() + 1, (u64::MAX, 0));
        let (low, high) = &mut self.ranges[counter];
        (*low, *high) = (value.min(*low), value.max(*high));
        counter
    }

    /// The counter with this name.
    pub(super) fn known(&self, name: &str) -> Option<Counter> {
        self.by_name.get(name).copied()
    }

    /// Takes note of an event's timestamp.
    pub(super) fn saw_timestamp(&mut self, seconds: u32) {
        if seconds != 0 {
            let (low, high) = self.seconds.unwrap_or((seconds, seconds));
            self.seconds = Some((low.min(seconds), high.max(seconds)));
        }
    }

    /// How far each counter moves in a round, if there are about as many `rounds`. Time moves on by the
    /// time that the source took, or by less where a timestamp's 32 bits would not last.
    pub(super) fn steps(&self, rounds: u64) -> Steps {
        let (low, high) = self.seconds.unwrap_or_default();
        let room = u64::from(u32::MAX - high) / (rounds + 2);
        let seconds = room.min(u64::from(high - low) + 1);
        let mut steps: Vec<u64> = self
            .ranges
            .iter()
            .map(|(low, high)| high.wrapping_sub(*low).wrapping_add(1))
            .collect();
        steps.resize(steps.len().max(1), 0);
        steps[MICROS] = seconds * 1_000_000;
        Steps { seconds, steps }
    }
}

/// How far each counter moves in a round.
#[derive(Debug)]
pub(super) struct Steps {
    seconds: u64,
    steps: Vec<u64>,
}

impl Steps {
    /// A number of the source as it is in `round`.
    pub(super) fn value(&self, counter: Counter, value: u64, round: u64) -> u64 {
        value.wrapping_add(self.steps[counter].wrapping_mul(round))
    }

    /// A timestamp of the source as it is in `round`; 0 is no time and stays.
    pub(super) fn timestamp(&self, seconds: u32, round: u64) -> u32 {
        if seconds == 0 {
            return 0;
        }
        seconds.wrapping_add((self.seconds * round) as u32)
    }
}
