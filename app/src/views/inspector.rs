//! What is selected: its bytes and fields, or its rows.

use super::listing::ListingView;
use super::{field_info::FieldInfo, field_tree::FieldTreeView, hexdump::Hexdump, rows::Rows};
use crate::model::link::Tab;
use crate::protocol::{Inspection, Place};
use crate::state::{LogState, Navigation, RowsState, SelectionState};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Inspector() -> impl IntoView {
    let rows = expect_context::<RowsState>();
    let selection = expect_context::<SelectionState>();
    let has_rows = Memo::new(move |_| {
        // A transaction has rows or statements, or says that it has none; a table across the log too.
        rows.of.get().is_some()
    });
    // A memo: the view must not be built anew when the tab is set to what it is.
    let shown = Memo::new(move |_| match selection.tab.get() {
        Tab::Rows if !has_rows.get() => Tab::Bytes,
        tab => tab,
    });
    let tab = move |tab: Tab, label: &'static str, key: &'static str| {
        let chosen = move || selection.tab.get() == tab;
        view! {
            <button role="tab" class="bi-tab" data-testid=format!("tab-{}", tab.name()) title=if tab == Tab::Text { "As mysqlbinlog prints it (x)".to_owned() } else { format!("{label} ({key})") }
                aria-selected=move || chosen().to_string() class:bi-chosen=chosen
                disabled=move || tab == Tab::Rows && !has_rows.get()
                on:click=move |_| selection.choose_tab(tab)>{label}</button>
        }
    };
    view! {
        <section class="bi-inspector" aria-label="Selected event">
            <div class="bi-tabs">
                <div class="bi-tab-list" role="tablist" aria-label="What is shown of the event">
                    {tab(Tab::Bytes, "Bytes", "b")}
                    {tab(Tab::Rows, "Rows", "r")}
                    {tab(Tab::Text, "As text", "x")}
                </div>
                <span class="bi-event-title">{move || selection.inspection.get().map(|i| view! { <Title inspection=i/> })}</span>
            </div>
            {move || match shown.get() {
                Tab::Rows => view! { <Rows/> }.into_any(),
                Tab::Text => view! { <ListingView/> }.into_any(),
                Tab::Bytes => view! {
                    <div class="bi-bytes">
                        <FieldTreeView/>
                        <Hexdump/>
                        <FieldInfo/>
                    </div>
                }.into_any(),
            }}
        </section>
    }
}

/// Which event it is, its faults, what it refers to.
#[component]
fn Title(inspection: Arc<Inspection>) -> impl IntoView {
    let log = expect_context::<LogState>();
    let selection = expect_context::<SelectionState>();
    let navigation = expect_context::<Navigation>();
    let line = &inspection.line;
    let place = match line.inner {
        Some((i, at)) => format!(
            "event {i} of the payload at {}, offset {at} in it",
            line.row.offset
        ),
        None => format!("at {}", line.row.offset),
    };
    let faults = inspection
        .faults
        .iter()
        .take(3)
        .map(|f| view! { <li>{f.to_string()}</li> })
        .collect_view();
    let more = inspection.faults.len().saturating_sub(3);
    let refers = inspection
        .table_map
        .map(|no| (no, "TABLE_MAP"))
        .or(inspection.payload.map(|no| (no, "payload")));
    let cut = (inspection.bytes.len() as u64) < line.row.size;
    let file = log.progress.with_untracked(|p| {
        p.files
            .get(line.file as usize)
            .filter(|_| p.files.len() > 1)
            .cloned()
    });
    let transaction = inspection.transaction.clone();
    let source = inspection.source_place.clone();
    let whole = move || selection.whole.get();
    let event = view! {
        <b>{format!("#{} {}", line.no.0, line.row.event_type)}</b>
        " "{file.clone()}" "{place}", "{format!("{} bytes", line.row.size)}
    };
    view! {
        {transaction.map(|tx| {
            let (no, first) = (tx.no, tx.tx.first);
            let name = if tx.gtid.is_empty() { format!("transaction {}", no.0) } else { tx.gtid.clone() };
            let place = format!("{} – {}, {}", tx.pos, tx.end_pos, crate::model::format::bytes(tx.tx.size()));
            let other = tx.other_half.map(|other| view! {
                " "<button class="bi-link" data-testid="other-half" title="Its other half" on:click=move |_| navigation.go_to_place(Place::Transaction(other))>{format!("→ transaction {}", other.0)}</button>
            });
            view! {
                <span class="bi-title-tx">
                    <Show when=whole fallback={let name = name.clone(); move || view! {
                        <button class="bi-link" data-testid="to-transaction" title="The whole transaction" on:click=move |_| selection.select_transaction(no, first)>{name.clone()}</button>" · "
                    }}><b>{name.clone()}</b>" "{file.clone()}" "{place.clone()}" · first event: "</Show>
                    {other}
                </span>
            }
        })}
        {event}
        {source.map(|(log, at)| view! { <span class="bi-dim" data-testid="source-place">{format!(" · ends at {log} {at} on the source")}</span> })}
        {refers.map(|(no, what)| view! {
            " "<button class="bi-link" title="Go there (m)" on:click=move |_| selection.select(no)>{format!("→ {what} #{}", no.0)}</button>
        })}
        {cut.then(|| view! { <em class="bi-dim">{format!(" the first {} bytes are shown", inspection.bytes.len())}</em> })}
        {(!inspection.faults.is_empty()).then(|| view! {
            <ul class="bi-faults">{faults}{(more > 0).then(|| view! { <li>{format!("and {more} more")}</li> })}</ul>
        })}
    }
}
