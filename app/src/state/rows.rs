//! Row changes of what is selected, fetched by page.

use super::dialogs::DialogState;
use super::pages::{PAGE, PageStore};
use super::timings::Timings;
use super::worker::Worker;
use crate::protocol::{Answer, ChangeLine, ChangesPage, Question, RowsOf};
use binlight_parser::event::row_image::Cell;
use binlight_parser::rows::RowChange;
use binlight_parser::table::{Column, Table};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A line with what it names.
#[derive(Clone, Debug)]
pub struct ChangeItem {
    /// The line.
    pub line: ChangeLine,
    /// Its table.
    pub table: Option<Arc<Table>>,
    /// Its change.
    pub change: Option<Arc<RowChange<'static>>>,
}

/// Characters that a column is wide at most.
const WIDEST: usize = 44;

/// Signals of the row changes.
#[derive(Clone, Copy, Debug)]
pub struct RowsState {
    /// Whose they are.
    pub of: RwSignal<Option<RowsOf>>,
    /// Lines and row changes in all; `None` until the first have come.
    pub totals: RwSignal<Option<(u64, u64)>>,
    /// The lines.
    pub lines: PageStore<ChangeItem>,
    /// Characters of each column, by table.
    pub widths: RwSignal<BTreeMap<String, Vec<usize>>>,
    /// What is wrong with the rows, the first few.
    pub faults: RwSignal<Vec<String>>,
    worker: Worker,
    dialogs: DialogState,
    timings: Timings,
}

impl RowsState {
    pub(super) fn new(worker: Worker, dialogs: DialogState, timings: Timings) -> Self {
        RowsState {
            of: RwSignal::default(),
            totals: RwSignal::default(),
            lines: PageStore::new(),
            widths: RwSignal::default(),
            faults: RwSignal::default(),
            worker,
            dialogs,
            timings,
        }
    }

    pub(super) fn clear(&self) {
        self.of.set(None);
        self.totals.set(None);
        self.lines.clear();
        self.widths.set(BTreeMap::new());
        self.faults.set(Vec::new());
    }

    /// Shows the row changes of `of`.
    pub fn show(self, of: RowsOf) {
        if self.of.get_untracked() == Some(of) {
            return;
        }
        self.clear();
        self.of.set(Some(of));
        self.fetch(of, 0);
    }

    /// Lines `range` are in view: fetches what is missing of them.
    pub fn show_lines(self, range: Range<u64>) {
        let Some((of, (total, _))) = self.of.get_untracked().zip(self.totals.get()) else {
            return;
        };
        for page in self.lines.missing(range, total) {
            self.fetch(of, page);
        }
    }

    fn fetch(self, of: RowsOf, page: u64) {
        let generation = self.lines.generation();
        spawn_local(async move {
            let question = Question::Changes {
                of,
                first: page * PAGE,
                count: PAGE,
            };
            match self.worker.ask(question).await {
                Some(Answer::Changes(answer)) if self.of.get_untracked() == Some(of) => {
                    self.arrived(generation, page, answer);
                }
                Some(Answer::Unanswered(why)) => {
                    self.lines.lost(page);
                    self.dialogs
                        .notify(format!("The rows cannot be read: {why}"));
                }
                _ => self.lines.lost(page),
            }
        });
    }

    fn arrived(self, generation: u32, page: u64, answer: ChangesPage) {
        let changes: Vec<Arc<RowChange<'static>>> =
            answer.changes.into_iter().map(Arc::new).collect();
        let item = |line: ChangeLine| {
            let (table, change) = match &line {
                ChangeLine::Names { table, .. } => (*table, None),
                ChangeLine::Image { table, change, .. } => {
                    (*table, changes.get(*change as usize).cloned())
                }
                _ => (None, None),
            };
            ChangeItem {
                table: table.and_then(|t| answer.tables.get(t as usize).cloned()),
                change,
                line,
            }
        };
        let items: Vec<ChangeItem> = answer.lines.into_iter().map(item).collect();
        self.widen(&items);
        if !answer.faults.is_empty() {
            self.faults.update(|f| {
                f.extend(answer.faults.iter().map(ToString::to_string));
                f.dedup();
                f.truncate(5);
            });
        }
        self.lines.arrived(generation, page, items);
        let totals = Some((answer.total, answer.rows));
        if self.totals.get_untracked() != totals {
            self.totals.set(totals);
        }
        self.timings.rows.stop_with_frame();
    }

    /// Columns grow with what they hold, and never shrink while one looks at them.
    fn widen(self, items: &[ChangeItem]) {
        let mut widths = self.widths.get_untracked();
        for item in items {
            let Some(table) = &item.table else { continue };
            let known = widths.entry(table_key(table)).or_insert_with(|| {
                let head = |(i, c): (usize, &Column)| {
                    let name = c
                        .name
                        .as_ref()
                        .map_or(format!("@{}", i + 1).len(), |n| n.chars().count());
                    // The type is in small print; of a long one the beginning is enough.
                    let kind = c.sql_type().len().min(14);
                    name + kind + if c.key { 4 } else { 1 }
                };
                table
                    .columns
                    .iter()
                    .enumerate()
                    .map(|c| head(c).clamp(4, WIDEST))
                    .collect()
            });
            let Some(change) = &item.change else { continue };
            for image in [&change.before, &change.after].into_iter().flatten() {
                for (width, cell) in known.iter_mut().zip(image) {
                    let len = match cell {
                        Cell::Absent => 1,
                        Cell::Value(value) => value.to_string().chars().take(WIDEST).count() + 2,
                        Cell::Broken(bytes, _) => 8 + bytes.len().min(20) * 2,
                    };
                    *width = (*width).max(len.min(WIDEST));
                }
            }
        }
        if self.widths.with_untracked(|w| *w != widths) {
            self.widths.set(widths);
        }
    }
}

/// What tells two definitions of tables apart.
pub fn table_key(table: &Table) -> String {
    format!("{}/{}", table.full_name(), table.columns.len())
}
