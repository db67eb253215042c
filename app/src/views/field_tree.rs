//! The fields of the selected event, folded and unfolded.

use crate::model::tree_rows::{self, Turned};
use crate::state::AppState;
use crate::widgets::VirtualList;
use binlight_parser::trace::NodeKind;
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

const ROW: f64 = 20.0;

#[component]
pub(super) fn FieldTreeView() -> impl IntoView {
    let state = expect_context::<AppState>();
    let turned = RwSignal::new(Turned::new());
    let shown = Memo::new(move |_| {
        state.inspection.with(|i| {
            i.as_ref()
                .map(|i| tree_rows::visible(&i.tree, &turned.get()))
                .unwrap_or_default()
        })
    });
    // Another event begins with its own folding; a locked field is never hidden.
    Effect::new(move |before: Option<u32>| {
        let no = state
            .inspection
            .with(|i| i.as_ref().map_or(u32::MAX, |i| i.line.no.0));
        if before.is_some_and(|b| b != no) {
            turned.set(Turned::new());
        }
        no
    });
    Effect::new(move |_| {
        let (Some(inspection), Some(field)) = (state.inspection.get(), state.field.get()) else {
            return;
        };
        let now = turned.get_untracked();
        let revealed = tree_rows::reveal(&inspection.tree, &now, field);
        if revealed != now {
            turned.set(revealed);
        }
    });
    let position =
        move |node: Option<u32>| node.and_then(|n| shown.with(|s| s.binary_search(&n).ok()));
    let current = Signal::derive(move || position(state.field.get()));
    let on_key = move |event: ev::KeyboardEvent| {
        let (Some(inspection), Some(field)) = (
            state.inspection.get_untracked(),
            state.field.get_untracked(),
        ) else {
            return;
        };
        let tree = &inspection.tree;
        let open = tree_rows::is_open(tree, &turned.get_untracked(), field);
        let folds = tree_rows::has_children(tree, field);
        match event.key().as_str() {
            "Enter" | " " if folds => turn(turned, field),
            "ArrowRight" if folds && !open => turn(turned, field),
            "ArrowLeft" if folds && open => turn(turned, field),
            "ArrowLeft" => {
                if let Some(parent) = tree.parent(field as usize) {
                    state.lock(Some(parent as u32));
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let active = Signal::derive(move || {
        state
            .field
            .get()
            .map(|f| format!("field-{f}"))
            .unwrap_or_default()
    });
    view! {
        <div class="bi-tree" on:mouseleave=move |_| state.hover.set(None)>
            <VirtualList rows=Signal::derive(move || shown.with(Vec::len)) row_height=ROW
                render=Arc::new(move |i| {
                    let node = shown.with(|s| s.get(i).copied());
                    node.map_or_else(|| ().into_any(), |n| row(state, turned, n))
                })
                current=current
                on_move=move |i: usize| state.lock(shown.with_untracked(|s| s.get(i).copied()))
                on_key=on_key
                role="tree" label="Fields" testid="field-tree" active=active/>
        </div>
    }
}

fn turn(turned: RwSignal<Turned>, node: u32) {
    turned.update(|t| {
        if !t.remove(&node) {
            t.insert(node);
        }
    });
}

fn row(state: AppState, turned: RwSignal<Turned>, n: u32) -> AnyView {
    let Some(inspection) = state.inspection.get() else {
        return ().into_any();
    };
    let tree = &inspection.tree;
    let Some(node) = tree.nodes.get(n as usize) else {
        return ().into_any();
    };
    let folds = tree_rows::has_children(tree, n);
    let open = folds && turned.with(|t| tree_rows::is_open(tree, t, n));
    let mark = match (folds, open) {
        (false, _) => "",
        (true, true) => "▾",
        (true, false) => "▸",
    };
    let value = match node.kind {
        NodeKind::Group => String::new(),
        NodeKind::Unpacked => format!("{} bytes, unpacked", node.span.len),
        _ => node.value.clone(),
    };
    let fault = node
        .fault
        .and_then(|i| tree.faults.get(i as usize))
        .map(ToString::to_string);
    view! {
        <div class="bi-field" role="treeitem" id=format!("field-{n}") data-path=tree.path(n as usize)
            style:padding-left=format!("{}px", 6 + 14 * node.depth)
            class:bi-selected=move || state.field.get() == Some(n)
            class:bi-hovered=move || state.hover.get() == Some(n)
            class:bi-gap=node.kind == NodeKind::Gap class:bi-bit=node.kind == NodeKind::Bit
            class:bi-off=node.kind == NodeKind::Bit && node.value.starts_with('0')
            attr:aria-level=(node.depth + 1).to_string()
            aria-expanded=folds.then(|| open.to_string())
            aria-selected=move || (state.field.get() == Some(n)).to_string()
            on:mouseenter=move |_| state.hover.set(Some(n))
            on:click=move |_| state.lock(Some(n))
            on:dblclick=move |_| turn(turned, n)>
            <span class="bi-fold" on:click=move |event| {
                event.stop_propagation();
                turn(turned, n);
            }>{mark}</span>
            <span class="bi-name">{node.name.to_string()}</span>
            {(!value.is_empty()).then(|| view! { <span class="bi-value">{value}</span> })}
            {(!node.meaning.is_empty()).then(|| view! { <span class="bi-meaning">{node.meaning.clone()}</span> })}
            {fault.map(|f| view! { <b class="bi-fault" title=f>{f.clone()}</b> })}
        </div>
    }
    .into_any()
}
