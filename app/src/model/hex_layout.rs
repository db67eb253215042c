//! Bytes and fields → lines of a hexdump.

use binlight_parser::bytes::Space;
use binlight_parser::trace::{FieldTree, NodeKind};

/// Bytes per line.
pub const PER_LINE: usize = 16;

/// Which part of an event a byte belongs to; its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// The common header.
    Header,
    /// The part of fixed length.
    PostHeader,
    /// The rest.
    Body,
    /// The checksum.
    Checksum,
    /// Claimed by no field.
    Unknown,
}

impl Region {
    /// CSS class.
    pub fn class(self) -> &'static str {
        match self {
            Region::Header => "bi-r-header",
            Region::PostHeader => "bi-r-post",
            Region::Body => "bi-r-body",
            Region::Checksum => "bi-r-sum",
            Region::Unknown => "bi-r-unknown",
        }
    }
}

/// A field that owns bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Offset of its first byte.
    pub start: u64,
    /// Offset after its last.
    pub end: u64,
    /// Its node in the tree.
    pub node: u32,
    /// Its part of the event.
    pub region: Region,
    /// Every other leaf: neighbours differ in shade.
    pub odd: bool,
}

/// The owners of one space's bytes, in order of offset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HexLayout {
    /// Offset of the first byte.
    pub at: u64,
    /// Number of bytes.
    pub len: usize,
    leaves: Vec<Leaf>,
}

impl HexLayout {
    /// The layout of `len` bytes from `at` in `space`.
    pub fn new(tree: &FieldTree, space: Space, at: u64, len: usize) -> Self {
        let mut leaves: Vec<Leaf> = Vec::new();
        let mut region = Region::Body;
        let mut post_header_end = 0;
        for (i, node) in tree.nodes.iter().enumerate() {
            if node.depth == 0 && space == Space::FILE
                || node.depth > 0 && node.kind == NodeKind::Group && node.name == "header"
            {
                region = match node.name.as_ref() {
                    "header" => Region::Header,
                    "checksum" => Region::Checksum,
                    _ => Region::Body,
                };
            } else if node.kind == NodeKind::Group && matches!(node.name.as_ref(), "body" | "rows")
            {
                region = Region::Body;
            }
            if node.kind == NodeKind::Group && node.name == "post_header" {
                post_header_end = node.end as usize;
            }
            if !node.kind.owns_bytes() || node.span.space != space || node.span.len == 0 {
                continue;
            }
            let here = match node.kind {
                NodeKind::Gap => Region::Unknown,
                _ if i < post_header_end => Region::PostHeader,
                _ => region,
            };
            leaves.push(Leaf {
                start: node.span.start,
                end: node.span.end(),
                node: i as u32,
                region: here,
                odd: leaves.len() % 2 == 1,
            });
        }
        HexLayout { at, len, leaves }
    }

    /// Number of lines; the first begins at a multiple of [`PER_LINE`].
    pub fn lines(&self) -> usize {
        (self.skew() + self.len).div_ceil(PER_LINE)
    }

    /// Empty cells before the first byte.
    fn skew(&self) -> usize {
        (self.at % PER_LINE as u64) as usize
    }

    /// Offset that line `line` begins with (it may lie before the first byte).
    pub fn line_offset(&self, line: usize) -> u64 {
        self.at - self.skew() as u64 + (line * PER_LINE) as u64
    }

    /// The line that holds `offset`.
    pub fn line_of(&self, offset: u64) -> usize {
        ((offset.max(self.at) - (self.at - self.skew() as u64)) / PER_LINE as u64) as usize
    }

    /// The leaf that owns `offset`.
    pub fn owner(&self, offset: u64) -> Option<Leaf> {
        let i = self
            .leaves
            .partition_point(|l| l.start <= offset)
            .checked_sub(1)?;
        Some(self.leaves[i]).filter(|l| offset < l.end)
    }

    /// The leaf after (or before) the one that owns `offset`.
    pub fn neighbour(&self, offset: u64, forward: bool) -> Option<Leaf> {
        let i = self.leaves.partition_point(|l| l.start <= offset);
        let target = if forward { Some(i) } else { i.checked_sub(2) };
        self.leaves.get(target?).copied()
    }

    /// Whether `offset` is one of the bytes.
    pub fn contains(&self, offset: u64) -> bool {
        offset >= self.at && offset < self.at + self.len as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use binlight_parser::context::Context;
    use binlight_parser::inspect::inspect;

    /// A XID event at 100: header 19, body 8.
    fn layout() -> HexLayout {
        let mut event = vec![0u8; 27];
        (event[4], event[9]) = (16, 27);
        let tree = inspect(&event, 100, &Context::default(), &[]);
        HexLayout::new(&tree, Space::FILE, 100, event.len())
    }

    #[test]
    fn lines_begin_at_multiples_of_sixteen() {
        let hex = layout();
        assert_eq!(
            (hex.lines(), hex.line_offset(0), hex.line_offset(1)),
            (2, 96, 112)
        );
        assert_eq!(
            (hex.line_of(100), hex.line_of(111), hex.line_of(112)),
            (0, 0, 1)
        );
        assert!(hex.contains(126) && !hex.contains(127) && !hex.contains(99));
    }

    #[test]
    fn bytes_know_their_field_and_fields_their_neighbours() {
        let hex = layout();
        let time = hex.owner(103).unwrap();
        assert_eq!(
            (time.start, time.end, time.region),
            (100, 104, Region::Header)
        );
        assert_eq!(hex.owner(119).unwrap().region, Region::Body);
        assert_eq!(hex.owner(127), None);
        assert_eq!(hex.neighbour(101, true).unwrap().start, 104);
        assert_eq!(hex.neighbour(104, false).unwrap().start, 100);
        assert_eq!(hex.neighbour(100, false), None);
        assert_eq!(hex.neighbour(120, true), None);
    }
}
