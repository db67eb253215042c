//! The document that a partial update leaves: the one before, with its changes made.

use super::json_text::parse;
use binlight_parser::value::json_diff::{Diff, DiffOp};
use serde_json::{Map, Value as Json};

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Member(String),
    Element(usize),
}

/// `before` with `diffs` made in order, keys in the server's order; `None` if a path leads nowhere
/// or a text is no document.
pub fn apply(before: &str, diffs: &[Diff]) -> Option<String> {
    let mut document = parse(before)?;
    for diff in diffs {
        let value = match diff.op {
            DiffOp::Remove => Json::Null,
            _ => parse(&diff.value)?,
        };
        change(&mut document, &steps(&diff.path)?, diff.op, value)?;
    }
    Some(text(&document))
}

fn change(document: &mut Json, steps: &[Step], op: DiffOp, value: Json) -> Option<()> {
    let Some((last, way)) = steps.split_last() else {
        *document = value;
        return Some(());
    };
    let mut at = document;
    for step in way {
        at = match step {
            Step::Member(name) => at.get_mut(name)?,
            Step::Element(i) => at.get_mut(i)?,
        };
    }
    match (at, last, op) {
        (Json::Object(members), Step::Member(name), DiffOp::Remove) => {
            members.shift_remove(name)?;
        }
        (Json::Object(members), Step::Member(name), DiffOp::Replace) => {
            *members.get_mut(name)? = value;
        }
        (Json::Object(members), Step::Member(name), DiffOp::Insert) => {
            members.insert(name.clone(), value);
        }
        (Json::Array(elements), Step::Element(i), DiffOp::Remove) if *i < elements.len() => {
            elements.remove(*i);
        }
        (Json::Array(elements), Step::Element(i), DiffOp::Replace) => {
            *elements.get_mut(*i)? = value;
        }
        // Beyond the end: at the end.
        (Json::Array(elements), Step::Element(i), DiffOp::Insert) => {
            elements.insert((*i).min(elements.len()), value);
        }
        _ => return None,
    }
    Some(())
}

/// The steps of `$.a[2]."b c"`.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('[') {
            let (index, after) = after.split_once(']')?;
            steps.push(Step::Element(index.trim().parse().ok()?));
            rest = after;
        } else if let Some(quoted) = rest.strip_prefix(".\"") {
            let end = closing_quote(quoted)?;
            let name: String = serde_json::from_str(&rest[1..=end + 2]).ok()?;
            steps.push(Step::Member(name));
            rest = &quoted[end + 1..];
        } else {
            let name = rest.strip_prefix('.')?;
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(Step::Member(name[..end].to_owned()));
            rest = &name[end..];
        }
    }
    Some(steps)
}

/// Where the quote that ends a name stands.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(i, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(i)
    })
}

/// As the server prints it: keys by length, then by their bytes; a space after comma and colon.
fn text(value: &Json) -> String {
    match value {
        Json::Array(elements) => format!(
            "[{}]",
            elements.iter().map(text).collect::<Vec<_>>().join(", ")
        ),
        Json::Object(members) => format!("{{{}}}", members_text(members)),
        // The library writes the sign of each exponent.
        Json::Number(number) => number.to_string().replace("e+", "e"),
        other => other.to_string(),
    }
}

fn members_text(members: &Map<String, Json>) -> String {
    let mut sorted: Vec<(&String, &Json)> = members.iter().collect();
    sorted.sort_by_key(|(name, _)| (name.len(), name.as_bytes()));
    let member =
        |(name, value): (&String, &Json)| format!("{}: {}", Json::from(name.as_str()), text(value));
    sorted
        .into_iter()
        .map(member)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(op: DiffOp, path: &str, value: &str) -> Diff {
        Diff {
            op,
            path: path.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn as_the_server_would() {
        let before = r#"{"a": 1, "b": [1, 2, {"c d": null}], "zz": true}"#;
        let diffs = [
            diff(DiffOp::Replace, "$.a", "2.5"),
            diff(DiffOp::Replace, "$.b[2].\"c d\"", "\"deep\""),
            diff(DiffOp::Insert, "$.b[1]", "[9]"),
            diff(DiffOp::Insert, "$.y", "{}"),
            diff(DiffOp::Remove, "$.zz", ""),
            diff(DiffOp::Remove, "$.b[0]", ""),
        ];
        assert_eq!(
            apply(before, &diffs).unwrap(),
            r#"{"a": 2.5, "b": [[9], 2, {"c d": "deep"}], "y": {}}"#
        );
        assert_eq!(apply(before, &[]).unwrap(), before);
        assert_eq!(
            apply("[1]", &[diff(DiffOp::Insert, "$[7]", "2")]).unwrap(),
            "[1, 2]"
        );
        for nowhere in ["$.q", "$.a.b", "$.b[9]", "a", "$.\"x", "$[x]"] {
            assert_eq!(
                apply(before, &[diff(DiffOp::Replace, nowhere, "1")]),
                None,
                "{nowhere}"
            );
        }
    }

    #[test]
    fn numbers_keep_every_digit() {
        let before = r#"{"d": 123456789012345678.901234567890, "n": 9007199254740993, "x": 1e22}"#;
        let change = diff(DiffOp::Insert, "$.e", "-0.123456789012345678901234567890");
        assert_eq!(
            apply(before, &[change]).unwrap(),
            r#"{"d": 123456789012345678.901234567890, "e": -0.123456789012345678901234567890, "n": 9007199254740993, "x": 1e22}"#
        );
    }
}
