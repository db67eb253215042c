//! What the lists show: filter, range, order, and the lines that are here.

mod fetch;
mod locate;

use super::dialogs::DialogState;
use super::log::{LogState, Phase};
use super::pages::PageStore;
use super::settings::SettingsState;
use super::timings::Timings;
use super::worker::Worker;
use crate::model::expansion::Expansion;
use crate::model::link::ListTab;
use crate::platform::{clock, page};
use crate::protocol::{EventLine, Shown, Sort, TxLine, View, ViewId};
use binlight_engine::timeline::Axis;
use binlight_engine::transactions::TxNo;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Signals of the lists.
#[derive(Clone, Copy, Debug)]
pub struct ListState {
    /// Which view is beside the inspector.
    pub tab: RwSignal<ListTab>,
    /// The filter in force.
    pub filter: RwSignal<String>,
    /// The selected stretch of the timeline.
    pub range: RwSignal<Option<(Axis, u64, u64)>>,
    /// Order of the transactions; whether the largest come first.
    pub sort: RwSignal<(Sort, bool)>,
    /// The view under way or shown.
    pub id: RwSignal<ViewId>,
    /// How far it is.
    pub shown: RwSignal<Shown>,
    /// Lines of the transactions in view.
    pub transactions: PageStore<TxLine>,
    /// Lines of events by their number in the log.
    pub events: PageStore<EventLine>,
    /// Lines of the events in view, where it leaves some out.
    pub found: PageStore<EventLine>,
    /// Transactions that are folded open.
    pub expansion: RwSignal<Expansion>,
    /// Line of the selected transaction in the view.
    pub transaction_line: RwSignal<Option<u64>>,
    /// Line of the selected event in the view's events.
    pub event_line: RwSignal<Option<u64>>,
    /// Raised with each opening.
    opened: RwSignal<u32>,
    /// The transaction whose lines are wanted: see [`locate`](Self::locate).
    located: StoredValue<Option<TxNo>>,
    worker: Worker,
    log: LogState,
    settings: SettingsState,
    dialogs: DialogState,
    timings: Timings,
}

impl ListState {
    pub(super) fn new(
        worker: Worker,
        log: LogState,
        settings: SettingsState,
        dialogs: DialogState,
        timings: Timings,
    ) -> Self {
        ListState {
            tab: RwSignal::default(),
            filter: RwSignal::default(),
            range: RwSignal::default(),
            sort: RwSignal::default(),
            id: RwSignal::default(),
            shown: RwSignal::default(),
            transactions: PageStore::new(),
            events: PageStore::new(),
            found: PageStore::new(),
            expansion: RwSignal::default(),
            transaction_line: RwSignal::default(),
            event_line: RwSignal::default(),
            opened: RwSignal::default(),
            located: StoredValue::new(None),
            worker,
            log,
            settings,
            dialogs,
            timings,
        }
    }

    pub(super) fn clear(&self) {
        self.tab.set(ListTab::default());
        self.filter.set(String::new());
        self.range.set(None);
        self.sort.set(Default::default());
        self.shown.set(Shown::default());
        self.forget_lines();
        self.events.clear();
    }

    fn forget_lines(&self) {
        self.transactions.clear();
        self.found.clear();
        self.expansion.set(Expansion::default());
        self.transaction_line.set(None);
        self.event_line.set(None);
    }

    /// Another log is open: its view is to be made.
    pub(super) fn reopen(&self) {
        self.opened.update(|n| *n += 1);
    }

    /// What a link asks for: which view, of what.
    pub(super) fn restore(self, tab: ListTab, filter: &str, range: Option<(Axis, u64, u64)>) {
        self.tab.set(tab);
        self.set_filter(filter);
        self.range.set(range);
    }

