//! What is selected: an event, or a transaction as a whole.

use super::dialogs::DialogState;
use super::field::FieldState;
use super::rows::RowsState;
use super::timings::Timings;
use super::worker::Worker;
use crate::client::Latest;
use crate::model::link::Tab;
use crate::protocol::{Answer, Inspection, Question, RowsOf, ViewId};
use binlight_engine::index::EventNo;
use binlight_engine::transactions::TxNo;
use leptos::prelude::*;
use std::sync::Arc;

/// Signals of the selection.
#[derive(Clone, Copy, Debug)]
pub struct SelectionState {
    /// The selected event; of a transaction as a whole its first.
    pub event: RwSignal<Option<EventNo>>,
    /// The transaction of the selected event.
    pub transaction: RwSignal<Option<TxNo>>,
    /// Whether the transaction as a whole is selected, rather than one of its events.
    pub whole: RwSignal<bool>,
    /// The selected event, annotated; for a moment still the one before.
    pub inspection: RwSignal<Option<Arc<Inspection>>>,
    /// The inspector's tab.
    pub tab: RwSignal<Tab>,
    /// Which of its fields is looked at.
    pub field: FieldState,
    rows: RowsState,
    worker: Worker,
    dialogs: DialogState,
    timings: Timings,
    private: StoredValue<Private, LocalStorage>,
}

/// What no view may touch.
#[derive(Debug)]
struct Private {
    inspect: Latest<EventNo>,
    /// A place was asked for and its event is not here yet: the address is right, the view is not.
    awaited: bool,
    /// The field to be locked when that event arrives.
    awaited_field: Option<String>,
    /// The tab that the user prefers for transactions, and for events.
    tabs: (Tab, Tab),
}

impl SelectionState {
    pub(super) fn new(
        worker: Worker,
        field: FieldState,
        rows: RowsState,
        dialogs: DialogState,
        timings: Timings,
    ) -> Self {
        SelectionState {
            event: RwSignal::default(),
            transaction: RwSignal::default(),
            whole: RwSignal::new(false),
            inspection: RwSignal::default(),
            tab: RwSignal::default(),
            field,
            rows,
            worker,
            dialogs,
            timings,
            private: StoredValue::new_local(Private {
                inspect: Latest::default(),
                awaited: false,
                awaited_field: None,
                tabs: (Tab::Rows, Tab::Bytes),
            }),
        }
    }

    pub(super) fn clear(self) {
        self.event.set(None);
        self.transaction.set(None);
        self.whole.set(false);
        self.inspection.set(None);
        self.field.clear();
        self.rows.clear();
    }

    /// Selects event `no` and shows it.
    pub fn select(self, no: EventNo) {
        self.select_as(no, None);
    }

    /// Selects a transaction as a whole; `first` is its first event.
    pub fn select_transaction(self, tx: TxNo, first: EventNo) {
        self.select_as(first, Some(tx));
    }

    fn select_as(self, no: EventNo, whole: Option<TxNo>) {
        if self.event.get_untracked() == Some(no) && self.whole.get_untracked() == whole.is_some() {
            return;
        }
        self.dialogs.clear();
        self.timings.rows.start();
        batch(|| {
            self.event.set(Some(no));
            self.whole.set(whole.is_some());
            if let Some(tx) = whole {
                self.transaction.set(Some(tx));
                self.rows.show(RowsOf::Transaction(tx));
            }
        });
        self.inspect(no);
    }

    /// Selects event `no` even if it is selected already: the field that is awaited is to be locked.
    pub(super) fn select_anew(self, no: EventNo) {
        if self.event.get_untracked() == Some(no) && !self.whole.get_untracked() {
            self.inspect(no);
        } else {
            self.select(no);
        }
    }

    /// Asks for the annotated event; only the newest question counts.
    fn inspect(self, no: EventNo) {
        let latest = self.private.with_value(|p| p.inspect.clone());
        latest.run(no, move |no| async move {
            match self.worker.ask(Question::Inspect(no)).await {
                Some(Answer::Inspected(inspection)) if self.event.get_untracked() == Some(no) => {
                    self.inspected(Arc::new(*inspection));
                }
                Some(Answer::Unanswered(why)) => {
                    self.dialogs
                        .notify(format!("The event cannot be read: {why}"));
                }
                _ => {}
            }
        });
    }

