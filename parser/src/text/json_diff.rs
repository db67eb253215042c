//! Changes of a JSON document, as calls of the functions that make them.

use super::quote::quoted;
use super::{Text, Tool, append};
use crate::value::{
    json,
    json_diff::{self, DiffOp},
};
use alloc::vec::Vec;

/// `print_json_diff`: `JSON_REPLACE(@2, '$.a', 3)`; changes of the same kind share a call, and calls
/// nest, the first change innermost.
pub(super) fn print(out: &mut Text, i: usize, data: &[u8]) {
    let (Ok(diffs), Ok(stored)) = (json_diff::decode(data), json_diff::stored(data)) else {
        quoted(out, Tool::Mysqlbinlog, data);
        return;
    };
    let diffs: Vec<_> = diffs.iter().zip(stored).collect();
    let calls: Vec<_> = diffs
        .chunk_by(|(a, _), (b, _)| a.function() == b.function())
        .collect();
    for (n, call) in calls.iter().enumerate().rev() {
        append!(
            out,
            "{}(",
            call.first().map_or("", |(diff, _)| diff.function())
        );
        if n > 0 {
            append!(out, "\n###      ");
        }
    }
    append!(out, "@{}", i + 1);
    let mut separator = ", ";
    for call in calls {
        for (diff, stored) in call {
            append!(out, "{separator}");
            separator = ",\n###      ";
            quoted(out, Tool::Mysqlbinlog, diff.path.as_bytes());
            if diff.op != DiffOp::Remove {
                append!(out, ", ");
                literal(out, &diff.value, stored.value);
            }
        }
        append!(out, ")");
    }
}

/// A value of JSON as SQL.
fn literal(out: &mut Text, json: &str, binary: &[u8]) {
    if let Some(text) = json::unquoted(binary) {
        quoted(out, Tool::Mysqlbinlog, &text);
        return;
    }
    match json.as_bytes().first() {
        Some(b'{' | b'[') => {
            append!(out, "CAST(");
            quoted(out, Tool::Mysqlbinlog, json.as_bytes());
            append!(out, " AS JSON)");
        }
        _ => append!(out, "{json}"),
    }
}
