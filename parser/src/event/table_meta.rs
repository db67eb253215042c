//! The optional metadata of a TABLE_MAP.

use crate::bytes::Bitmap;
use crate::bytes::fit::in_memory;
use crate::codes::charset::Charset;
use crate::codes::{ColumnType, open_constants};
use crate::context::Flavour;
use crate::fault::FaultKind;
use crate::limits;
use crate::table::Column;
use crate::trace::{Name, Reader, Result, Trace};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

open_constants! {
    /// Types (`rows_event.h`, `Optional_metadata_field_type`). MariaDB writes 1 to 11.
    MetadataType(u8) {
        /// Bit per numeric column, most significant first.
        SIGNEDNESS = 1, "SIGNEDNESS";
        /// A default collation and the columns that differ.
        DEFAULT_CHARSET = 2, "DEFAULT_CHARSET";
        /// A collation per text column.
        COLUMN_CHARSET = 3, "COLUMN_CHARSET";
        /// Names.
        COLUMN_NAME = 4, "COLUMN_NAME";
        /// Members of SET columns.
        SET_STR_VALUE = 5, "SET_STR_VALUE";
        /// Members of ENUM columns.
        ENUM_STR_VALUE = 6, "ENUM_STR_VALUE";
        /// Kind of each GEOMETRY column.
        GEOMETRY_TYPE = 7, "GEOMETRY_TYPE";
        /// Columns of the primary key.
        SIMPLE_PRIMARY_KEY = 8, "SIMPLE_PRIMARY_KEY";
        /// The same with prefix lengths.
        PRIMARY_KEY_WITH_PREFIX = 9, "PRIMARY_KEY_WITH_PREFIX";
        /// As DEFAULT_CHARSET, for ENUM and SET.
        ENUM_AND_SET_DEFAULT_CHARSET = 10, "ENUM_AND_SET_DEFAULT_CHARSET";
        /// As COLUMN_CHARSET, for ENUM and SET.
        ENUM_AND_SET_COLUMN_CHARSET = 11, "ENUM_AND_SET_COLUMN_CHARSET";
        /// Bit per column, most significant first: visible.
        COLUMN_VISIBILITY = 12, "COLUMN_VISIBILITY";
        /// Number of elements of each VECTOR column.
        VECTOR_DIMENSIONALITY = 13, "VECTOR_DIMENSIONALITY";
    }
}

/// Members as bytes: their charset may come later than they do.
type Members<'a> = Vec<(usize, Vec<&'a [u8]>)>;

/// Reads type, length and value up to the end of `r` and completes `columns`. A field that cannot
/// be read is a fault; the next goes on.
pub(super) fn optional_metadata<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    columns: &mut [Column],
    flavour: Flavour,
) -> Result<()> {
    let mut members: Members<'_> = Vec::new();
    let mut i = 0;
    while r.left() > 0 {
        r.group(Name::Item("field", i), "One kind of metadata.", |r| {
            let kind = MetadataType(r.u8("type", "Which kind.")?);
            r.note(|| kind.to_string());
            let len = r.lenenc("length", "Bytes of the value.")?;
            let len = r.length(len)?;
            let _ = r.window("value", "The value.", len, |r| {
                one(r, kind, columns, flavour, &mut members)
            });
            Ok(())
        })?;
        i += 1;
    }
    for (column, bytes) in members {
        let Some(column) = columns.get_mut(column) else {
            continue;
        };
        let charset = column.charset();
        let text = |b: &&[u8]| match charset.and_then(|c| c.decode(b)) {
            Some(text) => text.into_owned(),
            None => String::from_utf8_lossy(b).into_owned(),
        };
        column.members = Some(bytes.iter().map(text).collect());
    }
    Ok(())
}

