//! MySQL's binary JSON as text, the way the server prints it.

use super::json_binary::{BAD, Container, Result, Shape, Value};
use super::{decimal, temporal};
use crate::codes::ColumnType;
use crate::fault::FaultKind;
use crate::limits;
use alloc::{borrow::Cow, format, string::String};
use base64::{Engine, prelude::BASE64_STANDARD};
use core::fmt::Write;

/// The document in `data` as text (`sql-common/json_binary.cc`). Numbers keep every digit; dates,
/// times and decimals, which JSON does not know, are printed as the server does. No bytes at all
/// stand for the literal null.
///
/// # Errors
/// [`FaultKind::BadValue`] for offsets outside the document, unknown types, too deep nesting;
/// [`FaultKind::Unpacked`] if the text exceeds [`limits::JSON_TEXT`].
pub fn text(data: &[u8]) -> core::result::Result<String, FaultKind> {
    let mut out = String::new();
    match Value::of(data) {
        None => out.push_str("null"),
        Some(root) => value(&mut out, root)?,
    }
    Ok(out)
}

/// The text of the document in `data` without quotes, if it is a string or prints as one.
pub(crate) fn unquoted(data: &[u8]) -> Option<Cow<'_, [u8]>> {
    match Value::of(data)?.shape() {
        Ok(Shape::String { text, .. }) => return Some(Cow::Borrowed(text.bytes)),
        // Of an opaque value nothing is escaped.
        Ok(Shape::Opaque { .. }) => {}
        _ => return None,
    }
    let text = text(data).ok()?;
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    Some(Cow::Owned(inside.as_bytes().to_vec()))
}

fn value(out: &mut String, value: Value<'_>) -> Result<()> {
    if out.len() > limits::JSON_TEXT {
        return Err(FaultKind::Unpacked {
            cap: limits::JSON_TEXT as u64,
        });
    }
    match value.shape()? {
        Shape::Container(members) => container(out, &members),
        Shape::Scalar(data) => scalar(out, value.kind, data.bytes),
        Shape::String { text, .. } => quoted(out, text.bytes),
        Shape::Opaque { kind, value, .. } => opaque(out, kind, value.bytes),
    }
}

/// Writes a literal or number of type `kind`.
pub(super) fn scalar(out: &mut String, kind: u8, data: &[u8]) -> Result<()> {
    let written = match kind {
        0x04 => {
            out.push_str(match data.first().ok_or(BAD)? {
                0 => "null",
                1 => "true",
                2 => "false",
                _ => return Err(BAD),
            });
            Ok(())
        }
        0x05 => write!(out, "{}", i16::from_le_bytes(fixed(data)?)),
        0x06 => write!(out, "{}", u16::from_le_bytes(fixed(data)?)),
        0x07 => write!(out, "{}", i32::from_le_bytes(fixed(data)?)),
        0x08 => write!(out, "{}", u32::from_le_bytes(fixed(data)?)),
        0x09 => write!(out, "{}", i64::from_le_bytes(fixed(data)?)),
        0x0a => write!(out, "{}", u64::from_le_bytes(fixed(data)?)),
        0x0b => write!(out, "{:?}", f64::from_le_bytes(fixed(data)?)),
        _ => return Err(BAD),
    };
    written.map_err(|_| BAD)
}

fn container(out: &mut String, members: &Container<'_>) -> Result<()> {
    out.push(if members.object { '{' } else { '[' });
    for i in 0..members.count {
        if i > 0 {
            out.push_str(", ");
        }
        let member = members.member(i)?;
        if let Some((_, key)) = member.key {
            quoted(out, key.bytes)?;
            out.push_str(": ");
        }
        value(out, member.value)?;
    }
    out.push(if members.object { '}' } else { ']' });
    Ok(())
}

fn fixed<const N: usize>(data: &[u8]) -> Result<[u8; N]> {
    data.first_chunk().copied().ok_or(BAD)
}

/// A quoted string, escaped as the server does (`sql-common/json_dom.cc`, `double_quote`).
fn quoted(out: &mut String, bytes: &[u8]) -> Result<()> {
    let text = core::str::from_utf8(bytes).map_err(|_| BAD)?;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => write!(out, "\\u{:04x}", u32::from(c)).map_err(|_| BAD)?,
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(())
}

/// A value of an SQL type.
fn opaque(out: &mut String, kind: ColumnType, bytes: &[u8]) -> Result<()> {
    let shown = match kind {
        ColumnType::NEWDECIMAL => {
            let [precision, scale, digits @ ..] = bytes else {
                return Err(BAD);
            };
            out.push_str(&decimal::text(digits, *precision, *scale)?);
            return Ok(());
        }
        ColumnType::DATE | ColumnType::NEWDATE => {
            format!("{}", temporal::from_json_packed(bytes, false)?.date)
        }
        ColumnType::TIME | ColumnType::TIME2 => {
            format!("{}", temporal::from_json_packed(bytes, true)?.time)
        }
        ColumnType::DATETIME
        | ColumnType::TIMESTAMP
        | ColumnType::DATETIME2
        | ColumnType::TIMESTAMP2 => {
            format!("{}", temporal::from_json_packed(bytes, false)?)
        }
        ColumnType(code) => {
            format!("base64:type{code}:{}", BASE64_STANDARD.encode(bytes))
        }
    };
    quoted(out, shown.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_and_nothing() {
        assert_eq!(text(&[]).unwrap(), "null");
        assert_eq!(text(&[4, 1]).unwrap(), "true");
        assert_eq!(text(&[0x0c, 3, b'a', b'"', b'\n']).unwrap(), r#""a\"\n""#);
        assert_eq!(
            text(&[0x0a, 255, 255, 255, 255, 255, 255, 255, 255]).unwrap(),
            "18446744073709551615"
        );
    }

    #[test]
    fn an_object_of_one_member() {
        // {"a": 1}: count 1, size 12, key at 11 (length 1), value inlined.
        let data = [0, 1, 0, 12, 0, 11, 0, 1, 0, 5, 1, 0, b'a'];
        assert_eq!(text(&data).unwrap(), r#"{"a": 1}"#);
    }

    #[test]
    fn a_document_that_contains_itself_ends() {
        // An array whose only element points back at the array.
        let data = [2, 1, 0, 7, 0, 2, 0, 0];
        assert!(text(&data).is_err());
    }
}
