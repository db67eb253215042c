//! Row changes: images before and after, what changed marked.

use crate::state::AppState;
use binlight_parser::codes::event_type::RowOp;
use binlight_parser::event::row_image::Cell;
use binlight_parser::event::table_map::Table;
use binlight_parser::rows::{Change, RowChange, RowPage};
use binlight_parser::value::Value;
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

/// Characters of a value in its cell; the whole is shown on demand.
const CLIPPED: usize = 120;

#[component]
pub(super) fn RowDiff() -> impl IntoView {
    let state = expect_context::<AppState>();
    // The value shown whole: its column and text.
    let whole = RwSignal::new(None::<(String, String)>);
    Effect::new(move |_| {
        state.rows.track();
        whole.set(None);
    });
    view! {
        <div class="bi-rows" data-testid="row-diff">
            {move || state.rows.get().map(|(no, page)| view! {
                <Head no=no.0 page=page.clone()/>
                <div class="bi-rows-scroll" tabindex="0" role="region" aria-label="Row changes"><Changes page=page whole=whole/></div>
            })}
            {move || whole.get().map(|(column, text)| view! {
                <div class="bi-whole" data-testid="whole-value">
                    <div class="bi-whole-head"><b>{column}</b>
                        <button class="bi-button" on:click=move |_| whole.set(None)>"Close"</button></div>
                    <pre tabindex="0">{text}</pre>
                </div>
            })}
        </div>
    }
}

/// Which table, how many changes, which of them are shown.
#[component]
fn Head(no: u32, page: RowPage) -> impl IntoView {
    let state = expect_context::<AppState>();
    let no = binlight_parser::index::EventNo(no);
    let table = page
        .table
        .as_ref()
        .map_or_else(|| "table unknown".to_owned(), |t| t.full_name());
    let op = page.op.map_or("", RowOp::name);
    let (first, shown, total) = (page.first, page.changes.len() as u64, page.total);
    let per_page = crate::state::ROWS_PER_PAGE;
    let plural = if total == 1 { "row" } else { "rows" };
    let faults = page
        .faults
        .iter()
        .take(5)
        .map(|f| view! { <li>{f.to_string()}</li> })
        .collect_view();
    let names = page
        .table
        .as_ref()
        .is_none_or(|t| t.columns.iter().any(|c| c.name.is_some()));
    view! {
        <div class="bi-rows-head">
            <b>{table}</b>" "<span class=format!("bi-op bi-op-{op}")>{op}</span>" "{format!("{total} {plural}")}
            {(total > shown).then(|| view! {
                " "<button class="bi-button" disabled=first == 0 on:click=move |_| state.show_rows(no, first.saturating_sub(per_page))>"Previous"</button>
                {format!(" {} – {} ", first + 1, first + shown)}
                <button class="bi-button" disabled={first + shown >= total} on:click=move |_| state.show_rows(no, first + per_page)>"Next"</button>
            })}
            {(!names).then(|| view! { <span class="bi-dim">" Column names are not in this log (binlog_row_metadata); @1 is the first column."</span> })}
            <Show when={let any = !page.faults.is_empty(); move || any}><ul class="bi-faults">{faults.clone()}</ul></Show>
        </div>
    }
}

#[component]
fn Changes(page: RowPage, whole: RwSignal<Option<(String, String)>>) -> impl IntoView {
    let Some(table) = page.table.clone() else {
        return ().into_any();
    };
    let header = table.columns.iter().enumerate().map(|(i, c)| {
        let title = if c.nullable { format!("{}, may be NULL", c.sql_type()) } else { c.sql_type() };
        view! { <th scope="col" title=title class:bi-key=c.key>{c.key.then(|| view! { <small class="bi-pk" title="Part of the primary key">"PK "</small> })}{column_name(&table, i)}<small>{c.sql_type()}</small></th> }
    }).collect_view();
    let first = page.first;
    let update = page.op == Some(RowOp::Update);
    let body = page
        .changes
        .iter()
        .enumerate()
        .map(|(n, change)| rows_of(&table, change, first + n as u64, whole))
        .collect_view();
    view! {
        <table class="bi-diff">
            <thead><tr><th scope="col">"#"</th><th scope="col">"image"</th>{update.then(|| view! { <th scope="col">"changed"</th> })}{header}</tr></thead>
            <tbody>{body}</tbody>
        </table>
    }
    .into_any()
}