fn one<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    kind: MetadataType,
    columns: &mut [Column],
    flavour: Flavour,
    members: &mut Members<'a>,
) -> Result<()> {
    // To MariaDB a geometry is a binary string, to MySQL a vector.
    let also = |kind| match flavour {
        Flavour::Mysql => kind == ColumnType::VECTOR,
        Flavour::Mariadb => kind == ColumnType::GEOMETRY,
    };
    let is_text = |c: &Column| c.kind.is_character() || also(c.kind);
    let is_member = |c: &Column| matches!(c.kind, ColumnType::ENUM | ColumnType::SET);
    match kind {
        MetadataType::SIGNEDNESS => {
            let numeric = columns.iter().filter(|c| c.kind.is_numeric()).count();
            let bits = r.bitmap_msb(
                "unsigned",
                "Bit per numeric column, most significant bit first: unsigned.",
                numeric.min(r.left() * 8),
            )?;
            spread_signedness(columns, bits);
        }
        MetadataType::DEFAULT_CHARSET => default_charset(r, columns, is_text)?,
        MetadataType::COLUMN_CHARSET => column_charset(r, columns, is_text)?,
        MetadataType::ENUM_AND_SET_DEFAULT_CHARSET => default_charset(r, columns, is_member)?,
        MetadataType::ENUM_AND_SET_COLUMN_CHARSET => column_charset(r, columns, is_member)?,
        MetadataType::COLUMN_NAME => {
            for (i, column) in columns.iter_mut().enumerate() {
                let bytes = counted(r, Name::Item("name", i), "Name of this column.")?;
                column.name = Some(String::from_utf8_lossy(bytes).into_owned());
            }
        }
        MetadataType::SET_STR_VALUE => member_lists(r, columns, ColumnType::SET, members)?,
        MetadataType::ENUM_STR_VALUE => member_lists(r, columns, ColumnType::ENUM, members)?,
        MetadataType::GEOMETRY_TYPE => {
            for (i, column) in columns
                .iter_mut()
                .filter(|c| c.kind == ColumnType::GEOMETRY)
                .enumerate()
            {
                let kind = lenenc(
                    r,
                    Name::Item("geometry_type", i),
                    "Kind of geometry the column is declared to hold.",
                )?;
                column.geometry = Some(kind);
                const NAMES: [&str; 8] = [
                    "GEOMETRY",
                    "POINT",
                    "LINESTRING",
                    "POLYGON",
                    "MULTIPOINT",
                    "MULTILINESTRING",
                    "MULTIPOLYGON",
                    "GEOMETRYCOLLECTION",
                ];
                r.note(|| {
                    usize::try_from(kind)
                        .ok()
                        .and_then(|k| NAMES.get(k))
                        .unwrap_or(&"unknown")
                        .to_string()
                });
            }
        }
        MetadataType::SIMPLE_PRIMARY_KEY => {
            for i in 0.. {
                if r.left() == 0 {
                    break;
                }
                let index = lenenc(
                    r,
                    Name::Item("column", i),
                    "Index of a column of the primary key.",
                )?;
                key(r, columns, index);
            }
        }
        MetadataType::PRIMARY_KEY_WITH_PREFIX => {
            for i in 0.. {
                if r.left() == 0 {
                    break;
                }
                r.group(Name::Item("part", i), "A part of the primary key.", |r| {
                    let index = r.lenenc("column", "Index of the column.")?;
                    key(r, columns, index);
                    r.lenenc("prefix", "Characters of it that are in the key; 0 for all.")
                })?;
            }
        }
        MetadataType::COLUMN_VISIBILITY => {
            let bits = r.bitmap_msb(
                "visible",
                "Bit per column, most significant bit first: shown by SELECT *.",
                columns.len(),
            )?;
            for (i, column) in columns.iter_mut().enumerate() {
                column.visible = bits.get_msb(i);
            }
        }
        MetadataType::VECTOR_DIMENSIONALITY => {
            for (i, column) in columns
                .iter_mut()
                .filter(|c| c.kind == ColumnType::VECTOR)
                .enumerate()
            {
                column.dimensions = Some(lenenc(
                    r,
                    Name::Item("dimensions", i),
                    "Number of elements of this vector.",
                )?);
            }
        }
        _ => {} // what an unknown kind holds stays unknown bytes
    }
    Ok(())
}

