//! A table as a log describes it: what rows, contexts and values are read by. Filled by
//! `event/table_map.rs`.

use crate::codes::ColumnType;
use crate::codes::charset::Charset;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// One column as the log describes it. What only full metadata says is `None` without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Column {
    /// Type as stored: ENUM and SET are told apart from CHAR.
    pub kind: ColumnType,
    /// Type-dependent: length, precision and scale, fraction digits, bytes of a length.
    pub meta: u16,
    /// The log has no metadata of it (before 5.1.18): of most types the values cannot be measured then.
    pub without_meta: bool,
    /// The metadata as the server's tool prints it, the real type of a STRING included.
    pub wire_meta: u16,
    /// Whether NULL is possible.
    pub nullable: bool,
    /// Numbers: whether unsigned.
    pub unsigned: Option<bool>,
    /// Text: collation id.
    pub collation: Option<u64>,
    /// Name.
    pub name: Option<String>,
    /// ENUM and SET: the members.
    pub members: Option<Vec<String>>,
    /// Part of the primary key.
    pub key: bool,
    /// Shown by `SELECT *`.
    pub visible: bool,
    /// GEOMETRY: which kind.
    pub geometry: Option<u64>,
    /// VECTOR: number of elements.
    pub dimensions: Option<u64>,
}

impl Column {
    /// The charset, if the log says it.
    pub fn charset(&self) -> Option<Charset> {
        self.collation.and_then(Charset::of_collation)
    }

    /// Of a DECIMAL: precision and scale.
    pub fn decimal(&self) -> (u8, u8) {
        let [precision, scale] = self.meta.to_be_bytes();
        (precision, scale)
    }

    /// MariaDB: whether values are compressed one by one.
    pub fn is_compressed(&self) -> bool {
        matches!(
            self.kind,
            ColumnType::BLOB_COMPRESSED | ColumnType::VARCHAR_COMPRESSED
        )
    }

    /// The type in SQL's terms, e.g. `DECIMAL(10,2)`, `VARCHAR(80 bytes)`.
    pub fn sql_type(&self) -> String {
        let unsigned = if self.unsigned == Some(true) {
            " UNSIGNED"
        } else {
            ""
        };
        let binary = self.charset().is_some_and(Charset::is_binary);
        let meta = self.meta;
        match self.kind {
            ColumnType::NEWDECIMAL => format!("DECIMAL({},{}){unsigned}", meta >> 8, meta & 0xff),
            ColumnType::VARCHAR | ColumnType::VAR_STRING if binary => format!("VARBINARY({meta})"),
            ColumnType::VARCHAR | ColumnType::VAR_STRING => format!("VARCHAR({meta} bytes)"),
            ColumnType::STRING if binary => format!("BINARY({meta})"),
            ColumnType::STRING => format!("CHAR({meta} bytes)"),
            ColumnType::BIT => format!("BIT({meta})"),
            ColumnType::BLOB => {
                let base = if binary { "BLOB" } else { "TEXT" };
                let size = match meta {
                    1 => "TINY",
                    3 => "MEDIUM",
                    4 => "LONG",
                    _ => "",
                };
                format!("{size}{base}")
            }
            ColumnType::TIMESTAMP2 | ColumnType::DATETIME2 | ColumnType::TIME2 if meta > 0 => {
                format!("{}({meta})", self.kind)
            }
            ColumnType::VECTOR => match self.dimensions {
                Some(n) => format!("VECTOR({n})"),
                None => "VECTOR".to_string(),
            },
            kind => format!("{kind}{unsigned}"),
        }
    }
}

/// A table as its TABLE_MAP describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Table {
    /// Number that rows events name it by.
    pub table_id: u64,
    /// See [`TableMapFlags`](crate::codes::flags::TableMapFlags).
    pub flags: u16,
    /// Its database.
    pub database: String,
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<Column>,
}

impl Table {
    /// `database.name`.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.database, self.name)
    }
}
