//! One value shown whole, and compared with what it was: text word by word, JSON as a tree.

use crate::model::text_diff::{self, Part, Side};
use leptos::prelude::*;

/// A value to be shown whole.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WholeText {
    /// Its column.
    pub(super) column: String,
    /// As it was.
    pub(super) before: Option<String>,
    /// As it is.
    pub(super) after: Option<String>,
    /// The log holds only what changed; `after` was made from it.
    pub(super) changes: Option<String>,
}

impl WholeText {
    /// A text with nothing to compare.
    pub(super) fn plain(column: String, text: String) -> WholeText {
        WholeText {
            column,
            before: None,
            after: Some(text),
            changes: None,
        }
    }
}

#[component]
pub(super) fn WholeValue(whole: RwSignal<Option<WholeText>>) -> impl IntoView {
    move || {
        whole.get().map(|shown| {
            let body = match (&shown.before, &shown.after) {
                (Some(before), Some(after)) if before != after => compared(before, after),
                (_, Some(text)) | (Some(text), None) => view! { <pre tabindex="0">{pretty(text)}</pre> }.into_any(),
                (None, None) => view! { <pre tabindex="0">"NULL"</pre> }.into_any(),
            };
            view! {
                <div class="bi-whole" data-testid="whole-value">
                    <div class="bi-whole-head"><b>{shown.column}</b>
                        <button class="bi-button bi-small" on:click=move |_| whole.set(None)>"Close"</button></div>
                    <div class="bi-whole-body">
                        {shown.changes.map(|changes| view! {
                            <p class="bi-made" data-testid="partial-update">"The log holds the changes alone: "<code>{changes}</code>". The document after was made from them."</p>
                        })}
                        {body}
                    </div>
                </div>
            }
        })
    }
}

fn compared(before: &str, after: &str) -> AnyView {
    let tree = text_diff::json(before, after).map(|changes| {
        let lines = changes.into_iter().map(|c| {
            let side = |class: &'static str, text: Option<String>| match text {
                Some(text) => view! { <td class=class>{text}</td> }.into_any(),
                None => view! { <td class="bi-dim">"not there"</td> }.into_any(),
            };
            view! { <tr><th scope="row">{c.path}</th>{side("bi-was", c.before)}<td class="bi-dim">"→"</td>{side("bi-is", c.after)}</tr> }
        });
        view! { <table class="bi-paths" data-testid="json-diff"><tbody>{lines.collect_view()}</tbody></table> }
    });
    let parts = text_diff::words(before, after);
    let text = |own: Side| {
        let kept = parts
            .iter()
            .filter(move |p| p.side == Side::Both || p.side == own);
        kept.map(|Part { text, side }| match side {
            Side::Both => text.clone().into_any(),
            Side::Before => view! { <del>{text.clone()}</del> }.into_any(),
            Side::After => view! { <ins>{text.clone()}</ins> }.into_any(),
        })
        .collect_view()
    };
    view! {
        <div class="bi-compared" tabindex="0">
            {tree}
            <div class="bi-sides"><pre>{text(Side::Before)}</pre><pre>{text(Side::After)}</pre></div>
        </div>
    }
    .into_any()
}

/// JSON with a line per member; anything else as it is.
fn pretty(text: &str) -> String {
    text_diff::pretty_json(text).unwrap_or_else(|| text.to_owned())
}
