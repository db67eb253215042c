//! Opening files, and what the worker says about them.

use super::{AppState, Phase};
use crate::client::Event;
use crate::model::link::Link;
use crate::platform::samples::Sample;
use crate::platform::{clock, hash, key_file, page, samples};
use crate::protocol::{Answer, OpenFailure, Question, Summary};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::File;

impl AppState {
    /// Takes files that the user chose or dropped: keys for the log that is open, or another log.
    pub async fn take(self, files: Vec<File>) {
        if self.is_locked() && key_file::all_are(&files).await {
            self.unlock(files, None);
        } else {
            self.open(&files);
        }
    }

    /// Whether the open log waits for a key.
    fn is_locked(self) -> bool {
        let failed = self
            .phase
            .with_untracked(|p| matches!(p, Phase::Failed(OpenFailure::Locked(_))));
        let partly = |s: &Option<Summary>| s.as_ref().is_some_and(|s| s.lock.why.is_some());
        failed || self.summary.with_untracked(partly)
    }

    /// Opens the log again, with key files besides those given before, and the password of one that is
    /// encrypted.
    pub fn unlock(self, keys: Vec<File>, password: Option<String>) {
        let (files, mut all) = self
            .private
            .with_value(|p| (p.files.clone(), p.keys.clone()));
        all.extend(keys);
        self.open_with(&files, &all, password);
    }

    /// Opens files as one log.
    pub fn open(self, files: &[File]) {
        self.open_with(files, &[], None);
    }

    fn open_with(self, files: &[File], keys: &[File], password: Option<String>) {
        let Some(first) = files.first() else { return };
        self.clear();
        let link = Link::parse(&hash::read());
        self.file_name.set(match files.len() {
            1 => first.name(),
            n => format!("{} and {} more", first.name(), n - 1),
        });
        let named = |name: &str| files.iter().any(|f| f.name() == name);
        let wanted = (link.pos.is_some()
            || !link.filter.is_empty()
            || link.range.is_some()
            || link.list != Default::default())
            && (link.file.is_empty() || named(&link.file));
        if wanted {
            self.list.set(link.list);
            self.lists.filter.set(link.filter.clone());
            self.lists.range.set(link.range);
        }
        self.private.update_value(|p| {
            p.wanted = (wanted && link.pos.is_some()).then_some(link);
            p.opened_at = clock::now();
            (p.first_rows_ms, p.index_ms) = (None, None);
            p.files = files.to_vec();
            p.keys = keys.to_vec();
        });
        let total: f64 = files.iter().map(|f| f.size()).sum();
        self.progress.update(|p| p.total = total as u64);
        let all = [files, keys].concat();
        self.client().open(&all, password);
        self.phase.set(Phase::Scanning);
        // A view for the new log, whatever the old one's was.
        self.lists.reopen();
    }

    /// Opens the files again, after a crash or an error.
    pub fn open_again(self) {
        self.unlock(Vec::new(), None);
    }

    /// Fetches and opens a bundled sample.
    pub fn open_sample(self, sample: Sample) {
        spawn_local(async move {
            match samples::fetch(sample).await {
                Ok(file) => self.open(&[file]),
                Err(why) => self.notice.set(Some(why)),
            }
        });
    }

    /// Back to the open screen.
    pub fn close(self) {
        self.client().cancel();
        self.clear();
        self.private.update_value(|p| {
            p.files.clear();
            p.keys.clear();
        });
        self.file_name.set(String::new());
        self.phase.set(Phase::Empty);
        hash::write("#", true);
    }

    /// Stops reading; what is indexed stays.
    pub fn cancel(self) {
        self.client().cancel();
    }

    fn clear(self) {
        self.progress.set(Default::default());
        self.summary.set(None);
        self.list.set(Default::default());
        self.lists.clear();
        self.strip.clear();
        self.reports.clear();
        self.listing.set(None);
        self.selection.set(None);
        self.transaction.set(None);
        self.whole.set(false);
        self.inspection.set(None);
        self.changes.clear();
        self.notice.set(None);
        self.clear_field();
    }

