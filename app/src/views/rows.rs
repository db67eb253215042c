//! Row changes: images before and after, what changed marked.

use super::cell::cell_view;
use super::whole_value::{WholeText, WholeValue};
use crate::model::format::column_name;
use crate::model::{format, time};
use crate::protocol::{ChangeLine, RowsOf};
use crate::state::{
    ChangeItem, Navigation, ReportState, RowsState, SelectionState, SettingsState, table_key,
};
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
    let rows = expect_context::<RowsState>();
    let selection = expect_context::<SelectionState>();
    let settings = expect_context::<SettingsState>();
    let navigation = expect_context::<Navigation>();
    // The value shown whole.
    let whole = RwSignal::new(None::<WholeText>);
    Effect::new(move |_| {
        rows.of.track();
        whole.set(None);
    });
    let range = RwSignal::new(0..0);
    Effect::new(move |_| {
        rows.totals.track();
        rows.show_lines(range.get());
    });
    let current = RwSignal::new(None::<u64>);
    Effect::new(move |_| {
        rows.of.track();
        current.set(None);
    });
    let total = Signal::derive(move || rows.totals.get().map_or(0, |(lines, _)| lines));
    // Of one table the names stand above the list, whatever is in view.
    let top = Memo::new(move |_| range.with(|r: &std::ops::Range<u64>| r.start));
    view! {
        <div class="bi-rows" data-testid="row-diff">
            <Head/>
            {move || matches!(rows.of.get(), Some(RowsOf::Table(..))).then(|| view! {
                <div class="bi-names-above">{move || (top.get()..top.get() + 3).find_map(|i| rows.lines.line(i)?.table).map(|t| names(rows, &t, FixedColumns::ACROSS))}</div>
            })}
            <VirtualList rows=total row_height=ROW render=Arc::new(move |i| row(rows, selection, settings, navigation, i, current, whole))
                current=current on_move=move |i: u64| current.set(Some(i)) on_range=move |r| range.set(r)
                role="grid" label="Row changes" testid="row-lines"/>
            {move || rows.totals.get().is_some_and(|(lines, _)| lines == 0).then(|| view! {
                <p class="bi-none">{nothing(rows)}</p>
            })}
            <WholeValue whole=whole/>
        </div>
    }
}

/// Why there are no rows.
fn nothing(rows: RowsState) -> &'static str {
    match rows.of.get() {
        Some(RowsOf::Transaction(_)) => "No rows and no statements are logged in this transaction.",
        Some(RowsOf::Table(..)) => "No row of this table is changed in the transactions shown.",
        _ => "This event changes no rows.",
    }
}

/// Whose changes, how many.
#[component]
fn Head() -> impl IntoView {
    let rows = expect_context::<RowsState>();
    let selection = expect_context::<SelectionState>();
    let reports = expect_context::<ReportState>();
    let count = move || {
        rows.totals.get().map(|(_, rows)| {
            let plural = if rows == 1 { "row" } else { "rows" };
            format!("{} {plural}", format::count(rows))
        })
    };
    let unnamed = Memo::new(move |_| {
        let lines = rows.totals.get().map_or(0, |(lines, _)| lines.min(64));
        let unnamed = |t: &Table| t.columns.iter().all(|c| c.name.is_none());
        (0..lines)
            .filter_map(|i| rows.lines.line(i)?.table)
            .any(|t| unnamed(&t))
    });
    view! {
        <div class="bi-rows-head">
            {move || match rows.of.get() {
                Some(RowsOf::Table(table, _)) => view! {
                    <b>{reports.names.with(|n| n.tables.get(table as usize).cloned())}</b>" "{count}" in the transactions shown "
                    <button class="bi-button bi-small" data-testid="rows-back" on:click=move |_| selection.show_rows()>"Back to the selection"</button>
                }.into_any(),
                _ => view! { <b>{count}</b> }.into_any(),
            }}
            {move || unnamed.get().then(|| view! { <span class="bi-dim">" Column names are not in this log (binlog_row_metadata); @1 is the first column."</span> })}
            {move || (!rows.faults.with(Vec::is_empty)).then(|| view! {
                <ul class="bi-faults">{rows.faults.get().into_iter().map(|f| view! { <li>{f}</li> }).collect_view()}</ul>
            })}
        </div>
    }
}

