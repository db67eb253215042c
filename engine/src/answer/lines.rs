//! Lines of the lists, and one event as a whole.

use crate::index::{EventNo, EventRow};
use crate::transactions::{Transaction, TxNo};
use binlight_parser::fault::Fault;
use binlight_parser::trace::FieldTree;
use serde::{Deserialize, Serialize};

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

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventLine {
    /// Its number.
    pub no: EventNo,
    /// Its columns; the offset is that in its file.
    pub row: EventRow,
    /// Number of its file.
    pub file: u32,
    /// Of an inner event: index in its payload, and offset there.
    pub inner: Option<(u32, u64)>,
    /// Info as SHOW BINLOG EVENTS has it.
    pub info: String,
    /// Code of its first fault.
    pub fault: Option<String>,
}

/// One event, annotated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Inspection {
    /// Its line.
    pub line: EventLine,
    /// Its bytes; of a very long event the first ones.
    pub bytes: Vec<u8>,
    /// Offset of the first: in the file, or in the unpacked payload.
    pub at: u64,
    /// Its fields.
    pub tree: FieldTree,
    /// Faults of the event.
    pub faults: Vec<Fault>,
    /// Of a rows event: the table map that governs it.
    pub table_map: Option<EventNo>,
    /// Of an inner event: the payload it lies in.
    pub payload: Option<EventNo>,
    /// The transaction it belongs to.
    pub transaction: Option<TxLine>,
    /// In a relay log: the source's log and position after the event.
    pub source_place: Option<(String, u64)>,
}
