//! Row changes: images before and after, what changed marked.

use super::whole_value::{Shown, WholeValue};
use crate::model::text_diff::{self, Side};
use crate::model::{format, json_patch, time};
use crate::protocol::{ChangeLine, RowsOf};
use crate::state::{AppState, ChangeItem, table_key};
use crate::widgets::VirtualList;
use binlight_parser::codes::event_type::RowOp;
use binlight_parser::event::row_image::Cell;
use binlight_parser::event::table_map::Table;
use binlight_parser::rows::{Change, RowChange};
use binlight_parser::value::Value;
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

/// Pixels per line; the style sheet has the same.
const ROW: f64 = 21.0;

/// Characters of a value in its cell; the whole is shown on demand.
const CLIPPED: usize = 120;

/// Characters before a change that its cell shows.
const BEFORE_CHANGE: usize = 14;

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

fn column_name(table: &Table, i: usize) -> String {
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
    tx: Option<(binlight_parser::transactions::TxNo, u64)>,
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

fn text_of(cell: &Cell<'static>) -> Option<String> {
    match cell {
        Cell::Value(Value::Null) | Cell::Absent => None,
        Cell::Value(value) => Some(value.to_string()),
        Cell::Broken(bytes, fault) => {
            Some(format!("{} {}", fault.code(), Value::Bytes(bytes.clone())))
        }
    }
}

fn cell_view(
    table: &Arc<Table>,
    change: &Arc<RowChange<'static>>,
    c: usize,
    cell: &Cell<'static>,
    after: bool,
    whole: RwSignal<Option<Shown>>,
) -> AnyView {
    let class = match cell {
        Cell::Absent => return view! { <span class="bi-cell bi-absent" role="gridcell" title="Not in this row image" data-cell="absent">"·"</span> }.into_any(),
        Cell::Value(Value::Null) => "bi-null",
        Cell::Value(value) => class_of(value),
        Cell::Broken(..) => "bi-fault",
    };
    let changed = change.change(c) == Change::Changed;
    let text = text_of(cell);
    let other = (if after { &change.before } else { &change.after })
        .as_ref()
        .and_then(|image| text_of(image.get(c)?));
    let kind = if text.is_none() { "null" } else { "value" };
    let text = text.unwrap_or_else(|| "NULL".to_owned());
    // A list of changes opens too: it shows the document that they make.
    let diff = matches!(cell, Cell::Value(Value::JsonDiff(_)));
    let long = diff || text.chars().count() > 40 || text.contains('\n');
    let shown = match &other {
        _ if text.is_empty() => {
            view! { <span class="bi-dim" title="Empty text">"''"</span> }.into_any()
        }
        Some(other) if changed && long && !diff => around_change(&text, other, after),
        _ => clipped(&text).into_any(),
    };
    let class = format!(
        "bi-cell {class}{}{}",
        if changed { " bi-changed" } else { "" },
        if long { " bi-long" } else { "" }
    );
    let mark = changed.then(|| view! { <span class="bi-mark" aria-label="changed">"▸"</span> });
    if !long {
        return view! { <span class=class role="gridcell" data-cell=kind data-changed=changed.to_string()>{mark}{shown}</span> }.into_any();
    }
    let changes = match change.after.as_ref().and_then(|i| i.get(c)) {
        Some(Cell::Value(Value::JsonDiff(diffs))) => Some(diffs),
        _ => None,
    };
    let before = change.before.as_ref().and_then(|i| text_of(i.get(c)?));
    let made = changes.and_then(|diffs| json_patch::apply(before.as_deref()?, diffs));
    let value = Shown {
        changes: changes.filter(|_| made.is_some()).map(|_| {
            change
                .after
                .as_ref()
                .and_then(|i| text_of(i.get(c)?))
                .unwrap_or_default()
        }),
        column: column_name(table, c),
        after: made.or_else(|| change.after.as_ref().and_then(|i| text_of(i.get(c)?))),
        before,
    };
    let show = move || whole.set(Some(value.clone()));
    let on_key = show.clone();
    view! {
        <span class=class role="gridcell" tabindex="0" title="Show the whole value" data-cell=kind data-changed=changed.to_string()
            on:click=move |_| show()
            on:keydown=move |event: ev::KeyboardEvent| if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                event.stop_propagation();
                on_key();
            }>{mark}{shown}</span>
    }
    .into_any()
}

fn clipped(text: &str) -> String {
    let mut chars = text.chars();
    let mut out: String = chars
        .by_ref()
        .take(CLIPPED)
        .map(|c| if c == '\n' { '⏎' } else { c })
        .collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// A long text from a little before its first change on, what changed marked.
fn around_change(text: &str, other: &str, after: bool) -> AnyView {
    let parts = if after {
        text_diff::words(other, text)
    } else {
        text_diff::words(text, other)
    };
    let own = if after { Side::After } else { Side::Before };
    let mut left = CLIPPED;
    let mut out = Vec::new();
    let mut changed = false;
    for part in parts
        .into_iter()
        .filter(|p| p.side == Side::Both || p.side == own)
    {
        let first = !changed && part.side == Side::Both;
        changed |= part.side != Side::Both;
        let skipped = if first {
            part.text.chars().count().saturating_sub(BEFORE_CHANGE)
        } else {
            0
        };
        let kept: String = part
            .text
            .chars()
            .skip(skipped)
            .take(left)
            .map(|c| if c == '\n' { '⏎' } else { c })
            .collect();
        left = left.saturating_sub(kept.chars().count());
        let kept = if skipped > 0 {
            format!("…{kept}")
        } else {
            kept
        };
        out.push(if part.side == Side::Both {
            kept.into_any()
        } else {
            view! { <mark>{kept}</mark> }.into_any()
        });
        if left == 0 {
            out.push("…".into_any());
            break;
        }
    }
    out.into_any()
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
