//! Stage 3: events → transactions, as the servers mean them.
//!
//! Rule of this folder: it sees each event once, in order, and keeps one small record per
//! transaction; what its events hold in detail is read again when it is asked for.
//!
//! ```text
//! GTID ─▶ open ─ BEGIN ─▶ in a transaction ── rows, statements, context ──▶ COMMIT | XID | XA PREPARE
//!           └── DDL, autocommitted statement, STANDALONE group ─────────────▶ closed by itself
//! ```

mod grouper;
mod gtid_state;
mod packed;
mod store;
mod transaction;
mod xa;

pub use grouper::Grouper;
pub use gtid_state::{Disorder, GtidState};
pub use store::{Cursor, Transactions};
pub use transaction::{Source, SourceNo, Transaction};
pub use xa::XaName;

use binlight_parser::gtid::{MariadbGtid, SourceTag};

/// Number of a transaction in the log, from 0.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct TxNo(pub u32);

/// How a transaction was logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    /// All kinds, in order.
    pub const ALL: [Kind; 5] = [
        Kind::Empty,
        Kind::Row,
        Kind::Statement,
        Kind::Mixed,
        Kind::Ddl,
    ];

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    /// MariaDB: the first half of an ALTER TABLE logged in two phases.
    AlterStart,
    /// MariaDB: the ALTER TABLE that began earlier succeeded.
    AlterCommit,
    /// MariaDB: the ALTER TABLE that began earlier failed, and changes nothing.
    AlterRollback,
    /// Its payload stays closed: too large, or not unpackable. The fault of the payload says why.
    Unopened,
}

impl End {
    /// All ends, in order.
    pub const ALL: [End; 10] = [
        End::Incomplete,
        End::Commit,
        End::Rollback,
        End::XaPrepare,
        End::XaCommit,
        End::XaRollback,
        End::AlterStart,
        End::AlterCommit,
        End::AlterRollback,
        End::Unopened,
    ];
}

/// The name of a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Touch {
    /// Number of the table in [`Index::tables`](crate::index::Index::tables).
    pub table: u32,
    /// Rows inserted.
    pub inserts: u32,
    /// Rows updated.
    pub updates: u32,
    /// Rows deleted.
    pub deletes: u32,
    /// Bytes of the rows events.
    pub bytes: u64,
}

impl Touch {
    /// Row changes in all.
    pub fn rows(&self) -> u64 {
        u64::from(self.inserts) + u64::from(self.updates) + u64::from(self.deletes)
    }
}

/// Which engines a transaction changed, as far as its end tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Engines {
    /// Not told.
    #[default]
    Unknown,
    /// It ended in an XID or XA PREPARE: a transactional engine took part.
    Transactional,
    /// It ended in the word COMMIT: no transactional engine took part.
    Other,
    /// Both: rolled back, yet logged, since other engines had changed already; or MariaDB says so.
    Both,
}

impl Engines {
    /// All, in order.
    pub const ALL: [Engines; 4] = [
        Engines::Unknown,
        Engines::Transactional,
        Engines::Other,
        Engines::Both,
    ];
}
