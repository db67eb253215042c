//! Stage 3: events → transactions, as the servers mean them.
//!
//! Rule of this folder: it sees each event once, in order, as [`IndexBuilder`] hands it on, and
//! keeps columns; positions and sizes are the index's.
//!
//! ```text
//! GTID ─▶ open ─ BEGIN ─▶ in a transaction ── rows, statements, context ──▶ COMMIT | XID | XA PREPARE
//!           └── DDL, autocommitted statement, STANDALONE group ─────────────▶ closed by itself
//! ```
//!
//! [`IndexBuilder`]: crate::index::IndexBuilder

mod grouper;
mod statement;

pub use grouper::Grouper;

use crate::gtid::{MariadbGtid, SourceTag};
use crate::index::EventNo;
use alloc::vec::Vec;

/// Number of a transaction in the log, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TxNo(pub u32);

/// How a transaction was logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Kind {
    /// Nothing that changes data was seen in it.
    #[default]
    Empty,
    /// Row changes alone.
    Row,
    /// Statements alone.
    Statement,
    /// Both.
    Mixed,
    /// One statement that changes definitions.
    Ddl,
}

impl Kind {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Empty => "empty",
            Kind::Row => "row",
            Kind::Statement => "statement",
            Kind::Mixed => "mixed",
            Kind::Ddl => "ddl",
        }
    }

    /// What a transaction of this kind is after rows (or a statement) more.
    fn with(self, other: Kind) -> Kind {
        match (self, other) {
            (Kind::Empty, k) | (k, Kind::Empty) => k,
            (a, b) if a == b => a,
            _ => Kind::Mixed,
        }
    }
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum End {
    /// The log ends, or another transaction begins, before it does.
    #[default]
    Incomplete,
    /// COMMIT, XID, or a statement that commits by itself.
    Commit,
    /// ROLLBACK: of what other engines than transactional ones had changed already.
    Rollback,
    /// XA PREPARE: a later transaction of the same name commits it or rolls it back.
    XaPrepare,
    /// XA COMMIT of one that was prepared.
    XaCommit,
    /// XA ROLLBACK of one that was prepared.
    XaRollback,
}

/// The name of a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Gtid {
    /// The log has none.
    #[default]
    None,
    /// MySQL without GTIDs: a GTID event all the same.
    Anonymous,
    /// MySQL.
    Mysql(SourceTag, u64),
    /// MariaDB.
    Mariadb(MariadbGtid),
}

impl core::fmt::Display for Gtid {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Gtid::None => Ok(()),
            Gtid::Anonymous => f.write_str("ANONYMOUS"),
            Gtid::Mysql(source, number) => write!(f, "{source}:{number}"),
            Gtid::Mariadb(gtid) => write!(f, "{gtid}"),
        }
    }
}

/// Row changes of one table in a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Touch {
    /// Number of the table in [`Index::tables`](crate::index::Index::tables).
    pub table: u32,
    /// Rows inserted.
    pub inserts: u32,
    /// Rows updated.
    pub updates: u32,
    /// Rows deleted.
    pub deletes: u32,
}

/// One transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Transaction {
    /// Its first event.
    pub first: EventNo,
    /// Its last event so far.
    pub last: EventNo,
    /// Offset of its first event in the file.
    pub pos: u64,
    /// Offset after its last event.
    pub end_pos: u64,
    /// Its name.
    pub gtid: Gtid,
    /// How it was logged.
    pub kind: Kind,
    /// How it ended.
    pub end: End,
    /// Timestamp of its first statement, seconds since 1970.
    pub start: u32,
    /// Commit on the server that wrote the log: microseconds since 1970 where the GTID event says
    /// it, else the last event's seconds as such.
    pub commit: u64,
    /// Commit on the first server, microseconds since 1970; 0 if not known.
    pub original_commit: u64,
    /// The server that first logged it.
    pub server_id: u32,
    /// The connection, where a statement or GTID says it.
    pub thread_id: Option<u32>,
    /// The coordinator's number.
    pub xid: Option<u64>,
    /// Logical clock (MySQL): the transaction it depends on.
    pub last_committed: i64,
    /// Logical clock (MySQL): its own number.
    pub sequence_number: i64,
    /// MariaDB: shared by transactions committed together.
    pub commit_id: Option<u64>,
    /// Statements that are logged as text.
    pub statements: u32,
    /// Row changes by table, in order of first change.
    pub touches: Vec<Touch>,
}

impl Transaction {
    /// Whether its end is in the log.
    pub fn is_complete(&self) -> bool {
        self.end != End::Incomplete
    }

    /// Row changes in all.
    pub fn rows(&self) -> u64 {
        self.touches
            .iter()
            .map(|t| u64::from(t.inserts) + u64::from(t.updates) + u64::from(t.deletes))
            .sum()
    }
}
