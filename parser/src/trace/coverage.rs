//! Proof that every byte belongs to exactly one leaf.

use super::{FieldTree, NodeKind};
use crate::bytes::fit::capped16;
use crate::bytes::{Space, Span};
use alloc::{format, string::String};

/// Checks that the nodes which own bytes tile `event` and each decompressed space, in order,
/// without gap or overlap. The error names the first place where they do not.
pub fn tiles(tree: &FieldTree, event: Span) -> Result<(), String> {
    tiles_space(tree, event)?;
    for (i, bytes) in tree.spaces.iter().enumerate() {
        let space = Space(capped16(i + 1));
        tiles_space(
            tree,
            Span {
                space,
                start: 0,
                len: bytes.len() as u64,
            },
        )?;
    }
    Ok(())
}

fn tiles_space(tree: &FieldTree, whole: Span) -> Result<(), String> {
    let mut at = whole.start;
    for (i, node) in tree.nodes.iter().enumerate() {
        if !node.kind.owns_bytes() || node.span.space != whole.space {
            continue;
        }
        if node.span.start != at {
            return Err(format!(
                "{} begins at {:#x}, not at {at:#x}",
                tree.path(i),
                node.span.start
            ));
        }
        at = node.span.end();
    }
    if at == whole.end() {
        Ok(())
    } else {
        Err(format!("leaves end at {at:#x}, not at {:#x}", whole.end()))
    }
}

/// Bytes that no field claims, in all spaces together.
pub fn unknown_bytes(tree: &FieldTree) -> u64 {
    tree.nodes
        .iter()
        .filter(|n| n.kind == NodeKind::Gap)
        .map(|n| n.span.len)
        .sum()
}
