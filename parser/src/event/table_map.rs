//! TABLE_MAP: the definition of a table for the rows events that follow.

use super::table_meta;
use crate::bytes::fit::low8;
use crate::codes::{ColumnType, EventType, flags};
use crate::context::{Context, Format};
use crate::fault::{FaultKind, Field};
use crate::int;
use crate::limits;
use crate::table::{Column, Table};
use crate::trace::{Name, Reader, Result, Trace};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// `rows_event.h`, `Table_map_event`. Post-header 8 (6 before 5.1.4, with a 4-byte id): table id
/// u48, flags u16. Body: database and name (length u8, text, zero byte), column count, types,
/// metadata, nullable bitmap, then optional metadata. Before 5.1.18 it ends after the types.
pub fn table_map<T: Trace>(r: &mut Reader<'_, '_, T>, context: &Context) -> Result<Table> {
    let post_header = context.format.post_header_len(EventType::TABLE_MAP, 8);
    let (table_id, flags) = table_id(r, post_header, |r| {
        let flags = r.field_as("flags", "Properties of the table.", int::u16, |f| {
            format!("{f:#06x}")
        })?;
        r.bits(flags::TableMapFlags::BITS, flags);
        Ok(flags)
    })?;
    let database = name(r, "database", "The table's database.")?;
    let table_name = name(r, "table", "The table's name.")?;
    let count = r.lenenc("column_count", "Number of columns.")?;
    if count > limits::COLUMNS {
        return Err(r.wrong(FaultKind::TooMany {
            count,
            cap: limits::COLUMNS,
        }));
    }
    let count = r.length(count)?;
    let mut columns = r.group("column_types", "A type code per column.", |r| {
        (0..count)
            .map(|i| {
                let code = r.field(Name::Item("type", i), "Type of this column.", int::u8)?;
                r.note(|| ColumnType(code).to_string());
                Ok(Column {
                    kind: ColumnType(code),
                    visible: true,
                    ..Column::default()
                })
            })
            .collect::<Result<Vec<_>>>()
    })?;
    if r.left() == 0 {
        r.bytes("metadata", "What the type code alone does not say.", 0)?;
        r.note(|| "absent: servers before 5.1.18 did not log it".to_string());
        columns.iter_mut().for_each(|c| c.without_meta = true);
        return Ok(Table {
            table_id,
            flags,
            database,
            name: table_name,
            columns,
        });
    }
    let len = r.lenenc("metadata_length", "Bytes of the columns' metadata.")?;
    let len = r.length(len)?;
    r.window(
        "metadata",
        "What the type code alone does not say, per column.",
        len,
        |r| {
            columns
                .iter_mut()
                .enumerate()
                .try_for_each(|(i, c)| metadata(r, i, c))
        },
    )?;
    let nullable = r.bitmap("nullable", "Bit per column: NULL is possible.", count)?;
    for (i, column) in columns.iter_mut().enumerate() {
        column.nullable = nullable.get(i);
    }
    if r.left() > 0 {
        // Broken optional metadata costs names and charsets, not the rows.
        let len = r.left();
        let _ = r.window(
            "optional_metadata",
            "Names, charsets, keys: type, length and value each.",
            len,
            |r| table_meta::optional_metadata(r, &mut columns, context.format.flavour),
        );
    }
    Ok(Table {
        table_id,
        flags,
        database,
        name: table_name,
        columns,
    })
}

/// The flags of a whole table map of a log of this format, for who needs nothing else of it.
pub fn flags_of(event: &[u8], format: &Format) -> Option<flags::TableMapFlags> {
    let body = event.get(format.header_len_of(EventType::TABLE_MAP)..)?;
    let id = match format.post_header_len(EventType::TABLE_MAP, 8) {
        6 => 4,
        _ => 6,
    };
    let flags = u16::from_le_bytes(*body.get(id..)?.first_chunk()?);
    Some(flags::TableMapFlags::from_bits_retain(flags))
}

