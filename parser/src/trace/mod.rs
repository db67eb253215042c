//! Reading *is* recording: one decoder serves the silent scan and the annotated tree.
//!
//! A decoder reads through a [`Reader`]. Each `field` call parses and, if the [`Trace`] is a
//! [`Tree`], records a leaf with its name, span, value and purpose; with [`Silent`] that costs
//! nothing. Groups, windows of a known length, and faults go the same way, so what the inspector
//! shows cannot drift from what the scan saw.

pub mod coverage;
mod reader;
mod recorder;
pub mod render;
mod shown;
pub mod tree;

pub use reader::{Reader, Result};
pub use recorder::Tree;
pub use shown::{hex, quoted};
pub use tree::{FieldTree, Node, NodeKind, Part};

use crate::bytes::{Space, Span};
use crate::codes::Bit;
use crate::fault::Fault;
use crate::limits;
use alloc::{borrow::Cow, string::String, vec::Vec};

/// The name of a field; an owned name is only made when a tree wants it.
#[derive(Clone, Copy, Debug)]
pub enum Name<'n> {
    /// A fixed name.
    Fixed(&'static str),
    /// Entry `.1` of a list named `.0`.
    Item(&'static str, usize),
    /// A name found in the log (a column's, say).
    Found(&'n str),
    /// The column at this index (0-based), when its name is not known: `@1`.
    Column(usize),
}

impl Name<'_> {
    /// The name as text.
    pub fn text(self) -> Cow<'static, str> {
        match self {
            Name::Fixed(name) => Cow::Borrowed(name),
            Name::Item(list, i) => Cow::Owned(alloc::format!("{list}[{i}]")),
            Name::Found(name) => Cow::Owned(String::from(name)),
            Name::Column(i) => Cow::Owned(alloc::format!("@{}", i + 1)),
        }
    }
}

impl From<&'static str> for Name<'_> {
    fn from(name: &'static str) -> Self {
        Name::Fixed(name)
    }
}

/// Where a [`Reader`] reports what it reads.
pub trait Trace {
    /// Whether fields are recorded at all; lets decoders skip work that only a tree shows.
    const RECORDS: bool;

    /// A field of its own bytes. `value` is called only if recorded.
    fn leaf(
        &mut self,
        name: Name<'_>,
        about: &'static str,
        span: Span,
        value: impl FnOnce() -> String,
    );
    /// What the last leaf's value means.
    fn note(&mut self, meaning: impl FnOnce() -> String);
    /// The last leaf's value is made of `bits`.
    fn bits(&mut self, bits: &'static [Bit], value: u64);
    /// A group of fields begins at `at`.
    fn open(&mut self, name: Name<'_>, about: &'static str, at: Span);
    /// What is recorded from here on belongs to `part` of an event; returns what did before.
    fn part(&mut self, part: Part) -> Part;
    /// The innermost group ends before `end`.
    fn close(&mut self, end: u64);
    /// Bytes that no field claims.
    fn gap(&mut self, span: Span);
    /// Bytes that are claimed but not broken down, and why.
    fn elided(&mut self, span: Span, why: &'static str);
    /// Something is wrong; shown at the last node.
    fn fault(&mut self, fault: &Fault);
    /// Bytes that came out of a decompressor: a new space, opened below the last leaf as a group.
    fn enter_space(&mut self, name: Name<'_>, about: &'static str, bytes: &[u8]) -> Space;
    /// Whether there is room for more nodes.
    fn has_room(&self) -> bool;
}

/// Records nothing but faults.
#[derive(Debug, Default)]
pub struct Silent {
    /// Faults met, at most [`FAULTS_PER_EVENT`](limits::FAULTS_PER_EVENT).
    pub faults: Vec<Fault>,
    spaces: u16,
}

impl Trace for Silent {
    const RECORDS: bool = false;

    #[inline]
    fn leaf(&mut self, _: Name<'_>, _: &'static str, _: Span, _: impl FnOnce() -> String) {}
    #[inline]
    fn note(&mut self, _: impl FnOnce() -> String) {}
    #[inline]
    fn bits(&mut self, _: &'static [Bit], _: u64) {}
    #[inline]
    fn open(&mut self, _: Name<'_>, _: &'static str, _: Span) {}
    #[inline]
    fn part(&mut self, _: Part) -> Part {
        Part::Body
    }
    #[inline]
    fn close(&mut self, _: u64) {}
    #[inline]
    fn gap(&mut self, _: Span) {}
    #[inline]
    fn elided(&mut self, _: Span, _: &'static str) {}

    fn fault(&mut self, fault: &Fault) {
        if self.faults.len() < limits::FAULTS_PER_EVENT {
            self.faults.push(fault.clone());
        }
    }

    fn enter_space(&mut self, _: Name<'_>, _: &'static str, _: &[u8]) -> Space {
        self.spaces = self.spaces.saturating_add(1);
        Space(self.spaces)
    }

    #[inline]
    fn has_room(&self) -> bool {
        true
    }
}
