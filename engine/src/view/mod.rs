//! What the lists show: a part of the log in an order, found by a filter, sorted.
//!
//! Rule of this folder: it knows the index, not the bytes. What only the text of statements can
//! decide is handed back as [`Undecided`]; who can read decides it ([`search`](crate::search)).

mod order;
mod state;

pub use state::{Undecided, ViewState};

use crate::filter::FilterError;
use crate::timeline::Axis;
use serde::{Deserialize, Serialize};

/// Number of a view: the page counts up; what comes late for another is dropped.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ViewId(pub u32);

/// By what transactions are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sort {
    /// As they stand in the log.
    #[default]
    Position,
    /// Commit.
    Time,
    /// Bytes.
    Size,
    /// Row changes.
    Rows,
    /// First statement to commit.
    Duration,
    /// First server's commit to this one's.
    Lag,
}

/// A part of the log in an order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// In the filter language; empty for all.
    pub filter: String,
    /// Minutes east of UTC that times in the filter are meant in.
    pub utc_offset: i32,
    /// The stretch of the timeline that is selected: from, up to.
    pub range: Option<(Axis, u64, u64)>,
    /// Order of the transactions.
    pub sort: Sort,
    /// The largest first.
    pub descending: bool,
    /// Whether events are wanted too.
    pub events: bool,
}

impl View {
    /// Whether it leaves nothing out.
    pub fn is_all(&self) -> bool {
        self.filter.trim().is_empty() && self.range.is_none()
    }

    /// Whether its transactions stand in the list as in the log.
    pub fn is_plain(&self) -> bool {
        self.is_all() && self.sort == Sort::Position && !self.descending
    }
}

/// How far a view has been made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Transactions found.
    pub transactions: u32,
    /// Events found, where they are wanted and the view leaves some out.
    pub events: Option<u32>,
    /// Looked at, of the log's transactions and events.
    pub looked: u64,
    /// To be looked at.
    pub of: u64,
    /// Nothing is left to do.
    pub finished: bool,
    /// The filter cannot be read.
    pub error: Option<FilterError>,
    /// Something in the log could not be read for it.
    pub failure: Option<String>,
}
