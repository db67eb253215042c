//! Column values.
//!
//! Rule of this folder: first the [`extent`](extent::extent) of a value, from the type and a length
//! prefix alone; then [`decode`] on exactly those bytes. So a value that cannot be decoded costs
//! itself and nothing after it.

pub mod bits;
pub mod decimal;
pub mod extent;
pub mod geometry;
pub mod json;
mod json_binary;
pub mod json_diff;
pub mod json_layout;
pub mod likely;
pub mod temporal;
pub mod text;

use crate::codes::ColumnType;
use crate::fault::{FaultKind, Field};
use crate::table::Column;
use crate::unpack;
use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;
use temporal::{Date, DateTime, Time};

/// A value of a column or of a user variable.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// A signed number, or one whose signedness the log does not say.
    Int(i64),
    /// An unsigned number; YEAR too.
    UInt(u64),
    /// FLOAT.
    Float(f32),
    /// DOUBLE.
    Double(f64),
    /// DECIMAL, every digit of its scale.
    Decimal(Cow<'a, str>),
    /// BIT, and how many bits.
    Bits(u64, u8),
    /// DATE.
    Date(Date),
    /// TIME.
    Time(Time),
    /// DATETIME.
    DateTime(DateTime),
    /// TIMESTAMP: seconds since 1970 UTC, microseconds, fraction digits.
    Timestamp(u32, u32, u8),
    /// Text.
    Text(Cow<'a, str>),
    /// Bytes that are no text, or text not valid in its charset.
    Bytes(Cow<'a, [u8]>),
    /// ENUM: number of the member (0: the empty error value) and the member, where the log says it.
    Enum(u64, Option<String>),
    /// SET: bit per member and the members, comma-separated, where the log says them.
    Set(u64, Option<String>),
    /// JSON as text.
    Json(String),
    /// What changed in a JSON document: of an after-image in PARTIAL_UPDATE_ROWS.
    JsonDiff(Vec<json_diff::Diff>),
    /// VECTOR.
    Vector(Vec<f32>),
    /// GEOMETRY.
    Geometry(geometry::Geometry),
}

/// Decodes one value from exactly its bytes (without length prefix).
///
/// # Errors
/// The kind of fault; the caller knows the span.
pub fn decode<'a>(column: &Column, data: &'a [u8]) -> Result<Value<'a>, FaultKind> {
    let short = |what| FaultKind::BadValue { what };
    Ok(match column.kind {
        ColumnType::TINY
        | ColumnType::SHORT
        | ColumnType::INT24
        | ColumnType::LONG
        | ColumnType::LONGLONG => integer(data, column.unsigned == Some(true)),
        ColumnType::FLOAT => {
            Value::Float(f32::from_le_bytes(fixed(data).ok_or(short(Field::Body))?))
        }
        ColumnType::DOUBLE => {
            Value::Double(f64::from_le_bytes(fixed(data).ok_or(short(Field::Body))?))
        }
        ColumnType::NEWDECIMAL => {
            let (precision, scale) = column.decimal();
            Value::Decimal(decimal::text(data, precision, scale)?.into())
        }
        ColumnType::YEAR => Value::UInt(match data.first() {
            None | Some(0) => 0,
            Some(y) => 1900 + u64::from(*y),
        }),
        ColumnType::BIT => Value::Bits(bits::big_endian(data)?, column.meta.min(64) as u8),
        ColumnType::ENUM => bits::enumeration(data, column.members.as_deref())?,
        ColumnType::SET => bits::set(data, column.members.as_deref())?,
        ColumnType::DATE | ColumnType::NEWDATE => Value::Date(temporal::date(data)?),
        ColumnType::TIME => Value::Time(temporal::old_time(data)?),
        ColumnType::TIME2 => Value::Time(temporal::time2(data, column.meta)?),
        ColumnType::DATETIME => Value::DateTime(temporal::old_datetime(data)?),
        ColumnType::DATETIME2 => Value::DateTime(temporal::datetime2(data, column.meta)?),
        ColumnType::TIMESTAMP => Value::Timestamp(
            u32::from_le_bytes(fixed(data).ok_or(short(Field::Timestamp))?),
            0,
            0,
        ),
        ColumnType::TIMESTAMP2 => temporal::timestamp2(data, column.meta)?,
        ColumnType::JSON => Value::Json(json::text(data)?),
        ColumnType::VECTOR => {
            let (floats, []) = data.as_chunks::<4>() else {
                return Err(short(Field::Body));
            };
            Value::Vector(floats.iter().map(|b| f32::from_le_bytes(*b)).collect())
        }
        ColumnType::GEOMETRY => Value::Geometry(geometry::geometry(data)?),
        ColumnType::BLOB_COMPRESSED | ColumnType::VARCHAR_COMPRESSED => {
            text::text(column, &unpack::mariadb_column(data)?).into_owned()
        }
        ColumnType::NULL => Value::Null,
        kind if kind.is_character() => text::text(column, data),
        kind => return Err(FaultKind::ColumnType { code: kind.0 }),
    })
}

