//! One image of a row: which columns it has, which are NULL, and their values.

use crate::bytes::Bitmap;
use crate::codes::ColumnType;
use crate::fault::{Fault, FaultKind};
use crate::table::{Column, Table};
use crate::trace::{Name, Reader, Result, Trace};
use crate::unpack;
use crate::value::{self, Value, extent::Measure, json_diff, json_layout};
use alloc::{borrow::Cow, string::ToString, vec::Vec};

/// The columns that an image holds.
#[derive(Clone, Copy, Debug)]
pub struct Present<'a> {
    /// Bit per column.
    pub bits: Bitmap<'a>,
    /// Number of columns of the table.
    pub width: usize,
}

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

/// Reads an image: a NULL bitmap over the present columns, then the values of those not NULL.
///
/// # Errors
/// The fault after which nothing more of the event can be found. A value that is only invalid is a
/// [`Cell::Broken`].
pub(super) fn image<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    name: &'static str,
    about: &'static str,
    table: &Table,
    present: Present<'_>,
    partial: bool,
) -> Result<Image<'a>> {
    r.group(name, about, |r| {
        let diffs = if partial {
            partial_columns(r, table)?
        } else {
            None
        };
        let mut documents = 0;
        let count = present.bits.count(present.width);
        let nulls = r.bitmap("nulls", "Bit per column of this image: it is NULL.", count)?;
        let mut cells = Vec::with_capacity(present.width);
        let mut n = 0;
        for (i, column) in table.columns.iter().enumerate() {
            let document = column.kind == ColumnType::JSON;
            let diff = document && diffs.is_some_and(|d| d.get(documents));
            documents += usize::from(document);
            if !present.bits.get(i) {
                cells.push(Cell::Absent);
                continue;
            }
            let null = nulls.get(n);
            n += 1;
            cells.push(if null {
                Cell::Value(Value::Null)
            } else {
                cell(r, i, column, diff)?
            });
        }
        Ok(cells)
    })
}

/// Before an after-image of PARTIAL_UPDATE_ROWS (`rows_event.h`, `Partial_update_rows_event`): options,
/// lenenc; if bit 0 is set, a bit per JSON column of the table: its value is a list of diffs.
fn partial_columns<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    table: &Table,
) -> Result<Option<Bitmap<'a>>> {
    let options = r.lenenc(
        "value_options",
        "Bit 0: some JSON columns hold what changed instead of the document.",
    )?;
    if options & 1 == 0 {
        return Ok(None);
    }
    let about = "Bit per JSON column of the table: its value is a list of changes.";
    r.bitmap("partial_bits", about, json_columns(table))
        .map(Some)
}

/// Columns that may hold diffs.
pub(crate) fn json_columns(table: &Table) -> usize {
    let json = |c: &&Column| c.kind == ColumnType::JSON;
    table.columns.iter().filter(json).count()
}

fn cell<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    i: usize,
    column: &Column,
    diff: bool,
) -> Result<Cell<'a>> {
    let measure = Measure::of(column);
    let at = r.rest();
    let Some(extent) = measure.extent(at.bytes()) else {
        return Err(match measure {
            Measure::Unknown => r.wrong(FaultKind::ColumnType {
                code: column.kind.0,
            }),
            Measure::Fixed(n) => r.cut(n),
            Measure::Prefixed(n) => r.cut(n + 1),
        });
    };
    let data = &at.bytes()[extent.prefix..extent.len()];
    let decoded = if diff {
        json_diff::decode(data).map(Value::JsonDiff)
    } else {
        value::decode(column, data)
    };
    if T::RECORDS && matches!(decoded, Ok(Value::JsonDiff(_))) {
        record_diffs(r, i, column, extent.prefix, data, &decoded)?;
    } else if T::RECORDS {
        record(r, i, column, extent.prefix, data, &decoded)?;
    } else {
        r.claim(extent.len());
    }
    Ok(match decoded {
        Ok(value) => Cell::Value(value),
        Err(kind) => {
            let fault = Fault::new(kind, at.span_of(extent.len()));
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
        let extents = json_diff::extents(data).unwrap_or_default();
        for (n, ([_, _, path, value_len, value], diff)) in
            extents.into_iter().zip(diffs).enumerate()
        {
            r.group(Name::Item("diff", n), "One change.", |r| {
                r.field_as(
                    "operation",
                    "0 replaces, 1 inserts, 2 removes.",
                    crate::int::u8,
                    |op| op.to_string(),
                )?;
                r.note(|| diff.function().to_string());
                r.lenenc("path_length", "Bytes of the path.")?;
                r.text("path", "Where in the document.", path)?;
                if value_len > 0 {
                    r.lenenc("value_length", "Bytes of the value.")?;
                    r.field_as(
                        "value",
                        "The new value, in the server's binary form.",
                        crate::int::take(value),
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
