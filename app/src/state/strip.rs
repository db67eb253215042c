//! The timeline: what it runs along, which part is in view, its bars.

use super::{AppState, Phase};
use crate::model::timeline::{Scale, Window};
use crate::platform::clock;
use crate::protocol::{Answer, Question};
use binlight_engine::timeline::{Axis, Bins, Measure, Stack, Wanted};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Signals of the timeline.
#[derive(Clone, Copy, Debug)]
pub struct Strip {
    /// Along what.
    pub axis: RwSignal<Axis>,
    /// Height of the bars.
    pub measure: RwSignal<Measure>,
    /// Colours of the bars.
    pub stack: RwSignal<Stack>,
    /// Whether heights are logarithmic, so that the small is seen beside the large.
    pub log: RwSignal<bool>,
    /// Whether long gaps in time are folded.
    pub folded: RwSignal<bool>,
    /// The part of the line in view; `None`: all of it.
    pub window: RwSignal<Option<Window>>,
    /// Gaps worth folding.
    pub gaps: RwSignal<Vec<(u64, u64)>>,
    /// The bars that came last: of a window somewhat wider than was in view.
    pub bins: RwSignal<Option<Arc<Bins>>>,
    /// The folds and axis that those bars are for.
    made_for: StoredValue<Option<Scale>>,
    /// Pixels that the strip is wide.
    pub width: RwSignal<f64>,
    /// The place under the pointer, pixels from the left.
    pub pointer: RwSignal<Option<f64>>,
    /// A stretch being dragged: where it began, where it is, on the line.
    pub dragged: RwSignal<Option<(f64, f64)>>,
}

/// Pixels of one bar.
const BAR: f64 = 2.0;

/// Milliseconds between two askings for bars while the log is read.
const WHILE_SCANNING: f64 = 500.0;

/// Gaps at most.
const GAPS: u32 = 40;

impl Strip {
    pub(super) fn new() -> Self {
        Strip {
            axis: RwSignal::default(),
            measure: RwSignal::default(),
            stack: RwSignal::default(),
            log: RwSignal::new(false),
            folded: RwSignal::new(false),
            window: RwSignal::default(),
            gaps: RwSignal::default(),
            bins: RwSignal::default(),
            made_for: StoredValue::new(None),
            width: RwSignal::new(1000.0),
            pointer: RwSignal::default(),
            dragged: RwSignal::default(),
        }
    }

    pub(super) fn clear(&self) {
        self.axis.set(Axis::default());
        self.window.set(None);
        self.gaps.set(Vec::new());
        self.bins.set(None);
        self.dragged.set(None);
        self.pointer.set(None);
    }
}

impl AppState {
    /// The strip's scale; `None` while there is nothing to show along it.
    pub fn scale(&self) -> Option<Scale> {
        let axis = self.strip.axis.get();
        let extent = match axis {
            Axis::Time => self.progress.with(|p| p.time)?,
            Axis::Bytes => (0, self.progress.with(|p| p.total)),
        };
        let folded = if axis == Axis::Time && self.strip.folded.get() {
            self.strip.gaps.get()
        } else {
            Vec::new()
        };
        let extent = if axis == Axis::Time {
            (extent.0, extent.1.max(extent.0 + 1000))
        } else {
            extent
        };
        Some(Scale {
            axis,
            extent,
            folded,
        })
    }

    /// The scale and the part of its line in view.
    pub fn strip_view(&self) -> Option<(Scale, Window)> {
        let scale = self.scale()?;
        let window = self
            .strip
            .window
            .get()
            .map_or(scale.whole(), |w| scale.fit(w));
        Some((scale, window))
    }

    pub(super) fn start_strip(self) {
        Effect::new(move |_| {
            self.strip.measure.track();
            self.strip.stack.track();
            self.lists.shown.track();
            self.phase.track();
            // While the log is read the strip grows, but not at the reading's cost.
            let scanning = self.phase.with_untracked(|p| *p == Phase::Scanning);
            let waits = self
                .private
                .with_value(|p| clock::now() - p.bins_at < WHILE_SCANNING);
            if scanning && waits {
                return;
            }
            self.private.update_value(|p| p.bins_at = clock::now());
            self.want_bins(true);
        });
        Effect::new(move |_| {
            self.strip_view();
            self.strip.width.track();
            // While the log is read its extent grows with every report; those bars come as above.
            if self.phase.with_untracked(|p| *p != Phase::Scanning)
                || self.strip.window.with(Option::is_some)
            {
                self.want_bins(false);
            }
        });
    }

    /// Fetches bars for what is in view, unless those here will do.
    fn want_bins(self, anew: bool) {
        let Some((scale, window)) = untrack(|| self.strip_view()) else {
            return;
        };
        if !anew && self.bins_will_do(&scale, window) {
            return;
        }
        let latest = self.private.with_value(|p| p.bins.clone());
        latest.run((), move |()| async move { self.fetch_bins().await });
    }

    /// Whether the bars here cover the window at about its resolution.
    fn bins_will_do(self, scale: &Scale, window: Window) -> bool {
        let same = |made: &Scale| made.axis == scale.axis && made.folded == scale.folded;
        if !self
            .strip
            .made_for
            .with_value(|made| made.as_ref().is_some_and(same))
        {
            return false;
        }
        self.strip.bins.with_untracked(|bins| {
            let Some(edges) = bins.as_ref().map(|b| &b.edges).filter(|e| e.len() > 1) else {
                return false;
            };
            let (from, to) = (
                scale.to_line(edges[0]),
                scale.to_line(edges[edges.len() - 1]),
            );
            let covered = from <= window.0 + 1.0 && to >= window.1 - 1.0;
            let per_bar = (to - from) / (edges.len() - 1) as f64;
            let wanted = (window.1 - window.0) / (self.strip.width.get_untracked() / BAR);
            // Where single microseconds are bars already, closer is not possible.
            covered
                && (per_bar <= wanted * 1.3 && per_bar >= wanted * 0.7
                    || per_bar <= 1.5 && per_bar >= wanted)
        })
    }

