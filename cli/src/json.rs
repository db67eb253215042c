//! Values of rows as JSON, written at once: millions of them are not made into trees first.

use binlight_parser::event::row_image::{Cell, Image};
use binlight_parser::table::Table;
use binlight_parser::value::Value;
use serde_json::json;
use std::fmt::Display;
use std::io::Write;

/// A string in quotes.
pub fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|b| is_special(*b)) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        escape(out, special[0]);
        rest = &special[1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn escape(out: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        8 => b'b',
        9 => b't',
        10 => b'n',
        12 => b'f',
        13 => b'r',
        _ => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
            out.extend_from_slice(b"\\u00");
            return out.extend_from_slice(&digits);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// A whole number.
pub fn number(out: &mut Vec<u8>, n: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(n).as_bytes());
}

/// Anything small as JSON; for what is rare.
fn other(out: &mut Vec<u8>, value: &serde_json::Value) {
    // Memory takes everything.
    let _: Result<(), _> = serde_json::to_writer(out, value);
}

/// The text of something that prints no character that JSON escapes: dates, decimals.
fn plain(out: &mut Vec<u8>, text: &impl Display) {
    // Memory takes everything.
    let _: Result<(), _> = write!(out, "\"{text}\"");
}

/// The names of a table's columns as JSON has them, quoted, with their colons.
pub fn names(table: &Table) -> Vec<Vec<u8>> {
    let name = |(i, column): (usize, &binlight_parser::table::Column)| {
        let mut out = Vec::new();
        match &column.name {
            Some(name) => string(&mut out, name),
            None => plain(&mut out, &format_args!("@{}", i + 1)),
        }
        out.push(b':');
        out
    };
    table.columns.iter().enumerate().map(name).collect()
}

/// An image as an object, or null.
pub fn image(out: &mut Vec<u8>, image: Option<&Image<'_>>, names: &[Vec<u8>]) {
    let Some(image) = image else {
        return out.extend_from_slice(b"null");
    };
    let mut sign = b'{';
    for (cell, name) in image.iter().zip(names) {
        if matches!(cell, Cell::Absent) {
            continue;
        }
        out.push(sign);
        sign = b',';
        out.extend_from_slice(name);
        match cell {
            Cell::Absent => {}
            Cell::Value(v) => value(out, v),
            Cell::Broken(bytes, fault) => other(
                out,
                &json!({ "fault": fault.to_string(), "bytes": Value::Bytes(bytes.clone()).to_string() }),
            ),
        }
    }
    if sign == b'{' {
        out.push(b'{');
    }
    out.push(b'}');
}

fn value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Int(v) => number(out, *v),
        Value::UInt(v) | Value::Bits(v, _) => number(out, *v),
        Value::Enum(v, None) | Value::Set(v, None) => number(out, *v),
        Value::Float(v) if v.is_finite() => float(out, *v),
        Value::Double(v) if v.is_finite() => other(out, &json!(v)),
        Value::Vector(v) => vector(out, v),
        Value::Text(text) | Value::Decimal(text) => string(out, text),
        Value::Json(text) | Value::Enum(_, Some(text)) | Value::Set(_, Some(text)) => {
            string(out, text);
        }
        Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Timestamp(..) => {
            plain(out, value);
        }
        Value::Bytes(bytes) => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            out.extend_from_slice(b"\"0x");
            for byte in bytes.iter() {
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
            }
            out.push(b'"');
        }
        rare => string(out, &rare.to_string()),
    }
}

/// As many digits as a FLOAT has; without a point if it is whole.
fn float(out: &mut Vec<u8>, v: f32) {
    let digits = v.to_string();
    let whole = v != 0.0 || v.is_sign_positive();
    if let Some(n) = digits.parse::<i64>().ok().filter(|_| whole) {
        number(out, n);
    } else if let Ok(n) = digits.parse::<u64>() {
        number(out, n);
    } else {
        other(out, &json!(digits.parse().unwrap_or(f64::from(v))));
    }
}

/// As many digits as a FLOAT has, each.
fn vector(out: &mut Vec<u8>, elements: &[f32]) {
    out.push(b'[');
    for (i, x) in elements.iter().enumerate() {
        let comma = if i > 0 { "," } else { "" };
        // Memory takes everything.
        let _: Result<(), _> = if x.is_finite() {
            write!(out, "{comma}{x:?}")
        } else {
            write!(out, "{comma}null")
        };
    }
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_as_serde_json_writes_them() {
        let all: String = (0..0x300).filter_map(char::from_u32).collect();
        for text in ["", "plain", "ä\u{1F600}\u{7f}", "\"", "a\\b\"c\n", &all] {
            let mut out = Vec::new();
            string(&mut out, text);
            assert_eq!(String::from_utf8(out).unwrap(), json!(text).to_string());
        }
    }

    #[test]
    fn values_as_serde_json_writes_them() {
        let written = |v: Value<'_>| {
            let mut out = Vec::new();
            value(&mut out, &v);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(Value::Int(i64::MIN)), i64::MIN.to_string());
        assert_eq!(written(Value::UInt(u64::MAX)), u64::MAX.to_string());
        assert_eq!(written(Value::Float(0.1)), "0.1");
        assert_eq!(written(Value::Float(3.0)), "3");
        assert_eq!(written(Value::Float(-0.0)), "-0.0");
        assert_eq!(written(Value::Float(-3.4e38)), "-3.4e+38");
        assert_eq!(written(Value::Double(3.0)), "3.0");
        assert_eq!(written(Value::Double(f64::NAN)), "\"NaN\"");
        assert_eq!(written(Value::Bytes(vec![0, 0xab].into())), "\"0x00ab\"");
        let vector = vec![0.1, 2.0, f32::INFINITY, 1e-9];
        assert_eq!(written(Value::Vector(vector)), "[0.1,2.0,null,1e-9]");
        assert_eq!(written(Value::Bits(5, 3)), "5");
        assert_eq!(written(Value::Enum(2, None)), "2");
    }
}
