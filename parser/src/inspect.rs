//! The façade of the annotated view: one event's bytes in, its field tree out.

use crate::bytes::fit::capped32;
use crate::bytes::{Space, Span};
use crate::context::Context;
use crate::event;
use crate::fault::Fault;
use crate::trace::{FieldTree, Trace, Tree};

/// Annotates one event. `framing` are the faults that framing found on it; each is shown at the
/// field that owns its bytes.
///
/// The leaves of the result tile `bytes` exactly ([`coverage::tiles`](crate::trace::coverage::tiles)).
pub fn inspect(bytes: &[u8], at: u64, context: &Context, framing: &[Fault]) -> FieldTree {
    finish(bytes, at, context, framing, Tree::default())
}

/// As [`inspect`], with at most about `cap` nodes.
pub fn inspect_capped(
    bytes: &[u8],
    at: u64,
    context: &Context,
    framing: &[Fault],
    cap: usize,
) -> FieldTree {
    finish(bytes, at, context, framing, Tree::with_cap(cap))
}

/// Annotates a stretch that no header explains: all of it is unknown.
pub fn damaged(bytes: &[u8], at: u64, framing: &[Fault]) -> FieldTree {
    let mut tree = Tree::default();
    tree.gap(Span {
        space: Space::FILE,
        start: at,
        len: bytes.len() as u64,
    });
    for fault in framing {
        tree.fault(fault);
    }
    tree.into_tree()
}

fn finish(
    bytes: &[u8],
    at: u64,
    context: &Context,
    framing: &[Fault],
    mut tree: Tree,
) -> FieldTree {
    tree.known_faults(framing);
    event::decode(bytes, Space::FILE, at, context, &mut tree);
    let mut tree = tree.into_tree();
    for (i, fault) in framing.iter().enumerate() {
        let owner = tree.owner(Space::FILE, fault.span.start);
        if let Some(node) = owner.and_then(|n| tree.nodes.get_mut(n)) {
            node.fault = Some(capped32(i));
        }
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_past_four_gib_is_shown_as_wrapped() {
        let mut xid = [0u8; 27];
        (xid[4], xid[9]) = (16, 27);
        let at = u64::from(u32::MAX) + 100;
        xid[13..17].copy_from_slice(&((at + 27) as u32).to_le_bytes());
        let tree = inspect(&xid, at, &Context::default(), &[]);
        let node = &tree.nodes[tree.find("header.log_pos").unwrap()];
        assert_eq!(
            node.meaning,
            format!("wrapped: the low 32 bits of {}", at + 27)
        );
        assert_eq!(node.span.start, at + 13);
    }
}
