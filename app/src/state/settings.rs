//! What the user likes, whatever log is open.

use crate::model::time::Zone;
use crate::platform::{clock, page};
use leptos::prelude::*;

/// Signals of the settings.
#[derive(Clone, Copy, Debug)]
pub struct SettingsState {
    /// Whether the theme is dark.
    pub dark: RwSignal<bool>,
    /// Whether times are shown in the browser's zone rather than in UTC.
    pub local_time: RwSignal<bool>,
}

impl SettingsState {
    pub(super) fn new() -> Self {
        let settings = SettingsState {
            dark: RwSignal::new(page::is_dark()),
            local_time: RwSignal::new(page::is_local_time()),
        };
        page::show_theme(settings.dark.get_untracked(), false);
        settings
    }

    /// The zone that times are shown in.
    pub fn zone(&self) -> Zone {
        if self.local_time.get() {
            Zone::of(clock::offset_minutes)
        } else {
            Zone::UTC
        }
    }

    /// Light instead of dark, or the other way round; kept for the next visit.
    pub fn toggle_theme(self) {
        self.dark.update(|d| *d = !*d);
        page::show_theme(self.dark.get_untracked(), true);
    }

    /// UTC instead of the browser's zone, or the other way round; kept for the next visit.
    pub fn toggle_zone(self) {
        self.local_time.update(|l| *l = !*l);
        page::remember_local_time(self.local_time.get_untracked());
    }
}
