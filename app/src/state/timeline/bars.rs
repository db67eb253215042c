//! The bars: counted by the worker for what is in view and as much again on both sides.

use super::TimelineState;
use crate::client::Latest;
use crate::model::timeline::{Scale, Window};
use crate::platform::clock;
use crate::protocol::{Answer, Question};
use crate::state::log::Phase;
use binlight_engine::timeline::Wanted;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Pixels of one bar.
const BAR: f64 = 2.0;

/// Milliseconds between two askings for bars while the log is read.
const WHILE_SCANNING: f64 = 500.0;

/// Gaps at most.
const GAPS: u32 = 40;

impl TimelineState {
    /// Fetches bars as what they show changes, and the gaps once all is read.
    pub(in crate::state) fn start(self) {
        Effect::new(move |_| {
            self.measure.track();
            self.stack.track();
            self.list.shown.track();
            self.log.phase.track();
            // While the log is read the timeline grows, but not at the reading's cost.
            let waits = clock::now() - self.asked_at.get_value() < WHILE_SCANNING;
            if self.log.is_scanning() && waits {
                return;
            }
            self.asked_at.set_value(clock::now());
            self.want_bars(true);
        });
        Effect::new(move |_| {
            self.in_view();
            self.width.track();
            // While the log is read its extent grows with every report; those bars come as above.
            if !self.log.is_scanning() || self.window.with(Option::is_some) {
                self.want_bars(false);
            }
        });
        let settled = Memo::new(move |_| self.log.is_settled());
        Effect::new(move |_| {
            if settled.get() {
                self.find_gaps();
            }
        });
    }

    /// Fetches bars for what is in view, unless those here will do.
    fn want_bars(self, anew: bool) {
        let Some((scale, window)) = untrack(|| self.in_view()) else {
            return;
        };
        if !anew && self.bars_will_do(&scale, window) {
            return;
        }
        let latest = self.latest.with_value(Clone::clone);
        latest.run((), move |()| async move { self.fetch_bars().await });
    }

    /// Whether the bars here cover the window at about its resolution.
    fn bars_will_do(self, scale: &Scale, window: Window) -> bool {
        let same = |of: &Scale| of.axis == scale.axis && of.folded == scale.folded;
        if !self
            .bins_scale
            .with_value(|of| of.as_ref().is_some_and(same))
        {
            return false;
        }
        self.bins.with_untracked(|bins| {
            let Some(edges) = bins.as_ref().map(|b| &b.edges).filter(|e| e.len() > 1) else {
                return false;
            };
            let (from, to) = (
                scale.to_line(edges[0]),
                scale.to_line(edges[edges.len() - 1]),
            );
            let covered = from <= window.0 + 1.0 && to >= window.1 - 1.0;
            let per_bar = (to - from) / (edges.len() - 1) as f64;
            let wanted = (window.1 - window.0) / (self.width.get_untracked() / BAR);
            // Where single microseconds are bars already, closer is not possible.
            covered
                && (per_bar <= wanted * 1.3 && per_bar >= wanted * 0.7
                    || per_bar <= 1.5 && per_bar >= wanted)
        })
    }

    async fn fetch_bars(self) {
        let Some((scale, window)) = untrack(|| self.in_view()) else {
            return;
        };
        // As much again on both sides, so that panning finds bars.
        let width = window.1 - window.0;
        let wide = (
            (window.0 - width).max(0.0),
            (window.1 + width).min(scale.length()),
        );
        let bars = self.width.get_untracked() / BAR * (wide.1 - wide.0) / width;
        let wanted = Wanted {
            axis: scale.axis,
            edges: scale.edges(wide, bars.ceil() as usize),
            measure: self.measure.get_untracked(),
            stack: self.stack.get_untracked(),
        };
        let view = self.list.id.get_untracked();
        if let Some(Answer::Bins(bins)) = self.worker.ask(Question::Bins(view, wanted)).await {
            self.bins_scale.set_value(Some(scale));
            self.bins.set(Some(Arc::new(bins)));
            // The view may have moved on meanwhile.
            if !self.log.is_scanning() {
                self.want_bars(false);
            }
        }
    }

    /// Finds the gaps worth folding.
    fn find_gaps(self) {
        let Some((first, last)) = self.log.progress.with_untracked(|p| p.time) else {
            return;
        };
        // A gap of less than a twentieth of the whole is no nuisance.
        let least = ((last - first) / 20).max(1_000_000);
        spawn_local(async move {
            if let Some(Answer::Gaps(gaps)) = self.worker.ask(Question::Gaps(least, GAPS)).await {
                self.gaps.set(gaps);
            }
        });
    }

    /// Whether bars are being fetched.
    pub(in crate::state) fn is_busy(self) -> bool {
        self.latest.with_value(Latest::is_busy)
            && self.log.phase.with_untracked(|p| *p != Phase::Empty)
    }
}