    async fn fetch_bins(self) {
        let Some((scale, window)) = untrack(|| self.strip_view()) else {
            return;
        };
        // As much again on both sides, so that panning finds bars.
        let width = window.1 - window.0;
        let wide = (
            (window.0 - width).max(0.0),
            (window.1 + width).min(scale.length()),
        );
        let bars = self.strip.width.get_untracked() / BAR * (wide.1 - wide.0) / width;
        let wanted = Wanted {
            axis: scale.axis,
            edges: scale.edges(wide, bars.ceil() as usize),
            measure: self.strip.measure.get_untracked(),
            stack: self.strip.stack.get_untracked(),
        };
        let view = self.lists.id.get_untracked();
        if let Some(Answer::Bins(bins)) = self.client().ask(Question::Bins(view, wanted)).await {
            self.strip.made_for.set_value(Some(scale));
            self.strip.bins.set(Some(Arc::new(bins)));
            // The view may have moved on meanwhile.
            if self.phase.with_untracked(|p| *p != Phase::Scanning) {
                self.want_bins(false);
            }
        }
    }

    /// Finds the gaps worth folding, once all is read.
    pub(super) fn find_gaps(self) {
        let Some((first, last)) = self.progress.with_untracked(|p| p.time) else {
            return;
        };
        // A gap of less than a twentieth of the whole is no nuisance.
        let least = ((last - first) / 20).max(1_000_000);
        let client = self.client();
        spawn_local(async move {
            if let Some(Answer::Gaps(gaps)) = client.ask(Question::Gaps(least, GAPS)).await {
                self.strip.gaps.set(gaps);
            }
        });
    }

    /// Zooms by `factor` about a pixel of the strip, or about its middle.
    pub fn zoom(self, factor: f64, x: Option<f64>) {
        let Some((scale, window)) = untrack(|| self.strip_view()) else {
            return;
        };
        let share = x.map_or(0.5, |x| x / self.strip.width.get_untracked());
        let about = window.0 + (window.1 - window.0) * share;
        self.set_window(&scale, scale.zoom(window, factor, about));
    }

    /// Moves the view by a part of its width.
    pub fn pan(self, share: f64) {
        let Some((scale, window)) = untrack(|| self.strip_view()) else {
            return;
        };
        let by = (window.1 - window.0) * share;
        self.set_window(&scale, scale.fit((window.0 + by, window.1 + by)));
    }

    /// Shows this part of the line, as near as can be.
    pub fn move_window(self, window: Window) {
        if let Some(scale) = untrack(|| self.scale()) {
            self.set_window(&scale, scale.fit(window));
        }
    }

    /// Shows the whole log.
    pub fn fit(self) {
        self.strip.window.set(None);
    }

    fn set_window(self, scale: &Scale, window: Window) {
        let whole = (window.1 - window.0) >= scale.length();
        self.strip.window.set((!whole).then_some(window));
    }

    /// Zooms to the selected stretch, or to the selected transaction.
    pub fn focus_selected(self) {
        let Some(scale) = untrack(|| self.scale()) else {
            return;
        };
        let (from, to) = match self
            .lists
            .range
            .get_untracked()
            .filter(|(axis, ..)| *axis == scale.axis)
        {
            Some((_, from, to)) => (scale.to_line(from), scale.to_line(to)),
            None => {
                let Some((from, to)) = self.selected_stretch(scale.axis) else {
                    return;
                };
                let (from, to) = (scale.to_line(from), scale.to_line(to));
                // With its surroundings: alone it says nothing.
                let around = ((to - from) * 3.0).max(scale.length() / 500.0);
                (from - around, to + around)
            }
        };
        let margin = (to - from) * 0.02;
        self.set_window(&scale, scale.fit((from - margin, to + margin)));
    }

    /// Where the selected transaction lies along `axis`.
    pub fn selected_stretch(&self, axis: Axis) -> Option<(u64, u64)> {
        self.inspection.with(|i| {
            let tx = &i.as_ref()?.transaction.as_ref()?.tx;
            Some(match axis {
                Axis::Time => (tx.commit, tx.commit),
                Axis::Bytes => (tx.pos, tx.end_pos),
            })
        })
    }

    /// Narrows lists and overview to a stretch of the line; `None`: to nothing less than all.
    pub fn select_range(self, stretch: Option<(f64, f64)>) {
        let Some(scale) = untrack(|| self.scale()) else {
            return;
        };
        let range = stretch.map(|(a, b)| {
            let (from, to) = (scale.to_value(a.min(b)), scale.to_value(a.max(b)));
            (
                scale.axis,
                from,
                to.max(from + 1) + u64::from(to >= scale.extent.1),
            )
        });
        if self.lists.range.get_untracked() != range {
            self.lists.range.set(range);
        }
    }

    /// Selects the transaction at a place of the line.
    pub fn select_at(self, at: f64) {
        let Some(scale) = untrack(|| self.scale()) else {
            return;
        };
        let value = scale.to_value(at);
        match scale.axis {
            Axis::Time => self.go_to_place(crate::protocol::Place::Time(value)),
            Axis::Bytes => self.go_to_log_offset(value),
        }
    }

    /// Whether bars are being fetched.
    pub(super) fn strip_is_busy(self) -> bool {
        self.private.with_value(|p| p.bins.is_busy())
            && self.phase.with_untracked(|p| *p != Phase::Empty)
    }
}
