//! Event types of both servers and of known vendors.

use super::open_constants;

open_constants! {
    /// The type byte of the common header (MySQL `libs/mysql/binlog/event/binlog_event.h`,
    /// MariaDB `sql/log_event.h`). Names as both servers' `SHOW BINLOG EVENTS` and sources use them.
    EventType(u8) {
        /// Never written; marks a damaged stretch in listings.
        UNKNOWN = 0, "UNKNOWN";
        /// First event of a log before 5.0.
        START_V3 = 1, "START_V3";
        /// A statement as text.
        QUERY = 2, "QUERY";
        /// The server stopped.
        STOP = 3, "STOP";
        /// Names the next log.
        ROTATE = 4, "ROTATE";
        /// LAST_INSERT_ID or INSERT_ID of the next statement.
        INTVAR = 5, "INTVAR";
        /// LOAD DATA, 3.23 and 4.0.
        LOAD = 6, "LOAD";
        /// Never written to logs.
        SLAVE = 7, "SLAVE";
        /// First block of a LOAD DATA file, 4.0.
        CREATE_FILE = 8, "CREATE_FILE";
        /// Further block of a LOAD DATA file.
        APPEND_BLOCK = 9, "APPEND_BLOCK";
        /// Runs a LOAD DATA, 4.0.
        EXEC_LOAD = 10, "EXEC_LOAD";
        /// Drops a LOAD DATA file.
        DELETE_FILE = 11, "DELETE_FILE";
        /// LOAD DATA with long separators, 4.0.
        NEW_LOAD = 12, "NEW_LOAD";
        /// Seeds of RAND() in the next statement.
        RAND = 13, "RAND";
        /// A user variable that the next statement reads.
        USER_VAR = 14, "USER_VAR";
        /// First event of a log: version, header lengths, checksum algorithm.
        FORMAT_DESCRIPTION = 15, "FORMAT_DESCRIPTION";
        /// Commit of a transaction, with the number the server's coordinator gave it.
        XID = 16, "XID";
        /// First block of a LOAD DATA file.
        BEGIN_LOAD_QUERY = 17, "BEGIN_LOAD_QUERY";
        /// Runs a LOAD DATA statement over the blocks.
        EXECUTE_LOAD_QUERY = 18, "EXECUTE_LOAD_QUERY";
        /// Table definition for the rows events that follow.
        TABLE_MAP = 19, "TABLE_MAP";
        /// 5.1.0 to 5.1.15.
        PRE_GA_WRITE_ROWS = 20, "PRE_GA_WRITE_ROWS";
        /// 5.1.0 to 5.1.15.
        PRE_GA_UPDATE_ROWS = 21, "PRE_GA_UPDATE_ROWS";
        /// 5.1.0 to 5.1.15.
        PRE_GA_DELETE_ROWS = 22, "PRE_GA_DELETE_ROWS";
        /// Inserted rows, version 1.
        WRITE_ROWS_V1 = 23, "WRITE_ROWS_V1";
        /// Updated rows, version 1.
        UPDATE_ROWS_V1 = 24, "UPDATE_ROWS_V1";
        /// Deleted rows, version 1.
        DELETE_ROWS_V1 = 25, "DELETE_ROWS_V1";
        /// Something went wrong on the source.
        INCIDENT = 26, "INCIDENT";
        /// Sent when there is nothing to send.
        HEARTBEAT = 27, "HEARTBEAT";
        /// May be skipped by who does not know it.
        IGNORABLE = 28, "IGNORABLE";
        /// The statement behind the rows events that follow.
        ROWS_QUERY = 29, "ROWS_QUERY";
        /// Inserted rows, version 2.
        WRITE_ROWS = 30, "WRITE_ROWS";
        /// Updated rows, version 2.
        UPDATE_ROWS = 31, "UPDATE_ROWS";
        /// Deleted rows, version 2.
        DELETE_ROWS = 32, "DELETE_ROWS";
        /// Global transaction identifier of the transaction that follows.
        GTID = 33, "GTID";
        /// As GTID, for a transaction without one.
        ANONYMOUS_GTID = 34, "ANONYMOUS_GTID";
        /// GTIDs in all logs before this one.
        PREVIOUS_GTIDS = 35, "PREVIOUS_GTIDS";
        /// Group replication: what certification needs.
        TRANSACTION_CONTEXT = 36, "TRANSACTION_CONTEXT";
        /// Group replication: the group's members changed.
        VIEW_CHANGE = 37, "VIEW_CHANGE";
        /// An XA transaction was prepared.
        XA_PREPARE = 38, "XA_PREPARE";
        /// Updated rows with JSON differences.
        PARTIAL_UPDATE_ROWS = 39, "PARTIAL_UPDATE_ROWS";
        /// A whole transaction, compressed.
        TRANSACTION_PAYLOAD = 40, "TRANSACTION_PAYLOAD";
        /// Heartbeat with 64-bit positions; on the wire only.
        HEARTBEAT_V2 = 41, "HEARTBEAT_V2";
        /// GTID with a tag.
        GTID_TAGGED = 42, "GTID_TAGGED";
        /// Proposed (MySQL pull request 722), written by no release.
        LARGE_TRANSACTION_HEADER = 43, "LARGE_TRANSACTION_HEADER (proposed)";
        /// Twitter's MySQL 5.5.
        TABLE_METADATA = 50, "TABLE_METADATA (Twitter)";
        /// AliSQL, PolarDB-X.
        CONSENSUS_LOG = 101, "CONSENSUS_LOG (AliSQL)";
        /// AliSQL, PolarDB-X.
        PREVIOUS_CONSENSUS_INDEX = 102, "PREVIOUS_CONSENSUS_INDEX (AliSQL)";
        /// AliSQL, PolarDB-X.
        CONSENSUS_CLUSTER_INFO = 103, "CONSENSUS_CLUSTER_INFO (AliSQL)";
        /// AliSQL, PolarDB-X.
        CONSENSUS_EMPTY = 104, "CONSENSUS_EMPTY (AliSQL)";
        /// AliSQL, PolarDB-X.
        GCN = 105, "GCN (AliSQL)";
        /// MariaDB: the statement behind the rows events that follow.
        ANNOTATE_ROWS = 160, "ANNOTATE_ROWS";
        /// MariaDB: the oldest log that crash recovery needs.
        BINLOG_CHECKPOINT = 161, "BINLOG_CHECKPOINT";
        /// MariaDB: begins an event group and names it.
        MARIADB_GTID = 162, "GTID (MariaDB)";
        /// MariaDB: the last GTID of each domain and server before this log.
        GTID_LIST = 163, "GTID_LIST";
        /// MariaDB: all that follows is encrypted.
        START_ENCRYPTION = 164, "START_ENCRYPTION";
        /// MariaDB: QUERY, zlib.
        QUERY_COMPRESSED = 165, "QUERY_COMPRESSED";
        /// MariaDB: WRITE_ROWS_V1, zlib.
        WRITE_ROWS_COMPRESSED_V1 = 166, "WRITE_ROWS_COMPRESSED_V1";
        /// MariaDB: UPDATE_ROWS_V1, zlib.
        UPDATE_ROWS_COMPRESSED_V1 = 167, "UPDATE_ROWS_COMPRESSED_V1";
        /// MariaDB: DELETE_ROWS_V1, zlib.
        DELETE_ROWS_COMPRESSED_V1 = 168, "DELETE_ROWS_COMPRESSED_V1";
        /// MariaDB: WRITE_ROWS version 2, zlib.
        WRITE_ROWS_COMPRESSED = 169, "WRITE_ROWS_COMPRESSED";
        /// MariaDB: UPDATE_ROWS version 2, zlib.
        UPDATE_ROWS_COMPRESSED = 170, "UPDATE_ROWS_COMPRESSED";
        /// MariaDB: DELETE_ROWS version 2, zlib.
        DELETE_ROWS_COMPRESSED = 171, "DELETE_ROWS_COMPRESSED";
        /// MariaDB 12.3: fragment of a rows event.
        PARTIAL_ROW_DATA = 172, "PARTIAL_ROW_DATA";
    }
}