fn lenenc<T: Trace>(r: &mut Reader<'_, '_, T>, name: Name<'_>, about: &'static str) -> Result<u64> {
    r.field(name, about, crate::int::lenenc)
}

fn counted<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    name: Name<'_>,
    about: &'static str,
) -> Result<&'a [u8]> {
    r.group(name, about, |r| {
        let len = r.lenenc("length", "Bytes of the text.")?;
        let len = r.length(len)?;
        r.text("text", about, len)
    })
}

fn charset_note<T: Trace>(r: &mut Reader<'_, '_, T>, id: u64) {
    r.note(|| Charset::of_collation(id).map_or_else(|| "unknown".to_string(), |c| c.to_string()));
}

fn default_charset<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    columns: &mut [Column],
    of: impl Fn(&Column) -> bool,
) -> Result<()> {
    let default = r.lenenc(
        "default",
        "Collation id of all columns that are not named below.",
    )?;
    charset_note(r, default);
    let mut targets: Vec<&mut Column> = columns.iter_mut().filter(|c| of(c)).collect();
    for column in &mut targets {
        column.collation = Some(default);
    }
    for i in 0.. {
        if r.left() == 0 {
            break;
        }
        r.group(
            Name::Item("other", i),
            "A column of another collation.",
            |r| {
                let index =
                    r.lenenc("index", "Index among the columns this metadata speaks of.")?;
                let collation = r.lenenc("collation", "Its collation id.")?;
                charset_note(r, collation);
                if let Some(column) = usize::try_from(index).ok().and_then(|i| targets.get_mut(i)) {
                    column.collation = Some(collation);
                }
                Ok(())
            },
        )?;
    }
    Ok(())
}

fn column_charset<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    columns: &mut [Column],
    of: impl Fn(&Column) -> bool,
) -> Result<()> {
    for (i, column) in columns.iter_mut().filter(|c| of(c)).enumerate() {
        let collation = lenenc(
            r,
            Name::Item("collation", i),
            "Collation id of this column.",
        )?;
        charset_note(r, collation);
        column.collation = Some(collation);
    }
    Ok(())
}

fn member_lists<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    columns: &[Column],
    kind: ColumnType,
    out: &mut Members<'a>,
) -> Result<()> {
    for (n, (index, _)) in columns
        .iter()
        .enumerate()
        .filter(|(_, c)| c.kind == kind)
        .enumerate()
    {
        r.group(Name::Item("column", n), "Members of one column.", |r| {
            let count = r.lenenc("count", "Number of members.")?;
            if count > limits::COLUMNS * 16 {
                return Err(r.wrong(FaultKind::TooMany {
                    count,
                    cap: limits::COLUMNS * 16,
                }));
            }
            let list = (0..in_memory(count))
                .map(|i| counted(r, Name::Item("member", i), "A member."))
                .collect::<Result<Vec<_>>>()?;
            out.push((index, list));
            Ok(())
        })?;
    }
    Ok(())
}

fn key<T: Trace>(r: &mut Reader<'_, '_, T>, columns: &mut [Column], index: u64) {
    if let Some(column) = usize::try_from(index).ok().and_then(|i| columns.get_mut(i)) {
        column.key = true;
        let name = column.name.as_deref();
        r.note(|| name.map_or_else(|| format!("@{}", index + 1), String::from));
    }
}

/// Bits of the signedness metadata, spread over the numeric columns.
fn spread_signedness(columns: &mut [Column], bits: Bitmap<'_>) {
    for (n, column) in columns
        .iter_mut()
        .filter(|c| c.kind.is_numeric())
        .enumerate()
    {
        column.unsigned = Some(bits.get_msb(n));
    }
}
