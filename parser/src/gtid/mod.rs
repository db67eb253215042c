//! GTIDs as values: sets with the servers' syntax and laws.
//!
//! Rule of this folder: no events and no bytes here, only numbers, names and text. A MySQL GTID is
//! a source (UUID), an optional tag and a number; a MariaDB GTID is domain, server and sequence.

pub mod interval;
pub mod mariadb;
pub mod set;

pub use interval::{IntervalBuilder, IntervalSet};
pub use mariadb::{BinlogState, MariadbGtid, Order};
pub use set::{GtidSet, SourceTag, Tag};
