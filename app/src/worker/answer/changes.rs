//! Row changes as lines: where each line lies, and the lines of a page.

use super::events::{context_of, event_bytes};
use super::transactions;
use crate::protocol::{ChangeLine, ChangesPage, RowsOf};
use crate::worker::session::Session;
use crate::worker::source::ByteSource;
use binlight_parser::codes::EventType;
use binlight_parser::codes::event_type::RowOp;
use binlight_parser::index::{EventNo, state};
use binlight_parser::log::Log;
use binlight_parser::rows;
use binlight_parser::table::Table;
use binlight_parser::transactions::TxNo;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Layouts kept: going back and forth between two transactions makes none anew.
const KEPT: usize = 4;

/// The layouts made last.
#[derive(Debug, Default)]
pub struct Layouts(Vec<(RowsOf, Made, Rc<Layout>)>);

/// How far log and view were when a layout was made: events, the view's own progress.
type Made = (usize, (u32, usize));

/// Where the lines lie.
#[derive(Debug, Default)]
pub struct Layout {
    /// In order; each knows the number of its first line.
    segments: Vec<Segment>,
    total: u64,
    rows: u64,
}

#[derive(Clone, Copy, Debug)]
struct Segment {
    first: u64,
    kind: SegmentKind,
}

#[derive(Clone, Copy, Debug)]
enum SegmentKind {
    Title {
        event: EventNo,
        op: RowOp,
        rows: u64,
    },
    Names {
        event: EventNo,
        op: RowOp,
    },
    Statement {
        event: EventNo,
    },
    /// `n`: number of the first change in the group (or of the table).
    Rows {
        event: EventNo,
        op: RowOp,
        n: u64,
    },
    Lost {
        event: EventNo,
    },
}

impl Layout {
    fn push(&mut self, kind: SegmentKind, lines: u64) {
        self.segments.push(Segment {
            first: self.total,
            kind,
        });
        self.total += lines;
    }

    fn rows_event(&mut self, event: EventNo, op: RowOp, rows: u32, n: u64) {
        let per = if op == RowOp::Update { 2 } else { 1 };
        self.push(SegmentKind::Rows { event, op, n }, u64::from(rows) * per);
        self.rows += u64::from(rows);
    }

    fn of_events(log: &Log, first: EventNo, last: EventNo, statements: bool) -> Layout {
        let mut layout = Layout::default();
        // The title under way: its segment, its table, what it does.
        let mut title: Option<(usize, Option<u32>, RowOp)> = None;
        for no in (first.0..=last.0).map(EventNo) {
            let Some(row) = log.index().events.get(no) else {
                break;
            };
            let Some(shape) = row
                .event_type
                .rows_shape()
                .filter(|_| row.state & state::DAMAGED == 0)
            else {
                let text = matches!(
                    row.event_type,
                    EventType::ROWS_QUERY
                        | EventType::ANNOTATE_ROWS
                        | EventType::EXECUTE_LOAD_QUERY
                );
                let query = matches!(
                    row.event_type,
                    EventType::QUERY | EventType::QUERY_COMPRESSED
                );
                // BEGIN and COMMIT are in no list of statements.
                let says = || log.notes.statements_in(no, no).next().is_some() || is_ddl(log, no);
                let data = query && statements && says();
                if text && statements || data {
                    layout.push(SegmentKind::Statement { event: no }, 1);
                    title = None;
                } else if row.state & state::DAMAGED != 0 {
                    title = None;
                }
                continue;
            };
            let table = log
                .index()
                .table_map_of(no)
                .and_then(|m| log.index().events.get(m)?.link);
            let rows = u64::from(row.rows);
            match title {
                Some((i, t, op)) if t == table && op == shape.op => {
                    let n = match &mut layout.segments[i].kind {
                        SegmentKind::Title { rows: sum, .. } => {
                            *sum += rows;
                            *sum - rows
                        }
                        _ => 0,
                    };
                    layout.rows_event(no, shape.op, row.rows, n);
                }
                _ => {
                    title = Some((layout.segments.len(), table, shape.op));
                    layout.push(
                        SegmentKind::Title {
                            event: no,
                            op: shape.op,
                            rows,
                        },
                        1,
                    );
                    layout.push(
                        SegmentKind::Names {
                            event: no,
                            op: shape.op,
                        },
                        1,
                    );
                    layout.rows_event(no, shape.op, row.rows, 0);
                }
            }
            if log.index().faults_of(no).next().is_some() {
                layout.push(SegmentKind::Lost { event: no }, 1);
            }
        }
        layout
    }

    /// All changes of a table in the transactions that `has` has.
    fn of_table(log: &Log, table: u32, has: impl Fn(TxNo) -> bool) -> Layout {
        let (mut layout, all) = (Layout::default(), log.transactions());
        for (no, tx) in all.iter() {
            if !all.touches(no).iter().any(|t| t.table == table) || !has(no) {
                continue;
            }
            for event in (tx.first.0..=tx.last.0).map(EventNo) {
                let Some(shape) = log
                    .index()
                    .events
                    .type_of(event)
                    .and_then(|t| t.rows_shape())
                else {
                    continue;
                };
                let map = log
                    .index()
                    .table_map_of(event)
                    .and_then(|m| log.index().events.get(m)?.link);
                let rows = log.index().events.get(event).map_or(0, |r| r.rows);
                if map == Some(table) && rows > 0 {
                    let n = layout.rows;
                    layout.rows_event(event, shape.op, rows, n);
                }
            }
        }
        layout
    }
}

fn is_ddl(log: &Log, no: EventNo) -> bool {
    log.notes
        .ddl
        .kept
        .binary_search_by_key(&no, |d| d.no)
        .is_ok()
}

/// The layout of `of`, made or remembered.
fn layout<S: ByteSource>(session: &Session<S>, of: RowsOf) -> Rc<Layout> {
    let log = session.log.borrow();
    let made_at = (log.index().events.len(), session.view.borrow().progress());
    let mut kept = session.layouts.borrow_mut();
    // One made while the log was read, or the view was being made, may lack what came since.
    if let Some((.., layout)) = kept.0.iter().find(|(o, n, _)| *o == of && *n == made_at) {
        return Rc::clone(layout);
    }
    let made = Rc::new(match of {
        RowsOf::Event(no) => Layout::of_events(&log, no, no, false),
        RowsOf::Transaction(no) => match log.transactions().get(no) {
            Some(tx) => Layout::of_events(&log, tx.first, tx.last, true),
            None => Layout::default(),
        },
        RowsOf::Table(table, id) => {
            let view = session.view.borrow();
            Layout::of_table(&log, table, |no| view.id != id || view.has(no))
        }
    });
    kept.0.retain(|(o, ..)| *o != of);
    kept.0.insert(0, (of, made_at, Rc::clone(&made)));
    kept.0.truncate(KEPT);
    made
}

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
    let layout = layout(session, of);
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
