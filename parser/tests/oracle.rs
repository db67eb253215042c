//! Row values against what the servers' own tools print (`mysqlbinlog -vv`, `mariadb-binlog -vv`).
//! The text form may differ; the value may not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::codes::event_type::RowOp;
use binlight_parser::event::row_image::{Cell, Image};
use binlight_parser::rows;
use binlight_parser::table::Column;
use binlight_parser::unpack;
use binlight_parser::value::Value;
use std::path::Path;

/// A row change as the tool prints it: `@n` and the bytes of its value.
#[derive(Debug, Default)]
struct Printed {
    op: String,
    table: String,
    before: Vec<(usize, Vec<u8>)>,
    after: Vec<(usize, Vec<u8>)>,
}

/// The row changes in a tool's text. Of a value over several lines, the changes of a document, the
/// first line is kept.
fn printed(text: &[u8]) -> Vec<Printed> {
    let mut changes: Vec<Printed> = Vec::new();
    let mut in_after = false;
    for line in text.split(|b| *b == b'\n') {
        let Some(rest) = line.strip_prefix(b"### ") else {
            continue;
        };
        let text = String::from_utf8_lossy(rest);
        if let Some(value) = rest.strip_prefix(b"  @") {
            let Some(change) = changes.last_mut() else {
                continue;
            };
            let equals = value.iter().position(|b| *b == b'=').unwrap();
            let column: usize = String::from_utf8_lossy(&value[..equals]).parse().unwrap();
            let end = rfind(value, b" /* ").unwrap_or(value.len());
            let list = if in_after {
                &mut change.after
            } else {
                &mut change.before
            };
            list.push((column, value[equals + 1..end].to_vec()));
        } else if text == "SET" {
            in_after = true;
        } else if text == "WHERE" {
            in_after = false;
        } else if let Some((op, table)) = ["INSERT INTO ", "UPDATE ", "DELETE FROM "]
            .iter()
            .find_map(|op| Some((op, text.strip_prefix(op)?)))
        {
            let table = table.replace("`.`", ".").trim_matches('`').to_owned();
            changes.push(Printed {
                op: op.split(' ').next().unwrap().to_lowercase(),
                table,
                ..Printed::default()
            });
            in_after = *op == "INSERT INTO ";
        }
    }
    changes
}

fn rfind(line: &[u8], what: &[u8]) -> Option<usize> {
    (0..=line.len().checked_sub(what.len())?)
        .rev()
        .find(|i| line[*i..].starts_with(what))
}

/// Compares all rows of `log` with the tool's `text`; returns how many values were equal.
fn compare(log: &Path, text: &Path) -> u64 {
    let bytes = std::fs::read(log).unwrap();
    let printed = printed(&std::fs::read(text).unwrap());
    let (mut n, mut values) = (0, 0);
    support::each_event(&bytes, |_, event, at, context| {
        let page = rows::page(event, at, context, 0, u64::MAX);
        let (Some(op), Some(table)) = (page.op, page.table) else {
            return;
        };
        for change in &page.changes {
            let place = format!("{} row {n}, event at {at}", log.display());
            let expected = printed
                .get(n)
                .unwrap_or_else(|| panic!("{place}: the tool has no such row"));
            let name = match op {
                RowOp::Insert => "insert",
                RowOp::Update => "update",
                RowOp::Delete => "delete",
            };
            assert_eq!(
                (expected.op.as_str(), &expected.table),
                (name, &table.full_name()),
                "{place}"
            );
            n += 1;
            // At a type it does not know the tool gives up on the rest of the event.
            let images = [
                (&change.before, &expected.before),
                (&change.after, &expected.after),
            ];
            for (ours, theirs) in images {
                let (equal, gave_up) = image(ours.as_ref(), theirs, &table.columns, &place);
                values += equal;
                if gave_up {
                    return;
                }
            }
        }
    });
    assert_eq!(n, printed.len(), "{}: rows", log.display());
    values
}

fn image(
    ours: Option<&Image<'_>>,
    theirs: &[(usize, Vec<u8>)],
    columns: &[Column],
    place: &str,
) -> (u64, bool) {
    let cells = ours
        .into_iter()
        .flatten()
        .enumerate()
        .filter(|(_, c)| **c != Cell::Absent);
    let mut theirs = theirs.iter();
    let mut count = 0;
    for (i, cell) in cells {
        let (column, text) = theirs
            .next()
            .unwrap_or_else(|| panic!("{place}: @{} is not in the text", i + 1));
        assert_eq!(*column, i + 1, "{place}");
        let Cell::Value(value) = cell else {
            panic!("{place} @{column}: {cell:?}")
        };
        if text.starts_with(b"!! Don't know how to handle") {
            return (count, true);
        }
        assert!(
            same(value, text, &columns[i]),
            "{place} @{column}: {value:?} is not {:?}",
            String::from_utf8_lossy(text)
        );
        count += 1;
    }
    (count, false)
}

