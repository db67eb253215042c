//! Row changes of what is selected, fetched by page.

use super::AppState;
use super::pages::{PAGE, PageStore};
use crate::platform::clock;
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
pub struct Changes {
    /// Whose they are.
    pub of: RwSignal<Option<RowsOf>>,
    /// Lines and row changes in all; `None` until the first have come.
    pub totals: RwSignal<Option<(usize, u64)>>,
    /// The lines.
    pub lines: PageStore<ChangeItem>,
    /// Characters of each column, by table.
    pub widths: RwSignal<BTreeMap<String, Vec<usize>>>,
    /// What is wrong with the rows, the first few.
    pub faults: RwSignal<Vec<String>>,
}

impl Changes {
    pub(super) fn new() -> Self {
        Changes {
            of: RwSignal::default(),
            totals: RwSignal::default(),
            lines: PageStore::new(),
            widths: RwSignal::default(),
            faults: RwSignal::default(),
        }
    }

    pub(super) fn clear(&self) {
        self.of.set(None);
        self.totals.set(None);
        self.lines.clear();
        self.widths.set(BTreeMap::new());
        self.faults.set(Vec::new());
    }
}

/// What tells two definitions of tables apart.
pub fn table_key(table: &Table) -> String {
    format!("{}/{}", table.full_name(), table.columns.len())
}

impl AppState {
    /// Shows the row changes of `of`.
    pub fn show_changes(self, of: RowsOf) {
        if self.changes.of.get_untracked() == Some(of) {
            return;
        }
        self.changes.clear();
        self.changes.of.set(Some(of));
        self.fetch_changes(of, 0);
    }

    /// Back from a table across the log to what is selected.
    pub fn show_selected_changes(self) {
        if let Some(of) = self.rows_of_selection() {
            self.show_changes(of);
        }
    }

    /// Lines `range` are in view: fetches what is missing of them.
    pub fn show_change_lines(self, range: Range<usize>) {
        let Some((of, (total, _))) = self
            .changes
            .of
            .get_untracked()
            .zip(self.changes.totals.get())
        else {
            return;
        };
        for page in self.changes.lines.missing(range, total) {
            self.fetch_changes(of, page);
        }
    }

    fn fetch_changes(self, of: RowsOf, page: u32) {
        let (client, made) = (self.client(), self.changes.lines.made());
        spawn_local(async move {
            let question = Question::Changes {
                of,
                first: u64::from(page * PAGE),
                count: PAGE.into(),
            };
            match client.ask(question).await {
                Some(Answer::Changes(answer)) if self.changes.of.get_untracked() == Some(of) => {
                    self.changes_arrived(made, page, answer);
                }
                Some(Answer::Unanswered(why)) => {
                    self.changes.lines.lost(page);
                    self.notice
                        .set(Some(format!("The rows cannot be read: {why}")));
                }
                _ => self.changes.lines.lost(page),
            }
        });
    }

    fn changes_arrived(self, made: u32, page: u32, answer: ChangesPage) {
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
            self.changes.faults.update(|f| {
                f.extend(answer.faults.iter().map(ToString::to_string));
                f.dedup();
                f.truncate(5);
            });
        }
        self.changes.lines.arrived(made, page, items);
        let totals = Some((answer.total as usize, answer.rows));
        if self.changes.totals.get_untracked() != totals {
            self.changes.totals.set(totals);
        }
        spawn_local(async move {
            clock::next_frame().await;
            let now = clock::now();
            self.private.update_value(|p| {
                p.select_to_rows_ms.get_or_insert(now - p.selected_at);
            });
        });
    }

    /// Columns grow with what they hold, and never shrink while one looks at them.
    fn widen(self, items: &[ChangeItem]) {
        let mut widths = self.changes.widths.get_untracked();
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
        if self.changes.widths.with_untracked(|w| *w != widths) {
            self.changes.widths.set(widths);
        }
    }
}
