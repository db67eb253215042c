//! The field in words: what it is for, its value, its bytes.

use super::space::space_bytes;
use crate::model::format;
use crate::state::{FieldState, SelectionState};
use binlight_parser::trace::hex;
use leptos::prelude::*;

#[component]
pub(super) fn FieldInfo() -> impl IntoView {
    let selection = expect_context::<SelectionState>();
    let field = expect_context::<FieldState>();
    let body = move || {
        let inspection = selection.inspection.get()?;
        let i = field.focused()? as usize;
        let tree = &inspection.tree;
        let node = tree.nodes.get(i)?;
        let (bytes, at) = space_bytes(&inspection, node.span.space);
        let from = usize::try_from(node.span.start.checked_sub(at)?).ok()?;
        let raw = bytes
            .get(from..from.saturating_add(node.span.len.min(64) as usize))
            .unwrap_or(&[]);
        let dots = if node.span.len > raw.len() as u64 {
            " …"
        } else {
            ""
        };
        let fault = node
            .fault
            .and_then(|f| tree.faults.get(f as usize))
            .map(ToString::to_string);
        let place = if node.span.space.0 == 0 {
            String::new()
        } else {
            " of the unpacked bytes".to_owned()
        };
        Some(view! {
            <h2>{node.name.to_string()}</h2>
            <p>{node.about.to_string()}</p>
            <dl>
                {(!node.value.is_empty()).then(|| view! { <dt>"value"</dt><dd class="bi-value">{node.value.clone()}</dd> })}
                {(!node.meaning.is_empty()).then(|| view! { <dt>"meaning"</dt><dd>{node.meaning.clone()}</dd> })}
                <dt>"offset"</dt><dd>{format!("{}{place}, {} bytes", format::offset(node.span.start), node.span.len)}</dd>
                {(!raw.is_empty()).then(|| view! { <dt>"bytes"</dt><dd class="bi-raw">{format!("{}{dots}", hex(raw))}</dd> })}
                {fault.map(|f| view! { <dt>"fault"</dt><dd class="bi-fault">{f}</dd> })}
            </dl>
        })
    };
    view! {
        <div class="bi-info-panel" data-testid="field-info" aria-live="polite">
            {move || match body() {
                Some(view) => view.into_any(),
                None => view! { <p class="bi-dim">"Point at a byte or a field to see what it is; click to keep it. Keys ] and [ step through the fields."</p> }.into_any(),
            }}
        </div>
    }
}
