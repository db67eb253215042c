//! What a reader of the log should know, each with its place.

use crate::model::format;
use crate::state::{ListState, LogState, Phase, ReportState, SelectionState};
use binlight_engine::findings::{Finding, Severity};
use leptos::prelude::*;

#[component]
pub(super) fn Findings() -> impl IntoView {
    let log = expect_context::<LogState>();
    let list = expect_context::<ListState>();
    let selection = expect_context::<SelectionState>();
    let reports = expect_context::<ReportState>();
    view! {
        <section class="bi-report" aria-label="Findings" data-testid="findings" tabindex="0">
            {move || match reports.findings.get() {
                Some(findings) if findings.is_empty() => view! { <p class="bi-none">"Nothing stands out: every event is whole, GTIDs are in order, and nothing else was found that a reader should know."</p> }.into_any(),
                Some(findings) => findings.iter().map(|f| one(list, selection, f)).collect_view().into_any(),
                None if log.phase.get() == Phase::Scanning => view! { <p class="bi-none">"Findings are made once the log is read."</p> }.into_any(),
                None => view! { <p class="bi-none">"Looking …"</p> }.into_any(),
            }}
        </section>
    }
}

fn one(list: ListState, selection: SelectionState, finding: &Finding) -> AnyView {
    let (class, word) = match finding.severity {
        Severity::Bad => ("bi-bad", "fault"),
        Severity::Warning => ("bi-warn", "warning"),
        Severity::Note => ("bi-note-tag", "note"),
    };
    let more = finding.count.saturating_sub(finding.places.len() as u64);
    let places = finding.places.clone().into_iter().map(|place| match place.event {
        Some(event) => view! { <li><button class="bi-link" data-testid="finding-place" on:click=move |_| selection.select(event)>{place.what}</button></li> }.into_any(),
        None => view! { <li>{place.what}</li> }.into_any(),
    });
    let few = finding.places.len() <= 4;
    let places = view! { <ul class="bi-lines">{places.collect_view()}</ul> };
    let places = if few {
        places.into_any()
    } else {
        view! { <details><summary>{format!("{} places", format::count(finding.count))}</summary>{places}{(more > 0).then(|| view! { <p class="bi-dim">{format!("and {} more", format::count(more))}</p> })}</details> }.into_any()
    };
    let filter = finding.filter.clone().map(|filter| {
        let title = format!("Filter: {filter}");
        view! { <button class="bi-button bi-small" title=title on:click=move |_| list.show_matching(&filter)>"Show them in the list"</button> }
    });
    view! {
        <article class="bi-finding" data-code=finding.code.to_string()>
            <h2><b class=format!("bi-tag {class}")>{word}</b>" "{finding.title.clone()}</h2>
            <p>{finding.why.to_string()}</p>
            {places}
            {filter}
        </article>
    }
    .into_any()
}
