//! A field tree as text: the golden form, the command line's `tree`, "copy as text".

use super::{FieldTree, Node, NodeKind};
use crate::bytes::clip::first;
use core::fmt::{self, Write};

/// Writes one line per node: offset, length, the first bytes in hex, and the indented field. Of
/// flags only those that are set get a line.
///
/// `bytes` are the event's own, the first lying at offset `at` of the file.
pub fn render(out: &mut impl Write, tree: &FieldTree, bytes: &[u8], at: u64) -> fmt::Result {
    for node in &tree.nodes {
        if node.kind == NodeKind::Bit && node.value.starts_with("0 ") {
            continue;
        }
        line(out, tree, node, bytes, at)?;
    }
    Ok(())
}

fn line(out: &mut impl Write, tree: &FieldTree, node: &Node, bytes: &[u8], at: u64) -> fmt::Result {
    let raw = match (node.span.space.0 as usize).checked_sub(1) {
        None => slice(bytes, node.span.start.checked_sub(at), node.span.len),
        Some(i) => slice(
            tree.spaces.get(i).map_or(&[], |s| s),
            Some(node.span.start),
            node.span.len,
        ),
    };
    let space = match node.span.space.0 {
        0 => ' ',
        n => char::from(b'a' + (n - 1).min(25) as u8),
    };
    if node.kind.owns_bytes() {
        write!(out, "{space}{:08x} {:>6}  ", node.span.start, node.span.len)?;
        let shown = first(raw, 8);
        for b in shown {
            write!(out, "{b:02x}")?;
        }
        let dots = if raw.len() > shown.len() { "…" } else { " " };
        write!(out, "{dots}{:width$} ", "", width = 16 - 2 * shown.len())?;
    } else {
        write!(out, "{:35}", "")?;
    }
    write!(
        out,
        "{:indent$}{}",
        "",
        node.name,
        indent = 2 * usize::from(node.depth)
    )?;
    match node.kind {
        NodeKind::Group | NodeKind::Unpacked => write!(out, ":")?,
        _ => write!(out, " = {}", node.value)?,
    }
    if !node.meaning.is_empty() {
        write!(out, " ({})", node.meaning)?;
    }
    if let Some(fault) = node.fault.and_then(|i| tree.faults.get(i as usize)) {
        write!(out, "  !! {fault}")?;
    }
    writeln!(out)
}

fn slice(bytes: &[u8], from: Option<u64>, len: u64) -> &[u8] {
    let from = from
        .and_then(|f| usize::try_from(f).ok())
        .unwrap_or(usize::MAX);
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    bytes.get(from..from.saturating_add(len)).unwrap_or(&[])
}