/// The post-header of table maps and rows events: the id in 6 bytes (4 where the post-header is
/// only 6 long), then what `rest` reads.
pub(super) fn table_id<'a, T: Trace, O>(
    r: &mut Reader<'a, '_, T>,
    post_header: usize,
    rest: impl FnOnce(&mut Reader<'a, '_, T>) -> Result<O>,
) -> Result<(u64, O)> {
    const ABOUT: &str =
        "Number of the table within the log, given anew whenever the server opens it.";
    r.post_header(post_header.min(r.left()), |r| {
        let id = if post_header == 6 {
            u64::from(r.u32("table_id", ABOUT)?)
        } else {
            r.u48("table_id", ABOUT)?
        };
        Ok((id, rest(r)?))
    })
}

fn name<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    field: &'static str,
    about: &'static str,
) -> Result<String> {
    r.group(field, about, |r| {
        let len = r.u8("length", "Bytes of the name.")?;
        let bytes = r.text("name", about, usize::from(len))?;
        r.u8("end", "Zero byte that ends the name.")?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    })
}

/// Reads one column's metadata and settles its real type.
fn metadata<T: Trace>(r: &mut Reader<'_, '_, T>, i: usize, column: &mut Column) -> Result<()> {
    let name = Name::Item("meta", i);
    let kind = column.kind;
    let Some(len) = kind.metadata_len() else {
        return Err(r.wrong(FaultKind::ColumnType { code: kind.0 }));
    };
    if kind == ColumnType::TYPED_ARRAY {
        // Element type, then its metadata (MySQL `rows_event.h`); never a stored column.
        return r.group(name, "Type and metadata of the elements.", |r| {
            let element = r.u8("element_type", "Type of the elements.")?;
            let len = ColumnType(element).metadata_len().unwrap_or(0)
                + usize::from(ColumnType(element) == ColumnType::VARCHAR);
            r.bytes("element_meta", "Metadata of the elements.", len)
                .map(|_| ())
        });
    }
    if len == 0 {
        return Ok(());
    }
    let raw = r.field_as(name, "Metadata of this column.", int::take(len), |b| {
        crate::trace::hex(b)
    })?;
    let byte = |i| raw.get(i).copied().map_or(0, u16::from);
    let (b0, b1) = (byte(0), byte(1));
    column.wire_meta = match kind {
        ColumnType::NEWDECIMAL
        | ColumnType::STRING
        | ColumnType::VAR_STRING
        | ColumnType::ENUM
        | ColumnType::SET => b0 << 8 | b1,
        _ => b0 | b1 << 8,
    };
    column.meta = match kind {
        ColumnType::VARCHAR | ColumnType::VARCHAR_COMPRESSED => b0 | b1 << 8,
        ColumnType::BIT => b1 * 8 + b0,
        ColumnType::NEWDECIMAL => b0 << 8 | b1,
        // ENUM and SET travel as STRING with their own type first; so do CHARs over 255 bytes,
        // which hide the length's upper bits there (MySQL bug 37426).
        ColumnType::STRING | ColumnType::VAR_STRING | ColumnType::ENUM | ColumnType::SET => {
            if b0 & 0x30 != 0x30 {
                b1 | ((b0 & 0x30) ^ 0x30) << 4
            } else {
                let real = ColumnType(low8(u64::from(b0)));
                if matches!(
                    real,
                    ColumnType::ENUM | ColumnType::SET | ColumnType::STRING
                ) {
                    column.kind = real;
                }
                b1
            }
        }
        _ => b0,
    };
    if kind == ColumnType::NEWDECIMAL && (!(1..=65).contains(&b0) || b1 > 30) {
        return Err(r.wrong(FaultKind::BadValue {
            what: Field::Metadata,
        }));
    }
    r.note(|| column.sql_type());
    Ok(())
}
