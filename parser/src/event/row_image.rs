//! One image of a row, decoded: which columns it has, which are NULL, and their values.

use super::row_walk::{ImageLayout, ImageWalk, Slot};
use crate::codes::ColumnType;
use crate::fault::{Fault, FaultKind};
use crate::table::{Column, Table};
use crate::trace::{Name, Reader, Result, Trace};
use crate::unpack;
use crate::value::json_diff::DiffOp;
use crate::value::{self, Value, json_diff, json_layout};
use alloc::{borrow::Cow, string::ToString, vec::Vec};

/// What an image has for one column.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Cell<'a> {
    /// The column is not in this image.
    Absent,
    /// Its value, [`Value::Null`] included.
    Value(Value<'a>),
    /// Its bytes, which are not a valid value.
    Broken(Cow<'a, [u8]>, Fault),
}

/// A row image: one cell per column of the table.
pub type Image<'a> = Vec<Cell<'a>>;

/// Decodes an image: its values, by the one walk that finds them.
///
/// # Errors
/// The fault after which nothing more of the event can be found. A value that is only invalid is a
/// [`Cell::Broken`].
pub(super) fn image<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    name: &'static str,
    about: &'static str,
    table: &Table,
    layout: ImageLayout<'_>,
) -> Result<Image<'a>> {
    r.group(name, about, |r| {
        let mut cells = Vec::with_capacity(table.columns.len());
        for found in ImageWalk::begin(r, layout)? {
            let (i, slot) = found.map_err(|stop| stop.fault(r, table))?;
            let Some(column) = table.columns.get(i) else {
                break;
            };
            cells.resize(i, Cell::Absent);
            cells.push(match slot {
                Slot::Null => Cell::Value(Value::Null),
                Slot::Value { prefix, data, diff } => cell(r, (i, column), prefix, data, diff)?,
            });
        }
        cells.resize(table.columns.len(), Cell::Absent);
        Ok(cells)
    })
}

fn cell<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    (i, column): (usize, &Column),
    prefix: usize,
    data: &'a [u8],
    diff: bool,
) -> Result<Cell<'a>> {
    let at = r.rest();
    let decoded = if diff {
        json_diff::decode(data).map(Value::JsonDiff)
    } else {
        value::decode(column, data)
    };
    if T::RECORDS && matches!(decoded, Ok(Value::JsonDiff(_))) {
        record_diffs(r, i, column, prefix, data, &decoded)?;
    } else if T::RECORDS {
        record(r, i, column, prefix, data, &decoded)?;
    } else {
        r.claim(prefix + data.len());
    }
    Ok(match decoded {
        Ok(value) => Cell::Value(value),
        Err(kind) => {
            let fault = Fault::new(kind, at.span_of(prefix + data.len()));
            r.trace().fault(&fault);
            Cell::Broken(Cow::Borrowed(data), fault)
        }
    })
}

fn record<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    i: usize,
    column: &Column,
    prefix: usize,
    data: &[u8],
    decoded: &core::result::Result<Value<'_>, FaultKind>,
) -> Result<()> {
    const ABOUT: &str = "Value of this column.";
    let name = column.name.as_deref().map_or(Name::Column(i), Name::Found);
    let shown = |b: &[u8]| match decoded {
        Ok(Value::Text(_)) => crate::trace::quoted(b),
        Ok(Value::Bytes(_)) | Err(_) => crate::trace::hex(b),
        Ok(value) => clip(value.to_string()),
    };
    if prefix == 0 {
        r.field_as(name, ABOUT, crate::int::take(data.len()), shown)?;
        r.note(|| column.sql_type());
        return Ok(());
    }
    r.group(name, ABOUT, |r| {
        r.field("length", "Bytes of the value.", crate::int::uint_le(prefix))?;
        let parts = if column.kind == ColumnType::JSON && decoded.is_ok() {
            json_layout::parts(data)
        } else {
            None
        };
        match parts {
            Some(parts) => document(r, &parts, data.len())?,
            None if column.is_compressed() && decoded.is_ok() => compressed(r, data)?,
            None => {
                r.field_as("value", ABOUT, crate::int::take(data.len()), shown)?;
            }
        }
        if column.kind == ColumnType::JSON {
            r.note(|| shown(data));
        } else {
            r.note(|| match decoded {
                Ok(Value::Bytes(bytes)) => match value::likely::likely(column, bytes) {
                    Some(likely) => alloc::format!("{}, {likely}", column.sql_type()),
                    None => column.sql_type(),
                },
                _ => column.sql_type(),
            });
        }
        Ok(())
    })
}

