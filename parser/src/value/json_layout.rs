//! What each byte of a binary JSON document is, for the annotated view.

use crate::limits;
use alloc::{format, string::String, vec::Vec};

/// A stretch of a document with one meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Offset in the document.
    pub start: usize,
    /// Bytes.
    pub len: usize,
    /// The path of the value it belongs to, and what of it: `$.a[0]:count`.
    pub name: String,
    /// What it is for.
    pub about: &'static str,
    /// Its value as text; empty where the bytes speak for themselves.
    pub value: String,
}

/// Parts of one document; more are not worth a field each.
const MOST: usize = 20_000;

/// The parts of `data`, in order and without gap or overlap (`sql-common/json_binary.cc`). `None`
/// for a document that is not laid out as a server lays it out: it is one value then.
pub fn parts(data: &[u8]) -> Option<Vec<Part>> {
    let mut walk = Walk {
        data,
        parts: Vec::new(),
    };
    let kind = *data.first()?;
    walk.add(
        0,
        1,
        "$:type",
        "What the document is.",
        kind_name(kind).into(),
    )?;
    walk.value(kind, 1, "$", 0)?;
    let mut parts = walk.parts;
    parts.retain(|p| p.len > 0);
    parts.sort_by_key(|p| p.start);
    let mut whole = Vec::with_capacity(parts.len());
    let mut at = 0;
    for part in parts {
        if part.start < at {
            return None;
        }
        unused(&mut whole, at, part.start);
        at = part.start + part.len;
        whole.push(part);
    }
    unused(&mut whole, at, data.len());
    Some(whole)
}

/// Updates in place leave room that nothing points to.
fn unused(whole: &mut Vec<Part>, from: usize, to: usize) {
    if to > from {
        let about = "Left over by an update in place; nothing points here.";
        whole.push(Part {
            start: from,
            len: to - from,
            name: format!("unused@{from}"),
            about,
            value: String::new(),
        });
    }
}

struct Walk<'a> {
    data: &'a [u8],
    parts: Vec<Part>,
}

