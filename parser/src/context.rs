//! What decoding one event needs to know about the log around it.

use crate::codes::EventType;
use crate::limits;
use crate::table::Table;
use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};

/// Which family of servers wrote the log. Type codes and layouts differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Flavour {
    /// MySQL, Percona Server and other builds of it.
    #[default]
    Mysql,
    /// MariaDB.
    Mariadb,
}

/// How events end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Checksum {
    /// No checksum.
    #[default]
    None,
    /// Four bytes of CRC32 (zlib's polynomial), little-endian.
    Crc32,
}

impl Checksum {
    /// Bytes at the end of each event.
    pub fn len(self) -> usize {
        match self {
            Checksum::None => 0,
            Checksum::Crc32 => 4,
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self == Checksum::None
    }
}

/// What the format description in force says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Format {
    /// Binlog version: 4 from MySQL 5.0 on, 3 before.
    pub binlog_version: u16,
    /// The server that wrote the log, e.g. `9.7.4-2`.
    pub server_version: String,
    /// Derived from the version text.
    pub flavour: Flavour,
    /// Bytes of the common header: 19, 13 before 4.0, more in a few patched servers. The format description and
    /// ROTATE have 19 all the same.
    pub header_len: u8,
    /// Post-header length per event type, the first for type 1.
    pub post_header: Vec<u8>,
    /// How events end.
    pub checksum: Checksum,
}

impl Format {
    /// Post-header length of `event_type`, or `usual` where the format description has none.
    pub fn post_header_len(&self, event_type: EventType, usual: usize) -> usize {
        usize::from(event_type.0)
            .checked_sub(1)
            .and_then(|i| self.post_header.get(i))
            .map_or(usual, |n| usize::from(*n))
    }

    /// Whether no format description has been read.
    pub fn is_unknown(&self) -> bool {
        self.binlog_version == 0
    }

    /// Whether this is a log of MySQL 3.23, whose headers have 13 bytes.
    pub fn is_old(&self) -> bool {
        self.binlog_version == 1
    }

    /// Bytes of the header of an event of this type.
    pub fn header_len_of(&self, event_type: EventType) -> usize {
        match event_type {
            _ if self.is_old() => 13,
            EventType::FORMAT_DESCRIPTION | EventType::ROTATE => 19,
            _ => usize::from(self.header_len).max(19),
        }
    }

    /// The flavour that a version text tells of: `5.1.38-maria-beta` was MariaDB's first name.
    pub fn flavour_of(server_version: &str) -> Flavour {
        let lower = server_version.to_ascii_lowercase();
        if lower.contains("mariadb") || lower.contains("-maria-") {
            Flavour::Mariadb
        } else {
            Flavour::Mysql
        }
    }

    /// Whether a server of this version ends its format description with a checksum algorithm:
    /// MySQL from 5.6.1, MariaDB from 5.3.0 (`checksum_version_split`, `checksum_version_product`).
    pub fn has_checksum_byte(server_version: &str) -> bool {
        let version = Format::version_of(server_version);
        match Format::flavour_of(server_version) {
            Flavour::Mariadb => version >= (5, 3, 0),
            Flavour::Mysql => version >= (5, 6, 1),
        }
    }

    /// Major, minor and patch of a version text; 0 where it has no number.
    pub fn version_of(server_version: &str) -> (u32, u32, u32) {
        let mut numbers = server_version.split('.').map(|part| {
            let digits = part
                .split(|c: char| !c.is_ascii_digit())
                .next()
                .unwrap_or("");
            digits.parse::<u32>().unwrap_or(0)
        });
        let mut next = || numbers.next().unwrap_or(0);
        (next(), next(), next())
    }
}

/// Everything around an event that its bytes alone do not say.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The format description in force.
    pub format: Arc<Format>,
    /// Table maps in force, by table id.
    pub tables: BTreeMap<u64, Arc<Table>>,
}

impl Context {
    /// A context that knows the format and no tables.
    pub fn new(format: Arc<Format>) -> Self {
        Context {
            format,
            tables: BTreeMap::new(),
        }
    }

    /// Remembers a table map until another takes its id. Beyond
    /// [`OPEN_TABLES`](limits::OPEN_TABLES) all are forgotten: no statement maps that many.
    pub fn map_table(&mut self, table: Arc<Table>) {
        if self.tables.len() >= limits::OPEN_TABLES {
            self.tables.clear();
        }
        self.tables.insert(table.table_id, table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_mariadb() {
        for version in [
            "10.11.19-MariaDB-log",
            "5.1.38-maria-beta1",
            "5.1.41-maria-rc",
        ] {
            assert_eq!(Format::flavour_of(version), Flavour::Mariadb, "{version}");
        }
        for version in ["5.1.73-log", "8.0.46", "5.1.30-marianne", ""] {
            assert_eq!(Format::flavour_of(version), Flavour::Mysql, "{version}");
        }
    }

    #[test]
    fn versions_with_and_without_a_checksum_byte() {
        for with in [
            "5.6.1-m5",
            "5.7.44-log",
            "9.7.4-2",
            "10.11.19-MariaDB",
            "5.5.36-MariaDB-debug-log",
        ] {
            assert!(Format::has_checksum_byte(with), "{with}");
        }
        for without in [
            "5.5.38-0ubuntu0.12.04.1-log",
            "5.1.63-google",
            "5.6.0",
            "5.2.9-MariaDB",
            "5.1.39-maria-beta-log",
            "",
            "x.y",
        ] {
            assert!(!Format::has_checksum_byte(without), "{without}");
        }
    }
}
