//! The space whose bytes are shown: the event's own, or what came out of a decompressor.

use crate::model::hex_layout::HexLayout;
use crate::protocol::Inspection;
use crate::state::{FieldState, SelectionState};
use binlight_parser::bytes::Space;
use leptos::prelude::*;

/// The layout of the space whose bytes are shown: that of the locked field, else of the hovered
/// one, else the event's own.
pub(super) fn shown_space(selection: SelectionState, field: FieldState) -> Memo<Space> {
    Memo::new(move |before: Option<&Space>| {
        let Some(inspection) = selection.inspection.get() else {
            return Space::FILE;
        };
        match field
            .locked
            .get()
            .and_then(|f| inspection.tree.nodes.get(f as usize))
        {
            Some(node) => node.span.space,
            None => before
                .copied()
                .filter(|s| {
                    s.0 as usize <= inspection.tree.spaces.len() && field.bytes.get().is_some()
                })
                .unwrap_or_default(),
        }
    })
}

/// The bytes of a space, and the offset of the first.
pub(super) fn space_bytes(inspection: &Inspection, space: Space) -> (&[u8], u64) {
    match (space.0 as usize)
        .checked_sub(1)
        .and_then(|i| inspection.tree.spaces.get(i))
    {
        Some(bytes) => (bytes, 0),
        None => (&inspection.bytes, inspection.at),
    }
}

/// The layout of `space`.
pub(super) fn layout(inspection: &Inspection, space: Space) -> HexLayout {
    let (bytes, at) = space_bytes(inspection, space);
    HexLayout::new(&inspection.tree, space, at, bytes.len())
}
