//! What is selected, as the server's own tool prints it: asked for when its tab is looked at.

use super::log::LogState;
use super::selection::SelectionState;
use super::worker::Worker;
use crate::model::link::Tab;
use crate::protocol::{Answer, Listing, Question};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Signals of the text.
#[derive(Clone, Copy, Debug)]
pub struct TextState {
    /// What is selected, as the server's own tool prints it.
    pub listing: RwSignal<Option<Arc<Listing>>>,
    worker: Worker,
    log: LogState,
    selection: SelectionState,
}

impl TextState {
    pub(super) fn new(worker: Worker, log: LogState, selection: SelectionState) -> Self {
        TextState {
            listing: RwSignal::default(),
            worker,
            log,
            selection,
        }
    }

    pub(super) fn clear(&self) {
        self.listing.set(None);
    }

    pub(super) fn start(self) {
        let wanted = Memo::new(move |_| {
            if self.selection.tab.get() != Tab::Text || !self.log.is_open() {
                return None;
            }
            self.selection.rows_of()
        });
        Effect::new(move |_| {
            let Some(of) = wanted.get() else { return };
            spawn_local(async move {
                let answer = self.worker.ask(Question::Listing(of)).await;
                if wanted.try_get_untracked().flatten() != Some(of) {
                    return; // something else was selected meanwhile
                }
                match answer {
                    Some(Answer::Listing(listing)) => self.listing.set(Some(Arc::new(listing))),
                    Some(Answer::Unanswered(why)) => self.listing.set(Some(Arc::new(Listing {
                        of,
                        tool: String::new(),
                        text: why,
                        whole: false,
                    }))),
                    _ => {}
                }
            });
        });
    }
}
