//! The log, or the part in view, in tables and short lists.

use super::timeline::quoted;
use crate::model::{format, time};
use crate::protocol::Place;
use crate::state::{ListState, Navigation, ReportState, SelectionState, SettingsState};
use binlight_engine::overview::{Overview as Report, Share, TableLine};
use binlight_engine::transactions::{Kind, TxNo};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Overview() -> impl IntoView {
    let list = expect_context::<ListState>();
    let selection = expect_context::<SelectionState>();
    let reports = expect_context::<ReportState>();
    let settings = expect_context::<SettingsState>();
    let navigation = expect_context::<Navigation>();
    view! {
        <section class="bi-report" aria-label="Overview" data-testid="overview" tabindex="0">
            {move || match reports.overview.get() {
                Some(report) => shown(list, selection, settings, navigation, &report),
                None => view! { <p class="bi-none">"Counting …"</p> }.into_any(),
            }}
        </section>
    }
}

fn shown(
    list: ListState,
    selection: SelectionState,
    settings: SettingsState,
    navigation: Navigation,
    report: &Arc<Report>,
) -> AnyView {
    let narrowed = list.is_narrowed();
    let changes = &report.changes;
    let zone = settings.zone();
    let seconds = report.time.map_or(0.0, |(a, b)| (b - a) as f64 / 1e6);
    let rate = |n: f64| {
        if seconds >= 1.0 {
            format!("{} per second", format::short(n / seconds))
        } else {
            String::new()
        }
    };
    let [(peak_txs, peak_at), (peak_rows, peak_rows_at)] = report.peaks;
    let kinds = Kind::ALL
        .into_iter()
        .zip(report.kinds)
        .filter(|(_, n)| *n > 0);
    let kinds: Vec<String> = kinds
        .map(|(k, n)| format!("{} {}", format::count(n.into()), k.name()))
        .collect();
    let second = |at: u64| time::seconds(at as u32, zone);
    view! {
        <p class="bi-dim">{if narrowed { "Of the transactions in view." } else { "Of the whole log. Narrow it by the filter or by dragging on the timeline." }}</p>
        <dl class="bi-figures">
            <dt>"Transactions"</dt><dd>{format::count(report.transactions.into())}" "<small>{rate(f64::from(report.transactions))}</small></dd>
            <dt>"Row changes"</dt><dd>{format::count(changes.rows())}" "<small>{rate(changes.rows() as f64)}</small></dd>
            <dt>"Inserted, updated, deleted"</dt><dd><b class="bi-t-insert">{format::count(changes.inserts)}</b>", "<b class="bi-t-update">{format::count(changes.updates)}</b>", "<b class="bi-t-delete">{format::count(changes.deletes)}</b></dd>
            <dt>"Bytes"</dt><dd>{format::bytes(report.bytes)}" "<small>{if seconds >= 1.0 { format!("{}/s", format::bytes((report.bytes as f64 / seconds) as u64)) } else { String::new() }}</small></dd>
            <dt>"Logged as"</dt><dd>{kinds.join(", ")}</dd>
            {report.time.map(|(a, b)| view! { <dt>"Commits"</dt><dd>{time::micros(a, false, zone)}" – "{time::micros(b, false, zone)}" "<small>{time::length(b - a)}</small></dd> })}
            {(peak_txs > 0).then(|| view! { <dt>"Busiest second"</dt><dd>{format!("{} transactions", format::count(peak_txs))}" "<small>{second(peak_at)}</small>", "{format!("{} rows", format::count(peak_rows))}" "<small>{second(peak_rows_at)}</small></dd> })}
        </dl>
        {tables(list, selection, report)}
        {tops(navigation, report)}
        {shares("Servers", "server", &report.servers, report.servers.len() as u32, list)}
        {shares("Connections", "thread", &report.threads, report.thread_count, list)}
        {definitions(selection, report)}
        {digests(selection, report)}
        {report.caveats.iter().map(|c| view! { <p class="bi-dim">{c.clone()}</p> }).collect_view()}
    }
    .into_any()
}

