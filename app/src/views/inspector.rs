//! What is selected: its bytes and fields, or its rows.

use super::listing::ListingView;
use super::{field_info::FieldInfo, field_tree::FieldTreeView, hexdump::Hexdump, rows::Rows};
use crate::model::hex_layout::HexLayout;
use crate::model::link::Tab;
use crate::protocol::{Inspection, Place};
use crate::state::AppState;
use binlight_parser::bytes::Space;
use leptos::prelude::*;
use std::sync::Arc;

/// The layout of the space whose bytes are shown: that of the locked field, else of the hovered
/// one, else the event's own.
pub(super) fn shown_space(state: AppState) -> Memo<Space> {
    Memo::new(move |before: Option<&Space>| {
        let Some(inspection) = state.inspection.get() else {
            return Space::FILE;
        };
        match state
            .field
            .get()
            .and_then(|f| inspection.tree.nodes.get(f as usize))
        {
            Some(node) => node.span.space,
            None => before
                .copied()
                .filter(|s| {
                    s.0 as usize <= inspection.tree.spaces.len() && state.bytes.get().is_some()
                })
                .unwrap_or_default(),
        }
    })
}

/// The bytes of a space, and the offset of the first.
pub(super) fn space_bytes(inspection: &Inspection, space: Space) -> (&[u8], u64) {
    match (space.0 as usize)
        .checked_sub(1)
        .and_then(|i| inspection.tree.spaces.get(i))
    {
        Some(bytes) => (bytes, 0),
        None => (&inspection.bytes, inspection.at),
    }
}

/// The layout of `space`.
pub(super) fn layout(inspection: &Inspection, space: Space) -> HexLayout {
    let (bytes, at) = space_bytes(inspection, space);
    HexLayout::new(&inspection.tree, space, at, bytes.len())
}

/// Locks the field after (or before) the locked one.
pub(super) fn step_field(state: AppState, forward: bool) {
    let Some(inspection) = state.inspection.get_untracked() else {
        return;
    };
    state.choose_tab(Tab::Bytes);
    let nodes = &inspection.tree.nodes;
    let owns = |i: &usize| nodes[*i].kind.owns_bytes() && nodes[*i].span.len > 0;
    let at = state.field.get_untracked().map(|f| f as usize);
    let next = match (at, forward) {
        (None, true) => (0..nodes.len()).find(owns),
        (None, false) => (0..nodes.len()).rfind(owns),
        (Some(i), true) => (i + 1..nodes.len()).find(owns),
        (Some(i), false) => (0..i).rfind(owns),
    };
    if let Some(next) = next {
        state.lock(Some(next as u32));
    }
}

#[component]
pub(super) fn Inspector() -> impl IntoView {
    let state = expect_context::<AppState>();
    let has_rows = Memo::new(move |_| {
        // A transaction has rows or statements, or says that it has none; a table across the log too.
        state.changes.of.get().is_some()
    });
    // A memo: the view must not be built anew when the tab is set to what it is.
    let shown = Memo::new(move |_| match state.tab.get() {
        Tab::Rows if !has_rows.get() => Tab::Bytes,
        tab => tab,
    });
    let tab = move |tab: Tab, label: &'static str, key: &'static str| {
        let chosen = move || state.tab.get() == tab;
        view! {
            <button role="tab" class="bi-tab" data-testid=format!("tab-{}", tab.name()) title=if tab == Tab::Text { "As mysqlbinlog prints it (x)".to_owned() } else { format!("{label} ({key})") }
                aria-selected=move || chosen().to_string() class:bi-chosen=chosen
                disabled=move || tab == Tab::Rows && !has_rows.get()
                on:click=move |_| state.choose_tab(tab)>{label}</button>
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
                <span class="bi-event-title">{move || state.inspection.get().map(|i| view! { <Title inspection=i/> })}</span>
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
    let state = expect_context::<AppState>();
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
    let file = state.progress.with_untracked(|p| {
        p.files
            .get(line.file as usize)
            .filter(|_| p.files.len() > 1)
            .cloned()
    });
    let transaction = inspection.transaction.clone();
    let source = inspection.source_place.clone();
    let whole = move || state.whole.get();
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
                " "<button class="bi-link" data-testid="other-half" title="Its other half" on:click=move |_| state.go_to_place(Place::Transaction(other))>{format!("→ transaction {}", other.0)}</button>
            });
            view! {
                <span class="bi-title-tx">
                    <Show when=whole fallback={let name = name.clone(); move || view! {
                        <button class="bi-link" data-testid="to-transaction" title="The whole transaction" on:click=move |_| state.select_transaction(no, first)>{name.clone()}</button>" · "
                    }}><b>{name.clone()}</b>" "{file.clone()}" "{place.clone()}" · first event: "</Show>
                    {other}
                </span>
            }
        })}
        {event}
        {source.map(|(log, at)| view! { <span class="bi-dim" data-testid="source-place">{format!(" · ends at {log} {at} on the source")}</span> })}
        {refers.map(|(no, what)| view! {
            " "<button class="bi-link" title="Go there (m)" on:click=move |_| state.select(no)>{format!("→ {what} #{}", no.0)}</button>
        })}
        {cut.then(|| view! { <em class="bi-dim">{format!(" the first {} bytes are shown", inspection.bytes.len())}</em> })}
        <Show when={let any = !inspection.faults.is_empty(); move || any}>
            <ul class="bi-faults">{faults.clone()}{(more > 0).then(|| view! { <li>{format!("and {more} more")}</li> })}</ul>
        </Show>
    }
}
