//! WRITE_ROWS, UPDATE_ROWS, DELETE_ROWS, versions 1 and 2, plain and compressed; PARTIAL_UPDATE_ROWS.

use super::row_image;
use super::row_walk::{ImageLayout, Present, RowLayout};
use super::table_map;
use crate::bytes::clip::first;
use crate::bytes::fit::in_memory;
use crate::bytes::{Bitmap, Input};
use crate::codes::event_type::{RowOp, RowsShape};
use crate::codes::{EventType, flags};
use crate::context::Context;
use crate::fault::{FaultKind, Field};
use crate::int;
use crate::limits;
use crate::table::Table;
use crate::trace::{Name, Reader, Result, Trace};
use crate::unpack;
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    sync::Arc,
};

/// A rows event without its rows: they are visited, not kept.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The table's number.
    pub table_id: u64,
    /// See [`RowsFlags`](flags::RowsFlags).
    pub flags: u16,
    /// Insert, update or delete.
    pub op: RowOp,
    /// The table map in force, if there is one.
    pub table: Option<Arc<Table>>,
    /// Row changes decoded.
    pub rows: u64,
}

/// What reads the rows of an event as they are decoded.
pub trait RowSink {
    /// One row change: its images as the event has them.
    fn row(&mut self, before: Option<row_image::Image<'_>>, after: Option<row_image::Image<'_>>);
}

impl RowSink for () {
    fn row(&mut self, _: Option<row_image::Image<'_>>, _: Option<row_image::Image<'_>>) {}
}

/// Decodes a rows event; the rows themselves only if the trace records.
pub(super) fn rows<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    t: EventType,
    shape: RowsShape,
    context: &Context,
) -> Result<Rows> {
    let mut head = head(r, t, shape, context)?;
    if T::RECORDS {
        let rows = body(r, &head, shape, &mut ())?;
        head.rows.rows = rows;
    } else {
        r.skip_silently(r.left());
    }
    Ok(head.rows)
}

/// Decodes every row of a rows event's body and hands it to `sink`. `body` is the event without
/// header and checksum. Faults go to the trace.
pub fn visit<T: Trace>(
    body_input: Input<'_>,
    t: EventType,
    context: &Context,
    trace: &mut T,
    sink: &mut impl RowSink,
) -> Result<Rows> {
    let mut r = Reader::new(body_input, trace);
    let Some(shape) = t.rows_shape() else {
        return Err(r.wrong(FaultKind::EventType { code: t.0 }));
    };
    let mut head = head(&mut r, t, shape, context)?;
    head.rows.rows = body(&mut r, &head, shape, sink)?;
    Ok(head.rows)
}

/// Everything before the rows.
pub(crate) struct Head<'a> {
    pub(crate) rows: Rows,
    width: usize,
    before: Option<Bitmap<'a>>,
    after: Option<Bitmap<'a>>,
    /// See [`RowsShape::partial`].
    partial: bool,
    /// Of version 2: partition ids, or what NDB adds.
    pub(crate) extra: &'a [u8],
}

impl<'a> Head<'a> {
    /// How the before-image (of updates and deletes) and the after-image (of inserts and updates) of
    /// each row are laid out.
    pub(crate) fn images<'l>(&'l self, layout: &'l RowLayout) -> [Option<ImageLayout<'l>>; 2] {
        let image = |bits: Option<Bitmap<'l>>, partial| {
            let width = self.width;
            bits.map(|bits| layout.image(Present { bits, width }, partial))
        };
        [image(self.before, false), image(self.after, self.partial)]
    }

    /// The fault of a table map of another number of columns.
    pub(crate) fn check_width(&self, columns: usize) -> core::result::Result<(), FaultKind> {
        if self.width == columns {
            return Ok(());
        }
        Err(FaultKind::ColumnCount {
            rows: self.width as u64,
            table: columns as u64,
        })
    }
}

/// The rows after `head`, for who reads them without a trace: unpacked if they are packed.
pub(crate) fn row_data<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    shape: RowsShape,
) -> Result<Cow<'a, [u8]>> {
    if shape.compressed {
        unpack::mariadb(r).map(Cow::Owned)
    } else {
        Ok(Cow::Borrowed(r.rest().bytes()))
    }
}

/// `rows_event.h`, `Rows_event`. Post-header: table id u48, flags u16, and in version 2 the length
/// of the extra data (itself included) u16; then that data. Body: column count, bitmap of the
/// columns in the (first) image, for updates another for the after-image.
pub(crate) fn head<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    t: EventType,
    shape: RowsShape,
    context: &Context,
) -> Result<Head<'a>> {
    let post_header = context
        .format
        .post_header_len(t, if shape.v2 { 10 } else { 8 });
    let (table_id, (flags, extra)) = table_map::table_id(r, post_header, |r| {
        let flags = r.field_as("flags", "Properties of the statement.", int::u16, |f| {
            format!("{f:#06x}")
        })?;
        r.bits(flags::RowsFlags::BITS, flags);
        let extra = if shape.v2 && r.left() >= 2 {
            r.u16(
                "extra_length",
                "Bytes of the extra data that follow, these two included.",
            )?
        } else {
            2
        };
        Ok((flags, extra))
    })?;
    let mut extra_bytes: &[u8] = &[];
    if let Some(len) = extra.checked_sub(2).filter(|n| *n > 0) {
        let len = r.length(u64::from(len))?;
        extra_bytes = first(r.rest().bytes(), len);
        // Extra data that cannot be read costs itself: its length is known.
        let _ = r.window(
            "extra_data",
            "Partition ids, or what NDB adds.",
            len,
            extra_data,
        );
    } else if extra < 2 {
        return Err(r.wrong(FaultKind::BadLength {
            value: u64::from(extra),
            max: u64::from(u16::MAX),
        }));
    }
    let width = r.lenenc("column_count", "Number of columns of the table.")?;
    if width > limits::COLUMNS {
        return Err(r.wrong(FaultKind::TooMany {
            count: width,
            cap: limits::COLUMNS,
        }));
    }
    let width = in_memory(width);
    let first = if shape.op == RowOp::Insert {
        "columns_after"
    } else {
        "columns_before"
    };
    let bits = r.bitmap(first, "Bit per column: it is in this image.", width)?;
    let (before, after) = match shape.op {
        RowOp::Insert => (None, Some(bits)),
        RowOp::Delete => (Some(bits), None),
        RowOp::Update => {
            let after = r.bitmap(
                "columns_after",
                "Bit per column: it is in the after-image.",
                width,
            )?;
            (Some(bits), Some(after))
        }
    };
    let table = context.tables.get(&table_id).cloned();
    Ok(Head {
        rows: Rows {
            table_id,
            flags,
            op: shape.op,
            table,
            rows: 0,
        },
        width,
        before,
        after,
        partial: shape.partial,
        extra: extra_bytes,
    })
}

