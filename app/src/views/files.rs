//! The files of the log: in which order, which are missing, what was no log.

use crate::model::{format, time};
use crate::protocol::{FileLine, Order};
use crate::state::{ReportState, SelectionState, SettingsState};
use leptos::prelude::*;

#[component]
pub(super) fn Files() -> impl IntoView {
    let selection = expect_context::<SelectionState>();
    let reports = expect_context::<ReportState>();
    let settings = expect_context::<SettingsState>();
    move || {
        let list = reports.files.get();
        let order = match list.order {
            Order::Single => {
                "One file. Drop several logs, a folder, or an index with its logs, to read them as one."
            }
            Order::Index => "Read as one log, in the order of the index.",
            Order::Numbers => "Read as one log, in the order of the numbers in their names.",
            Order::Created => "Read as one log, in the order in which the servers began them.",
        };
        let missing = list
            .missing
            .iter()
            .map(|name| view! { <li><b class="bi-tag bi-bad">"missing"</b>" "{name.clone()}</li> })
            .collect_view();
        let skipped = list.skipped.iter().map(|(name, kind)| view! { <li>{name.clone()}<span class="bi-dim">{format!(": {kind}")}</span></li> }).collect_view();
        view! {
            <section class="bi-report" aria-label="Files" data-testid="files" tabindex="0">
                <p class="bi-dim">{order}</p>
                {(!list.missing.is_empty()).then(|| view! {
                    <p>"These are named by the index, or by the ROTATE at the end of the file before, and were not given. What they hold is not in anything shown here."</p>
                    <ul class="bi-lines" data-testid="missing-files">{missing}</ul>
                })}
                <table class="bi-table">
                    <thead><tr><th scope="col">"file"</th><th scope="col" class="bi-num">"bytes"</th><th scope="col" class="bi-num">"events"</th><th scope="col">"from – to"</th><th scope="col">"next"</th><th scope="col">"server"</th></tr></thead>
                    <tbody>{list.files.iter().map(|f| line(selection, settings, f)).collect_view()}</tbody>
                </table>
                {(!list.skipped.is_empty()).then(|| view! { <h2>"Not read"</h2><ul class="bi-lines">{skipped}</ul> })}
            </section>
        }
    }
}

fn line(selection: SelectionState, settings: SettingsState, file: &FileLine) -> AnyView {
    let first = file.first;
    let empty = file.events == 0;
    let time = file
        .time
        .map(|(a, b)| time::span(a.min(b), a.max(b), settings.zone()));
    view! {
        <tr data-file=file.name.clone()>
            <th scope="row"><button class="bi-link" disabled=empty title="Go to its first event" on:click=move |_| selection.select(first)>{file.name.clone()}</button>
                {(file.faults > 0).then(|| view! { " "<b class="bi-tag bi-bad">{format!("{} faults", file.faults)}</b> })}</th>
            <td class="bi-num">{format::count(file.size)}</td><td class="bi-num">{format::count(file.events.into())}</td>
            <td>{time}</td><td>{file.next.clone()}</td><td>{file.server_version.clone()}</td>
        </tr>
    }
    .into_any()
}