    /// The annotated event has come.
    fn inspected(self, inspection: Arc<Inspection>) {
        let (path, tabs) = self
            .private
            .try_update_value(|p| {
                p.awaited = false;
                (p.awaited_field.take(), p.tabs)
            })
            .unwrap_or_default();
        self.field.clear();
        let node = path.and_then(|p| inspection.tree.find(&p));
        let no = inspection.line.no;
        let tx = inspection.transaction.as_ref().map(|t| t.no);
        let whole = self.whole.get_untracked() && tx.is_some();
        let has_rows = if whole {
            true
        } else {
            inspection.line.row.event_type.rows_shape().is_some()
        };
        let wanted = if whole { tabs.0 } else { tabs.1 };
        self.transaction.set(tx);
        self.inspection.set(Some(inspection));
        self.field.locked.set(node.map(|n| n as u32));
        self.tab.set(if node.is_some() || !has_rows {
            Tab::Bytes
        } else {
            wanted
        });
        match tx.filter(|_| whole) {
            Some(tx) => self.rows.show(RowsOf::Transaction(tx)),
            None if has_rows => self.rows.show(RowsOf::Event(no)),
            None => self.rows.clear(),
        }
    }

    /// A place is asked for: until its event is here the address is right, the view is not.
    pub(super) fn await_place(self) {
        self.private.update_value(|p| p.awaited = true);
    }

    /// The place that was asked for is not in the log.
    pub(super) fn cancel_await(self) {
        self.private.update_value(|p| p.awaited = false);
    }

    /// Whether the event of a place that was asked for is still to come.
    pub(super) fn is_awaited(self) -> bool {
        self.private.with_value(|p| p.awaited)
    }

    /// With the next event this field is to be locked.
    pub(super) fn await_field(self, path: Option<String>) {
        self.private
            .update_value(|p| p.awaited_field = path.filter(|f| !f.is_empty()));
    }

    /// Whether an annotated event is under way.
    pub(super) fn is_busy(self) -> bool {
        self.private.with_value(|p| p.inspect.is_busy())
    }

    /// From now on the inspector opens with this tab, for whole transactions or for events.
    pub(super) fn prefer_tab(self, tab: Tab, whole: bool) {
        self.private.update_value(|p| {
            if whole {
                p.tabs.0 = tab;
            } else {
                p.tabs.1 = tab;
            }
        });
    }

    /// The user chooses a tab of the inspector, for what is selected now and the like of it.
    pub fn choose_tab(self, tab: Tab) {
        self.prefer_tab(tab, self.whole.get_untracked());
        self.tab.set(tab);
        if tab == Tab::Rows {
            self.show_rows();
        }
    }

    /// Whose rows the selection has.
    pub(super) fn rows_of(&self) -> Option<RowsOf> {
        let (event, transaction) = (self.event.get(), self.transaction.get());
        if self.whole.get() {
            return transaction.map(RowsOf::Transaction);
        }
        event.map(RowsOf::Event)
    }

    /// Shows the rows of what is selected, after those of a table across the log.
    pub fn show_rows(self) {
        if let Some(of) = untrack(|| self.rows_of()) {
            self.rows.show(of);
        }
    }

    /// Shows the rows of a table across the log, until something else is selected.
    pub fn show_table_rows(self, table: u32, view: ViewId) {
        self.tab.set(Tab::Rows);
        self.rows.show(RowsOf::Table(table, view));
    }

    /// Locks the field after (or before) the locked one.
    pub fn step_field(self, forward: bool) {
        let Some(inspection) = self.inspection.get_untracked() else {
            return;
        };
        self.choose_tab(Tab::Bytes);
        let nodes = &inspection.tree.nodes;
        let owns = |i: &usize| nodes[*i].kind.owns_bytes() && nodes[*i].span.len > 0;
        let at = self.field.locked.get_untracked().map(|f| f as usize);
        let next = match (at, forward) {
            (None, true) => (0..nodes.len()).find(owns),
            (None, false) => (0..nodes.len()).rfind(owns),
            (Some(i), true) => (i + 1..nodes.len()).find(owns),
            (Some(i), false) => (0..i).rfind(owns),
        };
        if let Some(next) = next {
            self.field.lock(Some(next as u32));
        }
    }

    /// From a rows event to its table map, from an inner event to its payload.
    pub fn follow_reference(self) {
        let target = self
            .inspection
            .with_untracked(|i| i.as_ref().and_then(|i| i.table_map.or(i.payload)));
        match target {
            Some(no) => self.select(no),
            None => self.dialogs.notify("This event refers to no other."),
        }
    }
}
