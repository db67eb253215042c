//! The annotated event: an arena of named fields in reading order.

use super::{Name, Trace};
use crate::bytes::fit::{capped16, capped32};
use crate::bytes::{Space, Span};
use crate::codes::Bit;
use crate::fault::Fault;
use crate::limits;
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
        (0..i).rev().find(|p| self.nodes[*p].depth == depth)
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
            let before = like.filter(|s| self.nodes[*s].name == node.name).count();
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
            let mut like = self
                .siblings(range)
                .filter(|i| self.nodes[*i].name == name.as_str());
            let i = like.nth(nth.checked_sub(1)?)?;
            range = i + 1..self.nodes[i].end as usize;
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

/// A [`Trace`] that builds a [`FieldTree`].
#[derive(Debug)]
pub struct Tree {
    tree: FieldTree,
    open: Vec<u32>,
    last: Option<u32>,
    part: Part,
    cap: usize,
}

impl Default for Tree {
    fn default() -> Self {
        Tree::with_cap(limits::TREE_NODES)
    }
}

impl Tree {
    /// A tree of at most about `cap` nodes; what comes after is elided.
    pub fn with_cap(cap: usize) -> Self {
        Tree {
            tree: FieldTree::default(),
            open: Vec::new(),
            last: None,
            part: Part::default(),
            cap,
        }
    }

    /// Faults found before decoding: the first ones of the tree.
    pub fn known_faults(&mut self, faults: &[Fault]) {
        self.tree.faults.splice(0..0, faults.iter().cloned());
    }

    /// The finished tree.
    pub fn into_tree(mut self) -> FieldTree {
        while !self.open.is_empty() {
            let end = self.tree.nodes.last().map_or(0, |n| n.span.end());
            self.close(end);
        }
        self.tree
    }

    fn push(
        &mut self,
        name: Cow<'static, str>,
        about: &'static str,
        span: Span,
        kind: NodeKind,
    ) -> u32 {
        let index = capped32(self.tree.nodes.len());
        self.tree.nodes.push(Node {
            name,
            about: Cow::Borrowed(about),
            span,
            value: String::new(),
            meaning: String::new(),
            kind,
            part: self.part,
            depth: capped16(self.open.len()),
            end: index + 1,
            fault: None,
        });
        self.last = Some(index);
        index
    }

    fn last(&mut self) -> Option<&mut Node> {
        self.tree.nodes.get_mut(self.last? as usize)
    }
}

impl Trace for Tree {
    const RECORDS: bool = true;

    fn leaf(
        &mut self,
        name: Name<'_>,
        about: &'static str,
        span: Span,
        value: impl FnOnce() -> String,
    ) {
        let index = self.push(name.text(), about, span, NodeKind::Leaf);
        self.tree.nodes[index as usize].value = value();
    }

    fn note(&mut self, meaning: impl FnOnce() -> String) {
        if let Some(node) = self.last() {
            node.meaning = meaning();
        }
    }

    fn bits(&mut self, bits: &'static [Bit], value: u64) {
        let Some(leaf) = self.last else { return };
        let span = self.tree.nodes[leaf as usize].span;
        let depth = self.tree.nodes[leaf as usize].depth + 1;
        let set: Vec<&str> = bits
            .iter()
            .filter(|b| value & b.mask != 0)
            .map(|b| b.name)
            .collect();
        let known = bits.iter().fold(0, |m, b| m | b.mask);
        self.tree.nodes[leaf as usize].meaning = set.join(" | ");
        let mut push = |name: Cow<'static, str>, about, shown| {
            let i = self.push(name, about, span, NodeKind::Bit);
            let node = &mut self.tree.nodes[i as usize];
            (node.depth, node.value) = (depth, shown);
        };
        for bit in bits {
            let on = if value & bit.mask != 0 { "1" } else { "0" };
            push(
                Cow::Borrowed(bit.name),
                bit.about,
                alloc::format!("{on} ({:#x})", bit.mask),
            );
        }
        if value & !known != 0 {
            push(
                Cow::Borrowed("unknown_bits"),
                "Bits that no known server sets.",
                alloc::format!("{:#x}", value & !known),
            );
        }
        let end = capped32(self.tree.nodes.len());
        self.tree.nodes[leaf as usize].end = end;
        self.last = Some(leaf);
    }

    fn open(&mut self, name: Name<'_>, about: &'static str, at: Span) {
        let index = self.push(name.text(), about, at, NodeKind::Group);
        self.open.push(index);
    }

    fn part(&mut self, part: Part) -> Part {
        core::mem::replace(&mut self.part, part)
    }

    fn close(&mut self, end: u64) {
        let Some(index) = self.open.pop() else { return };
        let count = capped32(self.tree.nodes.len());
        let node = &mut self.tree.nodes[index as usize];
        node.end = count;
        if node.kind == NodeKind::Group {
            node.span.len = end.saturating_sub(node.span.start);
        }
        self.last = Some(index);
        if node_is_unpacked(&self.tree, index) {
            // The leaf that the bytes came out of was opened together with them.
            if let Some(leaf) = self
                .open
                .pop_if(|top| self.tree.nodes[*top as usize].kind == NodeKind::Leaf)
            {
                self.tree.nodes[leaf as usize].end = count;
                self.last = Some(leaf);
            }
        }
    }

    fn gap(&mut self, span: Span) {
        let name = Cow::Owned(alloc::format!("unknown_bytes@{:#x}", span.start));
        let index = self.push(name, "Bytes that no field claims.", span, NodeKind::Gap);
        self.tree.nodes[index as usize].value = alloc::format!("{} unknown bytes", span.len);
    }

    fn elided(&mut self, span: Span, why: &'static str) {
        let name = Cow::Owned(alloc::format!("not_expanded@{:#x}", span.start));
        let index = self.push(name, why, span, NodeKind::Elided);
        self.tree.nodes[index as usize].value = alloc::format!("{} bytes", span.len);
    }

    fn fault(&mut self, fault: &Fault) {
        let index = capped32(self.tree.faults.len());
        if index as usize >= limits::FAULTS_PER_EVENT {
            return;
        }
        self.tree.faults.push(fault.clone());
        if let Some(node) = self.last() {
            node.fault.get_or_insert(index);
        }
    }

    fn enter_space(&mut self, name: Name<'_>, about: &'static str, bytes: &[u8]) -> Space {
        self.tree.spaces.push(bytes.to_vec());
        let space = Space(capped16(self.tree.spaces.len()));
        let under = self.last;
        let span = Span {
            space,
            start: 0,
            len: bytes.len() as u64,
        };
        let index = self.push(name.text(), about, span, NodeKind::Unpacked);
        if let Some(leaf) = under.filter(|l| self.tree.nodes[*l as usize].kind == NodeKind::Leaf) {
            // Below the leaf, so that the path says what the bytes came out of.
            self.open.push(leaf);
            self.tree.nodes[index as usize].depth += 1;
        }
        self.open.push(index);
        space
    }

    fn has_room(&self) -> bool {
        self.tree.nodes.len() < self.cap
    }
}

fn node_is_unpacked(tree: &FieldTree, index: u32) -> bool {
    tree.nodes[index as usize].kind == NodeKind::Unpacked
}

#[cfg(test)]
mod tests {
    use super::*;

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
