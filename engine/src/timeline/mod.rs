//! Bars over the log: amounts of change per stretch of time or of bytes.

mod bins;
mod blocks;
mod series;

pub use bins::bins;
pub use blocks::Blocks;

use crate::log::Log;

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
    let mut times: Vec<u64> = log
        .transactions()
        .iter()
        .map(|(_, t)| t.commit)
        .filter(|t| *t > 0)
        .collect();
    times.sort_unstable();
    let pairs = times.windows(2).map(|p| (p[0], p[1]));
    let mut gaps: Vec<(u64, u64)> = pairs.filter(|(a, b)| b - a >= least.max(1)).collect();
    gaps.sort_by_key(|(a, b)| core::cmp::Reverse(b - a));
    gaps.truncate(most);
    gaps.sort_unstable();
    gaps
}