fn column_name(table: &Table, i: usize) -> String {
    table.columns[i]
        .name
        .clone()
        .unwrap_or_else(|| format!("@{}", i + 1))
}

/// One or two table rows for a change.
fn rows_of(
    table: &Arc<Table>,
    change: &RowChange<'static>,
    n: u64,
    whole: RwSignal<Option<(String, String)>>,
) -> AnyView {
    let images = [("before", &change.before), ("after", &change.after)];
    images
        .into_iter()
        .filter_map(|(name, image)| Some((name, image.as_ref()?)))
        .enumerate()
        .map(|(k, (name, image))| {
            let cells = image.iter().enumerate().map(|(i, cell)| {
                let changed = change.change(i) == Change::Changed;
                cell_view(cell, changed, column_name(table, i), whole)
            }).collect_view();
            let number = if k == 0 { (n + 1).to_string() } else { String::new() };
            // Beside an update, in words: in a wide table the changed cells are out of sight.
            let what = (change.before.is_some() && change.after.is_some()).then(|| {
                let text = if k == 1 { changed_columns(table, change) } else { String::new() };
                view! { <td class="bi-what">{text}</td> }
            });
            view! { <tr class=format!("bi-image-{name}") data-image=name><td class="bi-number">{number}</td><td class="bi-image">{name}</td>{what}{cells}</tr> }
        })
        .collect_view()
        .into_any()
}

/// The names of the columns that an update changed.
fn changed_columns(table: &Table, change: &RowChange<'static>) -> String {
    let changed = (0..table.columns.len()).filter(|i| change.change(*i) == Change::Changed);
    let names: Vec<String> = changed.map(|i| column_name(table, i)).collect();
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

fn cell_view(
    cell: &Cell<'static>,
    changed: bool,
    column: String,
    whole: RwSignal<Option<(String, String)>>,
) -> AnyView {
    let (class, text) = match cell {
        Cell::Absent => return view! { <td class="bi-absent" title="Not in this row image" data-cell="absent">"·"</td> }.into_any(),
        Cell::Value(Value::Null) => ("bi-null", "NULL".to_owned()),
        Cell::Value(value) => (class_of(value), value.to_string()),
        Cell::Broken(bytes, fault) => ("bi-fault", format!("{} {}", fault.code(), Value::Bytes(bytes.clone()))),
    };
    let long = text.chars().count() > CLIPPED || text.contains('\n');
    let clipped: String = if long {
        text.chars().take(CLIPPED).chain(['…']).collect()
    } else {
        text.clone()
    };
    let empty = text.is_empty();
    let class = format!("{class}{}", if changed { " bi-changed" } else { "" });
    let kind = if class.starts_with("bi-null") {
        "null"
    } else {
        "value"
    };
    let shown = if empty {
        view! { <span class="bi-dim" title="Empty text">"''"</span> }.into_any()
    } else {
        clipped.into_any()
    };
    if !long {
        return view! { <td class=class data-cell=kind data-changed=changed.to_string()>{changed.then(|| view! { <span class="bi-mark" aria-label="changed">"▸"</span> })}{shown}</td> }.into_any();
    }
    let show = move || whole.set(Some((column.clone(), text.clone())));
    let on_key = show.clone();
    view! {
        <td class=format!("{class} bi-long") tabindex="0" role="button" title="Show the whole value" data-cell=kind data-changed=changed.to_string()
            on:click=move |_| show()
            on:keydown=move |event: ev::KeyboardEvent| if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                on_key();
            }>{changed.then(|| view! { <span class="bi-mark" aria-label="changed">"▸"</span> })}{shown}</td>
    }.into_any()
}

fn class_of(value: &Value<'_>) -> &'static str {
    match value {
        Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Double(_) | Value::Decimal(_) => {
            "bi-number"
        }
        Value::Bytes(_) | Value::Bits(..) => "bi-binary",
        _ => "bi-text",
    }
}
