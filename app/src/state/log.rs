//! How far the page has come with the log, and what is known of it as a whole.

use super::timings::Timings;
use crate::client::WorkerEnd;
use crate::protocol::{OpenFailure, Progress, Summary};
use leptos::prelude::*;

/// How far the page has come with a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// No file.
    Empty,
    /// Files are being read; what is indexed can be used.
    Scanning,
    /// All of it is indexed.
    Ready,
    /// The user stopped the reading; what was indexed can be used.
    Stopped,
    /// The file could not be opened.
    Failed(OpenFailure),
    /// There is no worker any more, and why.
    WorkerEnded(WorkerEnd),
}

/// Signals of the log.
#[derive(Clone, Copy, Debug)]
pub struct LogState {
    /// How far the page has come with it.
    pub phase: RwSignal<Phase>,
    /// Name of the file, or of the first and how many more.
    pub name: RwSignal<String>,
    /// Last progress report.
    pub progress: RwSignal<Progress>,
    /// The log in numbers, once it is indexed.
    pub summary: RwSignal<Option<Summary>>,
    timings: Timings,
}

impl LogState {
    pub(super) fn new(timings: Timings) -> Self {
        LogState {
            phase: RwSignal::new(Phase::Empty),
            name: RwSignal::default(),
            progress: RwSignal::default(),
            summary: RwSignal::default(),
            timings,
        }
    }

    /// Events in the log so far.
    pub fn event_count(&self) -> u64 {
        self.progress.with(|p| u64::from(p.events))
    }

    /// Whether a log is shown, wholly or in part.
    pub fn is_open(&self) -> bool {
        self.phase
            .with(|p| matches!(p, Phase::Scanning | Phase::Ready | Phase::Stopped))
    }

    /// Whether no more of it will be read.
    pub fn is_settled(&self) -> bool {
        self.phase
            .with(|p| matches!(p, Phase::Ready | Phase::Stopped))
    }

    /// Whether it is being read, without tracking.
    pub(super) fn is_scanning(&self) -> bool {
        self.phase.with_untracked(|p| *p == Phase::Scanning)
    }

    /// Whether it waits for a key, without tracking.
    pub(super) fn is_locked(&self) -> bool {
        let failed = self
            .phase
            .with_untracked(|p| matches!(p, Phase::Failed(OpenFailure::Locked(_))));
        let partly = |s: &Option<Summary>| s.as_ref().is_some_and(|s| s.lock.why.is_some());
        failed || self.summary.with_untracked(partly)
    }

    /// Its first commit, seconds since 1970; zero without one.
    pub(super) fn first_second(&self) -> i64 {
        self.progress
            .with(|p| p.time.map_or(0, |(t, _)| (t / 1_000_000) as i64))
    }

    pub(super) fn clear(&self) {
        self.progress.set(Progress::default());
        self.summary.set(None);
    }

    /// Files of so many bytes together are to be read.
    pub(super) fn opening(&self, name: String, total: u64) {
        self.name.set(name);
        self.progress.update(|p| p.total = total);
        self.timings.first_lines.start();
        self.timings.index.start();
    }

    /// The worker is about to read them.
    pub(super) fn scanning(&self) {
        self.phase.set(Phase::Scanning);
    }

    /// No file is open any more.
    pub(super) fn closed(&self) {
        self.name.set(String::new());
        self.phase.set(Phase::Empty);
    }

    /// More has been read.
    pub(super) fn progressed(&self, progress: Progress) {
        self.progress.set(progress);
    }

    /// It could not be opened.
    pub(super) fn failed(&self, why: OpenFailure) {
        self.phase.set(Phase::Failed(why));
    }

    /// There is no worker any more.
    pub(super) fn worker_ended(&self, why: WorkerEnd) {
        self.phase.set(Phase::WorkerEnded(why));
    }

    /// All has been read, or the user stopped it.
    pub(super) fn indexed(&self, progress: Progress, summary: Summary) {
        self.timings.index.stop();
        let whole = progress.done >= progress.total;
        self.progress.set(progress);
        self.summary.set(Some(summary));
        self.phase
            .set(if whole { Phase::Ready } else { Phase::Stopped });
    }
}
