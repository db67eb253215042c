//! What `window.binlight` offers to tests and benchmarks.

use super::list::ListState;
use super::log::LogState;
use super::selection::SelectionState;
use super::timeline::TimelineState;
use super::timings::Timings;
use super::worker::Worker;
use crate::platform::{clock, page};
use crate::protocol::{Answer, Question};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The states that are asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exports {
    pub(super) worker: Worker,
    pub(super) timings: Timings,
    pub(super) log: LogState,
    pub(super) list: ListState,
    pub(super) selection: SelectionState,
    pub(super) timeline: TimelineState,
}

impl Exports {
    pub(super) fn start(self) {
        page::export("idle", move || page::promise(self.idle()));
        page::export("metrics", move || self.metrics());
        page::export("readOnly", move || {
            page::promise(async move {
                match self.worker.ask(Question::ReadOnly).await {
                    Some(Answer::ReadOnly(ms)) => ms.into(),
                    _ => f64::NAN.into(),
                }
            })
        });
    }

    /// Resolves when nothing loads or is pending, two frames in a row.
    async fn idle(self) -> JsValue {
        let mut quiet = 0;
        while quiet < 2 {
            clock::next_frame().await;
            let busy = self.log.is_scanning()
                || self.worker.is_busy()
                || self.selection.is_busy()
                || self.timeline.is_busy()
                || untrack(|| self.log.is_open())
                    && !self.list.shown.with_untracked(|s| s.finished);
            quiet = if busy { 0 } else { quiet + 1 };
        }
        JsValue::UNDEFINED
    }

    fn metrics(self) -> JsValue {
        let progress = self.log.progress.get_untracked();
        page::numbers(&[
            ("bytes", progress.done as f64),
            ("events", f64::from(progress.events)),
            ("rows", progress.rows as f64),
            ("read_ms", progress.read_ms),
            ("index_ms", self.timings.index.ms()),
            ("first_rows_ms", self.timings.first_lines.ms()),
            ("transactions", f64::from(progress.transactions)),
            ("select_to_rows_ms", self.timings.rows.ms()),
            ("view_ms", self.timings.view.ms()),
        ])
    }
}
