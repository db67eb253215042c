//! Row changes: images before and after, what changed marked.

use super::cell::cell_view;
use super::whole_value::{Shown, WholeValue};
use crate::model::{format, time};
use crate::protocol::{ChangeLine, RowsOf};
use crate::state::{AppState, ChangeItem, table_key};
use crate::widgets::VirtualList;
use binlight_parser::codes::event_type::RowOp;
use binlight_parser::rows::{Change, RowChange};
use binlight_parser::table::Table;
use leptos::prelude::*;
use std::sync::Arc;

/// Pixels per line; the style sheet has the same.
const ROW: f64 = 21.0;

#[component]
pub(super) fn Rows() -> impl IntoView {
    let state = expect_context::<AppState>();
    let changes = state.changes;
    // The value shown whole.
    let whole = RwSignal::new(None::<Shown>);
    Effect::new(move |_| {
        changes.of.track();
        whole.set(None);
    });
    let range = RwSignal::new(0..0);
    Effect::new(move |_| {
        changes.totals.track();
        state.show_change_lines(range.get());
    });
    let current = RwSignal::new(None::<usize>);
    Effect::new(move |_| {
        changes.of.track();
        current.set(None);
    });
    let total = Signal::derive(move || changes.totals.get().map_or(0, |(lines, _)| lines));
    // Of one table the names stand above the list, whatever is in view.
    let top = Memo::new(move |_| range.with(|r: &std::ops::Range<usize>| r.start));
    view! {
        <div class="bi-rows" data-testid="row-diff">
            <Head/>
            {move || matches!(changes.of.get(), Some(RowsOf::Table(..))).then(|| view! {
                <div class="bi-names-above">{move || (top.get()..top.get() + 3).find_map(|i| changes.lines.line(i)?.table).map(|t| names(state, &t, Fixed::ACROSS))}</div>
            })}
            <VirtualList rows=total row_height=ROW render=Arc::new(move |i| row(state, i, current, whole))
                current=current on_move=move |i: usize| current.set(Some(i)) on_range=move |r| range.set(r)
                role="grid" label="Row changes" testid="row-lines"/>
            {move || changes.totals.get().is_some_and(|(lines, _)| lines == 0).then(|| view! {
                <p class="bi-none">{nothing(state)}</p>
            })}
            <WholeValue whole=whole/>
        </div>
    }
}

/// Why there are no rows.
fn nothing(state: AppState) -> &'static str {
    match state.changes.of.get() {
        Some(RowsOf::Transaction(_)) => "No rows and no statements are logged in this transaction.",
        Some(RowsOf::Table(..)) => "No row of this table is changed in the transactions shown.",
        _ => "This event changes no rows.",
    }
}

/// Whose changes, how many.
#[component]
fn Head() -> impl IntoView {
    let state = expect_context::<AppState>();
    let changes = state.changes;
    let count = move || {
        changes.totals.get().map(|(_, rows)| {
            let plural = if rows == 1 { "row" } else { "rows" };
            format!("{} {plural}", format::count(rows))
        })
    };
    let unnamed = Memo::new(move |_| {
        let lines = changes.totals.get().map_or(0, |(lines, _)| lines.min(64));
        let unnamed = |t: &Table| t.columns.iter().all(|c| c.name.is_none());
        (0..lines)
            .filter_map(|i| changes.lines.line(i)?.table)
            .any(|t| unnamed(&t))
    });
    view! {
        <div class="bi-rows-head">
            {move || match changes.of.get() {
                Some(RowsOf::Table(table, _)) => view! {
                    <b>{state.reports.names.with(|n| n.tables.get(table as usize).cloned())}</b>" "{count}" in the transactions shown "
                    <button class="bi-button bi-small" data-testid="rows-back" on:click=move |_| state.show_selected_changes()>"Back to the selection"</button>
                }.into_any(),
                _ => view! { <b>{count}</b> }.into_any(),
            }}
            {move || unnamed.get().then(|| view! { <span class="bi-dim">" Column names are not in this log (binlog_row_metadata); @1 is the first column."</span> })}
            {move || (!changes.faults.with(Vec::is_empty)).then(|| view! {
                <ul class="bi-faults">{changes.faults.get().into_iter().map(|f| view! { <li>{f}</li> }).collect_view()}</ul>
            })}
        </div>
    }
}