fn row(
    rows: RowsState,
    selection: SelectionState,
    settings: SettingsState,
    navigation: Navigation,
    i: u64,
    current: RwSignal<Option<u64>>,
    whole: RwSignal<Option<WholeText>>,
) -> AnyView {
    let Some(item) = rows.lines.line(i) else {
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
                    <button class="bi-link" title="Show the event" on:click=move |_| selection.select(event)>{format!("event #{}", event.0)}</button>
                </span></div>
            }
            .into_any()
        }
        ChangeLine::Names { op, .. } => match &item.table {
            Some(table) => view! { <div role="row">{names(rows, table, FixedColumns::of(*op))}</div> }.into_any(),
            None => view! { <div class="bi-row" role="row"><span role="gridcell" class="bi-fault">"The table map is not in this log: the columns are not known."</span></div> }.into_any(),
        },
        ChangeLine::Statement { event, text } => {
            let event = *event;
            let shown = WholeText::plain("statement".to_owned(), text.clone());
            let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
            view! {
                <div class="bi-row bi-sql" role="row" class:bi-here=here on:click=move |_| current.set(Some(i))><span role="gridcell">
                    <button class="bi-link" title="Show the event" on:click=move |_| selection.select(event)>{format!("#{}", event.0)}</button>" "
                    <span class="bi-statement" title="Show the whole statement" on:click=move |_| whole.set(Some(shown.clone()))>{line}</span>
                </span></div>
            }
            .into_any()
        }
        ChangeLine::Lost { event } => {
            let event = *event;
            view! {
                <div class="bi-row" role="row"><span role="gridcell" class="bi-fault">"Rows here cannot be decoded: "
                    <button class="bi-link" on:click=move |_| selection.select(event)>{format!("see event #{}", event.0)}</button></span></div>
            }
            .into_any()
        }
        ChangeLine::Image { n, op, after, tx, .. } => image(rows, settings, navigation, &item, (*n, *op, *after), *tx, here, i, current, whole),
    }
}

/// Which columns stand before the table's own.
#[derive(Clone, Copy)]
struct FixedColumns {
    /// When it was committed: of a table across the log.
    commit: bool,
    /// What an update changed, in words: in a wide table the changed cells are out of sight.
    changed: bool,
}

impl FixedColumns {
    const ACROSS: FixedColumns = FixedColumns {
        commit: true,
        changed: true,
    };

    fn of(op: RowOp) -> FixedColumns {
        FixedColumns {
            commit: false,
            changed: op == RowOp::Update,
        }
    }

    /// The grid's columns: these, and those of `table`.
    fn template(self, rows: RowsState, table: &Table) -> String {
        let widths = rows
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

fn names(rows: RowsState, table: &Arc<Table>, fixed: FixedColumns) -> AnyView {
    let columns = table.columns.iter().enumerate().map(|(i, c)| {
        let title = if c.nullable {
            format!("{}, may be NULL", c.sql_type())
        } else {
            c.sql_type()
        };
        view! { <span role="columnheader" title=title>{c.key.then(|| view! { <b class="bi-pk" title="Part of the primary key">"PK "</b> })}<b>{column_name(table, i)}</b>" "<small>{c.sql_type()}</small></span> }
    });
    view! {
        <div class="bi-row bi-names" style:grid-template-columns=fixed.template(rows, table)>
            {fixed.commit.then(|| view! { <span role="columnheader">"commit"</span> })}
            <span role="columnheader" class="bi-num">"#"</span><span role="columnheader">"image"</span>
            {fixed.changed.then(|| view! { <span role="columnheader">"changed"</span> })}
            {columns.collect_view()}
        </div>
    }
    .into_any()
}

#[allow(
    clippy::too_many_arguments,
    reason = "what a line shows and what it may set"
)]
fn image(
    rows: RowsState,
    settings: SettingsState,
    navigation: Navigation,
    item: &ChangeItem,
    (n, op, after): (u64, RowOp, bool),
    tx: Option<(binlight_engine::transactions::TxNo, u64)>,
    here: impl Fn() -> bool + Copy + Send + Sync + 'static,
    i: u64,
    current: RwSignal<Option<u64>>,
    whole: RwSignal<Option<WholeText>>,
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
        let text = time::micros(commit, false, settings.zone());
        let (_, clock) = text.split_once(' ').unwrap_or(("", &text));
        let shown = if second { String::new() } else { clock.to_owned() };
        view! {
            <span role="gridcell"><button class="bi-link" title=format!("{text}: select the transaction")
                on:click=move |_| navigation.go_to_place(crate::protocol::Place::Transaction(no))>{shown}</button></span>
        }
    });
    let fixed = if tx.is_some() {
        FixedColumns::ACROSS
    } else {
        FixedColumns::of(op)
    };
    let style = fixed.template(rows, table);
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
