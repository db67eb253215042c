//! Fetching the lines that are in view, and single lines for who steps through them.

use super::ListState;
use crate::model::expansion::Row;
use crate::protocol::{Answer, EventLine, Question, TxLine, ViewId};
use crate::state::pages::{PAGE, PageStore};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::ops::Range;

impl ListState {
    /// The list of events shows `range`: fetches what is missing of it.
    pub fn show_events(self, range: Range<u64>) {
        match self.shown.with(|s| s.events) {
            Some(total) => {
                let view = self.id.get_untracked();
                self.fetch_events(self.found, range, total.into(), Some(view));
            }
            None => self.show_all_events(range),
        }
    }

    fn show_all_events(self, range: Range<u64>) {
        self.fetch_events(self.events, range, self.log.event_count(), None);
    }

    fn fetch_events(
        self,
        store: PageStore<EventLine>,
        range: Range<u64>,
        total: u64,
        view: Option<ViewId>,
    ) {
        let generation = store.generation();
        for page in store.missing(range, total) {
            spawn_local(async move {
                let lines = match lines_of(page) {
                    Some((first, count)) => {
                        let question = Question::Lines { first, count, view };
                        self.worker.ask(question).await
                    }
                    None => None,
                };
                match lines {
                    Some(Answer::Lines { lines, .. }) => {
                        store.arrived(generation, page, lines);
                        self.timings.first_lines.stop_with_frame();
                    }
                    other => {
                        store.lost(page);
                        self.tell(other);
                    }
                }
            });
        }
    }

    /// The list of transactions shows display lines `range`: fetches what is missing of them.
    pub fn show_transactions(self, range: Range<u64>) {
        let total = self.shown.with(|s| u64::from(s.transactions));
        let (mut lines, mut events): (Option<Range<u64>>, Option<Range<u64>>) = (None, None);
        let widen = |range: &mut Option<Range<u64>>, i: u64| match range {
            Some(r) => *r = r.start.min(i)..r.end.max(i + 1),
            None => *range = Some(i..i + 1),
        };
        self.expansion.with(|e| {
            for i in range {
                match e.row(i) {
                    Row::Transaction(line) => widen(&mut lines, line),
                    Row::Event(_, no) => widen(&mut events, no.0.into()),
                }
            }
        });
        if let Some(events) = events {
            self.show_all_events(events);
        }
        let Some(lines) = lines else { return };
        let view = self.id.get_untracked();
        let store = self.transactions;
        let generation = store.generation();
        for page in store.missing(lines, total) {
            spawn_local(async move {
                let lines = match lines_of(page) {
                    Some((first, count)) => {
                        let question = Question::Transactions { view, first, count };
                        self.worker.ask(question).await
                    }
                    None => None,
                };
                match lines {
                    Some(Answer::Transactions { lines, .. }) => {
                        store.arrived(generation, page, lines);
                        self.timings.first_lines.stop_with_frame();
                        self.view_drawn(view).await;
                    }
                    other => {
                        store.lost(page);
                        self.tell(other);
                    }
                }
            });
        }
    }

    fn tell(self, answer: Option<Answer>) {
        if let Some(Answer::Unanswered(why)) = answer {
            self.dialogs
                .notify(format!("The list cannot be read: {why}"));
        }
    }

    /// The transaction in a line of the view.
    pub(in crate::state) async fn transaction_at(self, line: u64) -> Option<TxLine> {
        if let Some(tx) = self.transactions.known(line) {
            return Some(tx);
        }
        let question = Question::Transactions {
            view: self.id.get_untracked(),
            first: u32::try_from(line).ok()?,
            count: 1,
        };
        match self.worker.ask(question).await {
            Some(Answer::Transactions { lines, .. }) => lines.into_iter().next(),
            _ => None,
        }
    }

    /// The event in a line of the view's events.
    pub(in crate::state) async fn event_at(self, line: u64) -> Option<EventLine> {
        if let Some(event) = self.found.known(line) {
            return Some(event);
        }
        let question = Question::Lines {
            first: u32::try_from(line).ok()?,
            count: 1,
            view: Some(self.id.get_untracked()),
        };
        match self.worker.ask(question).await {
            Some(Answer::Lines { lines, .. }) => lines.into_iter().next(),
            _ => None,
        }
    }
}

/// First line and lines of a page; `None` where no log has lines: events and transactions are numbered
/// by `u32`.
fn lines_of(page: u64) -> Option<(u32, u32)> {
    let first = u32::try_from(page.checked_mul(PAGE)?).ok()?;
    Some((first, PAGE as u32))
}
