//! What is selected, as the server's own tool prints it: asked for when its tab is looked at.

use super::AppState;
use crate::model::link::Tab;
use crate::protocol::{Answer, Listing, Question};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

impl AppState {
    pub(super) fn start_listing(self) {
        let wanted = Memo::new(move |_| {
            if self.tab.get() != Tab::Text || !self.has_log() {
                return None;
            }
            self.selection.track();
            self.transaction.track();
            self.whole.track();
            self.rows_of_selection()
        });
        Effect::new(move |_| {
            let Some(of) = wanted.get() else { return };
            spawn_local(async move {
                let answer = self.client().ask(Question::Listing(of)).await;
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
