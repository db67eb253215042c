//! The input of every decoder: bytes that know their offset.

use super::clip::{after, first};
use super::{Space, Span};
use nom::Needed;

/// A slice together with the absolute offset of its first byte, for nom's parsers.
///
/// Because the offset survives slicing, every fault and every field gets its [`Span`] for free.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    bytes: &'a [u8],
    at: u64,
    space: Space,
}

impl<'a> Input<'a> {
    /// `bytes`, the first of which lies at offset `at` of `space`.
    pub fn new(bytes: &'a [u8], space: Space, at: u64) -> Self {
        Input { bytes, at, space }
    }

    /// The bytes themselves.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Absolute offset of the first byte.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The space that [`at`](Self::at) counts in.
    pub fn space(&self) -> Space {
        self.space
    }

    /// Bytes left.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The span of all that is left.
    pub fn span(&self) -> Span {
        self.span_of(self.bytes.len())
    }

    /// The span of the next `len` bytes.
    pub fn span_of(&self, len: usize) -> Span {
        Span {
            space: self.space,
            start: self.at,
            len: len as u64,
        }
    }

    /// The next `len` bytes and what follows them, or `None` if there are fewer.
    pub fn split(&self, len: usize) -> Option<(Input<'a>, Input<'a>)> {
        let (head, tail) = self.bytes.split_at_checked(len)?;
        Some((
            Input {
                bytes: head,
                ..*self
            },
            Input {
                bytes: tail,
                at: self.at + len as u64,
                ..*self
            },
        ))
    }

    /// All but the last `len` bytes, and those; clamped to what there is.
    pub fn split_tail(&self, len: usize) -> (Input<'a>, Input<'a>) {
        let cut = self.bytes.len().saturating_sub(len);
        let (head, tail) = self.bytes.split_at(cut);
        (
            Input {
                bytes: head,
                ..*self
            },
            Input {
                bytes: tail,
                at: self.at + cut as u64,
                ..*self
            },
        )
    }
}

impl<'a> nom::Input for Input<'a> {
    type Item = u8;
    type Iter = core::iter::Copied<core::slice::Iter<'a, u8>>;
    type IterIndices = core::iter::Enumerate<Self::Iter>;

    fn input_len(&self) -> usize {
        self.bytes.len()
    }

    fn take(&self, index: usize) -> Self {
        Input {
            bytes: first(self.bytes, index),
            ..*self
        }
    }

    fn take_from(&self, index: usize) -> Self {
        Input {
            bytes: after(self.bytes, index),
            at: self.at + index as u64,
            ..*self
        }
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        (self.take_from(index), self.take(index))
    }

    fn position<P: Fn(u8) -> bool>(&self, predicate: P) -> Option<usize> {
        self.bytes.iter().position(|b| predicate(*b))
    }

    fn iter_elements(&self) -> Self::Iter {
        self.bytes.iter().copied()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.iter_elements().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        match count.checked_sub(self.bytes.len()) {
            None | Some(0) => Ok(count),
            Some(missing) => Err(Needed::new(missing)),
        }
    }
}
