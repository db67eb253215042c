//! What lies over the page: help, the list of commands, a message.

use leptos::prelude::*;

/// Signals of the dialogs.
#[derive(Clone, Copy, Debug)]
pub struct DialogState {
    /// A short message to the user.
    pub notice: RwSignal<Option<String>>,
    /// Whether the help is open.
    pub help: RwSignal<bool>,
    /// Whether the list of commands is open.
    pub palette: RwSignal<bool>,
}

impl DialogState {
    pub(super) fn new() -> Self {
        DialogState {
            notice: RwSignal::default(),
            help: RwSignal::new(false),
            palette: RwSignal::new(false),
        }
    }

    /// Shows a message until another, or until something is selected.
    pub fn notify(self, message: impl Into<String>) {
        self.notice.set(Some(message.into()));
    }

    pub(super) fn clear(self) {
        self.notice.set(None);
    }
}