fn row(
    state: AppState,
    i: usize,
    current: RwSignal<Option<usize>>,
    whole: RwSignal<Option<Shown>>,
) -> AnyView {
    let Some(item) = state.changes.lines.line(i) else {
        return view! { <div class="bi-row bi-waiting" role="row"><span role="gridcell">"…"</span></div> }.into_any();
    };
    let here = move || current.get() == Some(i);
    match &item.line {
        ChangeLine::Title { event, op, table, rows } => {
            let event = *event;
            let plural = if *rows == 1 { "row" } else { "rows" };
            view! {
                <div class="bi-row bi-title" role="row" class:bi-here=here on:click=move |_| current.set(Some(i))><span role="gridcell">
                    <span class=format!("bi-op bi-op-{}", op.name())>{op.name()}</span>" "<b>{table.clone()}</b>
                    {format!(" {} {plural} ", format::count(*rows))}
                    <button class="bi-link" title="Show the event" on:click=move |_| state.select(event)>{format!("event #{}", event.0)}</button>
                </span></div>
            }
            .into_any()
        }
        ChangeLine::Names { op, .. } => match &item.table {
            Some(table) => view! { <div role="row">{names(state, table, Fixed::of(*op))}</div> }.into_any(),
            None => view! { <div class="bi-row" role="row"><span role="gridcell" class="bi-fault">"The table map is not in this log: the columns are not known."</span></div> }.into_any(),
        },
        ChangeLine::Statement { event, text } => {
            let event = *event;
            let shown = Shown::plain("statement".to_owned(), text.clone());
            let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
            view! {
                <div class="bi-row bi-sql" role="row" class:bi-here=here on:click=move |_| current.set(Some(i))><span role="gridcell">
                    <button class="bi-link" title="Show the event" on:click=move |_| state.select(event)>{format!("#{}", event.0)}</button>" "
                    <span class="bi-statement" title="Show the whole statement" on:click=move |_| whole.set(Some(shown.clone()))>{line}</span>
                </span></div>
            }
            .into_any()
        }
        ChangeLine::Lost { event } => {
            let event = *event;
            view! {
                <div class="bi-row" role="row"><span role="gridcell" class="bi-fault">"Rows here cannot be decoded: "
                    <button class="bi-link" on:click=move |_| state.select(event)>{format!("see event #{}", event.0)}</button></span></div>
            }
            .into_any()
        }
        ChangeLine::Image { n, op, after, tx, .. } => image(state, &item, (*n, *op, *after), *tx, here, i, current, whole),
    }
}

/// Which columns stand before the table's own.
#[derive(Clone, Copy)]
struct Fixed {
    /// When it was committed: of a table across the log.
    commit: bool,
    /// What an update changed, in words: in a wide table the changed cells are out of sight.
    changed: bool,
}

impl Fixed {
    const ACROSS: Fixed = Fixed {
        commit: true,
        changed: true,
    };

    fn of(op: RowOp) -> Fixed {
        Fixed {
            commit: false,
            changed: op == RowOp::Update,
        }
    }

    /// The grid's columns: these, and those of `table`.
    fn template(self, state: AppState, table: &Table) -> String {
        let widths = state
            .changes
            .widths
            .with(|w| w.get(&table_key(table)).cloned())
            .unwrap_or_default();
        let commit = if self.commit { "12ch " } else { "" };
        let changed = if self.changed { " 18ch" } else { "" };
        let mut out = format!("{commit}7ch 11ch{changed}");
        for width in widths {
            out.push_str(&format!(" {}ch", width + 2));
        }
        out
    }
}

