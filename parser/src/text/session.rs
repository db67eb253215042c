//! What the reader of the text has been told so far: a setting is printed when it changes
//! (`PRINT_EVENT_INFO`).

use alloc::vec::Vec;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) database: Vec<u8>,
    pub(super) thread_id: Option<u32>,
    pub(super) flags2: Option<u32>,
    pub(super) sql_mode: Option<u64>,
    pub(super) auto_increment: (u16, u16),
    pub(super) charset: Option<[u16; 3]>,
    pub(super) time_zone: Vec<u8>,
    pub(super) lc_time_names: Option<u16>,
    pub(super) collation_database: Option<u16>,
    pub(super) default_collation_for_utf8mb4: u16,
    /// MySQL: version of the server that committed the transaction, 0 if not known.
    pub(super) immediate_version: u32,
    /// MySQL: a BEGIN without its end.
    pub(super) in_transaction: bool,
    /// MySQL: a GTID without the end of its transaction.
    pub(super) seen_gtid: bool,
    /// MySQL: a format description other than a replica's own was there.
    pub(super) described: bool,
    /// MariaDB: the GTID printed last is of an XA transaction.
    pub(super) xa: bool,
    /// MariaDB: as printed last.
    pub(super) parallel: Option<bool>,
    pub(super) domain_id: Option<u32>,
    pub(super) server_id: Option<u32>,
}
