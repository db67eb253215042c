//! GTIDs: per source what is before the log, in it and missing; what is out of order; the calculator.

mod calculator;
mod source;

use crate::model::format;
use crate::state::{Navigation, ReportState};
use binlight_engine::gtid_report::SourceReport;
use binlight_engine::transactions::Disorder;
use calculator::Calculator;
use leptos::prelude::*;
use source::NumberLine;

/// Sources whose lines are drawn.
const LINES: usize = 50;

#[component]
pub(super) fn Gtids() -> impl IntoView {
    let reports = expect_context::<ReportState>();
    let navigation = expect_context::<Navigation>();
    view! {
        <section class="bi-report" aria-label="GTIDs" data-testid="gtid-view" tabindex="0">
            {move || match reports.gtids.get() {
                None => view! { <p class="bi-none">"Looking …"</p> }.into_any(),
                Some(report) if report.sources.is_empty() => view! {
                    <p class="bi-none">{if report.nameless > 0 { "The transactions of this log have no GTIDs." } else { "There are no GTIDs in this log." }}</p>
                }.into_any(),
                Some(report) => {
                    let (here, before): (Vec<_>, Vec<_>) = report.sources.iter().take(LINES).cloned().partition(|s| s.counts[1] > 0);
                    let lines = |all: Vec<SourceReport>| all.into_iter().map(|s| view! { <NumberLine report=s/> }).collect_view();
                    let quiet = before.len();
                    let more = report.sources.len().saturating_sub(LINES);
                    let nameless = (report.nameless > 0).then(|| format!("{} transactions have no GTID.", format::count(report.nameless)));
                    view! {
                        <p class="bi-legends">
                            <span class="bi-legend bi-run-inside"><i></i>"in this log"</span>
                            <span class="bi-legend bi-run-before"><i></i>{if report.mariadb { "before it (GTID_LIST)" } else { "before it (PREVIOUS_GTIDS)" }}</span>
                            <span class="bi-legend bi-run-gap"><i></i>"missing between"</span>
                            <span class="bi-dim">"Wheel or drag to zoom, click to go to a transaction."</span>
                        </p>
                        {lines(here)}
                        {(quiet > 0).then(|| view! {
                            <details><summary>{format!("{quiet} more known from before the log alone")}</summary>{lines(before)}</details>
                        })}
                        {(more > 0).then(|| view! { <p class="bi-dim">{format!("and {more} more sources")}</p> })}
                        <p class="bi-dim">{nameless}</p>
                        {disorders(navigation, &report.disorders, report.disorder_count, report.mariadb)}
                        <h2>{if report.mariadb { "Binlog state at the end" } else { "Set in this log" }}</h2>
                        <pre class="bi-set" data-testid="gtids-inside">{report.inside.clone()}</pre>
                        <h2>{if report.mariadb { "GTID_LIST at the beginning" } else { "Set before it" }}</h2>
                        <pre class="bi-set" data-testid="gtids-before">{report.before.clone()}</pre>
                    }.into_any()
                }
            }}
            <Calculator/>
        </section>
    }
}

fn disorders(
    navigation: Navigation,
    list: &[(binlight_engine::transactions::TxNo, String, Disorder)],
    count: u64,
    mariadb: bool,
) -> AnyView {
    if list.is_empty() {
        return ().into_any();
    }
    let lines = list.iter().take(100).map(|(no, gtid, why)| {
        let no = *no;
        let why = match why {
            Disorder::Duplicate => "again".to_owned(),
            Disorder::After(n) => format!("after {n}"),
        };
        view! { <li><button class="bi-link" on:click=move |_| navigation.go_to_place(crate::protocol::Place::Transaction(no))>{gtid.clone()}</button>" "{why}</li> }
    });
    let about = if mariadb {
        "In a domain numbers must grow: strict mode would have stopped here."
    } else {
        "Numbers of a source that come after larger ones, or again."
    };
    view! {
        <h2>{format!("Out of order: {}", format::count(count))}</h2><p>{about}</p>
        <ul class="bi-lines" data-testid="gtid-disorders">{lines.collect_view()}</ul>
    }
    .into_any()
}
