//! The bytes of the selected event, each in the colour of its field.

use super::space::{layout, shown_space, space_bytes};
use crate::model::hex_layout::PER_LINE;
use crate::platform::page;
use crate::state::{FieldState, SelectionState};
use crate::widgets::VirtualList;
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

const ROW: f64 = 20.0;

#[component]
pub(super) fn Hexdump() -> impl IntoView {
    let selection = expect_context::<SelectionState>();
    let field = expect_context::<FieldState>();
    let space = shown_space(selection, field);
    let hex = Memo::new(move |_| {
        selection
            .inspection
            .get()
            .map(|i| layout(&i, space.get()))
            .unwrap_or_default()
    });
    // The locked field's bytes, or those under the pointer, as a range.
    let range_of = move |node: Option<u32>| {
        let (inspection, node) = (selection.inspection.get()?, node?);
        let span = inspection.tree.nodes.get(node as usize)?.span;
        (span.space == space.get() && span.len > 0).then(|| (span.start, span.end()))
    };
    let locked = Memo::new(move |_| range_of(field.locked.get()));
    let hovered = Memo::new(move |_| range_of(field.hovered.get()));
    let picked = Memo::new(move |_| field.bytes.get().map(|(a, b)| (a.min(b), a.max(b) + 1)));
    let current = Signal::derive(move || {
        let cursor = field
            .bytes
            .get()
            .map(|(_, b)| b)
            .or(locked.get().map(|(start, _)| start));
        cursor.map(|offset| hex.with(|h| h.line_of(offset)))
    });
    let pick = move |offset: u64, extend: bool| {
        let leaf = hex.with_untracked(|h| h.owner(offset));
        if !extend {
            field.locked.set(leaf.map(|l| l.node));
        }
        let anchor = field
            .bytes
            .get_untracked()
            .filter(|_| extend)
            .map_or(offset, |(a, _)| a);
        field.bytes.set(Some((anchor, offset)));
    };
    let step = move |by: i64, extend: bool| {
        let at = field
            .bytes
            .get_untracked()
            .map(|(_, b)| b)
            .or(locked.get_untracked().map(|(s, _)| s));
        let to = hex.with_untracked(|h| match at {
            None => h.at,
            Some(at) => at
                .saturating_add_signed(by)
                .clamp(h.at, (h.at + h.len as u64).saturating_sub(1).max(h.at)),
        });
        field.hovered.set(None);
        pick(to, extend);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let extend = event.shift_key();
        match event.key().as_str() {
            "ArrowRight" => step(1, extend),
            "ArrowLeft" => step(-1, extend),
            "ArrowDown" => step(PER_LINE as i64, extend),
            "ArrowUp" => step(-(PER_LINE as i64), extend),
            _ => return,
        }
        event.prevent_default();
    };
    let on_move = move |line: u64| {
        // Up and down keep the column.
        let at = field
            .bytes
            .get_untracked()
            .map(|(_, b)| b)
            .or(locked.get_untracked().map(|(s, _)| s));
        let from = hex.with_untracked(|h| at.map(|a| h.line_of(a)));
        match from {
            Some(from) => step((line as i64 - from as i64) * PER_LINE as i64, false),
            None => step(0, false),
        }
    };
    view! {
        <div class="bi-hex"
            on:mouseover=move |event| {
                if let Some(offset) = page::event_offset(&event) {
                    field.hovered.set(hex.with_untracked(|h| h.owner(offset)).map(|l| l.node));
                }
            }
            on:mouseleave=move |_| field.hovered.set(None)
            on:click=move |event| {
                if let Some(offset) = page::event_offset(&event) {
                    pick(offset, event.shift_key());
                }
            }>
            <VirtualList rows=Signal::derive(move || hex.with(|h| h.lines())) row_height=ROW
                render=Arc::new(move |line| {
                    let Some(inspection) = selection.inspection.get() else { return ().into_any() };
                    let (bytes, _) = space_bytes(&inspection, space.get());
                    hex.with(|hex| {
                        let first = hex.line_offset(line);
                        let cells: Vec<_> = (first..first + PER_LINE)
                            .map(|offset| {
                                let byte = offset.checked_sub(hex.at).and_then(|i| bytes.get(usize::try_from(i).ok()?)).copied();
                                (offset, byte, hex.owner(offset))
                            })
                            .collect();
                        let marks = move |offset: u64| {
                            let inside = |r: Option<(u64, u64)>| r.is_some_and(|(a, b)| offset >= a && offset < b);
                            (inside(locked.get()), inside(hovered.get()), inside(picked.get()))
                        };
                        let cell = move |(offset, byte, leaf): (u64, Option<u8>, Option<crate::model::hex_layout::Leaf>), ascii: bool| {
                            let Some(byte) = byte else {
                                return view! { <i class="bi-no">{if ascii { " " } else { "  " }}</i> }.into_any();
                            };
                            let text = match (ascii, byte) {
                                (false, b) => format!("{b:02x}"),
                                (true, 0x20..0x7f) => char::from(byte).to_string(),
                                (true, _) => "·".to_owned(),
                            };
                            let region = leaf.map_or("bi-r-unknown", |l| l.region.class());
                            let shade = if leaf.is_some_and(|l| l.odd) { " bi-odd" } else { "" };
                            view! {
                                <i data-offset=(!ascii).then(|| offset.to_string()) data-ascii=ascii.then(|| offset.to_string()) class=move || {
                                    let (locked, hovered, picked) = marks(offset);
                                    format!("{region}{shade}{}{}{}",
                                        if locked { " bi-locked" } else { "" },
                                        if hovered { " bi-hot" } else { "" },
                                        if picked { " bi-picked" } else { "" })
                                }>{text}</i>
                            }.into_any()
                        };
                        let hex_cells = cells.iter().copied().map(|c| cell(c, false)).collect_view();
                        let ascii_cells = cells.into_iter().map(|c| cell(c, true)).collect_view();
                        view! {
                            <div class="bi-hex-line" role="row">
                                <span class="bi-offset" role="gridcell">{format!("{first:08x}")}</span>
                                <span class="bi-hex-cells" role="gridcell">{hex_cells}</span>
                                <span class="bi-ascii" role="gridcell">{ascii_cells}</span>
                            </div>
                        }.into_any()
                    })
                })
                current=current on_move=on_move on_key=on_key
                role="grid" label="Bytes" testid="hexdump"/>
        </div>
    }
}
