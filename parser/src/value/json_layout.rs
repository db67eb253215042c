//! What each byte of a binary JSON document is, for the annotated view.

use super::json;
use super::json_binary::{Container, Shape, Value};
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

/// The parts of `data`, in order and without gap or overlap. `None` for a document that is not laid out
/// as a server lays it out: it is one value then.
pub fn parts(data: &[u8]) -> Option<Vec<Part>> {
    let root = Value::of(data)?;
    let mut parts = Parts(Vec::new());
    let about = "What the document is.";
    parts.add(0, 1, "$:type", about, kind_name(root.kind).into())?;
    parts.value(root, "$")?;
    let mut parts = parts.0;
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

struct Parts(Vec<Part>);

impl Parts {
    fn add(
        &mut self,
        start: usize,
        len: usize,
        name: impl Into<String>,
        about: &'static str,
        value: String,
    ) -> Option<()> {
        (self.0.len() < crate::limits::JSON_PARTS).then(|| {
            self.0.push(Part {
                start,
                len,
                name: name.into(),
                about,
                value,
            });
        })
    }

    /// The value at `path`.
    fn value(&mut self, value: Value<'_>, path: &str) -> Option<()> {
        let about = "The value.";
        let at = value.at;
        match value.shape().ok()? {
            Shape::Container(container) => self.container(&container, path),
            Shape::Scalar(data) => {
                let name = format!("{path}:value");
                self.add(at, data.bytes.len(), name, about, shown(value)?)
            }
            Shape::String { prefix, text } => {
                self.length(at, prefix, text.bytes.len(), path)?;
                let shown = crate::trace::quoted(text.bytes);
                let name = format!("{path}:string");
                self.add(text.at, text.bytes.len(), name, about, shown)
            }
            Shape::Opaque {
                kind,
                prefix,
                value,
            } => {
                let about_type = "SQL type of a value that JSON has no type for.";
                let name = format!("{path}:sql_type");
                self.add(at, 1, name, about_type, format!("{kind}"))?;
                self.length(at + 1, prefix, value.bytes.len(), path)?;
                let name = format!("{path}:value");
                self.add(value.at, value.bytes.len(), name, about, String::new())
            }
        }
    }

    fn length(&mut self, at: usize, prefix: usize, len: usize, path: &str) -> Option<()> {
        let name = format!("{path}:length");
        self.add(at, prefix, name, "Bytes of the value.", format!("{len}"))
    }

    fn container(&mut self, container: &Container<'_>, path: &str) -> Option<()> {
        let (at, word) = (container.at, container.word);
        self.add(
            at,
            word,
            format!("{path}:count"),
            "Number of members.",
            format!("{}", container.count),
        )?;
        self.add(
            at + word,
            word,
            format!("{path}:size"),
            "Bytes of this object or array, from the count on.",
            format!("{}", container.size),
        )?;
        for i in 0..container.count {
            let member = container.member(i).ok()?;
            let mut name = format!("{path}[{i}]");
            if let Some((entry, key)) = member.key {
                let plain = core::str::from_utf8(key.bytes).ok().filter(|k| {
                    !k.is_empty() && k.chars().all(|c| c.is_alphanumeric() || c == '_')
                });
                if let Some(key) = plain {
                    name = format!("{path}.{key}");
                }
                self.add(
                    entry,
                    word,
                    format!("{name}:key_offset"),
                    "Where the key is, from the count on.",
                    format!("{}", key.at - at),
                )?;
                self.add(
                    entry + word,
                    2,
                    format!("{name}:key_length"),
                    "Bytes of the key.",
                    format!("{}", key.bytes.len()),
                )?;
                let shown = crate::trace::quoted(key.bytes);
                let len = key.bytes.len();
                self.add(key.at, len, format!("{name}:key"), "The key.", shown)?;
            }
            self.add(
                member.entry,
                1,
                format!("{name}:type"),
                "What the value is.",
                kind_name(member.value.kind).into(),
            )?;
            if member.inlined {
                self.add(
                    member.entry + 1,
                    word,
                    format!("{name}:value"),
                    "The value, small enough to stand here.",
                    shown(member.value)?,
                )?;
            } else {
                self.add(
                    member.entry + 1,
                    word,
                    format!("{name}:offset"),
                    "Where the value is, from the count on.",
                    format!("{}", member.value.at - at),
                )?;
                self.value(member.value, &name)?;
            }
        }
        Some(())
    }
}

/// A literal or number as text.
fn shown(value: Value<'_>) -> Option<String> {
    let Ok(Shape::Scalar(data)) = value.shape() else {
        return None;
    };
    let mut text = String::new();
    json::scalar(&mut text, value.kind, data.bytes).ok()?;
    Some(text)
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
