//! What the lists show: filter, range, order, and the lines that are here.

use super::AppState;
use super::pages::{PAGE, PageStore};
use crate::client::Client;
use crate::model::expansion::{Expansion, Row};
use crate::model::link::ListTab;
use crate::platform::clock;
use crate::protocol::{Answer, EventLine, Question, Shown, Sort, TxLine, View, ViewId};
use binlight_engine::index::EventNo;
use binlight_engine::timeline::Axis;
use binlight_engine::transactions::TxNo;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::ops::Range;

/// Signals of the lists.
#[derive(Clone, Copy, Debug)]
pub struct Lists {
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
    pub transaction_line: RwSignal<Option<usize>>,
    /// Line of the selected event in the view's events.
    pub event_line: RwSignal<Option<usize>>,
    /// Raised with each opening.
    opened: RwSignal<u32>,
}

impl Lists {
    /// Another log is open: its view is to be made.
    pub(super) fn reopen(&self) {
        self.opened.update(|n| *n += 1);
    }

    pub(super) fn new() -> Self {
        Lists {
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
        }
    }

    pub(super) fn clear(&self) {
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

    /// Whether the view leaves something out.
    pub fn is_narrowed(&self) -> bool {
        self.range.with(Option::is_some) || self.filter.with(|f| !f.trim().is_empty())
    }
}

impl AppState {
    /// Makes views as filter, range and order change.
    pub(super) fn start_lists(self) {
        let view = Memo::new(move |_| {
            let (sort, descending) = self.lists.sort.get();
            let narrowed = self.lists.is_narrowed();
            View {
                filter: self.lists.filter.get(),
                utc_offset: self.zone().offset(
                    self.progress
                        .with(|p| p.time.map_or(0, |(t, _)| (t / 1_000_000) as i64)),
                ),
                range: self.lists.range.get(),
                sort,
                descending,
                events: narrowed && self.list.get() == ListTab::Events,
            }
        });
        Effect::new(move |_| {
            let opened = self.lists.opened.get();
            let view = view.get();
            if opened > 0 && self.phase.with_untracked(|p| *p != super::Phase::Empty) {
                self.lists.forget_lines();
                self.private
                    .update_value(|p| (p.view_at, p.view_ms) = (clock::now(), None));
                self.lists.shown.update(|s| s.finished = false);
                self.lists.id.set(self.client().show(view));
            }
        });
        Effect::new(move |_| {
            self.transaction.track();
            self.selection.track();
            self.lists.shown.track();
            self.list.track();
            self.locate();
        });
    }

    /// The worker tells how far the view is.
    pub(super) fn view_shown(self, shown: Shown) {
        let lists = self.lists;
        let first = lists.shown.with_untracked(|s| s.transactions == 0) && shown.transactions > 0;
        if lists.sort.get_untracked() == (Sort::Position, false) {
            lists.transactions.grown();
        } else if !shown.finished || !lists.shown.with_untracked(|s| s.finished) {
            lists.transactions.clear();
        }
        lists.found.grown();
        // With lines to draw it is shown once they are drawn.
        if shown.finished && shown.transactions == 0 {
            self.private.update_value(|p| {
                p.view_ms.get_or_insert(clock::now() - p.view_at);
            });
        }
        let finished = shown.finished;
        lists.shown.set(shown);
        if finished && lists.transactions.known(0).is_some() {
            let view = lists.id.get_untracked();
            spawn_local(async move { self.view_drawn(view).await });
        }
        if first {
            self.follow_wanted(false);
        }
    }

    /// The list of events shows `range`: fetches what is missing of it.
    pub fn show_events(self, range: Range<usize>) {
        let narrowed = self.lists.shown.with(|s| s.events);
        match narrowed {
            Some(total) => {
                let view = self.lists.id.get_untracked();
                fetch_events(self, self.lists.found, range, total as usize, Some(view));
            }
            None => self.show_all_events(range),
        }
    }

    fn show_all_events(self, range: Range<usize>) {
        fetch_events(self, self.lists.events, range, self.event_count(), None);
    }

    /// The list of transactions shows display lines `range`: fetches what is missing of them.
    pub fn show_transactions(self, range: Range<usize>) {
        let lists = self.lists;
        let total = lists.shown.with(|s| s.transactions as usize);
        let (mut lines, mut events): (Option<Range<usize>>, Option<Range<usize>>) = (None, None);
        let widen = |range: &mut Option<Range<usize>>, i: usize| match range {
            Some(r) => *r = r.start.min(i)..r.end.max(i + 1),
            None => *range = Some(i..i + 1),
        };
        lists.expansion.with(|e| {
            for i in range {
                match e.row(i) {
                    Row::Transaction(line) => widen(&mut lines, line),
                    Row::Event(_, no) => widen(&mut events, no.0 as usize),
                }
            }
        });
        if let Some(events) = events {
            self.show_all_events(events);
        }
        let Some(lines) = lines else { return };
        let view = lists.id.get_untracked();
        let (client, made) = (self.client(), lists.transactions.made());
        for page in lists.transactions.missing(lines, total) {
            let client: Client = client.clone();
            spawn_local(async move {
                let question = Question::Transactions {
                    view,
                    first: page * PAGE,
                    count: PAGE,
                };
                match client.ask(question).await {
                    Some(Answer::Transactions { lines, .. }) => {
                        lists.transactions.arrived(made, page, lines);
                        self.first_rows_shown();
                        self.view_drawn(view).await;
                    }
                    Some(Answer::Unanswered(why)) => {
                        lists.transactions.lost(page);
                        self.notice
                            .set(Some(format!("The list cannot be read: {why}")));
                    }
                    _ => lists.transactions.lost(page),
                }
            });
        }
    }

