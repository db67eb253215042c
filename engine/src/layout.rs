//! Where the lines of row changes lie: of an event, of a transaction, of a table across the log.

use crate::budget::Budget;
use crate::index::{EventNo, state};
use crate::limits::LAYOUTS;
use crate::log::Log;
use crate::transactions::TxNo;
use crate::view::{ViewId, ViewState};
use binlight_parser::codes::event_type::RowOp;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Whose row changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RowsOf {
    /// One rows event.
    Event(EventNo),
    /// All of a transaction, with its statements.
    Transaction(TxNo),
    /// Of one table, by its number, in all transactions of a view.
    Table(u32, ViewId),
}

/// The layouts made last.
#[derive(Debug, Default)]
pub struct Layouts(Vec<(RowsOf, Progress, Rc<Layout>)>);

impl Layouts {
    /// The layout of `of`, remembered or made from `log` and, of a table, the transactions of `view`.
    ///
    /// # Errors
    /// A sentence for the user if it needs more than `budget` has.
    pub(crate) fn get(
        &mut self,
        of: RowsOf,
        log: &Log,
        view: &ViewState,
        budget: &Budget,
    ) -> Result<Rc<Layout>, String> {
        // One made while the log was read, or the view was being made, may lack what came since.
        let made_at = (log.index().events.len(), view.progress());
        if let Some((.., layout)) = self.0.iter().find(|(o, n, _)| *o == of && *n == made_at) {
            return Ok(Rc::clone(layout));
        }
        let empty = Layout {
            most: budget.entries(size_of::<Segment>()),
            ..Layout::default()
        };
        let made = match of {
            RowsOf::Event(no) => empty.of_events(log, no, no, false),
            RowsOf::Transaction(no) => match log.transactions().get(no) {
                Some(tx) => empty.of_events(log, tx.first, tx.last, true),
                None => empty,
            },
            RowsOf::Table(table, id) => {
                empty.of_table(log, table, |no| view.id != id || view.has(no))
            }
        };
        if made.segments.len() as u64 > made.most {
            return Err(budget.refusal("the list of these row changes"));
        }
        let made = Rc::new(made);
        self.0.retain(|(o, ..)| *o != of);
        self.0.insert(0, (of, made_at, Rc::clone(&made)));
        self.0.truncate(LAYOUTS);
        Ok(made)
    }
}

/// How far log and view were when a layout was made: events, the view's own progress.
type Progress = (usize, (u32, usize));

/// Where the lines lie.
#[derive(Debug, Default)]
pub struct Layout {
    /// In order; each knows the number of its first line.
    pub(crate) segments: Vec<Segment>,
    pub(crate) total: u64,
    pub(crate) rows: u64,
    /// Segments that may be held: one more, and it is not finished.
    most: u64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) first: u64,
    pub(crate) kind: SegmentKind,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum SegmentKind {
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
        if self.is_too_long() {
            return;
        }
        self.segments.push(Segment {
            first: self.total,
            kind,
        });
        self.total += lines;
    }

    fn is_too_long(&self) -> bool {
        self.segments.len() as u64 > self.most
    }

    fn rows_event(&mut self, event: EventNo, op: RowOp, rows: u32, n: u64) {
        let per = if op == RowOp::Update { 2 } else { 1 };
        self.push(SegmentKind::Rows { event, op, n }, u64::from(rows) * per);
        self.rows += u64::from(rows);
    }

    fn of_events(self, log: &Log, first: EventNo, last: EventNo, statements: bool) -> Layout {
        let mut layout = self;
        // The title under way: its segment, its table, what it does.
        let mut title: Option<(usize, Option<u32>, RowOp)> = None;
        for no in (first.0..=last.0).map(EventNo) {
            let Some(row) = log.index().events.get(no).filter(|_| !layout.is_too_long()) else {
                break;
            };
            let Some(shape) = row
                .event_type
                .rows_shape()
                .filter(|_| row.state & state::DAMAGED == 0)
            else {
                let query = row.event_type.is_query();
                let text = row.event_type.carries_statement() && !query;
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
                    let n = match layout.segments.get_mut(i).map(|s| &mut s.kind) {
                        Some(SegmentKind::Title { rows: sum, .. }) => {
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
            if log.index().is_faulty(no, no) {
                layout.push(SegmentKind::Lost { event: no }, 1);
            }
        }
        layout
    }

    /// All changes of a table in the transactions that `has` has.
    fn of_table(self, log: &Log, table: u32, has: impl Fn(TxNo) -> bool) -> Layout {
        let (mut layout, all) = (self, log.transactions());
        for (no, tx) in all.iter() {
            if layout.is_too_long() {
                break;
            }
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
