//! The handle through which states ask the worker.

use crate::client::{Client, Event};
use crate::protocol::{Answer, Question};
use leptos::prelude::*;

/// The page's end of the conversation, for every state that asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worker(StoredValue<Client, LocalStorage>);

impl Worker {
    /// Tells `on_event` what the worker says unasked.
    pub(super) fn new(on_event: impl Fn(Event) + 'static) -> Self {
        Worker(StoredValue::new_local(Client::new(on_event)))
    }

    /// The client itself, to open, to cancel, to ask for a view.
    pub(super) fn client(self) -> Client {
        self.0.with_value(Clone::clone)
    }

    /// Asks about the open log; `None` if another was opened, or the worker ended, before the answer.
    pub(super) async fn ask(self, question: Question) -> Option<Answer> {
        self.client().ask(question).await
    }

    /// Whether a question has no answer yet.
    pub(super) fn is_busy(self) -> bool {
        self.0.with_value(|client| client.pending() > 0)
    }
}
