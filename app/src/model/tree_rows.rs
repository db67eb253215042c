//! A field tree and what is folded of it → the rows that are shown.

use binlight_parser::trace::{FieldTree, Node, NodeKind};
use std::collections::BTreeSet;

/// Nodes whose fold state the user changed from what it is at first.
pub type FoldToggles = BTreeSet<u32>;

/// Whether node `i` has anything to unfold.
pub fn has_children(tree: &FieldTree, i: u32) -> bool {
    tree.nodes.get(i as usize).is_some_and(|n| n.end > i + 1)
}

/// At first flags are folded into their names, and so are long lists below the top levels.
fn folded_at_first(tree: &FieldTree, node: &Node, i: u32) -> bool {
    let below = node.end - i - 1;
    match node.kind {
        NodeKind::Unpacked => false,
        // A compressed leaf shows what came out of it.
        NodeKind::Leaf => {
            let child = tree.nodes.get(i as usize + 1).filter(|_| below > 0);
            child.is_some_and(|c| c.kind != NodeKind::Unpacked)
        }
        _ => node.depth >= 1 && below > 400 || node.depth >= 3 && below > 60,
    }
}

/// Whether node `i` is unfolded.
pub fn is_open(tree: &FieldTree, toggled: &FoldToggles, i: u32) -> bool {
    tree.nodes
        .get(i as usize)
        .is_some_and(|n| folded_at_first(tree, n, i) == toggled.contains(&i))
}

/// The nodes to show, in order.
pub fn visible(tree: &FieldTree, toggled: &FoldToggles) -> Vec<u32> {
    let mut rows = Vec::new();
    let mut i = 0u32;
    while let Some(node) = tree.nodes.get(i as usize) {
        rows.push(i);
        i = if is_open(tree, toggled, i) {
            i + 1
        } else {
            node.end
        };
    }
    rows
}

/// What must be changed so that node `i` is shown.
pub fn reveal(tree: &FieldTree, toggled: &FoldToggles, i: u32) -> FoldToggles {
    let mut toggled = toggled.clone();
    let mut at = tree.parent(i as usize);
    while let Some(p) = at {
        let p32 = p as u32;
        if !is_open(tree, &toggled, p32) && !toggled.remove(&p32) {
            toggled.insert(p32);
        }
        at = tree.parent(p);
    }
    toggled
}

#[cfg(test)]
mod tests {
    use super::*;
    use binlight_parser::context::Context;
    use binlight_parser::inspect::inspect;

    #[test]
    fn flags_are_folded_until_revealed() {
        let mut event = vec![0u8; 27];
        (event[4], event[9]) = (16, 27);
        let tree = inspect(&event, 0, &Context::default(), &[]);
        let flags = tree.find("header.flags").unwrap() as u32;
        let bit = flags + 1;
        assert!(has_children(&tree, flags) && !has_children(&tree, bit));
        let toggled = FoldToggles::new();
        let rows = visible(&tree, &toggled);
        assert!(rows.contains(&flags) && !rows.contains(&bit));
        let toggled = reveal(&tree, &toggled, bit);
        assert!(visible(&tree, &toggled).contains(&bit));
        assert_eq!(reveal(&tree, &toggled, bit), toggled);
    }
}
