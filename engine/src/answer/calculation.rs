//! Calculations with sets of GTIDs.

use serde::{Deserialize, Serialize};

/// A set, by its text or by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetText {
    /// What the user typed.
    Typed(String),
    /// All GTIDs of the log.
    Inside,
    /// All before it.
    Before,
}

/// One resulting set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Computed {
    /// As the server prints it; clipped if it is very long.
    pub text: String,
    /// GTIDs in it.
    pub count: u64,
    /// Of these, transactions in the log.
    pub in_log: u64,
}

/// What comes of two sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calculation {
    /// The first.
    pub a: Computed,
    /// The second.
    pub b: Computed,
    /// In either.
    pub union: Computed,
    /// In both.
    pub both: Computed,
    /// `GTID_SUBTRACT(a, b)`.
    pub only_a: Computed,
    /// `GTID_SUBTRACT(b, a)`.
    pub only_b: Computed,
    /// `GTID_SUBSET(a, b)`.
    pub a_in_b: bool,
    /// `GTID_SUBSET(b, a)`.
    pub b_in_a: bool,
    /// The first set as `mysql.gtid_executed` keeps it once compressed: UUID, tag, from, to.
    pub rows: Vec<(String, String, u64, u64)>,
    /// MariaDB positions: domain, sequence in a, in b.
    pub domains: Vec<(u32, Option<u64>, Option<u64>)>,
}

/// Why a set cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetError {
    /// The second rather than the first.
    pub second: bool,
    /// Byte of the text.
    pub at: usize,
    /// A sentence.
    pub message: String,
}
