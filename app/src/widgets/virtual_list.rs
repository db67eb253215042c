//! A list that draws the rows in view, and reaches the last of millions.

use super::resize;
use crate::model::scroll::ScrollMap;
use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use std::ops::Range;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// Draws one row.
pub type RenderRow = Arc<dyn Fn(u64) -> AnyView + Send + Sync>;

/// A scrolled list of rows of one height, moved through by wheel, scrollbar and keys.
///
/// The list takes focus; up, down, page up, page down, home and end call `on_move` with the row to
/// go to. It scrolls by itself so that `current` is in view whenever that changes.
#[component]
pub fn VirtualList(
    /// Rows in all.
    #[prop(into)]
    rows: Signal<u64>,
    /// Pixels per row.
    row_height: f64,
    /// Draws a row; called anew whenever a signal that it reads changes.
    render: RenderRow,
    /// The row that the user is at.
    #[prop(into)]
    current: Signal<Option<u64>>,
    /// The user wants to go to this row.
    #[prop(into)]
    on_move: Callback<u64>,
    /// These rows are in view now.
    #[prop(into, optional)]
    on_range: Option<Callback<Range<u64>>>,
    /// A key that the list has no use for.
    #[prop(into, optional)]
    on_key: Option<Callback<ev::KeyboardEvent>>,
    /// ARIA role.
    role: &'static str,
    /// Accessible name.
    label: &'static str,
    /// Test id.
    testid: &'static str,
    /// Id of the current row's element, for screen readers.
    #[prop(into, optional)]
    active: Option<Signal<String>>,
) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    let viewport = RwSignal::new(400.0);
    let top = RwSignal::new(0.0_f64);
    let scrolled = RwSignal::new(0.0_f64);
    let map = Memo::new(move |_| ScrollMap {
        rows: rows.get(),
        row_height,
        viewport: viewport.get(),
    });
    let visible = Memo::new(move |_| map.get().visible(top.get().min(map.get().last_top())));
    let go = move |to: f64| {
        let map = map.get_untracked();
        let to = to.clamp(0.0, map.last_top());
        top.set(to);
        if let Some(element) = element.get_untracked() {
            let pixels = map.scroll_for(to);
            element.set_scroll_top(pixels.round() as i32);
            scrolled.set(f64::from(element.scroll_top()));
        }
    };
    resize::watch(
        move || element.get().map(JsCast::unchecked_into),
        |e| e.client_height(),
        viewport,
    );
    Effect::new(move |_| {
        if let Some(on_range) = on_range {
            on_range.run(visible.get());
        }
    });
    Effect::new(move |_| {
        // Tracked: a list that is made with a current row scrolls once it is on the page.
        let there = element.get().is_some();
        let Some(row) = current.get().filter(|_| there) else {
            return;
        };
        let now = top.get_untracked();
        let wanted = map.get_untracked().top_to_show(row, now);
        if (wanted - now).abs() > f64::EPSILON {
            go(wanted);
        }
    });
    let on_scroll = move |_| {
        let Some(element) = element.get_untracked() else {
            return;
        };
        let pixels = f64::from(element.scroll_top());
        // A scroll that `go` made is known already; of a scaled list it would be coarser.
        if (pixels - scrolled.get_untracked()).abs() >= 1.0 {
            scrolled.set(pixels);
            top.set(map.get_untracked().top_at(pixels));
        }
    };
    let on_wheel = move |event: ev::WheelEvent| {
        if map.get_untracked().is_scaled() && event.delta_y() != 0.0 && !event.ctrl_key() {
            event.prevent_default();
            let lines = if event.delta_mode() == 1 {
                event.delta_y()
            } else {
                event.delta_y() / row_height
            };
            go(top.get_untracked() + lines);
        }
    };
    let on_keydown = move |event: ev::KeyboardEvent| {
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let last = rows.get_untracked().saturating_sub(1);
        let page = ((viewport.get_untracked() / row_height) as u64)
            .saturating_sub(1)
            .max(1);
        let at = current.get_untracked();
        let to = match event.key().as_str() {
            "ArrowDown" if !event.shift_key() => at.map_or(0, |i| (i + 1).min(last)),
            "ArrowUp" if !event.shift_key() => at.map_or(0, |i| i.saturating_sub(1)),
            "PageDown" => at.map_or(0, |i| (i + page).min(last)),
            "PageUp" => at.map_or(0, |i| i.saturating_sub(page)),
            "Home" => 0,
            "End" => last,
            _ => {
                if let Some(on_key) = on_key {
                    on_key.run(event);
                }
                return;
            }
        };
        event.prevent_default();
        if rows.get_untracked() > 0 {
            on_move.run(to);
        }
    };
    view! {
        <div class="bi-list" node_ref=element tabindex="0" role=role aria-label=label data-testid=testid
            aria-rowcount=move || role.ends_with("grid").then(|| rows.get().to_string())
            aria-activedescendant=move || active.map(|a| a.get()).unwrap_or_default()
            on:scroll=on_scroll on:wheel=on_wheel on:keydown=on_keydown>
            <div class="bi-list-space" role="presentation" style:height=move || format!("{}px", map.get().height())>
                <div class="bi-list-rows" role="presentation" style:transform=move || {
                    let shift = scrolled.get() + (visible.get().start as f64 - top.get()) * row_height;
                    format!("translateY({shift}px)")
                }>
                    {move || visible.get().map(|i| render(i)).collect_view()}
                </div>
            </div>
        </div>
    }
}
