//! What the lists show: a part of the log in an order.

use binlight_parser::filter::FilterError;
use binlight_parser::index::EventNo;
use binlight_parser::timeline::Axis;
use binlight_parser::transactions::{Transaction, TxNo};
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

/// One line of the transaction list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TxLine {
    /// Its number in the log.
    pub no: TxNo,
    /// What is known of it.
    pub tx: Transaction,
    /// Its GTID; empty for none.
    pub gtid: String,
    /// Number of its file.
    pub file: u32,
    /// Offset of its first event in that file.
    pub pos: u64,
    /// Offset after its last.
    pub end_pos: u64,
    /// Row changes by table: name, inserts, updates, deletes; the first few.
    pub tables: Vec<(String, [u32; 3])>,
    /// Tables beyond those.
    pub more_tables: u32,
    /// Row changes in all: inserts, updates, deletes.
    pub rows: [u64; 3],
    /// Its statement, if it has one and no rows.
    pub statement: String,
    /// Of half an XA transaction, or half an ALTER TABLE in two phases: the other half.
    pub other_half: Option<TxNo>,
    /// Whether one of its events has a fault.
    pub faulty: bool,
    /// In a relay log: the source's log that it is from.
    pub source_log: Option<String>,
}

/// One file of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileLine {
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Offset in the log at which it begins.
    pub base: u64,
    /// Its first event.
    pub first: EventNo,
    /// Its events.
    pub events: u32,
    /// Times of its first and last event, seconds since 1970.
    pub time: Option<(u32, u32)>,
    /// The log that its end names.
    pub next: Option<String>,
    /// Server that wrote it.
    pub server_version: String,
    /// Faults in it, as far as they were kept.
    pub faults: u32,
}

/// The files of the log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileList {
    /// In order.
    pub files: Vec<FileLine>,
    /// Names of files that should be here, before or between them.
    pub missing: Vec<String>,
    /// What was given and is no log: name, what it is.
    pub skipped: Vec<(String, String)>,
    /// How the order was found.
    pub order: Order,
}

/// What told the order of several files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// There is one file.
    #[default]
    Single,
    /// An index file.
    Index,
    /// The numbers in their names.
    Numbers,
    /// The times at which they were begun.
    Created,
}
