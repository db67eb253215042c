//! Stage 2: frames → columns.
//!
//! Rule of this folder: one pass, little memory. Per event at most [`BYTES_PER_EVENT`] bytes are kept,
//! in parallel arrays; whatever else a view shows is decoded again from the file when it is asked for.

mod builder;
mod chunk;
mod columns;
mod event_ref;
mod fault_codes;
mod row;

pub use builder::{IndexBuilder, Observer};
pub use columns::{BYTES_PER_EVENT, EventColumns};
pub use event_ref::EventRef;
pub use fault_codes::{FaultCode, FaultCodes};
pub use row::{EventNo, EventRow, state};

use binlight_parser::context::Format;
use binlight_parser::fault::Fault;
use binlight_parser::table::Table;
use std::{collections::BTreeSet, sync::Arc};

/// A table that the log mentions, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct TableName {
    /// Database.
    pub database: String,
    /// Table.
    pub name: String,
}

/// What the latest definition of a table says beyond its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TableFacts {
    /// Number of columns.
    pub columns: u32,
    /// Whether the log has the columns' names (`binlog_row_metadata=FULL`).
    pub named: bool,
    /// Whether it has a primary key; `None` where the log does not say.
    pub key: Option<bool>,
}

/// The whole log in columns, and the little that is kept beside them.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Index {
    /// One row per event; events inside payloads follow their parent.
    pub events: EventColumns,
    /// Format descriptions and where they begin to hold.
    pub formats: Vec<(EventNo, Arc<Format>)>,
    /// Tables by the number that [`EventRow::link`] of a TABLE_MAP gives.
    pub tables: Vec<TableName>,
    /// Of each table, what its latest definition says.
    pub table_facts: Vec<TableFacts>,
    /// The first [`FAULTS`](crate::limits::FAULTS) faults.
    pub faults: Vec<(EventNo, Fault)>,
    /// The codes of all.
    pub fault_codes: FaultCodes,
    /// Counts over the whole log.
    pub totals: Totals,
}

/// Counts over the whole log.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Totals {
    /// Events of the file itself.
    pub events: u64,
    /// Events inside payloads.
    pub inner_events: u64,
    /// Row changes.
    pub rows: u64,
    /// Faults.
    pub faults: u64,
    /// Events whose checksum matched.
    pub checksums_ok: u64,
    /// Events whose checksum did not.
    pub checksums_bad: u64,
    /// Smallest and largest time that is not 0, seconds since 1970.
    pub time: Option<(u32, u32)>,
    /// Servers that logged events.
    pub servers: BTreeSet<u32>,
    /// The first format description has its in-use flag set: the log was not closed.
    pub in_use: bool,
    /// The log ends in an event that says so: ROTATE or STOP.
    pub closed: bool,
    /// A replica's relay log.
    pub relay: bool,
    /// The server of the last event: sparing a look into the set.
    pub(crate) last_server: Option<u32>,
}

impl Totals {
    /// Adds those of a part that follows.
    fn append(&mut self, part: Totals) {
        self.events += part.events;
        self.inner_events += part.inner_events;
        self.rows += part.rows;
        self.faults += part.faults;
        self.checksums_ok += part.checksums_ok;
        self.checksums_bad += part.checksums_bad;
        self.time = match (self.time, part.time) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (time, None) | (None, time) => time,
        };
        self.servers.extend(part.servers);
        if part.last_server.is_some() {
            (self.last_server, self.closed) = (part.last_server, part.closed);
        }
    }
}

impl TableFacts {
    /// What this definition says.
    fn of(table: &Table) -> TableFacts {
        let named = table.columns.iter().any(|c| c.name.is_some());
        TableFacts {
            columns: table.columns.len() as u32,
            named,
            // Names and keys are logged together.
            key: named.then(|| table.columns.iter().any(|c| c.key)),
        }
    }
}

impl Index {
    /// The format description in force at event `no`.
    pub fn format_at(&self, no: EventNo) -> Arc<Format> {
        let after = self.formats.partition_point(|(from, _)| *from <= no);
        match after.checked_sub(1) {
            Some(i) => Arc::clone(&self.formats[i].1),
            None => Arc::default(),
        }
    }

    /// The TABLE_MAP that governs rows event `no`.
    pub fn table_map_of(&self, no: EventNo) -> Option<EventNo> {
        self.events.type_of(no)?.rows_shape()?;
        self.events.link_of(no).map(EventNo)
    }

    /// The table that event `no` (a TABLE_MAP or rows event) is about.
    pub fn table_of(&self, no: EventNo) -> Option<&TableName> {
        let map = self.table_map_of(no).unwrap_or(no);
        let row = self.events.get(map)?;
        if row.event_type != binlight_parser::codes::EventType::TABLE_MAP {
            return None;
        }
        self.tables.get(row.link? as usize)
    }

    /// The faults of event `no`, as far as they were kept.
    pub fn faults_of(&self, no: EventNo) -> impl Iterator<Item = &Fault> {
        let from = self.faults.partition_point(|(at, _)| *at < no);
        self.faults[from..]
            .iter()
            .take_while(move |(at, _)| *at == no)
            .map(|(_, f)| f)
    }

    /// Whether something is wrong with one of events `first ..= last`.
    pub fn is_faulty(&self, first: EventNo, last: EventNo) -> bool {
        let mut states = self.events.states_in(first, last);
        self.totals.faults > 0 && states.any(|s| s & state::FAULT != 0)
    }

    /// The event of the file that holds byte `offset`.
    pub fn event_at(&self, offset: u64) -> Option<EventNo> {
        let no = self.events.last_at_or_before(offset)?;
        let row = self.events.get(no)?;
        (offset < row.offset + row.size).then_some(no)
    }
}