/// What a rows event does to its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum RowOp {
    /// Rows with an after-image.
    Insert,
    /// Rows with both images.
    Update,
    /// Rows with a before-image.
    Delete,
}

impl RowOp {
    /// Lower-case name: `insert`, `update`, `delete`.
    pub fn name(self) -> &'static str {
        match self {
            RowOp::Insert => "insert",
            RowOp::Update => "update",
            RowOp::Delete => "delete",
        }
    }
}

/// The wire form of a rows event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowsShape {
    /// What it does.
    pub op: RowOp,
    /// Version 2: the post-header carries extra data.
    pub v2: bool,
    /// MariaDB: the rows are zlib-compressed.
    pub compressed: bool,
    /// After-images may hold changes of JSON documents instead of documents.
    pub partial: bool,
}

impl EventType {
    /// How the rows of this event are stored, or `None` if it is no rows event that is decoded.
    pub fn rows_shape(self) -> Option<RowsShape> {
        let (op, v2, compressed) = match self {
            EventType::WRITE_ROWS_V1 => (RowOp::Insert, false, false),
            EventType::UPDATE_ROWS_V1 => (RowOp::Update, false, false),
            EventType::DELETE_ROWS_V1 => (RowOp::Delete, false, false),
            EventType::WRITE_ROWS => (RowOp::Insert, true, false),
            EventType::UPDATE_ROWS | EventType::PARTIAL_UPDATE_ROWS => (RowOp::Update, true, false),
            EventType::DELETE_ROWS => (RowOp::Delete, true, false),
            EventType::WRITE_ROWS_COMPRESSED_V1 => (RowOp::Insert, false, true),
            EventType::UPDATE_ROWS_COMPRESSED_V1 => (RowOp::Update, false, true),
            EventType::DELETE_ROWS_COMPRESSED_V1 => (RowOp::Delete, false, true),
            EventType::WRITE_ROWS_COMPRESSED => (RowOp::Insert, true, true),
            EventType::UPDATE_ROWS_COMPRESSED => (RowOp::Update, true, true),
            EventType::DELETE_ROWS_COMPRESSED => (RowOp::Delete, true, true),
            _ => return None,
        };
        Some(RowsShape {
            op,
            v2,
            compressed,
            partial: self == EventType::PARTIAL_UPDATE_ROWS,
        })
    }

    /// Whether an event of this type carries a statement: one that replicas run, or the one whose rows
    /// follow.
    pub fn carries_statement(self) -> bool {
        self.is_query()
            || matches!(
                self,
                EventType::EXECUTE_LOAD_QUERY | EventType::ROWS_QUERY | EventType::ANNOTATE_ROWS
            )
    }

    /// Whether an event of this type begins a transaction whatever came before: a GTID event.
    pub fn begins_transaction(self) -> bool {
        matches!(
            self,
            EventType::GTID
                | EventType::ANONYMOUS_GTID
                | EventType::GTID_TAGGED
                | EventType::MARIADB_GTID
        )
    }

    /// Whether its statement may be one that begins or ends a transaction.
    pub fn is_query(self) -> bool {
        matches!(self, EventType::QUERY | EventType::QUERY_COMPRESSED)
    }

    /// Whether some server writes this type.
    pub fn is_known(self) -> bool {
        self != EventType::UNKNOWN && self.name().is_some()
    }
}
