//! Offset, length and path of what is looked at; messages.

use crate::model::format;
use crate::state::{DialogState, FieldState, LogState, SelectionState};
use leptos::prelude::*;

#[component]
pub(super) fn StatusBar() -> impl IntoView {
    let log = expect_context::<LogState>();
    let selection = expect_context::<SelectionState>();
    let field = expect_context::<FieldState>();
    let dialogs = expect_context::<DialogState>();
    let field = move || {
        let inspection = selection.inspection.get()?;
        if !log.is_open() {
            return None;
        }
        let event = format!("events[{}]", inspection.line.no.0);
        let picked = field.bytes.get().filter(|(a, b)| a != b);
        if let Some((a, b)) = picked {
            let (from, len) = (a.min(b), a.abs_diff(b) + 1);
            return Some((event, format::offset(from), format!("{len} bytes selected")));
        }
        match field
            .focused()
            .and_then(|f| Some((f, inspection.tree.nodes.get(f as usize)?)))
        {
            Some((f, node)) => {
                let path = format!("{event}.{}", inspection.tree.path(f as usize));
                Some((
                    path,
                    format::offset(node.span.start),
                    format!("{} bytes", node.span.len),
                ))
            }
            None => Some((
                event,
                format::offset(inspection.at),
                format!("{} bytes", inspection.line.row.size),
            )),
        }
    };
    view! {
        <footer class="bi-status" data-testid="status">
            {move || dialogs.notice.get().map(|text| view! { <span class="bi-notice" role="alert" data-testid="notice">{text}</span> })}
            {move || field().map(|(path, offset, length)| view! {
                <span class="bi-path" data-testid="status-path">{path}</span>
                <span data-testid="status-offset">{offset}</span>
                <span data-testid="status-length">{length}</span>
            })}
            <span class="bi-private">"Nothing leaves this tab"</span>
        </footer>
    }
}
