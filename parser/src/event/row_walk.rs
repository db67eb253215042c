//! The one walk over a row image: where each value lies, before anything is decoded. Decoding
//! (`row_image.rs`), counting, text and scans of a few columns all take what it finds.
//!
//! ```text
//! partial after-image: options, partial_bits │ nulls │ value │ value │ …
//!                                                      └ prefix (a length), data
//! ```

use crate::bytes::Bitmap;
use crate::codes::ColumnType;
use crate::fault::{Fault, FaultKind};
use crate::table::Table;
use crate::trace::{Reader, Result, Trace};
use crate::value::extent::{Extent, Measure};
use alloc::vec::Vec;

/// The columns that an image holds.
#[derive(Clone, Copy, Debug)]
pub struct Present<'a> {
    /// Bit per column.
    pub bits: Bitmap<'a>,
    /// Number of columns of the table.
    pub width: usize,
}

/// How the values of a table's columns are measured, made once per table map.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RowLayout {
    measures: Vec<Measure>,
    /// The JSON columns, in order: a partial image has a bit for each.
    documents: Vec<usize>,
}

impl RowLayout {
    /// The layout of the rows of `table`.
    pub fn of(table: &Table) -> RowLayout {
        let documents = table.columns.iter().enumerate();
        RowLayout {
            measures: table.columns.iter().map(Measure::of).collect(),
            documents: documents
                .filter(|(_, c)| c.kind == ColumnType::JSON)
                .map(|(i, _)| i)
                .collect(),
        }
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.measures.len()
    }

    /// The layout of an image that holds the columns `present`, made once per event. `partial`: it may
    /// hold changes of documents ([`RowsShape::partial`](crate::codes::event_type::RowsShape::partial)).
    pub fn image<'l>(&'l self, present: Present<'l>, partial: bool) -> ImageLayout<'l> {
        let count = present.bits.count(present.width);
        ImageLayout {
            row: self,
            bits: present.bits,
            count,
            all: count == self.width() && present.width == count,
            partial,
        }
    }
}

/// How an image is laid out.
#[derive(Clone, Copy, Debug)]
pub struct ImageLayout<'l> {
    row: &'l RowLayout,
    bits: Bitmap<'l>,
    /// Columns present.
    count: usize,
    /// That is every column.
    all: bool,
    partial: bool,
}

/// What an image holds of one of its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot<'a> {
    /// NULL.
    Null,
    /// A value.
    Value {
        /// Bytes of the length before it.
        prefix: usize,
        /// Its bytes.
        data: &'a [u8],
        /// It is a list of changes of a JSON document, not the document.
        diff: bool,
    },
}

impl Slot<'_> {
    /// Bytes of the length and the value together.
    pub fn len(self) -> usize {
        match self {
            Slot::Null => 0,
            Slot::Value { prefix, data, .. } => prefix + data.len(),
        }
    }

    /// Whether it takes no bytes.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// A value that cannot be measured: nothing after it can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmeasured {
    /// Its column.
    pub column: usize,
    /// How it would be measured.
    pub measure: Measure,
}

impl Unmeasured {
    /// The fault at the place where `r` stands.
    pub(crate) fn fault<T: Trace>(self, r: &Reader<'_, '_, T>, table: &Table) -> Fault {
        match self.measure {
            Measure::Fixed(n) => r.cut(n),
            Measure::Prefixed(n) => r.cut(n + 1),
            Measure::Unknown => {
                let column = table.columns.get(self.column);
                let code = column.map_or(0, |c| c.kind.0);
                r.wrong(if column.is_some_and(|c| c.without_meta) {
                    FaultKind::NoMetadata { code }
                } else {
                    FaultKind::ColumnType { code }
                })
            }
        }
    }
}

