//! One value in the table of row changes.

use super::whole_value::WholeText;
use crate::model::format::column_name;
use crate::model::json_patch;
use crate::model::text_diff::{self, Side};
use binlight_parser::event::row_image::Cell;
use binlight_parser::rows::{Change, RowChange};
use binlight_parser::table::Table;
use binlight_parser::value::{Value, likely::likely};
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

/// Characters of a value in its cell; the whole is shown on demand.
const CLIPPED: usize = 120;

/// Characters before a change that its cell shows.
const BEFORE_CHANGE: usize = 14;

fn text_of(cell: &Cell<'static>) -> Option<String> {
    match cell {
        Cell::Value(Value::Null) | Cell::Absent => None,
        Cell::Value(value) => Some(value.to_string()),
        Cell::Broken(bytes, fault) => {
            Some(format!("{} {}", fault.code(), Value::Bytes(bytes.clone())))
        }
    }
}

/// The cell of column `c`: clipped, with what changed marked; a click shows the whole value. What an
/// after-image leaves out has not changed: the before-image's value stands there, in grey.
pub(super) fn cell_view(
    table: &Arc<Table>,
    change: &Arc<RowChange<'static>>,
    c: usize,
    cell: &Cell<'static>,
    after: bool,
    whole: RwSignal<Option<WholeText>>,
) -> AnyView {
    let class = match cell {
        Cell::Absent => return absent(change, c, after),
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
    let title = match (cell, table.columns.get(c)) {
        (Cell::Value(Value::Bytes(bytes)), Some(column)) => likely(column, bytes),
        _ => None,
    };
    if !long {
        return view! { <span class=class role="gridcell" title=title data-cell=kind data-changed=changed.to_string()>{mark}{shown}</span> }.into_any();
    }
    let changes = match change.after.as_ref().and_then(|i| i.get(c)) {
        Some(Cell::Value(Value::JsonDiff(diffs))) => Some(diffs),
        _ => None,
    };
    let before = change.before.as_ref().and_then(|i| text_of(i.get(c)?));
    let made = changes.and_then(|diffs| json_patch::apply(before.as_deref()?, diffs));
    let value = WholeText {
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

/// A column that is not in the image.
fn absent(change: &RowChange<'static>, c: usize, after: bool) -> AnyView {
    let before = change
        .before
        .as_ref()
        .filter(|_| after)
        .and_then(|i| i.get(c));
    match before {
        Some(cell @ (Cell::Value(_) | Cell::Broken(..))) => {
            let text = text_of(cell).map_or_else(|| "NULL".to_owned(), |t| clipped(&t));
            let kind = match cell {
                Cell::Value(value) => class_of(value),
                _ => "",
            };
            view! { <span class=format!("bi-cell bi-merged {kind}") role="gridcell" title="Not in the after-image: unchanged" data-cell="unchanged">{text}</span> }.into_any()
        }
        _ => view! { <span class="bi-cell bi-absent" role="gridcell" title="Not in this row image" data-cell="absent">"·"</span> }.into_any(),
    }
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
