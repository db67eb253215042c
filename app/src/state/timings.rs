//! How long a user waits for what; told to tests and benchmarks.

use crate::platform::clock;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Runs from [`start`](Self::start) to the first [`stop`](Self::stop).
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopwatch(StoredValue<(f64, Option<f64>)>);

impl Stopwatch {
    fn new() -> Self {
        Stopwatch(StoredValue::default())
    }

    pub(super) fn start(self) {
        self.0.set_value((clock::now(), None));
    }

    pub(super) fn stop(self) {
        self.0.update_value(|(started, ms)| {
            ms.get_or_insert(clock::now() - *started);
        });
    }

    /// Stops when what is known now is on the screen.
    pub(super) fn stop_with_frame(self) {
        if self.0.with_value(|(_, ms)| ms.is_some()) {
            return;
        }
        spawn_local(async move {
            clock::next_frame().await;
            self.stop();
        });
    }

    /// Milliseconds; not a number while it runs.
    pub(super) fn ms(self) -> f64 {
        self.0.with_value(|(_, ms)| ms.unwrap_or(f64::NAN))
    }
}

/// What is timed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timings {
    /// From opening to the first lines of a list.
    pub(super) first_lines: Stopwatch,
    /// From opening to the end of indexing.
    pub(super) index: Stopwatch,
    /// From selecting to the row changes.
    pub(super) rows: Stopwatch,
    /// From asking for a view to its lines.
    pub(super) view: Stopwatch,
}

impl Timings {
    pub(super) fn new() -> Self {
        Timings {
            first_lines: Stopwatch::new(),
            index: Stopwatch::new(),
            rows: Stopwatch::new(),
            view: Stopwatch::new(),
        }
    }
}
