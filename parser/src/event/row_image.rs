//! One image of a row: which columns it has, which are NULL, and their values.

use super::table_map::{Column, Table};
use crate::bytes::Bitmap;
use crate::codes::ColumnType;
use crate::fault::{Fault, FaultKind};
use crate::trace::{Name, Reader, Result, Trace};
use crate::value::{self, Value, extent::Measure, json_layout};
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
) -> Result<Image<'a>> {
    r.group(name, about, |r| {
        let count = present.bits.count(present.width);
        let nulls = r.bitmap("nulls", "Bit per column of this image: it is NULL.", count)?;
        let mut cells = Vec::with_capacity(present.width);
        let mut n = 0;
        for (i, column) in table.columns.iter().enumerate() {
            if !present.bits.get(i) {
                cells.push(Cell::Absent);
                continue;
            }
            let null = nulls.get(n);
            n += 1;
            cells.push(if null {
                Cell::Value(Value::Null)
            } else {
                cell(r, i, column)?
            });
        }
        Ok(cells)
    })
}

fn cell<'a, T: Trace>(r: &mut Reader<'a, '_, T>, i: usize, column: &Column) -> Result<Cell<'a>> {
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
    let decoded = value::decode(column, data);
    if T::RECORDS {
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
        r.field_as(name, ABOUT, crate::bytes::int::take(data.len()), shown)?;
        r.note(|| column.sql_type());
        return Ok(());
    }
    r.group(name, ABOUT, |r| {
        r.field(
            "length",
            "Bytes of the value.",
            crate::bytes::int::uint_le(prefix),
        )?;
        let parts = if column.kind == ColumnType::JSON && decoded.is_ok() {
            json_layout::parts(data)
        } else {
            None
        };
        match parts {
            Some(parts) => document(r, &parts, data.len())?,
            None => {
                r.field_as("value", ABOUT, crate::bytes::int::take(data.len()), shown)?;
            }
        }
        if column.kind == ColumnType::JSON {
            r.note(|| shown(data));
        } else {
            r.note(|| column.sql_type());
        }
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
                    crate::bytes::int::take(part.len),
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
