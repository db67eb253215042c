//! Column types as TABLE_MAP carries them.

use super::open_constants;

open_constants! {
    /// A column's type byte (MySQL `include/field_types.h`, MariaDB `include/mysql_com.h`).
    ColumnType(u8) {
        /// Before 5.0: decimal as text.
        DECIMAL = 0, "DECIMAL";
        /// 1 byte.
        TINY = 1, "TINYINT";
        /// 2 bytes.
        SHORT = 2, "SMALLINT";
        /// 4 bytes.
        LONG = 3, "INT";
        /// 4 bytes.
        FLOAT = 4, "FLOAT";
        /// 8 bytes.
        DOUBLE = 5, "DOUBLE";
        /// No bytes.
        NULL = 6, "NULL";
        /// Seconds since the epoch, before 5.6.
        TIMESTAMP = 7, "TIMESTAMP (old)";
        /// 8 bytes.
        LONGLONG = 8, "BIGINT";
        /// 3 bytes.
        INT24 = 9, "MEDIUMINT";
        /// 3 bytes.
        DATE = 10, "DATE";
        /// 3 bytes, before 5.6.
        TIME = 11, "TIME (old)";
        /// 8 bytes, before 5.6.
        DATETIME = 12, "DATETIME (old)";
        /// 1 byte.
        YEAR = 13, "YEAR";
        /// As DATE.
        NEWDATE = 14, "DATE";
        /// Length and bytes.
        VARCHAR = 15, "VARCHAR";
        /// Bits, big-endian.
        BIT = 16, "BIT";
        /// Seconds and fraction, big-endian.
        TIMESTAMP2 = 17, "TIMESTAMP";
        /// Packed date, time and fraction.
        DATETIME2 = 18, "DATETIME";
        /// Packed time and fraction.
        TIME2 = 19, "TIME";
        /// Multi-valued index; never a stored column.
        TYPED_ARRAY = 20, "TYPED_ARRAY";
        /// MariaDB: a BLOB compressed by itself.
        BLOB_COMPRESSED = 140, "BLOB COMPRESSED";
        /// MariaDB: a VARCHAR compressed by itself.
        VARCHAR_COMPRESSED = 141, "VARCHAR COMPRESSED";
        /// MySQL 9.0: floats.
        VECTOR = 242, "VECTOR";
        /// Placeholder.
        INVALID = 243, "INVALID";
        /// Placeholder.
        BOOL = 244, "BOOL";
        /// MySQL: binary JSON.
        JSON = 245, "JSON";
        /// Packed decimal digits.
        NEWDECIMAL = 246, "DECIMAL";
        /// Number of a member.
        ENUM = 247, "ENUM";
        /// Bit per member.
        SET = 248, "SET";
        /// As BLOB.
        TINY_BLOB = 249, "TINYBLOB";
        /// As BLOB.
        MEDIUM_BLOB = 250, "MEDIUMBLOB";
        /// As BLOB.
        LONG_BLOB = 251, "LONGBLOB";
        /// Length and bytes; TEXT too.
        BLOB = 252, "BLOB";
        /// As VARCHAR.
        VAR_STRING = 253, "VARCHAR";
        /// Length and bytes; the metadata may say it is an ENUM or SET.
        STRING = 254, "CHAR";
        /// SRID and WKB.
        GEOMETRY = 255, "GEOMETRY";
    }
}

impl Default for ColumnType {
    fn default() -> Self {
        ColumnType::NULL
    }
}

impl ColumnType {
    /// Bytes of metadata that TABLE_MAP stores for this type (MySQL `rows_event.cc`,
    /// `Table_map_event`), or `None` for a type whose size is not known.
    pub fn metadata_len(self) -> Option<usize> {
        Some(match self {
            Self::FLOAT
            | Self::DOUBLE
            | Self::BLOB
            | Self::GEOMETRY
            | Self::JSON
            | Self::VECTOR => 1,
            Self::TINY_BLOB | Self::MEDIUM_BLOB | Self::LONG_BLOB | Self::BLOB_COMPRESSED => 1,
            Self::TIMESTAMP2 | Self::DATETIME2 | Self::TIME2 => 1,
            Self::VARCHAR | Self::VARCHAR_COMPRESSED | Self::BIT | Self::NEWDECIMAL => 2,
            Self::ENUM | Self::SET | Self::VAR_STRING | Self::STRING => 2,
            t if t.name().is_some() => 0,
            _ => return None,
        })
    }

    /// Whether the SIGNEDNESS metadata has a bit for it (MySQL `log_event.cc`, `is_numeric_type`).
    pub fn is_numeric(self) -> bool {
        matches!(
            self,
            Self::TINY
                | Self::SHORT
                | Self::INT24
                | Self::LONG
                | Self::LONGLONG
                | Self::FLOAT
                | Self::DOUBLE
                | Self::NEWDECIMAL
                | Self::YEAR
        )
    }

    /// Whether the charset metadata speaks of it (MySQL `log_event.cc`, `is_character_type`).
    pub fn is_character(self) -> bool {
        matches!(
            self,
            Self::STRING
                | Self::VAR_STRING
                | Self::VARCHAR
                | Self::VARCHAR_COMPRESSED
                | Self::BLOB
                | Self::BLOB_COMPRESSED
                | Self::TINY_BLOB
                | Self::MEDIUM_BLOB
                | Self::LONG_BLOB
        )
    }
}