impl Walk<'_> {
    fn add(
        &mut self,
        start: usize,
        len: usize,
        name: impl Into<String>,
        about: &'static str,
        value: String,
    ) -> Option<()> {
        let fits = start.checked_add(len)? <= self.data.len() && self.parts.len() < MOST;
        fits.then(|| {
            self.parts.push(Part {
                start,
                len,
                name: name.into(),
                about,
                value,
            });
        })
    }

    fn number(&self, at: usize, len: usize) -> Option<usize> {
        let bytes = self.data.get(at..at.checked_add(len)?)?;
        Some(bytes.iter().rev().fold(0, |v, b| v << 8 | usize::from(*b)))
    }

    /// The value of type `kind` at `at`.
    fn value(&mut self, kind: u8, at: usize, path: &str, depth: usize) -> Option<()> {
        if depth > limits::JSON_DEPTH {
            return None;
        }
        let about = "The value.";
        match kind {
            0x00..=0x03 => self.container(kind < 2, kind % 2 == 1, at, path, depth),
            0x0c => {
                let (prefix, len) = self.variable_length(at)?;
                self.add(
                    at,
                    prefix,
                    format!("{path}:length"),
                    "Bytes of the string.",
                    format!("{len}"),
                )?;
                let text = crate::trace::quoted(self.data.get(at + prefix..at + prefix + len)?);
                self.add(at + prefix, len, format!("{path}:string"), about, text)
            }
            0x0f => {
                let code = self.number(at, 1)?;
                let kind = format!("{}", crate::codes::ColumnType(code as u8));
                self.add(
                    at,
                    1,
                    format!("{path}:sql_type"),
                    "SQL type of a value that JSON has no type for.",
                    kind,
                )?;
                let (prefix, len) = self.variable_length(at + 1)?;
                self.add(
                    at + 1,
                    prefix,
                    format!("{path}:length"),
                    "Bytes of the value.",
                    format!("{len}"),
                )?;
                self.add(
                    at + 1 + prefix,
                    len,
                    format!("{path}:value"),
                    about,
                    String::new(),
                )
            }
            _ => self.add(
                at,
                scalar_len(kind)?,
                format!("{path}:value"),
                about,
                self.scalar(kind, at)?,
            ),
        }
    }

    fn container(
        &mut self,
        object: bool,
        large: bool,
        at: usize,
        path: &str,
        depth: usize,
    ) -> Option<()> {
        let word = if large { 4 } else { 2 };
        let count = self.number(at, word)?;
        let size = self.number(at + word, word)?;
        self.add(
            at,
            word,
            format!("{path}:count"),
            "Number of members.",
            format!("{count}"),
        )?;
        self.add(
            at + word,
            word,
            format!("{path}:size"),
            "Bytes of this object or array, from the count on.",
            format!("{size}"),
        )?;
        let key_entry = if object { word + 2 } else { 0 };
        let keys = at + 2 * word;
        let values = keys.checked_add(count.checked_mul(key_entry)?)?;
        for i in 0..count {
            let mut member = format!("{path}[{i}]");
            if object {
                let entry = keys + i * key_entry;
                let (key_at, key_len) = (self.number(entry, word)?, self.number(entry + word, 2)?);
                let key = self.data.get(at.checked_add(key_at)?..)?.get(..key_len)?;
                let plain = core::str::from_utf8(key).ok().filter(|k| {
                    !k.is_empty() && k.chars().all(|c| c.is_alphanumeric() || c == '_')
                });
                if let Some(key) = plain {
                    member = format!("{path}.{key}");
                }
                let text = crate::trace::quoted(key);
                self.add(
                    entry,
                    word,
                    format!("{member}:key_offset"),
                    "Where the key is, from the count on.",
                    format!("{key_at}"),
                )?;
                self.add(
                    entry + word,
                    2,
                    format!("{member}:key_length"),
                    "Bytes of the key.",
                    format!("{key_len}"),
                )?;
                self.add(
                    at + key_at,
                    key_len,
                    format!("{member}:key"),
                    "The key.",
                    text,
                )?;
            }
            let entry = values.checked_add(i.checked_mul(1 + word)?)?;
            let kind = self.number(entry, 1)? as u8;
            self.add(
                entry,
                1,
                format!("{member}:type"),
                "What the value is.",
                kind_name(kind).into(),
            )?;
            let inlined = matches!(kind, 0x04..=0x06) || large && matches!(kind, 0x07 | 0x08);
            if inlined {
                let shown = self.scalar(kind, entry + 1)?;
                self.add(
                    entry + 1,
                    word,
                    format!("{member}:value"),
                    "The value, small enough to stand here.",
                    shown,
                )?;
            } else {
                let offset = self.number(entry + 1, word)?;
                self.add(
                    entry + 1,
                    word,
                    format!("{member}:offset"),
                    "Where the value is, from the count on.",
                    format!("{offset}"),
                )?;
                self.value(kind, at.checked_add(offset)?, &member, depth + 1)?;
            }
        }
        Some(())
    }

    fn scalar(&self, kind: u8, at: usize) -> Option<String> {
        let bytes = self.data.get(at..at.checked_add(scalar_len(kind)?)?)?;
        super::json::scalar(kind, bytes).ok()
    }

    fn variable_length(&self, at: usize) -> Option<(usize, usize)> {
        let bytes = self.data.get(at..)?;
        let prefix = 1 + bytes.iter().take(5).position(|b| b & 0x80 == 0)?;
        let len = bytes[..prefix]
            .iter()
            .rev()
            .fold(0usize, |v, b| v << 7 | usize::from(b & 0x7f));
        Some((prefix, len))
    }
}

fn scalar_len(kind: u8) -> Option<usize> {
    Some(match kind {
        0x04 => 1,
        0x05 | 0x06 => 2,
        0x07 | 0x08 => 4,
        0x09..=0x0b => 8,
        _ => return None,
    })
}

fn kind_name(kind: u8) -> &'static str {
    const NAMES: [&str; 16] = [
        "small object",
        "large object",
        "small array",
        "large array",
        "literal",
        "int16",
        "uint16",
        "int32",
        "uint32",
        "int64",
        "uint64",
        "double",
        "string",
        "unknown",
        "unknown",
        "opaque",
    ];
    NAMES.get(usize::from(kind)).copied().unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_told_byte_by_byte() {
        // {"a": 1}
        let data = [0, 1, 0, 12, 0, 11, 0, 1, 0, 5, 1, 0, b'a'];
        let parts = parts(&data).unwrap();
        let names: Vec<&str> = parts.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "$:type",
                "$:count",
                "$:size",
                "$.a:key_offset",
                "$.a:key_length",
                "$.a:type",
                "$.a:value",
                "$.a:key"
            ]
        );
        assert_eq!(
            (parts[6].value.as_str(), parts[7].value.as_str()),
            ("1", "\"a\"")
        );
        assert_eq!(parts.iter().map(|p| p.len).sum::<usize>(), data.len());
    }

    #[test]
    fn a_document_that_overlaps_itself_is_one_value() {
        assert_eq!(parts(&[2, 1, 0, 7, 0, 2, 0, 0]), None);
        assert_eq!(parts(&[]), None);
        assert_eq!(parts(&[5, 1]), None);
    }
}
