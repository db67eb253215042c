//! Where bytes are: a space, an offset, a length. Interval arithmetic only.

use super::fit::in_memory;
use core::fmt;

/// The byte space an offset belongs to.
///
/// Space 0 is the file. Bytes that come out of a decompressor have no offset in the file, so each
/// decompressed stretch is a space of its own, numbered in the order in which an inspection met it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Space(pub u16);

impl Space {
    /// The file itself.
    pub const FILE: Space = Space(0);
}

/// A stretch of bytes: `start .. start + len` in `space`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Span {
    /// The byte space that `start` counts in.
    pub space: Space,
    /// Offset of the first byte.
    pub start: u64,
    /// Number of bytes; may be 0 for a place where something is missing.
    pub len: u64,
}

impl Span {
    /// The stretch `start .. start + len` of the file.
    pub fn file(start: u64, len: u64) -> Span {
        Span {
            space: Space::FILE,
            start,
            len,
        }
    }

    /// Offset of the byte after the last one.
    pub fn end(&self) -> u64 {
        self.start.saturating_add(self.len)
    }

    /// Where the stretch lies in the memory that holds its space from offset 0 on.
    pub fn in_memory(&self) -> core::ops::Range<usize> {
        in_memory(self.start)..in_memory(self.end())
    }

    /// Whether `offset` (in the same space) is inside.
    pub fn contains(&self, offset: u64) -> bool {
        offset >= self.start && offset < self.end()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}+{}", self.start, self.len)?;
        if self.space != Space::FILE {
            write!(f, " in space {}", self.space.0)?;
        }
        Ok(())
    }
}