    /// Lines of `view` have come: with the next frame it can be seen.
    async fn view_drawn(self, view: ViewId) {
        clock::next_frame().await;
        if self.lists.id.get_untracked() == view && self.lists.shown.with_untracked(|s| s.finished)
        {
            self.private.update_value(|p| {
                p.view_ms.get_or_insert(clock::now() - p.view_at);
            });
        }
    }

    /// Finds the lines of what is selected.
    fn locate(self) {
        let lists = self.lists;
        let (Some(tx), Some(event)) = (
            self.transaction.get_untracked(),
            self.selection.get_untracked(),
        ) else {
            lists
                .event_line
                .set(self.selection.get_untracked().map(|e| e.0 as usize));
            return lists.transaction_line.set(None);
        };
        let plain = !untrack(|| lists.is_narrowed())
            && lists.sort.get_untracked() == (Sort::Position, false);
        if plain {
            set_if_new(lists.transaction_line, Some(tx.0 as usize));
            return set_if_new(lists.event_line, Some(event.0 as usize));
        }
        let known = lists.transactions.find(|l| l.no == tx);
        if known.is_some() {
            set_if_new(lists.transaction_line, known);
        } else {
            self.ask_line(tx, None, lists.transaction_line);
        }
        match lists.shown.with_untracked(|s| s.events) {
            None => set_if_new(lists.event_line, Some(event.0 as usize)),
            Some(_) => match lists.found.find(|l| l.no == event) {
                Some(line) => set_if_new(lists.event_line, Some(line)),
                None => self.ask_line(tx, Some(event), lists.event_line),
            },
        }
    }

    fn ask_line(self, tx: TxNo, event: Option<EventNo>, into: RwSignal<Option<usize>>) {
        let view = self.lists.id.get_untracked();
        let client = self.client();
        spawn_local(async move {
            if let Some(Answer::Row(line)) = client.ask(Question::Row(view, tx, event)).await
                && self.lists.id.get_untracked() == view
                && self.transaction.get_untracked() == Some(tx)
            {
                set_if_new(into, line.map(|l| l as usize));
            }
        });
    }

    /// Folds a transaction open, or shut.
    pub fn toggle(self, line: usize) {
        if let Some(tx) = self.lists.transactions.known(line) {
            self.lists
                .expansion
                .update(|e| e.toggle(line, tx.tx.first, tx.tx.events() as usize));
        }
    }

    /// Puts a filter in force.
    pub fn set_filter(self, text: &str) {
        if self.lists.filter.with_untracked(|f| f != text) {
            self.lists.filter.set(text.to_owned());
        }
    }

    /// Shows the transactions that match, whatever list is open.
    pub fn show_matching(self, filter: &str) {
        self.lists.range.set(None);
        self.set_filter(filter);
        self.list.set(ListTab::Transactions);
    }

    /// Sorts by `sort`; again: the other way round.
    pub fn sort_by(self, sort: Sort) {
        self.lists.sort.update(|(by, descending)| {
            // The largest are what one looks for; the first in the log come first.
            *descending = if *by == sort {
                !*descending
            } else {
                !matches!(sort, Sort::Position | Sort::Time)
            };
            *by = sort;
        });
    }
}

fn set_if_new(signal: RwSignal<Option<usize>>, value: Option<usize>) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}

fn fetch_events(
    state: AppState,
    store: PageStore<EventLine>,
    range: Range<usize>,
    total: usize,
    view: Option<ViewId>,
) {
    let (client, made) = (state.client(), store.made());
    for page in store.missing(range, total) {
        let client = client.clone();
        spawn_local(async move {
            let question = Question::Lines {
                first: page * PAGE,
                count: PAGE,
                view,
            };
            match client.ask(question).await {
                Some(Answer::Lines { lines, .. }) => {
                    store.arrived(made, page, lines);
                    state.first_rows_shown();
                }
                Some(Answer::Unanswered(why)) => {
                    store.lost(page);
                    state
                        .notice
                        .set(Some(format!("The list cannot be read: {why}")));
                }
                _ => store.lost(page),
            }
        });
    }
}
