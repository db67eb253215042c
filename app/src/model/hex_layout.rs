//! Bytes and fields → lines of a hexdump.

use binlight_parser::bytes::Space;
use binlight_parser::trace::{FieldTree, NodeKind, Part};

/// Bytes per line.
pub const PER_LINE: u64 = 16;

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
        for (i, node) in tree.nodes.iter().enumerate() {
            if !node.kind.owns_bytes() || node.span.space != space || node.span.len == 0 {
                continue;
            }
            let here = match (node.kind, node.part) {
                (NodeKind::Gap, _) => Region::Unknown,
                (_, Part::Header) => Region::Header,
                (_, Part::PostHeader) => Region::PostHeader,
                (_, Part::Body) => Region::Body,
                (_, Part::Checksum) => Region::Checksum,
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
    pub fn lines(&self) -> u64 {
        (self.skew() + self.len as u64).div_ceil(PER_LINE)
    }

    /// Empty cells before the first byte.
    fn skew(&self) -> u64 {
        self.at % PER_LINE
    }

    /// Offset that line `line` begins with (it may lie before the first byte).
    pub fn line_offset(&self, line: u64) -> u64 {
        self.at - self.skew() + line * PER_LINE
    }

    /// The line that holds `offset`.
    pub fn line_of(&self, offset: u64) -> u64 {
        (offset.max(self.at) - (self.at - self.skew())) / PER_LINE
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
    use binlight_parser::context::{Checksum, Context, Format};
    use binlight_parser::event::update_context;
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

    /// An event of `kind` with a checksum of zeros.
    fn event(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut event = vec![0u8; 19];
        event[4] = kind;
        event.extend(body);
        event.extend([0; 4]);
        let size = event.len() as u32;
        event[9..13].copy_from_slice(&size.to_le_bytes());
        event
    }

    #[test]
    fn columns_with_names_of_parts_are_rows_all_the_same() {
        let names = ["header", "checksum", "body", "post_header", "nulls", "a.b"];
        let width = names.len() as u8;
        let mut map = vec![7, 0, 0, 0, 0, 0, 1, 0]; // table id, flags
        map.extend(b"\x01d\0\x01t\0");
        map.push(width);
        map.extend(vec![1; names.len()]); // TINYINT
        map.extend([0, 0]); // no metadata, none may be NULL
        let texts: Vec<u8> = names
            .iter()
            .flat_map(|n| [&[n.len() as u8], n.as_bytes()].concat())
            .collect();
        map.extend([4, texts.len() as u8]); // COLUMN_NAME
        map.extend(texts);
        let mut rows = vec![7, 0, 0, 0, 0, 0, 1, 0, 2, 0, width, 0x3f];
        for row in [[1u8, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]] {
            rows.push(0);
            rows.extend(row);
        }
        let mut context = Context::new(std::sync::Arc::new(Format {
            checksum: Checksum::Crc32,
            ..Format::default()
        }));
        update_context(&mut context, &event(19, &map), 0);
        let event = event(30, &rows);
        let tree = inspect(&event, 0, &context, &[]);
        let hex = HexLayout::new(&tree, Space::FILE, 0, event.len());
        let region = |at: u64| hex.owner(at).unwrap().region;
        assert_eq!((region(0), region(18)), (Region::Header, Region::Header));
        // Table id, flags and the length of extra data are the post-header; then come widths and rows.
        assert_eq!(
            (region(19), region(28)),
            (Region::PostHeader, Region::PostHeader)
        );
        let end = event.len() as u64 - 4;
        for at in 29..end {
            assert_eq!(region(at), Region::Body, "byte {at}");
        }
        assert!((end..end + 4).all(|at| region(at) == Region::Checksum));
        // Each column's field is found by its path, the bitmap of the same name is another.
        let mut found = Vec::new();
        for (i, node) in tree.nodes.iter().enumerate() {
            assert_eq!(tree.find(&tree.path(i)), Some(i), "{}", tree.path(i));
            if names.contains(&node.name.as_ref()) && node.span.len == 1 && node.part == Part::Body
            {
                found.push(tree.path(i));
            }
        }
        assert!(
            found.iter().any(|p| p.ends_with(".header"))
                && found.iter().any(|p| p.ends_with(".a\\.b")),
            "{found:?}"
        );
    }
}