    /// Makes views as filter, range and order change.
    pub(super) fn start(self) {
        let view = Memo::new(move |_| {
            let (sort, descending) = self.sort.get();
            let narrowed = self.is_narrowed();
            View {
                filter: self.filter.get(),
                utc_offset: self.settings.zone().offset(self.log.first_second()),
                range: self.range.get(),
                sort,
                descending,
                events: narrowed && self.tab.get() == ListTab::Events,
            }
        });
        Effect::new(move |_| {
            let opened = self.opened.get();
            let view = view.get();
            if opened > 0 && self.log.phase.with_untracked(|p| *p != Phase::Empty) {
                self.forget_lines();
                self.timings.view.start();
                self.shown.update(|s| s.finished = false);
                self.id.set(self.worker.client().show(view));
            }
        });
    }

    /// The worker tells how far the view is. Whether these are its first transactions.
    pub(super) fn view_progressed(self, shown: Shown) -> bool {
        let first = self.shown.with_untracked(|s| s.transactions == 0) && shown.transactions > 0;
        if self.sort.get_untracked() == (Sort::Position, false) {
            self.transactions.grown();
        } else if !shown.finished || !self.shown.with_untracked(|s| s.finished) {
            self.transactions.clear();
        }
        self.found.grown();
        // With lines to draw it is shown once they are drawn.
        if shown.finished && shown.transactions == 0 {
            self.timings.view.stop();
        }
        let finished = shown.finished;
        self.shown.set(shown);
        if finished && self.transactions.known(0).is_some() {
            let view = self.id.get_untracked();
            spawn_local(async move { self.view_drawn(view).await });
        }
        first
    }

    /// Lines of `view` have come: with the next frame it can be seen.
    async fn view_drawn(self, view: ViewId) {
        clock::next_frame().await;
        if self.id.get_untracked() == view && self.shown.with_untracked(|s| s.finished) {
            self.timings.view.stop();
        }
    }

    /// Whether the view leaves something out.
    pub fn is_narrowed(&self) -> bool {
        self.range.with(Option::is_some) || self.filter.with(|f| !f.trim().is_empty())
    }

    /// Events in the list of events.
    pub fn event_total(&self) -> u64 {
        let narrowed = self.shown.with(|s| s.events.map(u64::from));
        narrowed.unwrap_or_else(|| self.log.event_count())
    }

    /// Puts a filter in force.
    pub fn set_filter(self, text: &str) {
        if self.filter.with_untracked(|f| f != text) {
            self.filter.set(text.to_owned());
        }
    }

    /// Narrows the view to a stretch of the timeline; `None`: to nothing less than all.
    pub fn set_range(self, range: Option<(Axis, u64, u64)>) {
        if self.range.get_untracked() != range {
            self.range.set(range);
        }
    }

    /// Shows the transactions that match, whatever list is open.
    pub fn show_matching(self, filter: &str) {
        self.range.set(None);
        self.set_filter(filter);
        self.tab.set(ListTab::Transactions);
    }

    /// Sorts by `sort`; again: the other way round.
    pub fn sort_by(self, sort: Sort) {
        self.sort.update(|(by, descending)| {
            // The largest are what one looks for; the first in the log come first.
            *descending = if *by == sort {
                !*descending
            } else {
                !matches!(sort, Sort::Position | Sort::Time)
            };
            *by = sort;
        });
    }

    /// Folds a transaction open, or shut.
    pub fn toggle(self, line: u64) {
        if let Some(tx) = self.transactions.known(line) {
            self.expansion
                .update(|e| e.toggle(line, tx.tx.first, u64::from(tx.tx.events())));
        }
    }

    /// Gives the focus to the view that is open.
    pub fn focus(self) {
        page::focus(match self.tab.get_untracked() {
            ListTab::Transactions => "transaction-list",
            ListTab::Events => "event-list",
            ListTab::Overview => "overview",
            ListTab::Gtids => "gtid-view",
            ListTab::Findings => "findings",
            ListTab::Files => "files",
        });
    }
}
