//! Offset, length and path of what is looked at; messages.

use super::field_info::focused;
use crate::model::format;
use crate::state::AppState;
use leptos::prelude::*;

#[component]
pub(super) fn StatusBar() -> impl IntoView {
    let state = expect_context::<AppState>();
    let field = move || {
        let inspection = state.inspection.get()?;
        if !state.has_log() {
            return None;
        }
        let event = format!("events[{}]", inspection.line.no.0);
        let picked = state.bytes.get().filter(|(a, b)| a != b);
        if let Some((a, b)) = picked {
            let (from, len) = (a.min(b), a.abs_diff(b) + 1);
            return Some((event, format::offset(from), format!("{len} bytes selected")));
        }
        match focused(state).and_then(|f| Some((f, inspection.tree.nodes.get(f as usize)?))) {
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
            {move || state.notice.get().map(|text| view! { <span class="bi-notice" role="alert" data-testid="notice">{text}</span> })}
            {move || field().map(|(path, offset, length)| view! {
                <span class="bi-path" data-testid="status-path">{path}</span>
                <span data-testid="status-offset">{offset}</span>
                <span data-testid="status-length">{length}</span>
            })}
            <span class="bi-private">"Nothing leaves this tab"</span>
        </footer>
    }
}
