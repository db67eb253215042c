//! How many bytes a value takes, without decoding it.

use super::decimal;
use crate::codes::ColumnType;
use crate::table::Column;

/// A value's place at the start of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Bytes of the length before it; 0 for types of fixed size.
    pub prefix: usize,
    /// Bytes of the value.
    pub data: usize,
}

impl Extent {
    /// Prefix and value together.
    pub fn len(self) -> usize {
        self.end(0)
    }

    /// Where a value at `at` ends; as far as can be said where it claims more than memory holds.
    #[inline]
    pub fn end(self, at: usize) -> usize {
        at.saturating_add(self.prefix).saturating_add(self.data)
    }

    /// Whether the value takes no bytes.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// How the values of a column are measured; made once per column, used once per value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Measure {
    /// Always this many bytes.
    Fixed(usize),
    /// A little-endian length of this many bytes (1 to 4), then the value.
    Prefixed(usize),
    /// A type whose size is not known: nothing after it can be found.
    Unknown,
}

impl Measure {
    /// The measure of `column` (MySQL `rows_event` / `log_event.cc`, `calc_field_size`).
    pub fn of(column: &Column) -> Measure {
        let meta = usize::from(column.meta);
        let fraction = meta.min(6).div_ceil(2);
        let prefix = |n: usize| {
            if (1..=4).contains(&n) {
                Measure::Prefixed(n)
            } else {
                Measure::Unknown
            }
        };
        let sized = matches!(column.kind, ColumnType::FLOAT | ColumnType::DOUBLE)
            || column.kind.metadata_len() == Some(0);
        if column.without_meta && !sized {
            return Measure::Unknown;
        }
        match column.kind {
            ColumnType::NULL => Measure::Fixed(0),
            ColumnType::TINY | ColumnType::YEAR => Measure::Fixed(1),
            ColumnType::SHORT => Measure::Fixed(2),
            ColumnType::INT24 | ColumnType::DATE | ColumnType::NEWDATE | ColumnType::TIME => {
                Measure::Fixed(3)
            }
            ColumnType::LONG | ColumnType::FLOAT | ColumnType::TIMESTAMP => Measure::Fixed(4),
            ColumnType::LONGLONG | ColumnType::DOUBLE | ColumnType::DATETIME => Measure::Fixed(8),
            ColumnType::TIMESTAMP2 => Measure::Fixed(4 + fraction),
            ColumnType::DATETIME2 => Measure::Fixed(5 + fraction),
            ColumnType::TIME2 => Measure::Fixed(3 + fraction),
            ColumnType::BIT => Measure::Fixed(meta.div_ceil(8)),
            ColumnType::NEWDECIMAL => {
                let (precision, scale) = column.decimal();
                Measure::Fixed(decimal::len(precision, scale))
            }
            ColumnType::ENUM | ColumnType::SET if (1..=8).contains(&meta) => Measure::Fixed(meta),
            ColumnType::VARCHAR
            | ColumnType::VAR_STRING
            | ColumnType::STRING
            | ColumnType::VARCHAR_COMPRESSED => Measure::Prefixed(if meta > 255 { 2 } else { 1 }),
            ColumnType::BLOB
            | ColumnType::TINY_BLOB
            | ColumnType::MEDIUM_BLOB
            | ColumnType::LONG_BLOB
            | ColumnType::BLOB_COMPRESSED
            | ColumnType::JSON
            | ColumnType::GEOMETRY
            | ColumnType::VECTOR => prefix(meta),
            _ => Measure::Unknown,
        }
    }

    /// The extent of the value at the start of `bytes`, or `None` if it is not all there or its
    /// size is not known.
    #[inline]
    pub fn extent(self, bytes: &[u8]) -> Option<Extent> {
        let whole = |e: &Extent| e.end(0) <= bytes.len();
        self.claimed(bytes, 0).filter(whole)
    }

    /// The extent that the value at `at` claims to have: its length is there, its data may not be.
    #[inline]
    pub fn claimed(self, bytes: &[u8], at: usize) -> Option<Extent> {
        let (prefix, data) = match self {
            Measure::Fixed(data) => (0, data),
            // Most values with a length have one of these two: counting rows lives on them.
            Measure::Prefixed(1) => (1, usize::from(*bytes.get(at)?)),
            Measure::Prefixed(2) => {
                let length = *bytes.get(at..)?.first_chunk()?;
                (2, usize::from(u16::from_le_bytes(length)))
            }
            Measure::Prefixed(prefix) => {
                let length = bytes.get(at..)?.get(..prefix)?.iter().rev();
                (prefix, length.fold(0, |v, b| (v << 8) | usize::from(*b)))
            }
            Measure::Unknown => return None,
        };
        Some(Extent { prefix, data })
    }
}

/// The extent of one value of `column` at the start of `bytes`.
pub fn extent(column: &Column, bytes: &[u8]) -> Option<Extent> {
    Measure::of(column).extent(bytes)
}
