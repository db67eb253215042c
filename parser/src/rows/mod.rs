//! Row changes for people: pages of them, and what changed between two images.

pub mod count;
pub mod scan;

use crate::codes::event_type::RowOp;
use crate::context::Context;
use crate::event;
use crate::event::row_image::{Cell, Image};
use crate::event::rows::{self, RowSink};
use crate::fault::Fault;
use crate::stream::Header;
use crate::table::Table;
use crate::trace::Silent;
use crate::value::Value;
use alloc::{borrow::Cow, sync::Arc, vec::Vec};

/// One row change.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RowChange<'a> {
    /// Of updates and deletes.
    pub before: Option<Image<'a>>,
    /// Of inserts and updates.
    pub after: Option<Image<'a>>,
}

/// How a column fared in an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The same in both images.
    Same,
    /// Different, or in one image only because the log holds no more.
    Changed,
}

impl RowChange<'_> {
    /// How column `i` fared. Without two images nothing was changed *in* the row. A column that is
    /// only in the before-image was not written; one only in the after-image was.
    pub fn change(&self, i: usize) -> Change {
        let (Some(before), Some(after)) = (&self.before, &self.after) else {
            return Change::Same;
        };
        match (before.get(i), after.get(i)) {
            (_, Some(Cell::Absent) | None) => Change::Same,
            (_, Some(Cell::Value(Value::JsonDiff(diffs)))) if diffs.is_empty() => Change::Same,
            (b, a) if b == a => Change::Same,
            _ => Change::Changed,
        }
    }
}

/// Some of a rows event's changes.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RowPage {
    /// Insert, update or delete; `None` if the event is no rows event.
    pub op: Option<RowOp>,
    /// The table, if its map is known.
    pub table: Option<Arc<Table>>,
    /// Changes in the whole event.
    pub total: u64,
    /// Number of the first change here.
    pub first: u64,
    /// The changes asked for.
    pub changes: Vec<RowChange<'static>>,
    /// What is wrong with the event's rows.
    pub faults: Vec<Fault>,
}

/// Changes `first .. first + count` of the rows event `bytes`, which begins at `at`.
///
/// `context` must hold the table map. All rows are visited, since rows have no index.
pub fn page(bytes: &[u8], at: u64, context: &Context, first: u64, count: u64) -> RowPage {
    let mut collect = Collect {
        wanted: first..first.saturating_add(count),
        seen: 0,
        changes: Vec::new(),
    };
    let mut page = RowPage {
        op: None,
        table: None,
        total: 0,
        first,
        changes: Vec::new(),
        faults: Vec::new(),
    };
    let mut silent = Silent::default();
    match visit(bytes, at, context, &mut silent, &mut collect) {
        Some(Ok(rows)) => (page.op, page.table) = (Some(rows.op), rows.table),
        Some(Err(fault)) => {
            let shape = Header::read(bytes).and_then(|h| h.event_type.rows_shape());
            page.op = shape.map(|s| s.op);
            silent.faults.push(fault);
        }
        None => {}
    }
    page.total = collect.seen;
    page.changes = collect.changes;
    page.faults = silent.faults;
    page
}

/// Hands every row change of the whole rows event `bytes` to `sink`; `None` if it is no rows event.
pub fn visit(
    bytes: &[u8],
    at: u64,
    context: &Context,
    silent: &mut Silent,
    sink: &mut impl RowSink,
) -> Option<crate::trace::Result<rows::Rows>> {
    let header = Header::read(bytes)?;
    header.event_type.rows_shape()?;
    let input = event::body_input(bytes, at, &header, context);
    Some(rows::visit(input, header.event_type, context, silent, sink))
}

struct Collect {
    wanted: core::ops::Range<u64>,
    seen: u64,
    changes: Vec<RowChange<'static>>,
}

impl RowSink for Collect {
    fn row(&mut self, before: Option<Image<'_>>, after: Option<Image<'_>>) {
        if self.wanted.contains(&self.seen) {
            self.changes.push(RowChange {
                before: before.map(owned),
                after: after.map(owned),
            });
        }
        self.seen += 1;
    }
}

fn owned(image: Image<'_>) -> Image<'static> {
    image
        .into_iter()
        .map(|cell| match cell {
            Cell::Absent => Cell::Absent,
            Cell::Value(value) => Cell::Value(Value::into_owned(value)),
            Cell::Broken(bytes, fault) => Cell::Broken(Cow::Owned(bytes.into_owned()), fault),
        })
        .collect()
}
