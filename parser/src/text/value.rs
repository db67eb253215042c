//! One value, as `log_event_print_value` prints it.

use super::quote::quoted;
use super::{Text, Tool, append, json_diff, number};
use crate::bytes::fit::low32;
use crate::codes::ColumnType;
use crate::event::row_walk::Slot;
use crate::table::Column;
use crate::value::{decimal, json, temporal};
use alloc::{borrow::Cow, format, string::String};

fn uint(data: &[u8]) -> u64 {
    data.iter().rev().fold(0, |v, b| v << 8 | u64::from(*b))
}

/// Prints what an image has of a column (`None`: a value that cannot be measured). Returns the name that
/// the tool has for its type; `None` where the tool gives up, which ends the event's text.
pub(super) fn print(
    out: &mut Text,
    tool: Tool,
    (i, column): (usize, &Column),
    slot: Option<Slot<'_>>,
    dimensions: Option<u64>,
) -> Option<Cow<'static, str>> {
    let Some(name) = type_name(tool, column, dimensions) else {
        let (code, meta) = (column.kind.0, column.wire_meta);
        append!(
            out,
            "!! Don't know how to handle column type={code} meta={meta} ({meta:04X})\n"
        );
        return None;
    };
    let Some(slot) = slot else {
        append!(
            out,
            "***Corrupted replication event was detected. Not printing the value***\n"
        );
        return None;
    };
    match slot {
        Slot::Null => append!(out, "NULL"),
        Slot::Value { data, diff, .. } => known(out, tool, i, column, data, diff),
    }
    Some(name)
}

/// `typestr`.
fn type_name(tool: Tool, column: &Column, dimensions: Option<u64>) -> Option<Cow<'static, str>> {
    let meta = column.meta;
    Some(Cow::Borrowed(match column.kind {
        ColumnType::LONG => "INT",
        ColumnType::TINY => "TINYINT",
        ColumnType::SHORT => "SHORTINT",
        ColumnType::INT24 => "MEDIUMINT",
        ColumnType::LONGLONG => "LONGINT",
        ColumnType::FLOAT => "FLOAT",
        ColumnType::DOUBLE => "DOUBLE",
        ColumnType::TIMESTAMP => "TIMESTAMP",
        ColumnType::DATETIME => "DATETIME",
        ColumnType::TIME => "TIME",
        ColumnType::DATE | ColumnType::NEWDATE => "DATE",
        ColumnType::YEAR => "YEAR",
        ColumnType::JSON if tool == Tool::Mysqlbinlog => "JSON",
        ColumnType::GEOMETRY if tool == Tool::MariadbBinlog => "GEOMETRY",
        ColumnType::ENUM if meta == 1 => "ENUM(1 byte)",
        ColumnType::ENUM => "ENUM(2 bytes)",
        ColumnType::BLOB | ColumnType::BLOB_COMPRESSED => {
            let compressed = column.kind == ColumnType::BLOB_COMPRESSED;
            if compressed && tool == Tool::Mysqlbinlog {
                return None;
            }
            let name = match meta {
                1 => "TINYBLOB/TINYTEXT",
                2 => "BLOB/TEXT",
                3 => "MEDIUMBLOB/MEDIUMTEXT",
                _ => "LONGBLOB/LONGTEXT",
            };
            if compressed {
                return Some(Cow::Owned(format!("{name} COMPRESSED")));
            }
            name
        }
        _ => return sized_name(tool, column, dimensions).map(Cow::Owned),
    }))
}

fn sized_name(tool: Tool, column: &Column, dimensions: Option<u64>) -> Option<String> {
    let meta = column.meta;
    Some(match column.kind {
        ColumnType::NEWDECIMAL => format!("DECIMAL({},{})", meta >> 8, meta & 0xff),
        ColumnType::BIT => format!("BIT({meta})"),
        ColumnType::TIMESTAMP2 => format!("TIMESTAMP({meta})"),
        ColumnType::DATETIME2 => format!("DATETIME({meta})"),
        ColumnType::TIME2 => format!("TIME({meta})"),
        ColumnType::SET => format!("SET({meta} bytes)"),
        ColumnType::VARCHAR | ColumnType::VAR_STRING => format!("VARSTRING({meta})"),
        ColumnType::VARCHAR_COMPRESSED if tool == Tool::MariadbBinlog => {
            format!("VARSTRING({meta}) COMPRESSED")
        }
        ColumnType::STRING => format!("STRING({meta})"),
        ColumnType::VECTOR if tool == Tool::Mysqlbinlog => {
            format!("VECTOR({})", dimensions.unwrap_or(0))
        }
        _ => return None,
    })
}

