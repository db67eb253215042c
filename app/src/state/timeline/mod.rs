//! The timeline: what it runs along, which part is in view.

mod bars;

use super::list::ListState;
use super::log::LogState;
use super::selection::SelectionState;
use super::worker::Worker;
use crate::client::Latest;
use crate::model::timeline::{Scale, Window};
use binlight_engine::timeline::{Axis, Bins, Measure, Stack};
use leptos::prelude::*;
use std::sync::Arc;

/// Signals of the timeline.
#[derive(Clone, Copy, Debug)]
pub struct TimelineState {
    /// Along what.
    pub axis: RwSignal<Axis>,
    /// Height of the bars.
    pub measure: RwSignal<Measure>,
    /// Colours of the bars.
    pub stack: RwSignal<Stack>,
    /// Whether heights are logarithmic, so that the small is seen beside the large.
    pub logarithmic: RwSignal<bool>,
    /// Whether long gaps in time are folded.
    pub folded: RwSignal<bool>,
    /// The part of the line in view; `None`: all of it.
    pub window: RwSignal<Option<Window>>,
    /// Gaps worth folding.
    pub gaps: RwSignal<Vec<(u64, u64)>>,
    /// The bars that came last: of a window somewhat wider than was in view.
    pub bins: RwSignal<Option<Arc<Bins>>>,
    /// The folds and axis that those bars are for.
    bins_scale: StoredValue<Option<Scale>>,
    /// Pixels that the timeline is wide.
    pub width: RwSignal<f64>,
    /// The place under the pointer, pixels from the left.
    pub pointer: RwSignal<Option<f64>>,
    /// A stretch being dragged: where it began, where it is, on the line.
    pub dragged: RwSignal<Option<(f64, f64)>>,
    latest: StoredValue<Latest<()>, LocalStorage>,
    /// When bars were last asked for.
    asked_at: StoredValue<f64>,
    worker: Worker,
    log: LogState,
    list: ListState,
    selection: SelectionState,
}

impl TimelineState {
    pub(super) fn new(
        worker: Worker,
        log: LogState,
        list: ListState,
        selection: SelectionState,
    ) -> Self {
        TimelineState {
            axis: RwSignal::default(),
            measure: RwSignal::default(),
            stack: RwSignal::default(),
            logarithmic: RwSignal::new(false),
            folded: RwSignal::new(false),
            window: RwSignal::default(),
            gaps: RwSignal::default(),
            bins: RwSignal::default(),
            bins_scale: StoredValue::new(None),
            width: RwSignal::new(1000.0),
            pointer: RwSignal::default(),
            dragged: RwSignal::default(),
            latest: StoredValue::new_local(Latest::default()),
            asked_at: StoredValue::new(0.0),
            worker,
            log,
            list,
            selection,
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

    /// The timeline's scale; `None` while there is nothing to show along it.
    pub fn scale(&self) -> Option<Scale> {
        let axis = self.axis.get();
        let extent = match axis {
            Axis::Time => self.log.progress.with(|p| p.time)?,
            Axis::Bytes => (0, self.log.progress.with(|p| p.total)),
        };
        let folded = if axis == Axis::Time && self.folded.get() {
            self.gaps.get()
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
    pub fn in_view(&self) -> Option<(Scale, Window)> {
        let scale = self.scale()?;
        let window = self.window.get().map_or(scale.whole(), |w| scale.fit(w));
        Some((scale, window))
    }

    /// The place on the line at a pixel, without tracking.
    pub fn place_at(&self, x: f64) -> Option<f64> {
        let (_, window) = untrack(|| self.in_view())?;
        Some(window.0 + (window.1 - window.0) * x / self.width.get_untracked())
    }

    /// What a place on the line stands for, without tracking.
    pub fn value_at(&self, place: f64) -> Option<(Axis, u64)> {
        let scale = untrack(|| self.scale())?;
        Some((scale.axis, scale.to_value(place)))
    }

    /// Where the selected transaction lies along `axis`.
    pub fn selected_stretch(&self, axis: Axis) -> Option<(u64, u64)> {
        self.selection.inspection.with(|i| {
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
        self.list.set_range(stretch.map(|(a, b)| {
            let (from, to) = (scale.to_value(a.min(b)), scale.to_value(a.max(b)));
            (
                scale.axis,
                from,
                to.max(from + 1) + u64::from(to >= scale.extent.1),
            )
        }));
    }

    /// Zooms by `factor` about a pixel of the timeline, or about its middle.
    pub fn zoom(self, factor: f64, x: Option<f64>) {
        let Some((scale, window)) = untrack(|| self.in_view()) else {
            return;
        };
        let share = x.map_or(0.5, |x| x / self.width.get_untracked());
        let about = window.0 + (window.1 - window.0) * share;
        self.set_window(&scale, scale.zoom(window, factor, about));
    }

    /// Moves the view by a part of its width.
    pub fn pan(self, share: f64) {
        let Some((scale, window)) = untrack(|| self.in_view()) else {
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
        self.window.set(None);
    }

    fn set_window(self, scale: &Scale, window: Window) {
        let whole = (window.1 - window.0) >= scale.length();
        self.window.set((!whole).then_some(window));
    }

    /// Zooms to the selected stretch, or to the selected transaction.
    pub fn focus_selected(self) {
        let Some(scale) = untrack(|| self.scale()) else {
            return;
        };
        let (from, to) = match self
            .list
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
}