/// A value of a COMPRESSED column: a header and, if it was worth while, a stream; what is in it has a
/// space of its own. It was unpacked before, so all is where it should be.
fn compressed<T: Trace>(r: &mut Reader<'_, '_, T>, data: &[u8]) -> Result<()> {
    if data.is_empty() {
        return Ok(());
    }
    let about = "Bits 4 to 7: 0 as it is, 8 zlib; bit 3: without zlib's frame; bits 0 to 2: bytes of the length.";
    let head = r.field_as("compression_header", about, crate::int::u8, |h| {
        alloc::format!("{h:#04x}")
    })?;
    if head >> 4 == 0 {
        let left = data.len() - 1;
        r.text("value", "The value, as it is.", left)?;
        return Ok(());
    }
    r.field(
        "original_length",
        "Bytes before compression.",
        crate::int::uint_be(usize::from(head & 7)),
    )?;
    let left = data.len() - 1 - usize::from(head & 7);
    r.bytes("compressed", "zlib stream.", left)?;
    let unpacked = unpack::mariadb_column(data).unwrap_or_default();
    r.unpacked("unpacked", "The value, unpacked.", &unpacked, |r| {
        let len = r.left();
        r.text("value", "The value.", len).map(|_| ())
    })
}

/// A list of diffs, part by part. They were decoded, so all is where it should be.
fn record_diffs<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    i: usize,
    column: &Column,
    prefix: usize,
    data: &[u8],
    decoded: &core::result::Result<Value<'_>, FaultKind>,
) -> Result<()> {
    let name = column.name.as_deref().map_or(Name::Column(i), Name::Found);
    let Ok(Value::JsonDiff(diffs)) = decoded else {
        return Ok(());
    };
    r.group(name, "What changed in the document.", |r| {
        r.field(
            "length",
            "Bytes of the changes.",
            crate::int::uint_le(prefix),
        )?;
        let stored = json_diff::stored(data).unwrap_or_default();
        for (n, (stored, diff)) in stored.into_iter().zip(diffs).enumerate() {
            r.group(Name::Item("diff", n), "One change.", |r| {
                r.field_as(
                    "operation",
                    "0 replaces, 1 inserts, 2 removes.",
                    crate::int::u8,
                    |op| op.to_string(),
                )?;
                r.note(|| diff.function().to_string());
                r.lenenc("path_length", "Bytes of the path.")?;
                r.text("path", "Where in the document.", stored.path.len())?;
                if stored.op != DiffOp::Remove {
                    r.lenenc("value_length", "Bytes of the value.")?;
                    r.field_as(
                        "value",
                        "The new value, in the server's binary form.",
                        crate::int::take(stored.value.len()),
                        |_| clip(diff.value.clone()),
                    )?;
                }
                Ok(())
            })?;
        }
        r.note(|| {
            clip(
                diffs
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
            )
        });
        Ok(())
    })
}

/// A JSON document, part by part.
fn document<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    parts: &[json_layout::Part],
    len: usize,
) -> Result<()> {
    r.window(
        "value",
        "The document, in the server's binary form.",
        len,
        |r| {
            for part in parts {
                r.field_as(
                    Name::Found(&part.name),
                    part.about,
                    crate::int::take(part.len),
                    |b| {
                        if part.value.is_empty() {
                            crate::trace::hex(b)
                        } else {
                            part.value.clone()
                        }
                    },
                )?;
            }
            Ok(())
        },
    )
}

fn clip(mut text: alloc::string::String) -> alloc::string::String {
    if text.len() > crate::limits::SHOWN {
        let end = (0..=crate::limits::SHOWN)
            .rev()
            .find(|i| text.is_char_boundary(*i))
            .unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}
