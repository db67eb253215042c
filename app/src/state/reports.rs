//! Overview, findings, GTIDs, files: asked for when they are looked at.

use super::{AppState, Phase};
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
pub struct Reports {
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
}

impl Reports {
    pub(super) fn new() -> Self {
        Reports {
            overview: RwSignal::default(),
            findings: RwSignal::default(),
            gtids: RwSignal::default(),
            files: RwSignal::default(),
            names: RwSignal::new(Arc::default()),
        }
    }

    pub(super) fn clear(&self) {
        self.overview.set(None);
        self.findings.set(None);
        self.gtids.set(None);
        self.files.set(FileList::default());
        self.names.set(Arc::default());
    }
}

impl AppState {
    pub(super) fn start_reports(self) {
        let settled = Memo::new(move |_| {
            self.phase
                .with(|p| matches!(p, Phase::Ready | Phase::Stopped))
        });
        // The overview follows the view, once it is made.
        let made = Memo::new(move |_| {
            self.lists
                .shown
                .with(|s| s.finished.then_some((s.transactions, s.of)))
        });
        Effect::new(move |_| {
            if self.list.get() == ListTab::Overview && self.has_log() && made.get().is_some() {
                self.lists.id.track();
                self.ask_overview();
            }
        });
        // Those of the whole log when it is read, and what there is of it before.
        Effect::new(move |_| {
            settled.track();
            if !self.has_log() {
                return;
            }
            match self.list.get() {
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
                self.find_gaps();
            }
        });
    }

    fn ask_overview(self) {
        let (client, view) = (self.client(), self.lists.id.get_untracked());
        spawn_local(async move {
            if let Some(Answer::Overview(overview)) = client.ask(Question::Overview(view)).await
                && self.lists.id.get_untracked() == view
            {
                self.reports.overview.set(Some(Arc::new(*overview)));
            }
        });
    }

    fn ask_gtids(self) {
        let client = self.client();
        spawn_local(async move {
            if let Some(Answer::Gtids(report)) = client.ask(Question::Gtids).await {
                self.reports.gtids.set(Some(Arc::new(*report)));
            }
        });
    }

    fn ask_findings(self) {
        let client = self.client();
        spawn_local(async move {
            if let Some(Answer::Findings(findings)) = client.ask(Question::Findings).await {
                self.reports.findings.set(Some(Arc::new(findings)));
            }
        });
    }

    fn ask_files(self) {
        let client = self.client();
        spawn_local(async move {
            if let Some(Answer::Files(files)) = client.ask(Question::Files).await {
                self.reports.files.set(files);
            }
        });
    }

    fn ask_names(self) {
        let client = self.client();
        spawn_local(async move {
            if let Some(Answer::Names(names)) = client.ask(Question::Names).await {
                self.reports.names.set(Arc::new(names));
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
            .client()
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
        match self.client().ask(Question::Calculate(a, b)).await {
            Some(Answer::Calculated(result)) => Some(result),
            _ => None,
        }
    }
}
