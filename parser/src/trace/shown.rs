//! Bytes as a field tree shows them: cut, and with a "…" where they are.

use crate::bytes::clip::first;
use crate::limits;
use alloc::string::String;
use core::fmt::Write;

/// Bytes as hex, cut at [`SHOWN`](crate::limits::SHOWN) characters.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::new();
    for b in bytes.iter().take(limits::SHOWN / 2) {
        let _ = write!(out, "{b:02x}");
    }
    if bytes.len() > limits::SHOWN / 2 {
        out.push('…');
    }
    out
}

/// Bytes as quoted UTF-8 with escapes, cut at [`SHOWN`](crate::limits::SHOWN) bytes.
pub fn quoted(bytes: &[u8]) -> String {
    let shown = first(bytes, limits::SHOWN);
    let mut out = String::from("\"");
    for chunk in shown.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' | '\\' => {
                    out.push('\\');
                    out.push(c);
                }
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c.is_control() => {
                    let _ = write!(out, "\\x{:02x}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        // An invalid end of a cut value is only the cut.
        if !(chunk.invalid().as_ptr_range().end == shown.as_ptr_range().end
            && shown.len() < bytes.len())
        {
            for b in chunk.invalid() {
                let _ = write!(out, "\\x{b:02x}");
            }
        }
    }
    out.push('"');
    if shown.len() < bytes.len() {
        out.push('…');
    }
    out
}
