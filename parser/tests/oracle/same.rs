//! Whether a value is the one that the tool printed.

use super::escapes::{escaped, escaped_by_mysql, stored, unescaped};
use super::geometry::geometry;
use binlight_parser::table::Column;
use binlight_parser::unpack;
use binlight_parser::value::Value;

pub fn same(value: &Value<'_>, text: &[u8], column: &Column) -> bool {
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

/// JSON text without backslashes, quotes inside strings and spelling of escapes.
fn simple(json: &[u8]) -> Vec<u8> {
    json.iter()
        .copied()
        .filter(|b| !b"\\\"".contains(b))
        .collect()
}