    /// Applies what the worker says unasked.
    pub(super) fn apply(self, event: Event) {
        match event {
            Event::Progress(progress) => {
                self.progress.set(progress);
                self.follow_wanted(false);
            }
            Event::Indexed(progress, summary) => {
                let now = clock::now();
                self.private
                    .update_value(|p| p.index_ms = Some(now - p.opened_at));
                let whole = progress.done >= progress.total;
                self.progress.set(progress);
                self.summary.set(Some(*summary));
                self.phase
                    .set(if whole { Phase::Ready } else { Phase::Stopped });
                self.follow_wanted(true);
            }
            Event::Shown(shown) => self.view_shown(shown),
            Event::Failed(failure) => self.phase.set(Phase::Failed(failure)),
            Event::Died(why) => self.phase.set(Phase::Crashed(why)),
        }
    }

    pub(super) fn first_rows_shown(self) {
        spawn_local(async move {
            if self.private.with_value(|p| p.first_rows_ms.is_some()) {
                return;
            }
            clock::next_frame().await;
            let now = clock::now();
            self.private.update_value(|p| {
                p.first_rows_ms.get_or_insert(now - p.opened_at);
            });
        });
    }

    /// Wires what follows from what, and the exports for tests.
    pub(super) fn start(self) {
        page::show_theme(self.dark.get_untracked(), false);
        Effect::new(move |_| {
            let name = self.file_name.get();
            page::set_title(&if name.is_empty() {
                "Binlight".to_owned()
            } else {
                format!("{name} – Binlight")
            });
        });
        self.start_navigation();
        self.start_lists();
        self.start_strip();
        self.start_reports();
        self.start_listing();
        page::export("idle", move || page::promise(self.idle()));
        page::export("metrics", move || self.metrics());
        page::export("readOnly", move || {
            page::promise(async move {
                match self.client().ask(Question::ReadOnly).await {
                    Some(Answer::ReadOnly(ms)) => ms.into(),
                    _ => f64::NAN.into(),
                }
            })
        });
    }

    /// Resolves when nothing loads or is pending, two frames in a row.
    async fn idle(self) -> wasm_bindgen::JsValue {
        let mut quiet = 0;
        while quiet < 2 {
            clock::next_frame().await;
            let busy = self.phase.with_untracked(|p| *p == Phase::Scanning)
                || self
                    .private
                    .with_value(|p| p.client.pending() > 0 || p.inspect.is_busy())
                || self.strip_is_busy()
                || self.has_log_untracked() && !self.lists.shown.with_untracked(|s| s.finished);
            quiet = if busy { 0 } else { quiet + 1 };
        }
        wasm_bindgen::JsValue::UNDEFINED
    }

    fn metrics(self) -> wasm_bindgen::JsValue {
        let progress = self.progress.get_untracked();
        let (first, index) = self.private.with_value(|p| (p.first_rows_ms, p.index_ms));
        let (rows, view) = self
            .private
            .with_value(|p| (p.select_to_rows_ms, p.view_ms));
        page::numbers(&[
            ("bytes", progress.done as f64),
            ("events", f64::from(progress.events)),
            ("rows", progress.rows as f64),
            ("read_ms", progress.read_ms),
            ("index_ms", index.unwrap_or(f64::NAN)),
            ("first_rows_ms", first.unwrap_or(f64::NAN)),
            ("transactions", f64::from(progress.transactions)),
            ("select_to_rows_ms", rows.unwrap_or(f64::NAN)),
            ("view_ms", view.unwrap_or(f64::NAN)),
        ])
    }

    /// Asks for the annotated event; only the newest question counts.
    pub(super) fn inspect(self, no: binlight_engine::index::EventNo) {
        let (client, latest) = self
            .private
            .with_value(|p| (p.client.clone(), p.inspect.clone()));
        latest.run(no, move |no| {
            let client = client.clone();
            async move {
                match client.ask(Question::Inspect(no)).await {
                    Some(Answer::Inspected(inspection))
                        if self.selection.get_untracked() == Some(no) =>
                    {
                        self.inspected(Arc::new(*inspection));
                    }
                    Some(Answer::Unanswered(why)) => {
                        self.notice
                            .set(Some(format!("The event cannot be read: {why}")));
                    }
                    _ => {}
                }
            }
        });
    }
}