fn known(out: &mut Text, tool: Tool, i: usize, column: &Column, data: &[u8], diff: bool) {
    match column.kind {
        ColumnType::TINY
        | ColumnType::SHORT
        | ColumnType::INT24
        | ColumnType::LONG
        | ColumnType::LONGLONG => integer(out, data),
        ColumnType::NEWDECIMAL => {
            let (precision, scale) = column.decimal();
            let text = decimal::text(data, precision, scale).unwrap_or_else(|_| "?".into());
            append!(out, "{text}");
        }
        ColumnType::FLOAT => {
            let value = data.first_chunk().map_or(0.0, |b| f32::from_le_bytes(*b));
            append!(out, "{:<20}", number::general(f64::from(value), 6));
        }
        ColumnType::DOUBLE => {
            let value = data.first_chunk().map_or(0.0, |b| f64::from_le_bytes(*b));
            append!(out, "{}", number::general(value, 20));
        }
        ColumnType::BIT => {
            // The first byte holds the odd bits (`my_b_write_bit`).
            let bits = usize::from(column.meta);
            bits_of(out, data.iter().copied(), bits);
        }
        ColumnType::SET => bits_of(out, data.iter().copied(), data.len() * 8),
        ColumnType::ENUM => append!(out, "{}", uint(data)),
        ColumnType::YEAR => append!(
            out,
            "{:04}",
            1900 + u32::from(data.first().copied().unwrap_or(0))
        ),
        ColumnType::TIMESTAMP => append!(out, "{}", low32(uint(data)) as i32),
        ColumnType::TIMESTAMP2
        | ColumnType::DATETIME2
        | ColumnType::TIME2
        | ColumnType::DATETIME
        | ColumnType::TIME
        | ColumnType::DATE
        | ColumnType::NEWDATE => time(out, tool, column, data),
        ColumnType::JSON if diff => json_diff::print(out, i, data),
        ColumnType::JSON => {
            let text = json::unquoted(data).unwrap_or_else(|| match json::text(data) {
                Ok(text) => Cow::Owned(text.into_bytes()),
                Err(_) => Cow::Borrowed(b"?"),
            });
            quoted(out, tool, &text);
        }
        ColumnType::VECTOR => {
            append!(out, "[");
            for (n, x) in data.as_chunks::<4>().0.iter().enumerate() {
                let comma = if n > 0 { "," } else { "" };
                append!(
                    out,
                    "{comma}{}",
                    number::scientific(f32::from_le_bytes(*x), 5)
                );
            }
            append!(out, "]");
        }
        _ => quoted(out, tool, data),
    }
}

/// `my_b_write_sint32_and_uint32`: signed, and unsigned if that differs.
fn integer(out: &mut Text, data: &[u8]) {
    let raw = uint(data);
    let unused = 64 - 8 * data.len().clamp(1, 8);
    let signed = (raw as i64) << unused >> unused;
    append!(out, "{signed}");
    if signed < 0 {
        append!(out, " ({raw})");
    }
}

/// The lowest `bits` bits of big-endian bytes.
fn bits_of(out: &mut Text, bytes: impl ExactSizeIterator<Item = u8>, bits: usize) {
    let skip = bytes.len() * 8 - bits.min(bytes.len() * 8);
    append!(out, "b'");
    for (n, byte) in bytes.enumerate() {
        for bit in 0..8 {
            if n * 8 + bit >= skip {
                append!(out, "{}", byte >> (7 - bit) & 1);
            }
        }
    }
    append!(out, "'");
}

/// Dates and times of the old forms and seconds as they are stored, the rest if they are dates and times.
fn time(out: &mut Text, tool: Tool, column: &Column, data: &[u8]) {
    let shown = match column.kind {
        ColumnType::DATE | ColumnType::NEWDATE => temporal::stored_date(data)
            .map(|d| append!(out, "'{:04}:{:02}:{:02}'", d.year, d.month, d.day)),
        ColumnType::TIME => temporal::stored_old_time(data).map(|t| append!(out, "'{t}'")),
        ColumnType::DATETIME => temporal::stored_old_datetime(data).map(|t| append!(out, "'{t}'")),
        ColumnType::TIMESTAMP2 => {
            temporal::stored_timestamp2(data, column.meta).map(|(seconds, micros)| {
                append!(out, "{seconds}");
                let _ = temporal::write_fraction(out, micros, column.meta.min(6) as u8);
            })
        }
        ColumnType::DATETIME2 => temporal::datetime2(data, column.meta)
            .ok()
            .map(|value| append!(out, "'{value}'")),
        _ => temporal::time2(data, column.meta)
            .ok()
            .map(|value| append!(out, "'{value}'")),
    };
    if shown.is_none() {
        quoted(out, tool, data);
    }
}
