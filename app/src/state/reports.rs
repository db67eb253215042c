//! Overview, findings, GTIDs, files: asked for when they are looked at.

use super::list::ListState;
use super::log::LogState;
use super::worker::Worker;
use crate::model::link::ListTab;
use crate::protocol::{Answer, Calculation, FileList, Question, SetError, SetText};
use binlight_engine::filter::Names;
use binlight_engine::findings::Finding;
use binlight_engine::gtid_report::{GtidReport, Numbering};
use binlight_engine::overview::Overview;
use binlight_parser::gtid::interval::Interval;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Signals of the reports; `None` until one has come.
#[derive(Clone, Copy, Debug)]
pub struct ReportState {
    /// The view in tables and short lists.
    pub overview: RwSignal<Option<Arc<Overview>>>,
    /// What a reader should know.
    pub findings: RwSignal<Option<Arc<Vec<Finding>>>>,
    /// GTIDs by source.
    pub gtids: RwSignal<Option<Arc<GtidReport>>>,
    /// The files.
    pub files: RwSignal<FileList>,
    /// Names for the filter's completion.
    pub names: RwSignal<Arc<Names>>,
    worker: Worker,
    log: LogState,
    list: ListState,
}

impl ReportState {
    pub(super) fn new(worker: Worker, log: LogState, list: ListState) -> Self {
        ReportState {
            overview: RwSignal::default(),
            findings: RwSignal::default(),
            gtids: RwSignal::default(),
            files: RwSignal::default(),
            names: RwSignal::new(Arc::default()),
            worker,
            log,
            list,
        }
    }

    pub(super) fn clear(&self) {
        self.overview.set(None);
        self.findings.set(None);
        self.gtids.set(None);
        self.files.set(FileList::default());
        self.names.set(Arc::default());
    }

    /// Asks for reports as they are looked at, and for those of the whole log when it is read.
    pub(super) fn start(self) {
        let settled = Memo::new(move |_| self.log.is_settled());
        // The overview follows the view, once it is made.
        let made = Memo::new(move |_| {
            self.list
                .shown
                .with(|s| s.finished.then_some((s.transactions, s.of)))
        });
        Effect::new(move |_| {
            if self.list.tab.get() == ListTab::Overview
                && self.log.is_open()
                && made.get().is_some()
            {
                self.list.id.track();
                self.ask_overview();
            }
        });
        // Those of the whole log when it is read, and what there is of it before.
        Effect::new(move |_| {
            settled.track();
            if !self.log.is_open() {
                return;
            }
            match self.list.tab.get() {
                ListTab::Gtids => self.ask_gtids(),
                ListTab::Files => self.ask_files(),
                _ => {}
            }
        });
        Effect::new(move |_| {
            if settled.get() {
                self.ask_findings();
                self.ask_files();
                self.ask_names();
            }
        });
    }

    fn ask_overview(self) {
        let view = self.list.id.get_untracked();
        spawn_local(async move {
            if let Some(Answer::Overview(overview)) =
                self.worker.ask(Question::Overview(view)).await
                && self.list.id.get_untracked() == view
            {
                self.overview.set(Some(Arc::new(*overview)));
            }
        });
    }

    fn ask_gtids(self) {
        spawn_local(async move {
            if let Some(Answer::Gtids(report)) = self.worker.ask(Question::Gtids).await {
                self.gtids.set(Some(Arc::new(*report)));
            }
        });
    }

    fn ask_findings(self) {
        spawn_local(async move {
            if let Some(Answer::Findings(findings)) = self.worker.ask(Question::Findings).await {
                self.findings.set(Some(Arc::new(findings)));
            }
        });
    }

    fn ask_files(self) {
        spawn_local(async move {
            if let Some(Answer::Files(files)) = self.worker.ask(Question::Files).await {
                self.files.set(files);
            }
        });
    }

    fn ask_names(self) {
        spawn_local(async move {
            if let Some(Answer::Names(names)) = self.worker.ask(Question::Names).await {
                self.names.set(Arc::new(names));
            }
        });
    }

    /// The numbers of one source in a window: before the log, in it, in neither.
    pub async fn gtid_window(
        self,
        numbering: Numbering,
        first: u64,
        last: u64,
    ) -> Option<[Vec<Interval>; 3]> {
        match self
            .worker
            .ask(Question::GtidWindow(numbering, first, last))
            .await
        {
            Some(Answer::GtidWindow(runs)) => Some(runs),
            _ => None,
        }
    }

    /// Calculates with two sets.
    pub async fn calculate(
        self,
        a: SetText,
        b: SetText,
    ) -> Option<Result<Box<Calculation>, SetError>> {
        match self.worker.ask(Question::Calculate(a, b)).await {
            Some(Answer::Calculated(result)) => Some(result),
            _ => None,
        }
    }
}
