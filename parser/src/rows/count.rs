//! Counting the rows of a rows event without decoding a value.

use crate::bytes::{Input, Space};
use crate::codes::{EventType, event_type::RowsShape};
use crate::context::Context;
use crate::event::row_walk::{ImageLayout, ImageWalk, RowLayout};
use crate::event::rows;
use crate::fault::{Fault, FaultKind};
use crate::trace::{Reader, Result, Silent};

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

/// Counts the rows in `body` (the event without header and checksum); `layout_of` knows the tables in
/// force by their ids.
///
/// # Errors
/// The fault in the event's own header, or in what it was compressed with.
pub fn rows<'l>(
    body: Input<'_>,
    t: EventType,
    shape: RowsShape,
    context: &Context,
    layout_of: impl FnOnce(u64) -> Option<&'l RowLayout>,
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
    if let Err(kind) = head.check_width(layout.width()) {
        counted.fault = Some(r.wrong(kind));
        return Ok(counted);
    }
    let plain = r.rest();
    let bytes = rows::row_data(&mut r, shape)?;
    let (count, good) = whole_rows(&bytes, &head.images(layout));
    counted.rows = count;
    if good < bytes.len() {
        let left = (bytes.len() - good) as u64;
        let kind = FaultKind::Truncated {
            needed: left + 1,
            left,
        };
        let span = match plain.split(good) {
            Some((_, tail)) if !shape.compressed => tail.span(),
            _ => body.span(),
        };
        counted.fault = Some(Fault::new(kind, span));
    }
    Ok(counted)
}

/// Whole rows at the start of `bytes`, and where the last of them ends.
fn whole_rows(bytes: &[u8], images: &[Option<ImageLayout<'_>>; 2]) -> (u32, usize) {
    let mut silent = Silent::default();
    let mut r = Reader::new(Input::new(bytes, Space::FILE, 0), &mut silent);
    let mut rows = 0;
    while r.left() > 0 {
        let start = bytes.len() - r.left();
        for image in images.iter().flatten() {
            let walk = ImageWalk::begin(&mut r, *image).ok();
            let Some(len) = walk.and_then(ImageWalk::values_len) else {
                return (rows, start);
            };
            r.claim(len);
        }
        if bytes.len() - r.left() == start {
            return (rows, start);
        }
        rows += 1;
    }
    (rows, bytes.len())
}
