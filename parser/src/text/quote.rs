//! Names and strings in quotes, as the tools write them.

use super::{Text, Tool, append};
use alloc::vec::Vec;

/// In backquotes, with those inside doubled.
pub(super) fn identifier(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + 2);
    out.push(b'`');
    for byte in name {
        if *byte == b'`' {
            out.push(b'`');
        }
        out.push(*byte);
    }
    out.push(b'`');
    out
}

/// `my_b_write_quoted`: control characters as hex, in MySQL quotes and some others by a backslash; the
/// rest as it is. A COMPRESSED column's value stays compressed.
pub(super) fn quoted(out: &mut Text, tool: Tool, bytes: &[u8]) {
    out.put(b"'");
    for byte in bytes {
        let escape: &[u8] = match byte {
            _ if tool == Tool::MariadbBinlog => b"",
            8 => b"\\b",
            b'\t' => b"\\t",
            b'\n' => b"\\n",
            12 => b"\\f",
            b'\r' => b"\\r",
            b'\'' => b"\\'",
            b'\\' => b"\\\\",
            _ => b"",
        };
        match escape {
            b"" if *byte > 0x1f => out.put(&[*byte]),
            b"" => append!(out, "\\x{byte:02x}"),
            escape => out.put(escape),
        }
    }
    out.put(b"'");
}