fn same(value: &Value<'_>, text: &[u8], column: &Column) -> bool {
    let plain = String::from_utf8_lossy(text).trim_end().to_owned();
    let inside = text.strip_prefix(b"'").and_then(|t| t.strip_suffix(b"'"));
    let number = |t: &str| t.parse::<f64>().ok();
    // The tool prints these as they are stored.
    if column.is_compressed() && !plain.starts_with("NULL") {
        let stored = inside.map(stored).unwrap_or_default();
        let unpacked = unpack::mariadb_column(&stored).unwrap();
        return match value {
            Value::Text(v) => {
                column
                    .charset()
                    .and_then(|c| c.decode(&unpacked))
                    .as_deref()
                    == Some(v)
            }
            Value::Bytes(v) => **v == *unpacked,
            _ => false,
        };
    }
    match value {
        Value::Geometry(v) => {
            inside.and_then(|t| geometry(&stored(t))).as_deref() == Some(v.to_string().as_str())
        }
        Value::Null => plain == "NULL",
        // `-1 (255)`: as signed, as unsigned.
        Value::Int(v) => plain.split(' ').next() == Some(&v.to_string()),
        Value::UInt(v) => {
            let unsigned = plain
                .split_once(" (")
                .map_or(plain.as_str(), |(_, u)| u.trim_end_matches(')'));
            // The tool adds 1900 to the zero year.
            unsigned == v.to_string() || *v == 0 && unsigned == "1900"
        }
        // The tool prints six digits of a FLOAT, twenty of a DOUBLE.
        Value::Float(v) => {
            number(&plain).is_some_and(|t| (t - f64::from(*v)).abs() <= f64::from(v.abs()) * 1e-5)
        }
        Value::Double(v) => number(&plain) == Some(*v),
        Value::Decimal(v) => plain == *v,
        Value::Bits(v, n) => plain == format!("b'{v:0width$b}'", width = usize::from(*n)),
        Value::Date(v) => plain == format!("'{v}'").replace('-', ":"),
        Value::Time(v) => plain == format!("'{v}'"),
        Value::DateTime(v) => plain == format!("'{v}'"),
        Value::Timestamp(seconds, micros, digits) => {
            let fraction = format!(".{micros:06}");
            let fraction = if *digits == 0 {
                ""
            } else {
                &fraction[..=usize::from(*digits)]
            };
            plain == format!("{seconds}{fraction}")
        }
        Value::Enum(v, _) => plain == v.to_string(),
        Value::Set(v, _) => {
            u64::from_str_radix(plain.trim_start_matches("b'").trim_end_matches('\''), 2) == Ok(*v)
        }
        Value::Text(v) => inside.is_some_and(|t| {
            let decoded = column
                .charset()
                .and_then(|c| c.decode(t).map(|t| t.into_owned()));
            // What the tool escapes is compared escaped.
            t == escaped(v.as_bytes())
                || t == escaped_by_mysql(v.as_bytes())
                || decoded.as_deref() == Some(v.as_ref())
                || unescaped(t, column).as_deref() == Some(v.as_ref())
        }),
        Value::Bytes(v) => inside.is_some_and(|t| t == escaped(v) || t == escaped_by_mysql(v)),
        Value::Json(v) => {
            // Strings lose their quotes in the tool's text, and some of their escapes.
            let bare = v
                .strip_prefix('"')
                .and_then(|t| t.strip_suffix('"'))
                .unwrap_or(v);
            inside.is_some_and(|t| {
                [v.as_str(), bare]
                    .iter()
                    .any(|ours| simple(ours.as_bytes()) == simple(t))
            })
        }
        // The tool nests the functions, the last change outside, over several lines.
        Value::JsonDiff(diffs) => match diffs.as_slice() {
            [] => plain.starts_with('@'),
            [one] => {
                let value = one.value.trim_matches('"');
                plain.starts_with(one.function())
                    && plain.contains(&format!("'{}'", one.path))
                    && plain.contains(value)
            }
            [.., last] => plain.starts_with(last.function()),
        },
        Value::Vector(v) => {
            let theirs: Vec<f32> = plain
                .trim_matches(['[', ']'])
                .split(',')
                .filter_map(|t| t.parse().ok())
                .collect();
            theirs == *v
        }
    }
}

/// As MySQL's tool prints text: some control characters by name, quotes and backslashes escaped.
fn escaped_by_mysql(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for b in bytes {
        match b {
            b'\\' => out.extend(br"\\"),
            b'\'' => out.extend(br"\'"),
            b'\n' => out.extend(br"\n"),
            b'\t' => out.extend(br"\t"),
            b'\r' => out.extend(br"\r"),
            8 => out.extend(br"\b"),
            12 => out.extend(br"\f"),
            b if *b < 0x20 => out.extend(format!("\\x{b:02x}").bytes()),
            b => out.push(*b),
        }
    }
    out
}