fn tables(list: ListState, selection: SelectionState, report: &Report) -> AnyView {
    if report.tables.is_empty() {
        return ().into_any();
    }
    let most = report
        .tables
        .iter()
        .map(|t| t.changes.rows())
        .max()
        .unwrap_or(1)
        .max(1);
    let more = report.table_count as usize - report.tables.len();
    let line = |t: &TableLine| {
        let name = format!("{}.{}", t.name.database, t.name.name);
        let filter = format!("table:{}", quoted(&name));
        let table = t.table;
        let rows = t.changes.rows();
        let part = |n: u64| format!("{}%", 100.0 * n as f64 / most as f64);
        let count = |n: u64| {
            if n == 0 {
                String::new()
            } else {
                format::count(n)
            }
        };
        let key = match t.facts.key {
            Some(false) => Some(
                view! { <b class="bi-tag bi-warn" title="The log’s metadata names no primary key">"no key"</b> },
            ),
            _ => None,
        };
        view! {
            <tr>
                <th scope="row"><button class="bi-link" title=format!("Filter: {filter}") on:click=move |_| list.set_filter(&filter)>{name}</button>" "{key}</th>
                <td class="bi-num">{format::count(rows)}</td>
                <td class="bi-bar"><i class="bi-series-0" style:width=part(t.changes.inserts)></i><i class="bi-series-1" style:width=part(t.changes.updates)></i><i class="bi-series-2" style:width=part(t.changes.deletes)></i></td>
                <td class="bi-num bi-t-insert">{count(t.changes.inserts)}</td><td class="bi-num bi-t-update">{count(t.changes.updates)}</td><td class="bi-num bi-t-delete">{count(t.changes.deletes)}</td>
                <td class="bi-num">{format::short_bytes(t.changes.bytes)}</td>
                <td class="bi-num">{format::count(t.transactions.into())}</td>
                <td><button class="bi-button bi-small" data-testid="table-rows" title="All row changes of this table, in order"
                    on:click=move |_| selection.show_table_rows(table, list.id.get_untracked())>"rows"</button></td>
            </tr>
        }
    };
    view! {
        <h2>"Tables"</h2>
        <table class="bi-table" data-testid="overview-tables">
            <thead><tr><th scope="col">"table"</th><th scope="col" class="bi-num">"rows"</th><th scope="col"><span class="bi-unseen">"more"</span></th><th scope="col" class="bi-num">"inserted"</th><th scope="col" class="bi-num">"updated"</th><th scope="col" class="bi-num">"deleted"</th><th scope="col" class="bi-num">"bytes"</th><th scope="col" class="bi-num">"transactions"</th><th scope="col"><span class="bi-unseen">"more"</span></th></tr></thead>
            <tbody>{report.tables.iter().map(line).collect_view()}</tbody>
        </table>
        {(more > 0).then(|| view! { <p class="bi-dim">{format!("and {more} more tables")}</p> })}
    }
    .into_any()
}

fn tops(navigation: Navigation, report: &Report) -> AnyView {
    let list = |title: &'static str, of: &[(TxNo, u64)], shown: fn(u64) -> String| {
        let lines = of.iter().take(5).map(|(no, amount)| {
            let no = *no;
            view! { <li><button class="bi-link" on:click=move |_| navigation.go_to_place(Place::Transaction(no))>{format!("transaction {}", no.0)}</button>" "{shown(*amount)}</li> }
        });
        (!of.is_empty())
            .then(|| view! { <div><h3>{title}</h3><ol>{lines.collect_view()}</ol></div> })
    };
    view! {
        <h2>"Transactions that stand out"</h2>
        <div class="bi-tops">
            {list("Most bytes", &report.largest, format::bytes)}
            {list("Most rows", &report.most_rows, |n| format!("{} rows", format::count(n)))}
            {list("Open the longest", &report.longest, time::length)}
            {list("Most tables", &report.widest, |n| format!("{n} tables"))}
        </div>
    }
    .into_any()
}

fn shares(
    title: &'static str,
    field: &'static str,
    all: &[Share],
    total: u32,
    list: ListState,
) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let lines = all.iter().take(20).map(|s| {
        let filter = format!("{field}:{}", s.id);
        view! {
            <tr><th scope="row"><button class="bi-link" title=format!("Filter: {filter}") on:click=move |_| list.set_filter(&filter)>{s.id.to_string()}</button></th>
                <td class="bi-num">{format::count(s.transactions.into())}</td><td class="bi-num">{format::count(s.rows)}</td><td class="bi-num">{format::short_bytes(s.bytes)}</td></tr>
        }
    });
    let more = (total as usize).saturating_sub(all.len().min(20));
    view! {
        <h2>{title}</h2>
        <table class="bi-table"><thead><tr><th scope="col">"id"</th><th scope="col" class="bi-num">"transactions"</th><th scope="col" class="bi-num">"rows"</th><th scope="col" class="bi-num">"bytes"</th></tr></thead><tbody>{lines.collect_view()}</tbody></table>
        {(more > 0).then(|| view! { <p class="bi-dim">{format!("and {more} more")}</p> })}
    }
    .into_any()
}

fn definitions(selection: SelectionState, report: &Report) -> AnyView {
    if report.ddl.is_empty() {
        return ().into_any();
    }
    let more = report.ddl_count.saturating_sub(report.ddl.len() as u64);
    let lines = report.ddl.iter().map(|(event, sql)| {
        let event = *event;
        view! { <li><button class="bi-link" on:click=move |_| selection.select(event)>{format!("event #{}", event.0)}</button>" "<code>{sql.split_whitespace().collect::<Vec<_>>().join(" ")}</code></li> }
    });
    view! { <h2>"Definitions"</h2><ul class="bi-lines">{lines.collect_view()}</ul>{(more > 0).then(|| view! { <p class="bi-dim">{format!("and {more} more")}</p> })} }.into_any()
}

fn digests(selection: SelectionState, report: &Report) -> AnyView {
    if report.digests.is_empty() {
        return ().into_any();
    }
    let lines = report.digests.iter().map(|(text, count, first)| {
        let first = *first;
        view! { <tr><td class="bi-num">{format::count(*count)}</td><td><code>{text.clone()}</code></td><td><button class="bi-link" on:click=move |_| selection.select(first)>"first"</button></td></tr> }
    });
    view! {
        <h2>"Statements logged as text"</h2>
        <table class="bi-table"><thead><tr><th scope="col" class="bi-num">"times"</th><th scope="col">"statement"</th><th scope="col"><span class="bi-unseen">"more"</span></th></tr></thead><tbody>{lines.collect_view()}</tbody></table>
    }
    .into_any()
}
