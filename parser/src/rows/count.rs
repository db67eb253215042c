//! Counting the rows of a rows event without decoding a value.

use crate::bytes::{Bitmap, Input, Space};
use crate::codes::{EventType, event_type::RowsShape};
use crate::context::Context;
use crate::event::row_image::{self, Present};
use crate::event::rows;
use crate::fault::{Fault, FaultKind};
use crate::int;
use crate::table::Table;
use crate::trace::{Reader, Result, Silent};
use crate::unpack;
use crate::value::extent::Measure;
use alloc::vec::Vec;

/// How the values of a table's columns are measured, made once per table map.
#[derive(Debug)]
pub struct Layout {
    measures: Vec<Measure>,
    json_columns: usize,
}

impl Layout {
    /// The layout of the rows of `table`.
    pub fn new(table: &Table) -> Self {
        Layout {
            measures: table.columns.iter().map(Measure::of).collect(),
            json_columns: row_image::json_columns(table),
        }
    }
}

/// Rows counted, and the fault that ended the counting early.
#[derive(Debug)]
pub struct Counted {
    /// The table's id in the event.
    pub table_id: u64,
    /// Whole rows.
    pub rows: u32,
    /// What ended the counting.
    pub fault: Option<Fault>,
}

/// Counts the rows in `body` (the event without header and checksum).
///
/// # Errors
/// The fault in the event's own header, or in what it was compressed with.
pub fn rows<'l>(
    body: Input<'_>,
    t: EventType,
    shape: RowsShape,
    context: &Context,
    layout_of: impl FnOnce(u64) -> Option<&'l Layout>,
) -> Result<Counted> {
    let mut silent = Silent::default();
    let mut r = Reader::new(body, &mut silent);
    let head = rows::head(&mut r, t, shape, context)?;
    let table_id = head.rows.table_id;
    let mut counted = Counted {
        table_id,
        rows: 0,
        fault: None,
    };
    if r.left() == 0 {
        return Ok(counted);
    }
    let Some(layout) = layout_of(table_id) else {
        counted.fault = Some(r.wrong(FaultKind::NoTableMap { table_id }));
        return Ok(counted);
    };
    let images = [head.before(), head.after()];
    let width = images.iter().flatten().map(|p| p.width).next().unwrap_or(0);
    if width != layout.measures.len() {
        let kind = FaultKind::ColumnCount {
            rows: width as u64,
            table: layout.measures.len() as u64,
        };
        counted.fault = Some(r.wrong(kind));
        return Ok(counted);
    }
    let unpacked;
    let (bytes, plain) = if shape.compressed {
        unpacked = unpack::mariadb(&mut r)?;
        (unpacked.as_slice(), None)
    } else {
        (r.rest().bytes(), Some(r.rest()))
    };
    let (count, good) = count(bytes, layout, &images, head.partial);
    counted.rows = count;
    if good < bytes.len() {
        let kind = FaultKind::Truncated {
            needed: (bytes.len() - good) as u64 + 1,
            left: (bytes.len() - good) as u64,
        };
        let span = match plain {
            Some(rest) => rest
                .split(good)
                .map_or(rest.span(), |(_, tail)| tail.span()),
            None => body.span(),
        };
        counted.fault = Some(Fault::new(kind, span));
    }
    Ok(counted)
}

/// Whole rows at the start of `bytes`, and where the last of them ends.
fn count(
    bytes: &[u8],
    layout: &Layout,
    images: &[Option<Present<'_>>; 2],
    partial: bool,
) -> (u32, usize) {
    let (mut rows, mut at) = (0, 0);
    let present: Vec<Vec<Measure>> = images
        .iter()
        .flatten()
        .map(|p| {
            layout
                .measures
                .iter()
                .enumerate()
                .filter(|(i, _)| p.bits.get(*i))
                .map(|(_, m)| *m)
                .collect()
        })
        .collect();
    while at < bytes.len() {
        let start = at;
        for (i, measures) in present.iter().enumerate() {
            // The after-image of a partial update says first which documents it has changes of.
            let from = if partial && i == 1 {
                skip_options(bytes, at, layout.json_columns)
            } else {
                Some(at)
            };
            let Some(end) = from.and_then(|at| skip_image(bytes, at, measures)) else {
                return (rows, start);
            };
            at = end;
        }
        if at == start {
            return (rows, start);
        }
        rows += 1;
    }
    (rows, at)
}

/// Where the options of a partial after-image at `at` end. A diff is as long as its prefix says, as
/// a document is.
fn skip_options(bytes: &[u8], at: usize, json_columns: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let (left, options) = int::lenenc(Input::new(rest, Space::FILE, 0)).ok()?;
    let end = at + rest.len() - left.len();
    let bits = if options & 1 == 0 {
        0
    } else {
        Bitmap::bytes_for(json_columns)
    };
    (end + bits <= bytes.len()).then_some(end + bits)
}

/// Where the image at `at` ends.
fn skip_image(bytes: &[u8], at: usize, measures: &[Measure]) -> Option<usize> {
    let nulls_len = Bitmap::bytes_for(measures.len());
    let nulls = bytes.get(at..at + nulls_len)?;
    let mut at = at + nulls_len;
    for (i, measure) in measures.iter().enumerate() {
        if nulls[i / 8] & (1 << (i % 8)) != 0 {
            continue;
        }
        at += match *measure {
            Measure::Fixed(n) => n,
            Measure::Prefixed(1) => 1 + usize::from(*bytes.get(at)?),
            Measure::Prefixed(2) => {
                2 + usize::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
            }
            other => other.extent(bytes.get(at..)?)?.len(),
        };
    }
    (at <= bytes.len()).then_some(at)
}