/// An image, column by column: those that it holds, each with its [`Slot`]. Ends at the first value
/// that cannot be measured.
#[derive(Clone, Debug)]
pub struct ImageWalk<'a, 'l> {
    values: &'a [u8],
    /// Where in `values` the next one is.
    at: usize,
    layout: ImageLayout<'l>,
    nulls: Bitmap<'a>,
    diffs: Option<Bitmap<'a>>,
    /// The next column of the table.
    column: usize,
    /// The next bit of `nulls`.
    nth: usize,
}

impl<'a, 'l> ImageWalk<'a, 'l> {
    /// Reads what stands before the values; `r` is at the first value then.
    ///
    /// # Errors
    /// [`FaultKind::Truncated`] where that is not all there.
    #[inline]
    pub fn begin<T: Trace>(r: &mut Reader<'a, '_, T>, layout: ImageLayout<'l>) -> Result<Self> {
        let diffs = if layout.partial {
            partial_bits(r, layout.row.documents.len())?
        } else {
            None
        };
        let about = "Bit per column of this image: it is NULL.";
        let nulls = r.bitmap("nulls", about, layout.count)?;
        Ok(ImageWalk {
            values: r.rest().bytes(),
            at: 0,
            layout,
            nulls,
            diffs,
            column: 0,
            nth: 0,
        })
    }

    /// Bytes of all values, without looking into one; `None` where they are not all there.
    #[inline]
    pub fn values_len(mut self) -> Option<usize> {
        while let Some(step) = self.step() {
            if let Step::Value(_, _, extent) = step {
                self.at = extent?.end(self.at);
            }
        }
        (self.at <= self.values.len()).then_some(self.at)
    }

    /// The next column of the image, and of its value what stands at `at`.
    #[inline(always)]
    fn step(&mut self) -> Option<Step> {
        let (column, measure) = loop {
            let column = self.column;
            let measure = *self.layout.row.measures.get(column)?;
            self.column += 1;
            if self.layout.all || self.layout.bits.get(column) {
                break (column, measure);
            }
        };
        let null = self.nulls.get(self.nth);
        self.nth += 1;
        Some(if null {
            Step::Null(column)
        } else {
            Step::Value(column, measure, measure.claimed(self.values, self.at))
        })
    }

    fn is_diff(&self, column: usize) -> bool {
        let documents = &self.layout.row.documents;
        self.diffs.is_some_and(|bits| {
            let nth = documents.binary_search(&column);
            nth.is_ok_and(|n| bits.get(n))
        })
    }
}

impl<'a> Iterator for ImageWalk<'a, '_> {
    type Item = core::result::Result<(usize, Slot<'a>), Unmeasured>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (column, measure, extent) = match self.step()? {
            Step::Null(column) => return Some(Ok((column, Slot::Null))),
            Step::Value(column, measure, extent) => (column, measure, extent),
        };
        let place = extent.and_then(|extent| {
            let end = extent.end(self.at);
            let data = self.values.get(self.at + extent.prefix..end)?;
            Some((end, extent.prefix, data))
        });
        let Some((end, prefix, data)) = place else {
            self.column = usize::MAX;
            return Some(Err(Unmeasured { column, measure }));
        };
        self.at = end;
        let diff = self.is_diff(column);
        Some(Ok((column, Slot::Value { prefix, data, diff })))
    }
}

/// A column of an image: its number; of a value its measure, and the extent it claims.
enum Step {
    Null(usize),
    Value(usize, Measure, Option<Extent>),
}

/// Before an after-image of PARTIAL_UPDATE_ROWS (`rows_event.h`, `Partial_update_rows_event`): options,
/// lenenc; if bit 0 is set, a bit per JSON column of the table: its value is a list of diffs.
fn partial_bits<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    documents: usize,
) -> Result<Option<Bitmap<'a>>> {
    let options = r.lenenc(
        "value_options",
        "Bit 0: some JSON columns hold what changed instead of the document.",
    )?;
    if options & 1 == 0 {
        return Ok(None);
    }
    let about = "Bit per JSON column of the table: its value is a list of changes.";
    r.bitmap("partial_bits", about, documents).map(Some)
}
