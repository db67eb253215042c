//! The annotated event: an arena of named fields in reading order.

use crate::bytes::{Space, Span};
use crate::fault::Fault;
use alloc::{borrow::Cow, string::String, vec::Vec};

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum NodeKind {
    /// Holds other nodes; its span is theirs together.
    Group,
    /// Owns its bytes.
    Leaf,
    /// Owns bytes whose meaning is not known.
    Gap,
    /// Owns bytes that are known but not broken down.
    Elided,
    /// A part of the leaf it is under (a flag); owns no bytes.
    Bit,
    /// Bytes that came out of the leaf it is under; its children live in their own space.
    Unpacked,
}

impl NodeKind {
    /// Whether the node owns bytes: these nodes tile their space.
    pub fn owns_bytes(self) -> bool {
        matches!(self, NodeKind::Leaf | NodeKind::Gap | NodeKind::Elided)
    }
}

/// The part of an event that a field belongs to. Each event inside a payload has all of them again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Part {
    /// The common header.
    Header,
    /// The part of the body whose length the format description gives for the event's type.
    PostHeader,
    /// The rest of the body.
    #[default]
    Body,
    /// The checksum.
    Checksum,
}

/// One field, group or flag.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Node {
    /// Name among its siblings, in the servers' terms.
    pub name: Cow<'static, str>,
    /// What the field is for, in one sentence.
    pub about: Cow<'static, str>,
    /// Its bytes.
    pub span: Span,
    /// Its value as text; empty for groups.
    pub value: String,
    /// What the value means, where that is more than the value.
    pub meaning: String,
    /// What the node stands for.
    pub kind: NodeKind,
    /// The part of the event that it belongs to.
    pub part: Part,
    /// Levels above it.
    pub depth: u16,
    /// Index of the node after this one's subtree.
    pub end: u32,
    /// Index into [`FieldTree::faults`] of the first fault shown here.
    pub fault: Option<u32>,
}

/// All fields of one event, parents before children.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FieldTree {
    /// Nodes in reading order; a node's subtree is `i .. nodes[i].end`.
    pub nodes: Vec<Node>,
    /// Faults met while decoding.
    pub faults: Vec<Fault>,
    /// Contents of the decompressed spaces; entry 0 is space 1.
    pub spaces: Vec<Vec<u8>>,
}

impl FieldTree {
    /// Index of the parent of node `i`.
    pub fn parent(&self, i: usize) -> Option<usize> {
        let depth = self.nodes.get(i)?.depth.checked_sub(1)?;
        let before = self.nodes.get(..i)?;
        before.iter().rposition(|node| node.depth == depth)
    }

    fn is_called(&self, i: usize, name: &str) -> bool {
        self.nodes.get(i).is_some_and(|node| node.name == name)
    }

    /// The siblings that stand in `range`, which begins with one of them.
    fn siblings(&self, range: core::ops::Range<usize>) -> impl Iterator<Item = usize> {
        let next = |i: &usize| self.nodes.get(*i).map(|n| n.end as usize);
        core::iter::successors(Some(range.start), next).take_while(move |i| *i < range.end)
    }

    /// The path of node `i`, e.g. `body.rows.row[0].after.id`; [`find`](Self::find) leads back to this
    /// node and no other, whatever the columns are called: `\` stands before a character that has a
    /// meaning here, and `#2` after the name of the second of siblings that are called the same.
    pub fn path(&self, i: usize) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut at = Some(i);
        while let Some(n) = at {
            let Some(node) = self.nodes.get(n) else { break };
            let parent = self.parent(n);
            let mut part = String::new();
            for c in node.name.chars() {
                if matches!(c, '.' | '#' | '\\') {
                    part.push('\\');
                }
                part.push(c);
            }
            let first = parent.map_or(0, |p| p + 1);
            let like = self.siblings(first..n);
            let before = like.filter(|s| self.is_called(*s, &node.name)).count();
            if before > 0 {
                part.push_str(&alloc::format!("#{}", before + 1));
            }
            parts.push(part);
            at = parent;
        }
        parts.reverse();
        parts.join(".")
    }

    /// The node at `path`.
    pub fn find(&self, path: &str) -> Option<usize> {
        let mut range = 0..self.nodes.len();
        let mut found = None;
        for (name, nth) in parts_of(path) {
            let mut like = self.siblings(range).filter(|i| self.is_called(*i, &name));
            let i = like.nth(nth.checked_sub(1)?)?;
            range = i + 1..self.nodes.get(i)?.end as usize;
            found = Some(i);
        }
        found
    }

    /// The node that owns byte `offset` of `space`.
    pub fn owner(&self, space: Space, offset: u64) -> Option<usize> {
        self.nodes
            .iter()
            .position(|n| n.kind.owns_bytes() && n.span.space == space && n.span.contains(offset))
    }
}

/// The names of a path, and the how-many-eth of that name is meant, from 1.
fn parts_of(path: &str) -> Vec<(String, usize)> {
    let mut parts = Vec::new();
    let (mut name, mut nth) = (String::new(), None);
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match (c, nth) {
            ('\\', None) => name.extend(chars.next()),
            ('.', _) => parts.push((core::mem::take(&mut name), nth.take().unwrap_or(1))),
            ('#', None) => nth = Some(0),
            (c, Some(n)) => {
                let digit = c.to_digit(10).map_or(usize::MAX, |d| d as usize);
                nth = Some(usize::saturating_mul(n, 10).saturating_add(digit));
            }
            (c, None) => name.push(c),
        }
    }
    parts.push((name, nth.unwrap_or(1)));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Name, Trace, Tree};

    fn leaf(tree: &mut Tree, name: &str) {
        let span = Span {
            space: Space::FILE,
            start: 0,
            len: 0,
        };
        tree.leaf(Name::Found(name), "", span, String::new);
    }

    #[test]
    fn every_path_leads_back_whatever_the_names() {
        let mut tree = Tree::default();
        let at = Span {
            space: Space::FILE,
            start: 0,
            len: 0,
        };
        let names = ["a", "a.b", "a", "", "a#2", "a\\", "\\.#", "a.b", "a"];
        for group in ["row[0]", "a", "a.b", "a"] {
            tree.open(Name::Found(group), "", at);
            for name in names {
                leaf(&mut tree, name);
            }
            tree.close(0);
        }
        let tree = tree.into_tree();
        assert_eq!(tree.nodes.len(), 4 * (names.len() + 1));
        for i in 0..tree.nodes.len() {
            assert_eq!(tree.find(&tree.path(i)), Some(i), "{}", tree.path(i));
        }
        assert_eq!(tree.path(tree.nodes.len() - 1), "a#2.a#3");
        for none in [
            "b",
            "a.b.c",
            "a#9",
            "a#0",
            "a#x",
            "a#99999999999999999999",
            "row[1].a",
        ] {
            let found = tree.find(none);
            assert!(found.is_none(), "{none} is {found:?}");
        }
    }
}
