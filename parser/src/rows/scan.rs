//! Values of a few columns where they lie: for who looks through many rows and decodes little.

use crate::bytes::{Input, Space};
use crate::context::Context;
use crate::event::row_walk::{ImageWalk, RowLayout, Slot};
use crate::event::{self, rows};
use crate::fault::FaultKind;
use crate::stream::Header;
use crate::trace::{Reader, Result, Silent};

/// Where in a rows event a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of the row change, from 0.
    pub row: u64,
    /// In the image after the change, not in the one before.
    pub after: bool,
    /// Number of the column, from 0.
    pub column: usize,
}

/// Hands the values of the columns that are `wanted` to `sink`, row by row, each as it lies in the event:
/// [`value::decode`](crate::value::decode) reads it, if it is no list of changes. The others are passed
/// over by their extents. Returns the number of rows; `None` if `bytes` are no rows event.
///
/// # Errors
/// The fault after which nothing more of the event can be found; what lies before it was handed over.
pub fn values(
    bytes: &[u8],
    context: &Context,
    wanted: impl Fn(usize) -> bool,
    mut sink: impl FnMut(Place, Slot<'_>),
) -> Option<Result<u64>> {
    let header = Header::read(bytes)?;
    let shape = header.event_type.rows_shape()?;
    let mut silent = Silent::default();
    let input = event::body_input(bytes, 0, &header, context);
    let mut r = Reader::new(input, &mut silent);
    let mut scan = || {
        let head = rows::head(&mut r, header.event_type, shape, context)?;
        if r.left() == 0 {
            return Ok(0);
        }
        let table_id = head.rows.table_id;
        let no_map = FaultKind::NoTableMap { table_id };
        let table = head.rows.table.as_deref().ok_or_else(|| r.wrong(no_map))?;
        let layout = RowLayout::of(table);
        head.check_width(layout.width())
            .map_err(|kind| r.wrong(kind))?;
        let data = rows::row_data(&mut r, shape)?;
        let mut silent = Silent::default();
        let mut r = Reader::new(Input::new(&data, Space::FILE, 0), &mut silent);
        let images = head.images(&layout);
        let mut row = 0;
        while r.left() > 0 {
            let start = r.left();
            for (image, after) in images.iter().zip([false, true]) {
                let Some(image) = image else { continue };
                for found in ImageWalk::begin(&mut r, *image)? {
                    let (column, slot) = found.map_err(|stop| stop.fault(&r, table))?;
                    r.claim(slot.len());
                    if wanted(column) {
                        sink(Place { row, after, column }, slot);
                    }
                }
            }
            if r.left() == start {
                // Images without columns take no bytes and could go on for ever.
                return Err(r.wrong(FaultKind::BadLength { value: 0, max: 0 }));
            }
            row += 1;
        }
        Ok(row)
    };
    Some(scan())
}
