//! What changed inside a value: words of long text, paths of JSON documents.

use super::json_text::parse;
use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

/// A stretch of a compared text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its text.
    pub text: String,
    /// In which of the two it is.
    pub side: Side,
}

/// In which text a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// In both.
    Both,
    /// In the one before alone.
    Before,
    /// In the one after alone.
    After,
}

/// Characters compared word by word; of longer texts only what lies between their common ends.
const COMPARED: usize = 20_000;

/// Compares two texts word by word.
pub fn words(before: &str, after: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut add = |text: &str, side: Side| match parts.last_mut() {
        Some(Part {
            text: last,
            side: s,
        }) if *s == side => last.push_str(text),
        _ if text.is_empty() => {}
        _ => parts.push(Part {
            text: text.to_owned(),
            side,
        }),
    };
    let (head, tail) = common_ends(before, after);
    let (old, new) = (
        &before[head..before.len() - tail],
        &after[head..after.len() - tail],
    );
    add(&before[..head], Side::Both);
    if old.len().max(new.len()) > COMPARED {
        add(old, Side::Before);
        add(new, Side::After);
    } else {
        let diff = TextDiff::from_words(old, new);
        for change in diff.iter_all_changes() {
            let side = match change.tag() {
                ChangeTag::Equal => Side::Both,
                ChangeTag::Delete => Side::Before,
                ChangeTag::Insert => Side::After,
            };
            add(change.value(), side);
        }
    }
    add(&before[before.len() - tail..], Side::Both);
    parts
}

/// Bytes that both texts begin and end with, whole characters.
fn common_ends(a: &str, b: &str) -> (usize, usize) {
    let head: usize = a
        .chars()
        .zip(b.chars())
        .take_while(|(x, y)| x == y)
        .map(|(x, _)| x.len_utf8())
        .sum();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a
        .chars()
        .rev()
        .zip(b.chars().rev())
        .take_while(|(x, y)| x == y)
        .map(|(x, _)| x.len_utf8())
        .sum();
    (head, tail)
}

/// A changed place in a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathChange {
    /// In the servers' syntax: `$.a[2]."b c"`.
    pub path: String,
    /// What was there.
    pub before: Option<String>,
    /// What is there.
    pub after: Option<String>,
}

/// Places listed.
const PATHS: usize = 200;

/// A document with a line per member; `None` if it is none.
pub fn pretty_json(text: &str) -> Option<String> {
    let parsed = parse(text)?;
    if !(parsed.is_object() || parsed.is_array()) {
        return None;
    }
    serde_json::to_string_pretty(&parsed).ok()
}

/// Compares two documents as trees; `None` if one of them is none.
pub fn json(before: &str, after: &str) -> Option<Vec<PathChange>> {
    let tree = |text| parse(text).filter(|v| v.is_object() || v.is_array());
    let mut out = Vec::new();
    compare(
        "$".to_owned(),
        Some(&tree(before)?),
        Some(&tree(after)?),
        &mut out,
    );
    Some(out)
}

fn compare(path: String, before: Option<&Json>, after: Option<&Json>, out: &mut Vec<PathChange>) {
    if before == after || out.len() >= PATHS {
        return;
    }
    match (before, after) {
        (Some(Json::Object(a)), Some(Json::Object(b))) => {
            for key in a.keys().chain(b.keys().filter(|k| !a.contains_key(*k))) {
                compare(
                    format!("{path}.{}", member(key)),
                    a.get(key),
                    b.get(key),
                    out,
                );
            }
        }
        (Some(Json::Array(a)), Some(Json::Array(b))) => {
            for i in 0..a.len().max(b.len()) {
                compare(format!("{path}[{i}]"), a.get(i), b.get(i), out);
            }
        }
        _ => out.push(PathChange {
            path,
            before: before.map(ToString::to_string),
            after: after.map(ToString::to_string),
        }),
    }
}

/// A member's name, quoted unless it is a plain word.
fn member(key: &str) -> String {
    let plain = key.chars().all(|c| c.is_alphanumeric() || c == '_')
        && key.starts_with(|c: char| !c.is_ascii_digit());
    if plain {
        key.to_owned()
    } else {
        Json::from(key).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let mark = |p: Part| match p.side {
            Side::Both => p.text,
            Side::Before => format!("[-{}-]", p.text),
            Side::After => format!("[+{}+]", p.text),
        };
        words(before, after).into_iter().map(mark).collect()
    }

    #[test]
    fn words_of_text() {
        assert_eq!(
            shown("one two three", "one 2 three"),
            "one [-two-][+2+] three"
        );
        assert_eq!(shown("", "new"), "[+new+]");
        assert_eq!(shown("grün", "grau"), "gr[-ün-][+au+]");
        let long = "x".repeat(50_000);
        let out = shown(
            &format!("a{long}b"),
            &format!("a{}b", long.replace('x', "y")),
        );
        assert!(out.starts_with("a[-x") && out.ends_with("y+]b"));
    }

    #[test]
    fn places_of_documents() {
        let changes = json(
            r#"{"a": 1, "b": [1, 2], "c d": {"x": null}, "same": [0]}"#,
            r#"{"a": 2, "b": [1], "c d": {"x": null, "y": "z"}, "same": [0]}"#,
        )
        .unwrap();
        let lines: Vec<String> = changes
            .into_iter()
            .map(|c| {
                format!(
                    "{} {:?} {:?}",
                    c.path,
                    c.before.as_deref(),
                    c.after.as_deref()
                )
            })
            .collect();
        assert_eq!(
            lines,
            [
                r#"$.a Some("1") Some("2")"#,
                r#"$.b[1] Some("2") None"#,
                r#"$."c d".y None Some("\"z\"")"#
            ]
        );
        assert_eq!(json("{}", "no"), None);
        assert_eq!(json("1", "2"), None, "a scalar is a value like any other");
    }

    #[test]
    fn numbers_differ_by_their_last_digit() {
        let changes = json(
            r#"{"d": 123456789012345678.901234567890, "n": 9007199254740993, "s": 0.1}"#,
            r#"{"d": 123456789012345678.901234567891, "n": 9007199254740992, "s": 0.1}"#,
        )
        .unwrap();
        let shown: Vec<_> = changes
            .iter()
            .map(|c| (c.path.as_str(), c.before.as_deref(), c.after.as_deref()))
            .collect();
        assert_eq!(
            shown,
            [
                (
                    "$.d",
                    Some("123456789012345678.901234567890"),
                    Some("123456789012345678.901234567891")
                ),
                ("$.n", Some("9007199254740993"), Some("9007199254740992")),
            ]
        );
        assert!(
            pretty_json("[9007199254740993]")
                .unwrap()
                .contains("9007199254740993")
        );
    }
}
