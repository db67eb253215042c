//! One transaction, and who numbered it.

use super::{End, Engines, Kind};
use crate::index::EventNo;
use binlight_parser::gtid::SourceTag;

/// Who numbers transactions: the part of a GTID before the number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Source {
    /// MySQL: UUID and tag.
    Mysql(SourceTag),
    /// MariaDB: domain and server.
    Mariadb(u32, u32),
}

impl core::fmt::Display for Source {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Source::Mysql(source) => write!(f, "{source}"),
            Source::Mariadb(domain, server) => write!(f, "{domain}-{server}"),
        }
    }
}

/// Number of a [`Source`] in [`Transactions::sources`](super::Transactions::sources), or why there is none.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct SourceNo(pub u32);

impl SourceNo {
    /// The log has no GTIDs here.
    pub const NONE: SourceNo = SourceNo(u32::MAX);
    /// A GTID event without a GTID (MySQL).
    pub const ANONYMOUS: SourceNo = SourceNo(u32::MAX - 1);
}

/// What is known of one transaction; kept in [`BYTES`](Transaction::BYTES) bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Transaction {
    /// Offset of its first event in the log (all files, one after the other).
    pub pos: u64,
    /// Offset after its last event.
    pub end_pos: u64,
    /// Number of its GTID.
    pub number: u64,
    /// Commit on the server that wrote the log: microseconds since 1970 where the GTID event says
    /// it, else the last event's seconds as such.
    pub commit: u64,
    /// Commit on the first server, microseconds since 1970; 0 if not known.
    pub original_commit: u64,
    /// The coordinator's number; 0 for none.
    pub xid: u64,
    /// Logical clock (MySQL): the transaction it depends on.
    pub last_committed: i64,
    /// Logical clock (MySQL): its own number. MariaDB: the commit id shared by transactions that
    /// were committed together, 0 for none.
    pub sequence_number: i64,
    /// Its first event.
    pub first: EventNo,
    /// Its last event so far.
    pub last: EventNo,
    /// Who gave its GTID.
    pub source: SourceNo,
    /// Timestamp of its first statement, seconds since 1970.
    pub start: u32,
    /// The server that first logged it.
    pub server_id: u32,
    /// The connection, where a statement or GTID says it; else [`u32::MAX`].
    pub thread: u32,
    /// Statements that are logged as text.
    pub statements: u32,
    /// How it was logged.
    pub kind: Kind,
    /// How it ended.
    pub end: End,
    /// Which engines it changed.
    pub engines: Engines,
    /// Whether its GTID event states the commit to the microsecond.
    pub precise: bool,
}

impl Default for Transaction {
    fn default() -> Self {
        Transaction {
            pos: 0,
            end_pos: 0,
            number: 0,
            commit: 0,
            original_commit: 0,
            xid: 0,
            last_committed: 0,
            sequence_number: 0,
            first: EventNo(0),
            last: EventNo(0),
            source: SourceNo::NONE,
            start: 0,
            server_id: 0,
            thread: u32::MAX,
            statements: 0,
            kind: Kind::default(),
            end: End::default(),
            engines: Engines::default(),
            precise: false,
        }
    }
}

impl Transaction {
    /// Bytes of one in memory, its touches aside.
    pub const BYTES: usize = super::packed::BYTES;

    /// Whether its end is in the log.
    pub fn is_complete(&self) -> bool {
        self.end != End::Incomplete
    }

    /// Bytes in the log.
    pub fn size(&self) -> u64 {
        self.end_pos.saturating_sub(self.pos)
    }

    /// Its events, those inside payloads included.
    pub fn events(&self) -> u32 {
        self.last.0 - self.first.0 + 1
    }

    /// The connection that ran it.
    pub fn thread_id(&self) -> Option<u32> {
        (self.thread != u32::MAX).then_some(self.thread)
    }

    /// From its first statement to its commit on the same server, microseconds, the part of the
    /// first second aside. 0 where it is not known, or the session had set its own time.
    pub fn duration(&self) -> u64 {
        const WEEK: u64 = 7 * 86_400_000_000;
        let commit = if self.original_commit == 0 {
            self.commit
        } else {
            self.original_commit
        };
        // The start is known to the second: what is certain is what lies after that second.
        let start = u64::from(self.start) * 1_000_000 + if self.precise { 999_999 } else { 0 };
        let long = commit.saturating_sub(start);
        if self.start == 0 || long > WEEK {
            0
        } else {
            long
        }
    }

    /// From the commit on the first server to that on this one, microseconds; `None` if either is
    /// not known. Clocks differ: it may be negative.
    pub fn lag(&self) -> Option<i64> {
        (self.precise && self.original_commit != 0)
            .then(|| self.commit as i64 - self.original_commit as i64)
    }
}
