//! In which lines of the view the selection stands.

use super::ListState;
use crate::protocol::{Answer, Question, Sort};
use binlight_engine::index::EventNo;
use binlight_engine::transactions::TxNo;
use leptos::prelude::*;
use leptos::task::spawn_local;

impl ListState {
    /// This event, of this transaction, is selected: finds their lines. Tracks what they depend on.
    pub(in crate::state) fn locate(self, transaction: Option<TxNo>, event: Option<EventNo>) {
        self.shown.track();
        self.tab.track();
        self.located.set_value(transaction);
        let (Some(tx), Some(event)) = (transaction, event) else {
            self.event_line.set(event.map(|e| e.0.into()));
            return self.transaction_line.set(None);
        };
        let plain =
            !untrack(|| self.is_narrowed()) && self.sort.get_untracked() == (Sort::Position, false);
        if plain {
            set_if_new(self.transaction_line, Some(tx.0.into()));
            return set_if_new(self.event_line, Some(event.0.into()));
        }
        let known = self.transactions.find(|l| l.no == tx);
        if known.is_some() {
            set_if_new(self.transaction_line, known);
        } else {
            self.ask_line(tx, None, self.transaction_line);
        }
        match self.shown.with_untracked(|s| s.events) {
            None => set_if_new(self.event_line, Some(event.0.into())),
            Some(_) => match self.found.find(|l| l.no == event) {
                Some(line) => set_if_new(self.event_line, Some(line)),
                None => self.ask_line(tx, Some(event), self.event_line),
            },
        }
    }

    fn ask_line(self, tx: TxNo, event: Option<EventNo>, into: RwSignal<Option<u64>>) {
        let view = self.id.get_untracked();
        spawn_local(async move {
            if let Some(Answer::Row(line)) = self.worker.ask(Question::Row(view, tx, event)).await
                && self.id.get_untracked() == view
                && self.located.get_value() == Some(tx)
            {
                set_if_new(into, line.map(u64::from));
            }
        });
    }
}

fn set_if_new(signal: RwSignal<Option<u64>>, value: Option<u64>) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}