fn names(state: AppState, table: &Arc<Table>, fixed: Fixed) -> AnyView {
    let columns = table.columns.iter().enumerate().map(|(i, c)| {
        let title = if c.nullable {
            format!("{}, may be NULL", c.sql_type())
        } else {
            c.sql_type()
        };
        view! { <span role="columnheader" title=title>{c.key.then(|| view! { <b class="bi-pk" title="Part of the primary key">"PK "</b> })}<b>{column_name(table, i)}</b>" "<small>{c.sql_type()}</small></span> }
    });
    view! {
        <div class="bi-row bi-names" style:grid-template-columns=fixed.template(state, table)>
            {fixed.commit.then(|| view! { <span role="columnheader">"commit"</span> })}
            <span role="columnheader" class="bi-num">"#"</span><span role="columnheader">"image"</span>
            {fixed.changed.then(|| view! { <span role="columnheader">"changed"</span> })}
            {columns.collect_view()}
        </div>
    }
    .into_any()
}

pub(super) fn column_name(table: &Table, i: usize) -> String {
    table.columns[i]
        .name
        .clone()
        .unwrap_or_else(|| format!("@{}", i + 1))
}

#[allow(
    clippy::too_many_arguments,
    reason = "what a line shows and what it may set"
)]
fn image(
    state: AppState,
    item: &ChangeItem,
    (n, op, after): (u64, RowOp, bool),
    tx: Option<(binlight_engine::transactions::TxNo, u64)>,
    here: impl Fn() -> bool + Copy + Send + Sync + 'static,
    i: usize,
    current: RwSignal<Option<usize>>,
    whole: RwSignal<Option<Shown>>,
) -> AnyView {
    let (Some(table), Some(change)) = (&item.table, &item.change) else {
        return view! { <div class="bi-row bi-waiting" role="row"><span role="gridcell">"…"</span></div> }.into_any();
    };
    let name = if after { "after" } else { "before" };
    let Some(image) = (if after { &change.after } else { &change.before }) else {
        return ().into_any();
    };
    let second = op == RowOp::Update && after;
    let cells = image
        .iter()
        .enumerate()
        .map(|(c, cell)| cell_view(table, change, c, cell, after, whole))
        .collect_view();
    let when = tx.map(|(no, commit)| {
        let text = time::micros(commit, false, state.zone());
        let (_, clock) = text.split_once(' ').unwrap_or(("", &text));
        let shown = if second { String::new() } else { clock.to_owned() };
        view! {
            <span role="gridcell"><button class="bi-link" title=format!("{text}: select the transaction")
                on:click=move |_| state.go_to_place(crate::protocol::Place::Transaction(no))>{shown}</button></span>
        }
    });
    let fixed = if tx.is_some() {
        Fixed::ACROSS
    } else {
        Fixed::of(op)
    };
    let style = fixed.template(state, table);
    let changed = if second {
        changed_columns(table, change)
    } else {
        String::new()
    };
    view! {
        <div class=format!("bi-row bi-image bi-image-{name} bi-does-{}", op.name()) role="row" data-image=name style:grid-template-columns=style
            class:bi-second=second class:bi-here=here on:click=move |_| current.set(Some(i))>
            {when}
            <span role="gridcell" class="bi-num">{if second { String::new() } else { (n + 1).to_string() }}</span>
            <span role="gridcell" class="bi-image-name">{match (op, after) {
                (RowOp::Update, false) => "~ before",
                (RowOp::Update, true) => "~ after",
                (RowOp::Insert, _) => "+ insert",
                (RowOp::Delete, _) => "− delete",
            }}</span>
            {fixed.changed.then(|| view! { <span role="gridcell" class="bi-what" title=changed.clone()>{changed.clone()}</span> })}
            {cells}
        </div>
    }
    .into_any()
}

/// The columns that an update changed.
fn changed_columns(table: &Table, change: &RowChange<'static>) -> String {
    let changed = (0..table.columns.len()).filter(|i| change.change(*i) == Change::Changed);
    let names: Vec<String> = changed.map(|i| column_name(table, i)).collect();
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}