fn fixed<const N: usize>(data: &[u8]) -> Option<[u8; N]> {
    data.try_into().ok()
}

/// A little-endian integer of 1 to 8 bytes.
fn integer<'a>(data: &[u8], unsigned: bool) -> Value<'a> {
    let raw = data
        .iter()
        .rev()
        .fold(0u64, |v, b| (v << 8) | u64::from(*b));
    if unsigned {
        return Value::UInt(raw);
    }
    let unused = 64 - 8 * data.len().clamp(1, 8);
    Value::Int((raw as i64) << unused >> unused)
}

impl Value<'_> {
    /// The same value, owning its bytes.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Decimal(t) => Value::Decimal(Cow::Owned(t.into_owned())),
            Value::Text(t) => Value::Text(Cow::Owned(t.into_owned())),
            Value::Bytes(b) => Value::Bytes(Cow::Owned(b.into_owned())),
            Value::Null => Value::Null,
            Value::Int(v) => Value::Int(v),
            Value::UInt(v) => Value::UInt(v),
            Value::Float(v) => Value::Float(v),
            Value::Double(v) => Value::Double(v),
            Value::Bits(v, n) => Value::Bits(v, n),
            Value::Date(v) => Value::Date(v),
            Value::Time(v) => Value::Time(v),
            Value::DateTime(v) => Value::DateTime(v),
            Value::Timestamp(s, m, f) => Value::Timestamp(s, m, f),
            Value::Enum(i, t) => Value::Enum(i, t),
            Value::Set(i, t) => Value::Set(i, t),
            Value::Json(t) => Value::Json(t),
            Value::JsonDiff(d) => Value::JsonDiff(d),
            Value::Vector(v) => Value::Vector(v),
            Value::Geometry(g) => Value::Geometry(g),
        }
    }
}

impl fmt::Display for Value<'_> {
    /// As a client shows it, unquoted; bytes as `0x…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Int(v) => write!(f, "{v}"),
            Value::UInt(v) => write!(f, "{v}"),
            Value::Float(v) => write!(f, "{v:?}"),
            Value::Double(v) => write!(f, "{v:?}"),
            Value::Decimal(t) | Value::Text(t) => f.write_str(t),
            Value::Json(t) => f.write_str(t),
            Value::JsonDiff(diffs) if diffs.is_empty() => f.write_str("(unchanged)"),
            Value::JsonDiff(diffs) => {
                for (i, diff) in diffs.iter().enumerate() {
                    write!(f, "{}{diff}", if i > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
            Value::Bits(v, n) => write!(f, "b'{v:0width$b}'", width = usize::from(*n)),
            Value::Date(v) => write!(f, "{v}"),
            Value::Geometry(v) => write!(f, "{v}"),
            Value::Time(v) => write!(f, "{v}"),
            Value::DateTime(v) => write!(f, "{v}"),
            Value::Timestamp(s, m, digits) => temporal::write_timestamp(f, *s, *m, *digits),
            Value::Bytes(b) => {
                f.write_str("0x")?;
                b.iter().try_for_each(|b| write!(f, "{b:02x}"))
            }
            Value::Enum(_, Some(t)) | Value::Set(_, Some(t)) => f.write_str(t),
            Value::Enum(i, None) | Value::Set(i, None) => write!(f, "{i}"),
            Value::Vector(v) => {
                f.write_str("[")?;
                for (i, x) in v.iter().enumerate() {
                    write!(f, "{}{x:?}", if i > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
        }
    }
}
