//! Row changes as lines of a list: of an event, of a transaction, of a table across the log.

use super::RowsOf;
use crate::index::EventNo;
use crate::transactions::TxNo;
use binlight_parser::codes::event_type::RowOp;
use binlight_parser::fault::Fault;
use binlight_parser::rows::RowChange;
use binlight_parser::table::Table;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Lines of row changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangesPage {
    /// Whose.
    pub of: RowsOf,
    /// Number of the first line here.
    pub first: u64,
    /// Lines in all.
    pub total: u64,
    /// Row changes in all.
    pub rows: u64,
    /// The lines.
    pub lines: Vec<ChangeLine>,
    /// Tables that lines name by their place here.
    pub tables: Vec<Arc<Table>>,
    /// Changes that lines name by their place here.
    pub changes: Vec<RowChange<'static>>,
    /// What is wrong with the rows shown.
    pub faults: Vec<Fault>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ChangeLine {
    /// The changes that follow are of this kind, and begin in this event.
    Title {
        /// The first rows event.
        event: EventNo,
        /// What it does.
        op: RowOp,
        /// Full name of the table.
        table: String,
        /// Rows that follow, of several events if they follow each other.
        rows: u64,
    },
    /// Names of the columns of what follows.
    Names {
        /// The table, if its map is known.
        table: Option<u32>,
        /// What is done to it.
        op: RowOp,
    },
    /// A statement.
    Statement {
        /// The event that has it.
        event: EventNo,
        /// Its text, clipped.
        text: String,
    },
    /// One image of a row.
    Image {
        /// The rows event.
        event: EventNo,
        /// Number of the change: in the event's group, or in the table's changes.
        n: u64,
        /// What was done.
        op: RowOp,
        /// The table.
        table: Option<u32>,
        /// The change.
        change: u32,
        /// The after-image rather than the before-image.
        after: bool,
        /// Of a table across the log: commit, microseconds since 1970, and the transaction.
        tx: Option<(TxNo, u64)>,
    },
    /// Rows that cannot be decoded.
    Lost {
        /// The rows event.
        event: EventNo,
    },
}
