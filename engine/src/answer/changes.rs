//! Row changes as lines: the lines of a page.

use super::events::{context_of, event_bytes};
use super::{ChangeLine, ChangesPage, RowsOf, transactions};
use crate::index::EventNo;
use crate::layout::SegmentKind;
use crate::session::Session;
use crate::source::ByteSource;
use binlight_parser::codes::event_type::RowOp;
use binlight_parser::rows;
use binlight_parser::table::Table;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Lines `first .. first + count`.
///
/// # Errors
/// A sentence for the user if the file cannot be read.
pub async fn page<S: ByteSource>(
    session: &Session<S>,
    of: RowsOf,
    first: u64,
    count: u64,
) -> Result<ChangesPage, String> {
    let layout = {
        let (log, view) = (session.log.borrow(), session.view.borrow());
        let mut layouts = session.layouts.borrow_mut();
        layouts.get(of, &log, &view, &session.budget)?
    };
    let end = first.saturating_add(count).min(layout.total);
    let mut out = ChangesPage {
        of,
        first,
        total: layout.total,
        rows: layout.rows,
        lines: Vec::new(),
        tables: Vec::new(),
        changes: Vec::new(),
        faults: Vec::new(),
    };
    let mut known: BTreeMap<EventNo, u32> = BTreeMap::new();
    let from = layout
        .segments
        .partition_point(|s| s.first <= first)
        .saturating_sub(1);
    for (i, segment) in layout.segments.iter().enumerate().skip(from) {
        if segment.first >= end {
            break;
        }
        let after = layout.segments.get(i + 1).map_or(layout.total, |s| s.first);
        if after <= first {
            continue;
        }
        match segment.kind {
            SegmentKind::Title { event, op, rows } => {
                let table = session.log.borrow().index().table_of(event).map_or_else(
                    || "table unknown".to_owned(),
                    |t| format!("{}.{}", t.database, t.name),
                );
                out.lines.push(ChangeLine::Title {
                    event,
                    op,
                    table,
                    rows,
                });
            }
            SegmentKind::Names { event, op } => {
                let table = table(session, &mut out, &mut known, event).await?;
                out.lines.push(ChangeLine::Names { table, op });
            }
            SegmentKind::Statement { event } => {
                let text = transactions::text(session, event)
                    .await?
                    .unwrap_or_default();
                let text = text.chars().take(4000).collect();
                out.lines.push(ChangeLine::Statement { event, text });
            }
            SegmentKind::Lost { event } => {
                out.faults
                    .extend(session.log.borrow().index().faults_of(event).cloned());
                out.lines.push(ChangeLine::Lost { event });
            }
            SegmentKind::Rows { event, op, n } => {
                let lines =
                    (first.max(segment.first) - segment.first)..(end.min(after) - segment.first);
                images(session, &mut out, &mut known, (event, op, n), lines).await?;
            }
        }
    }
    if matches!(of, RowsOf::Table(..)) {
        let log = session.log.borrow();
        for line in &mut out.lines {
            if let ChangeLine::Image { event, tx, .. } = line {
                *tx = log
                    .transactions()
                    .of_event(*event)
                    .and_then(|no| Some((no, log.transactions().get(no)?.commit)));
            }
        }
    }
    Ok(out)
}

/// The place in `out.tables` of the table that rows event `event` is about.
async fn table<S: ByteSource>(
    session: &Session<S>,
    out: &mut ChangesPage,
    known: &mut BTreeMap<EventNo, u32>,
    event: EventNo,
) -> Result<Option<u32>, String> {
    let Some(map) = session.log.borrow().index().table_map_of(event) else {
        return Ok(None);
    };
    if let Some(i) = known.get(&map) {
        return Ok(Some(*i));
    }
    let context = context_of(session, event).await?;
    let Some(table) = context.tables.into_values().next() else {
        return Ok(None);
    };
    Ok(Some(place(out, known, map, table)))
}

fn place(
    out: &mut ChangesPage,
    known: &mut BTreeMap<EventNo, u32>,
    map: EventNo,
    table: Arc<Table>,
) -> u32 {
    // The same definition is mapped again in every transaction.
    let same = |t: &Arc<Table>| {
        t.columns == table.columns && t.name == table.name && t.database == table.database
    };
    let i = match out.tables.iter().position(same) {
        Some(i) => i as u32,
        None => {
            out.tables.push(table);
            out.tables.len() as u32 - 1
        }
    };
    known.insert(map, i);
    i
}

/// Lines `lines` of a rows event's own.
async fn images<S: ByteSource>(
    session: &Session<S>,
    out: &mut ChangesPage,
    known: &mut BTreeMap<EventNo, u32>,
    (event, op, n): (EventNo, RowOp, u64),
    lines: std::ops::Range<u64>,
) -> Result<(), String> {
    let per = if op == RowOp::Update { 2 } else { 1 };
    let (from, to) = (lines.start / per, lines.end.div_ceil(per));
    let (bytes, at, _) = event_bytes(session, event, u64::MAX).await?;
    let context = context_of(session, event).await?;
    let page = rows::page(&bytes, at, &context, from, to - from);
    let map = session.log.borrow().index().table_map_of(event);
    let table = page
        .table
        .zip(map)
        .map(|(table, map)| place(out, known, map, table));
    let base = out.changes.len() as u64;
    let got = page.changes.len() as u64;
    out.changes.extend(page.changes);
    out.faults.extend(page.faults);
    for line in lines {
        let change = line / per - from;
        if change >= got {
            out.lines.push(ChangeLine::Lost { event });
            continue;
        }
        out.lines.push(ChangeLine::Image {
            event,
            n: n + line / per,
            op,
            table,
            change: (base + change) as u32,
            after: op == RowOp::Insert || line % per == 1,
            tx: None,
        });
    }
    Ok(())
}
