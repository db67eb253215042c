//! MySQL's binary JSON, level by level (`sql-common/json_binary.cc`): the one walk that text and the
//! annotated view share.
//!
//! ```text
//! type │ count │ size │ key entries: offset, length u16 │ value entries: type, offset or value │ …
//!      └ a container's offsets count from here; small ones have words of two bytes, large of four
//! ```

use crate::codes::ColumnType;
use crate::fault::{FaultKind, Field};
use crate::limits;

/// What reading gives here; the caller knows the span.
pub(super) type Result<T> = core::result::Result<T, FaultKind>;

/// The fault of a document that is none.
pub(super) const BAD: FaultKind = FaultKind::BadValue { what: Field::Json };

/// A value: its type, and where in the document it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    /// The document, as far as the container of this value goes.
    document: &'a [u8],
    pub(super) kind: u8,
    pub(super) at: usize,
    depth: usize,
}

/// A stretch of the document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch<'a> {
    pub(super) at: usize,
    pub(super) bytes: &'a [u8],
}

/// How a value is stored.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape<'a> {
    /// An object or an array.
    Container(Container<'a>),
    /// A literal or a number.
    Scalar(Stretch<'a>),
    /// A string, after `prefix` bytes of length.
    String { prefix: usize, text: Stretch<'a> },
    /// A value of an SQL type: the type's code, `prefix` bytes of length, the value.
    Opaque {
        kind: ColumnType,
        prefix: usize,
        value: Stretch<'a>,
    },
}

/// An object or an array.
#[derive(Clone, Copy, Debug)]
pub(super) struct Container<'a> {
    document: &'a [u8],
    pub(super) object: bool,
    /// Where its count is.
    pub(super) at: usize,
    /// Bytes of a count, a size or an offset.
    pub(super) word: usize,
    /// Members or elements.
    pub(super) count: usize,
    /// Its bytes, from the count on.
    pub(super) size: usize,
    depth: usize,
}

/// A member of an object, or an element of an array.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    /// Of an object: where its key's entry is, and the key.
    pub(super) key: Option<(usize, Stretch<'a>)>,
    /// Where the value's entry is: its type, then the value itself or its offset.
    pub(super) entry: usize,
    /// Whether the value stands in the entry.
    pub(super) inlined: bool,
    pub(super) value: Value<'a>,
}

impl<'a> Value<'a> {
    /// The value that `document` is; `None` for no bytes at all.
    pub(super) fn of(document: &'a [u8]) -> Option<Value<'a>> {
        Some(Value {
            document,
            kind: *document.first()?,
            at: 1,
            depth: 0,
        })
    }

    /// How it is stored.
    ///
    /// # Errors
    /// [`FaultKind::BadValue`] for places outside the document, unknown types, too deep nesting.
    pub(super) fn shape(self) -> Result<Shape<'a>> {
        if self.depth > limits::JSON_DEPTH {
            return Err(BAD);
        }
        Ok(match self.kind {
            0x00..=0x03 => Shape::Container(self.container()?),
            0x04 => Shape::Scalar(stretch(self.document, self.at, 1)?),
            0x05 | 0x06 => Shape::Scalar(stretch(self.document, self.at, 2)?),
            0x07 | 0x08 => Shape::Scalar(stretch(self.document, self.at, 4)?),
            0x09..=0x0b => Shape::Scalar(stretch(self.document, self.at, 8)?),
            0x0c => {
                let (prefix, text) = counted(self.document, self.at)?;
                Shape::String { prefix, text }
            }
            0x0f => {
                let kind = *self.document.get(self.at).ok_or(BAD)?;
                let (prefix, value) = counted(self.document, self.at + 1)?;
                Shape::Opaque {
                    kind: ColumnType(kind),
                    prefix,
                    value,
                }
            }
            _ => return Err(BAD),
        })
    }

    fn container(self) -> Result<Container<'a>> {
        let (object, word) = (self.kind < 2, if self.kind % 2 == 1 { 4 } else { 2 });
        let count = number(self.document, self.at, word)?;
        let size = number(self.document, self.at + word, word)?;
        let end = self.at.checked_add(size).ok_or(BAD)?;
        let container = Container {
            document: self.document.get(..end).ok_or(BAD)?,
            object,
            at: self.at,
            word,
            count,
            size,
            depth: self.depth,
        };
        let entries = count.checked_mul(1 + word).ok_or(BAD)?;
        let entries_end = container.entries()?.checked_add(entries).ok_or(BAD)?;
        if entries_end > end {
            return Err(BAD);
        }
        Ok(container)
    }
}

impl<'a> Container<'a> {
    /// Bytes of a key's entry.
    fn key_entry(&self) -> usize {
        if self.object { self.word + 2 } else { 0 }
    }

    /// Where the entries of the values begin.
    fn entries(&self) -> Result<usize> {
        let keys = self.count.checked_mul(self.key_entry());
        keys.and_then(|n| n.checked_add(self.at + 2 * self.word))
            .ok_or(BAD)
    }

    /// Member `i` of [`count`](Self::count).
    ///
    /// # Errors
    /// [`FaultKind::BadValue`] if it is not all inside the container.
    pub(super) fn member(&self, i: usize) -> Result<Member<'a>> {
        let (document, word) = (self.document, self.word);
        let inside = |offset: usize| self.at.checked_add(offset).ok_or(BAD);
        let key = if self.object {
            let entry = self.at + 2 * word + i * self.key_entry();
            let at = inside(number(document, entry, word)?)?;
            let len = number(document, entry + word, 2)?;
            Some((entry, stretch(document, at, len)?))
        } else {
            None
        };
        let entry = self.entries()? + i * (1 + word);
        let kind = *document.get(entry).ok_or(BAD)?;
        let inlined = matches!(kind, 0x04..=0x06) || word == 4 && matches!(kind, 0x07 | 0x08);
        let at = if inlined {
            entry + 1
        } else {
            inside(number(document, entry + 1, word)?)?
        };
        Ok(Member {
            key,
            entry,
            inlined,
            value: Value {
                document,
                kind,
                at,
                depth: self.depth + 1,
            },
        })
    }
}

fn stretch(document: &[u8], at: usize, len: usize) -> Result<Stretch<'_>> {
    let bytes = document.get(at..).and_then(|rest| rest.get(..len));
    bytes.map(|bytes| Stretch { at, bytes }).ok_or(BAD)
}

/// A little-endian number of `len` bytes, two or four.
fn number(document: &[u8], at: usize, len: usize) -> Result<usize> {
    let bytes = stretch(document, at, len)?.bytes;
    Ok(bytes.iter().rev().fold(0, |v, b| v << 8 | usize::from(*b)))
}

/// A length and so many bytes: seven bits a byte, least significant first, the top bit says that more
/// follow (at most five). Returns the bytes of the length, and the bytes themselves.
fn counted(document: &[u8], at: usize) -> Result<(usize, Stretch<'_>)> {
    let rest = document.get(at..).ok_or(BAD)?;
    let mut len = 0u64;
    for (i, byte) in rest.iter().enumerate().take(5) {
        len |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            let len = usize::try_from(len).map_err(|_| BAD)?;
            return Ok((i + 1, stretch(document, at + i + 1, len)?));
        }
    }
    Err(BAD)
}
