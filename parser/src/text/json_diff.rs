//! Changes of a JSON document, as calls of the functions that make them.

use super::{Text, Tool, append, value};
use crate::value::{
    json,
    json_diff::{self, DiffOp},
};

/// `print_json_diff`: `JSON_REPLACE(@2, '$.a', 3)`; changes of the same kind share a call, and calls
/// nest, the first change innermost.
pub(super) fn print(out: &mut Text, i: usize, data: &[u8]) {
    let (Ok(diffs), Ok(extents)) = (json_diff::decode(data), json_diff::extents(data)) else {
        value::quoted(out, Tool::Mysqlbinlog, data);
        return;
    };
    let mut at = 0;
    let starts = |n: usize| n == 0 || diffs[n - 1].function() != diffs[n].function();
    let calls = (0..diffs.len()).rev().filter(|n| starts(*n));
    for n in calls {
        append!(out, "{}(", diffs[n].function());
        if n > 0 {
            append!(out, "\n###      ");
        }
    }
    append!(out, "@{}", i + 1);
    for (n, (diff, extent)) in diffs.iter().zip(extents).enumerate() {
        let end = at + extent.iter().sum::<usize>();
        let binary = &data[end - extent[4]..end];
        at = end;
        append!(out, "{}", if n == 0 { ", " } else { ",\n###      " });
        value::quoted(out, Tool::Mysqlbinlog, diff.path.as_bytes());
        if diff.op != DiffOp::Remove {
            append!(out, ", ");
            literal(out, &diff.value, binary);
        }
        if n + 1 == diffs.len() || diffs[n + 1].function() != diff.function() {
            append!(out, ")");
        }
    }
}

/// A value of JSON as SQL.
fn literal(out: &mut Text, json: &str, binary: &[u8]) {
    if let Some(text) = json::unquoted(binary) {
        value::quoted(out, Tool::Mysqlbinlog, &text);
        return;
    }
    match json.as_bytes().first() {
        Some(b'{' | b'[') => {
            append!(out, "CAST(");
            value::quoted(out, Tool::Mysqlbinlog, json.as_bytes());
            append!(out, " AS JSON)");
        }
        _ => append!(out, "{json}"),
    }
}
