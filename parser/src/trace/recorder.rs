//! The trace that records: it builds a [`FieldTree`].

use super::tree::{FieldTree, Node, NodeKind, Part};
use super::{Name, Trace};
use crate::bytes::fit::{capped16, capped32};
use crate::bytes::{Space, Span};
use crate::codes::Bit;
use crate::fault::Fault;
use crate::limits;
use alloc::{borrow::Cow, format, string::String, vec::Vec};

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

    /// Adds a node below those that are open.
    fn push(
        &mut self,
        name: Cow<'static, str>,
        about: &'static str,
        span: Span,
        kind: NodeKind,
        value: String,
    ) {
        let index = capped32(self.tree.nodes.len());
        self.last = Some(index);
        self.tree.nodes.push(Node {
            name,
            about: Cow::Borrowed(about),
            span,
            value,
            meaning: String::new(),
            kind,
            part: self.part,
            depth: capped16(self.open.len()),
            end: index.saturating_add(1),
            fault: None,
        });
    }

    fn node(&mut self, index: u32) -> Option<&mut Node> {
        self.tree.nodes.get_mut(index as usize)
    }

    fn last(&mut self) -> Option<&mut Node> {
        self.node(self.last?)
    }

    fn kind(&self, index: u32) -> Option<NodeKind> {
        self.tree.nodes.get(index as usize).map(|node| node.kind)
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
        self.push(name.text(), about, span, NodeKind::Leaf, value());
    }

    fn note(&mut self, meaning: impl FnOnce() -> String) {
        if let Some(node) = self.last() {
            node.meaning = meaning();
        }
    }

    fn bits(&mut self, bits: &'static [Bit], value: u64) {
        let leaf = self.last;
        let set: Vec<&str> = bits
            .iter()
            .filter(|b| value & b.mask != 0)
            .map(|b| b.name)
            .collect();
        let Some(node) = self.last() else { return };
        node.meaning = set.join(" | ");
        let (span, depth) = (node.span, node.depth.saturating_add(1));
        let mut push = |name: Cow<'static, str>, about, shown| {
            self.push(name, about, span, NodeKind::Bit, shown);
            if let Some(node) = self.last() {
                node.depth = depth;
            }
        };
        for bit in bits {
            let on = if value & bit.mask != 0 { "1" } else { "0" };
            let shown = format!("{on} ({:#x})", bit.mask);
            push(Cow::Borrowed(bit.name), bit.about, shown);
        }
        let unknown = value & !bits.iter().fold(0, |m, b| m | b.mask);
        if unknown != 0 {
            let about = "Bits that no known server sets.";
            push(
                Cow::Borrowed("unknown_bits"),
                about,
                format!("{unknown:#x}"),
            );
        }
        let end = capped32(self.tree.nodes.len());
        self.last = leaf;
        if let Some(node) = self.last() {
            node.end = end;
        }
    }

    fn open(&mut self, name: Name<'_>, about: &'static str, at: Span) {
        self.push(name.text(), about, at, NodeKind::Group, String::new());
        self.open.extend(self.last);
    }

    fn part(&mut self, part: Part) -> Part {
        core::mem::replace(&mut self.part, part)
    }

    fn close(&mut self, end: u64) {
        let Some(index) = self.open.pop() else { return };
        let count = capped32(self.tree.nodes.len());
        self.last = Some(index);
        let Some(node) = self.last() else { return };
        node.end = count;
        match node.kind {
            NodeKind::Group => node.span.len = end.saturating_sub(node.span.start),
            NodeKind::Unpacked => self.close_leaf(count),
            _ => {}
        }
    }

    fn gap(&mut self, span: Span) {
        let name = Cow::Owned(format!("unknown_bytes@{:#x}", span.start));
        let value = format!("{} unknown bytes", span.len);
        let about = "Bytes that no field claims.";
        self.push(name, about, span, NodeKind::Gap, value);
    }

    fn elided(&mut self, span: Span, why: &'static str) {
        let name = Cow::Owned(format!("not_expanded@{:#x}", span.start));
        let value = format!("{} bytes", span.len);
        self.push(name, why, span, NodeKind::Elided, value);
    }

    fn fault(&mut self, fault: &Fault) {
        let index = self.tree.faults.len();
        if index >= limits::FAULTS_PER_EVENT {
            return;
        }
        self.tree.faults.push(fault.clone());
        if let Some(node) = self.last() {
            node.fault.get_or_insert(capped32(index));
        }
    }

    fn enter_space(&mut self, name: Name<'_>, about: &'static str, bytes: &[u8]) -> Space {
        self.tree.spaces.push(bytes.to_vec());
        let space = Space(capped16(self.tree.spaces.len()));
        let span = Span {
            space,
            start: 0,
            len: bytes.len() as u64,
        };
        // Below the leaf, so that the path says what the bytes came out of.
        let under = self.last.filter(|l| self.kind(*l) == Some(NodeKind::Leaf));
        self.open.extend(under);
        self.push(name.text(), about, span, NodeKind::Unpacked, String::new());
        self.open.extend(self.last);
        space
    }

    fn has_room(&self) -> bool {
        self.tree.nodes.len() < self.cap
    }
}

impl Tree {
    /// Ends the leaf that unpacked bytes came out of: it was opened together with them.
    fn close_leaf(&mut self, end: u32) {
        let top = self.open.last().copied();
        if let Some(leaf) = top.filter(|leaf| self.kind(*leaf) == Some(NodeKind::Leaf)) {
            self.open.pop();
            self.last = Some(leaf);
            if let Some(node) = self.last() {
                node.end = end;
            }
        }
    }
}