/// PRE_GA rows events, of 5.1.0 to 5.1.15 alone (MySQL 5.7 `log_event_old.cc`, `Old_rows_log_event`): as
/// version 1, with one bitmap for both images. The rows are copies of the server's own records, which
/// cannot be told apart without its definition of the table.
pub(super) fn pre_ga<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    t: EventType,
    context: &Context,
) -> Result<()> {
    let post_header = context.format.post_header_len(t, 8);
    table_map::table_id(r, post_header, |r| {
        let flags = r.u16("flags", "Properties of the statement.")?;
        r.bits(flags::RowsFlags::BITS, flags);
        Ok(())
    })?;
    let width = r.lenenc("column_count", "Number of columns of the table.")?;
    let cap = limits::COLUMNS;
    if width > cap {
        return Err(r.wrong(FaultKind::TooMany { count: width, cap }));
    }
    r.bitmap(
        "columns",
        "Bit per column: it is in the images.",
        in_memory(width),
    )?;
    let len = r.left();
    r.bytes(
        "records",
        "Rows as the server keeps them in memory, one after the other.",
        len,
    )?;
    Ok(())
}

/// Extra data: type u8; 0 NDB (length, format, bytes), 1 partition id u16 (for updates another).
fn extra_data<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<()> {
    while r.left() > 0 {
        let kind = r.u8("type", "What follows.")?;
        r.note(|| {
            match kind {
                0 => "NDB",
                1 => "partition",
                _ => "unknown",
            }
            .to_owned()
        });
        match kind {
            0 => {
                let len = r.u8("length", "Bytes of this part, these two included.")?;
                r.u8("format", "NDB's format number.")?;
                r.bytes("data", "For NDB.", usize::from(len).saturating_sub(2))?;
            }
            1 => {
                r.u16("partition", "Number of the partition.")?;
                if r.left() >= 2 {
                    r.u16(
                        "source_partition",
                        "Partition the row was in before the update.",
                    )?;
                }
            }
            _ => {
                return Err(r.wrong(FaultKind::BadValue {
                    what: Field::RowsExtra,
                }));
            }
        }
    }
    Ok(())
}

fn body<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    head: &Head<'_>,
    shape: RowsShape,
    sink: &mut impl RowSink,
) -> Result<u64> {
    if !shape.compressed {
        return all_rows(r, head, sink);
    }
    let unpacked = unpack::mariadb(r)?;
    r.unpacked("rows", "The rows, unpacked.", &unpacked, |r| {
        all_rows(r, head, sink)
    })
}

fn all_rows<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    head: &Head<'_>,
    sink: &mut impl RowSink,
) -> Result<u64> {
    if r.left() == 0 {
        return Ok(0); // a statement that ended without a row
    }
    let Some(table) = &head.rows.table else {
        let fault = r.wrong(FaultKind::NoTableMap {
            table_id: head.rows.table_id,
        });
        r.elide("Without the table map the rows cannot be told apart.");
        return Err(fault);
    };
    if let Err(kind) = head.check_width(table.columns.len()) {
        let fault = r.wrong(kind);
        r.elide("Rows event and table map disagree on the columns.");
        return Err(fault);
    }
    let layout = RowLayout::of(table);
    let [before, after] = head.images(&layout);
    let mut count = 0;
    let all = r.group("rows", "Row changes, one after the other.", |r| {
        while r.left() > 0 {
            if !r.trace().has_room() {
                r.elide("More rows than one tree shows; the Rows tab has them all.");
                break;
            }
            let start = r.left();
            r.group(
                Name::Item("row", in_memory(count)),
                "One row change.",
                |r| {
                    let about = "The row before the change.";
                    let before = before.map(|l| row_image::image(r, "before", about, table, l));
                    let before = before.transpose()?;
                    let about = "The row after the change.";
                    let after = after.map(|l| row_image::image(r, "after", about, table, l));
                    let after = after.transpose()?;
                    sink.row(before, after);
                    Ok(())
                },
            )?;
            count += 1;
            if r.left() == start {
                // Images without columns take no bytes and could go on for ever.
                return Err(r.wrong(FaultKind::BadLength { value: 0, max: 0 }));
            }
        }
        Ok(())
    });
    if let Err(fault) = all {
        // The rows before it stand.
        r.finish(Some(&fault));
    }
    Ok(count)
}
