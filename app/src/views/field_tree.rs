//! The fields of the selected event, folded and unfolded.

use crate::model::tree_rows::{self, FoldToggles};
use crate::state::{FieldState, SelectionState};
use crate::widgets::VirtualList;
use binlight_parser::trace::NodeKind;
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

const ROW: f64 = 20.0;

#[component]
pub(super) fn FieldTreeView() -> impl IntoView {
    let selection = expect_context::<SelectionState>();
    let field = expect_context::<FieldState>();
    let toggled = RwSignal::new(FoldToggles::new());
    let shown = Memo::new(move |_| {
        selection.inspection.with(|i| {
            i.as_ref()
                .map(|i| tree_rows::visible(&i.tree, &toggled.get()))
                .unwrap_or_default()
        })
    });
    // Another event begins with its own folding; a locked field is never hidden.
    Effect::new(move |before: Option<u32>| {
        let no = selection
            .inspection
            .with(|i| i.as_ref().map_or(u32::MAX, |i| i.line.no.0));
        if before.is_some_and(|b| b != no) {
            toggled.set(FoldToggles::new());
        }
        no
    });
    Effect::new(move |_| {
        let (Some(inspection), Some(node)) = (selection.inspection.get(), field.locked.get())
        else {
            return;
        };
        let now = toggled.get_untracked();
        let revealed = tree_rows::reveal(&inspection.tree, &now, node);
        if revealed != now {
            toggled.set(revealed);
        }
    });
    let node_at = move |i: u64| shown.with(|s| s.get(usize::try_from(i).ok()?).copied());
    let current = Signal::derive(move || {
        let node = field.locked.get()?;
        shown.with(|s| s.binary_search(&node).ok().map(|i| i as u64))
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let (Some(inspection), Some(node)) = (
            selection.inspection.get_untracked(),
            field.locked.get_untracked(),
        ) else {
            return;
        };
        let tree = &inspection.tree;
        let open = tree_rows::is_open(tree, &toggled.get_untracked(), node);
        let folds = tree_rows::has_children(tree, node);
        match event.key().as_str() {
            "Enter" | " " if folds => toggle(toggled, node),
            "ArrowRight" if folds && !open => toggle(toggled, node),
            "ArrowLeft" if folds && open => toggle(toggled, node),
            "ArrowLeft" => {
                if let Some(parent) = tree.parent(node as usize) {
                    field.lock(Some(parent as u32));
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let active = Signal::derive(move || {
        field
            .locked
            .get()
            .map(|f| format!("field-{f}"))
            .unwrap_or_default()
    });
    view! {
        <div class="bi-tree" on:mouseleave=move |_| field.hovered.set(None)>
            <VirtualList rows=Signal::derive(move || shown.with(|s| s.len() as u64)) row_height=ROW
                render=Arc::new(move |i| {
                    node_at(i).map_or_else(|| ().into_any(), |n| row(selection, field, toggled, n))
                })
                current=current
                on_move=move |i: u64| field.lock(untrack(|| node_at(i)))
                on_key=on_key
                role="tree" label="Fields" testid="field-tree" active=active/>
        </div>
    }
}

fn toggle(toggled: RwSignal<FoldToggles>, node: u32) {
    toggled.update(|t| {
        if !t.remove(&node) {
            t.insert(node);
        }
    });
}

fn row(
    selection: SelectionState,
    field: FieldState,
    toggled: RwSignal<FoldToggles>,
    n: u32,
) -> AnyView {
    let Some(inspection) = selection.inspection.get() else {
        return ().into_any();
    };
    let tree = &inspection.tree;
    let Some(node) = tree.nodes.get(n as usize) else {
        return ().into_any();
    };
    let folds = tree_rows::has_children(tree, n);
    let open = folds && toggled.with(|t| tree_rows::is_open(tree, t, n));
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
            class:bi-selected=move || field.locked.get() == Some(n)
            class:bi-hovered=move || field.hovered.get() == Some(n)
            class:bi-gap=node.kind == NodeKind::Gap class:bi-bit=node.kind == NodeKind::Bit
            class:bi-off=node.kind == NodeKind::Bit && node.value.starts_with('0')
            attr:aria-level=(node.depth + 1).to_string()
            aria-expanded=folds.then(|| open.to_string())
            aria-selected=move || (field.locked.get() == Some(n)).to_string()
            on:mouseenter=move |_| field.hovered.set(Some(n))
            on:click=move |_| field.lock(Some(n))
            on:dblclick=move |_| toggle(toggled, n)>
            <span class="bi-fold" on:click=move |event| {
                event.stop_propagation();
                toggle(toggled, n);
            }>{mark}</span>
            <span class="bi-name">{node.name.to_string()}</span>
            {(!value.is_empty()).then(|| view! { <span class="bi-value">{value}</span> })}
            {(!node.meaning.is_empty()).then(|| view! { <span class="bi-meaning">{node.meaning.clone()}</span> })}
            {fault.map(|f| view! { <b class="bi-fault" title=f>{f.clone()}</b> })}
        </div>
    }
    .into_any()
}
