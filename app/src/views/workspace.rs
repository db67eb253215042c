//! Timeline, filter, and below them the lists beside the inspector.

use super::events::Events;
use super::files::Files;
use super::filter_bar::FilterBar;
use super::findings::Findings;
use super::gtids::Gtids;
use super::inspector::Inspector;
use super::lock::LockPanel;
use super::overview::Overview;
use super::timeline::Timeline;
use super::transactions::Transactions;
use crate::model::link::ListTab;
use crate::state::{ListState, LogState, Phase, ReportState};
use binlight_engine::findings::Severity;
use leptos::prelude::*;

#[component]
pub(super) fn Workspace() -> impl IntoView {
    let log = expect_context::<LogState>();
    let list = expect_context::<ListState>();
    // The list draws its lines whenever there are some; while the first piece is read there are none.
    let any = Memo::new(move |_| log.event_count() != 0);
    let list = Memo::new(move |_| list.tab.get());
    view! {
        <main class="bi-workspace">
            <h1 class="bi-unseen">{move || log.name.get()}</h1>
            <Show when=move || any.get()
                fallback=move || view! {
                    <p class="bi-empty">
                        {move || if log.phase.get() == Phase::Scanning {
                            "Reading the first events …"
                        } else {
                            "Reading was stopped before the first event."
                        }}
                    </p>
                }>
                {move || log.summary.with(|s| s.as_ref().map(|s| s.lock.clone())).filter(|l| l.why.is_some()).map(|lock| view! {
                    <section class="bi-lock-bar" role="alert"><LockPanel lock/></section>
                })}
                <Timeline/>
                <FilterBar/>
                <div class="bi-columns">
                    <div class="bi-left">
                        <Tabs/>
                        {move || match list.get() {
                            ListTab::Transactions => view! { <Transactions/> }.into_any(),
                            ListTab::Events => view! { <Events/> }.into_any(),
                            ListTab::Overview => view! { <Overview/> }.into_any(),
                            ListTab::Gtids => view! { <Gtids/> }.into_any(),
                            ListTab::Findings => view! { <Findings/> }.into_any(),
                            ListTab::Files => view! { <Files/> }.into_any(),
                        }}
                    </div>
                    <Inspector/>
                </div>
            </Show>
        </main>
    }
}

#[component]
fn Tabs() -> impl IntoView {
    let list = expect_context::<ListState>();
    let reports = expect_context::<ReportState>();
    let tab = move |tab: ListTab, label: &'static str, key: &'static str| {
        let chosen = move || list.tab.get() == tab;
        view! {
            <button role="tab" class="bi-tab" data-testid=format!("list-{}", tab.name()) title=format!("{label} ({key})")
                aria-selected=move || chosen().to_string() class:bi-chosen=chosen on:click=move |_| list.tab.set(tab)>
                {label}{move || badge(reports, tab)}</button>
        }
    };
    view! {
        <div class="bi-tabs bi-list-tabs" role="tablist" aria-label="Views">
            {tab(ListTab::Transactions, "Transactions", "1")}
            {tab(ListTab::Events, "Events", "2")}
            {tab(ListTab::Overview, "Overview", "3")}
            {tab(ListTab::Gtids, "GTIDs", "4")}
            {tab(ListTab::Findings, "Findings", "5")}
            {tab(ListTab::Files, "Files", "6")}
        </div>
    }
}

/// How many findings that matter, how many files.
fn badge(reports: ReportState, tab: ListTab) -> Option<AnyView> {
    match tab {
        ListTab::Findings => {
            let findings = reports.findings.get()?;
            let worst = findings.first()?.severity;
            let class = match worst {
                Severity::Bad => "bi-count bi-bad",
                Severity::Warning => "bi-count bi-warn",
                Severity::Note => "bi-count",
            };
            Some(view! { <span class=class>{findings.len()}</span> }.into_any())
        }
        ListTab::Files => {
            let files = reports.files.with(|f| (f.files.len(), f.missing.len()));
            let class = if files.1 > 0 {
                "bi-count bi-bad"
            } else {
                "bi-count"
            };
            (files.0 > 1 || files.1 > 0)
                .then(|| view! { <span class=class>{files.0}</span> }.into_any())
        }
        _ => None,
    }
}