/// Control characters as `\xNN`, the rest as it is.
fn escaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for b in bytes {
        if *b < 0x20 {
            out.extend(format!("\\x{b:02x}").bytes());
        } else {
            out.push(*b);
        }
    }
    out
}

/// The text behind the tool's escapes, in the column's charset.
fn unescaped(text: &[u8], column: &Column) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let hex = rest
            .strip_prefix(b"\\x")
            .and_then(|h| u8::from_str_radix(std::str::from_utf8(h.get(..2)?).ok()?, 16).ok());
        bytes.push(hex.unwrap_or(*first));
        rest = if hex.is_some() { &rest[4..] } else { tail };
    }
    column.charset()?.decode(&bytes).map(|t| t.into_owned())
}

/// The bytes behind either tool's escapes.
fn stored(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        let (byte, after) = match (first, tail) {
            (b'\\', [b'x', digits @ ..]) if digits.len() >= 2 && hex(&digits[..2]).is_some() => {
                (hex(&digits[..2]).unwrap(), &digits[2..])
            }
            (b'\\', [b'n', after @ ..]) => (b'\n', after),
            (b'\\', [b't', after @ ..]) => (b'\t', after),
            (b'\\', [b'r', after @ ..]) => (b'\r', after),
            (b'\\', [b'b', after @ ..]) => (8, after),
            (b'\\', [b'f', after @ ..]) => (12, after),
            (b'\\', [b @ (b'\\' | b'\''), after @ ..]) => (*b, after),
            _ => (*first, tail),
        };
        bytes.push(byte);
        rest = after;
    }
    bytes
}

/// A stored geometry as text, read here once more.
fn geometry(mut stored: &[u8]) -> Option<String> {
    let srid = number(&mut stored)?;
    let shape = shape(&mut stored, true)?;
    let prefix = if srid == 0 {
        String::new()
    } else {
        format!("SRID={srid};")
    };
    stored.is_empty().then(|| prefix + &shape)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(u32::from_le_bytes(*bytes))
}

/// The well-known binary at the start of `rest` as text; its kind is said unless it follows from where it stands.
fn shape(rest: &mut &[u8], named: bool) -> Option<String> {
    const NAMES: [&str; 7] = [
        "POINT",
        "LINESTRING",
        "POLYGON",
        "MULTIPOINT",
        "MULTILINESTRING",
        "MULTIPOLYGON",
        "GEOMETRYCOLLECTION",
    ];
    *rest = rest.strip_prefix(&[1])?;
    let kind = number(rest)?;
    let name = NAMES.get(kind.checked_sub(1)? as usize)?;
    let inside = match kind {
        1 => point(rest)?,
        2 => list(rest, point)?,
        3 => list(rest, |rest| Some(format!("({})", list(rest, point)?)))?,
        _ => list(rest, |rest| shape(rest, kind == 7))?,
    };
    Some(match (named, inside.is_empty()) {
        (true, true) => format!("{name} EMPTY"),
        (true, false) => format!("{name}({inside})"),
        (false, _) => format!("({inside})"),
    })
}

fn list(rest: &mut &[u8], one: impl Fn(&mut &[u8]) -> Option<String>) -> Option<String> {
    let count = number(rest)?;
    let parts: Option<Vec<String>> = (0..count).map(|_| one(rest)).collect();
    Some(parts?.join(","))
}

fn point(rest: &mut &[u8]) -> Option<String> {
    let mut double = || -> Option<f64> {
        let (bytes, tail) = rest.split_first_chunk()?;
        *rest = tail;
        Some(f64::from_le_bytes(*bytes))
    };
    Some(format!("{} {}", double()?, double()?))
}

/// JSON text without backslashes, quotes inside strings and spelling of escapes.
fn simple(json: &[u8]) -> Vec<u8> {
    json.iter()
        .copied()
        .filter(|b| !b"\\\"".contains(b))
        .collect()
}

#[test]
fn values_of_our_own_fixtures() {
    let texts = support::own_texts();
    let values: u64 = texts.iter().map(|(log, text)| compare(log, text)).sum();
    assert!(values > 1_000, "only {values} values were compared");
}

#[test]
fn values_of_the_corpus() {
    if support::corpus().is_none() {
        return;
    }
    let mut texts = support::corpus_texts();
    texts.extend(support::texts_of("third-party"));
    let values: u64 = texts.iter().map(|(log, text)| compare(log, text)).sum();
    assert!(values > 20_000, "only {values} values were compared");
}
