//! MySQL's binary JSON as text, the way the server prints it.

use super::{decimal, temporal};
use crate::codes::ColumnType;
use crate::fault::{FaultKind, Field};
use crate::limits;
use alloc::{borrow::Cow, format, string::String, vec::Vec};
use base64::{Engine, prelude::BASE64_STANDARD};
use core::fmt::Write;

type Result<T> = core::result::Result<T, FaultKind>;

const BAD: FaultKind = FaultKind::BadValue { what: Field::Json };

/// The document in `data` as text (`sql-common/json_binary.cc`). Numbers keep every digit; dates,
/// times and decimals, which JSON does not know, are printed as the server does. No bytes at all
/// stand for the literal null.
///
/// # Errors
/// [`FaultKind::BadValue`] for offsets outside the document, unknown types, too deep nesting;
/// [`FaultKind::Unpacked`] if the text exceeds [`limits::JSON_TEXT`].
pub fn text(data: &[u8]) -> Result<String> {
    let mut out = String::new();
    match data.split_first() {
        None => out.push_str("null"),
        Some((kind, rest)) => value(&mut out, *kind, rest, 0)?,
    }
    Ok(out)
}

/// The text of the document in `data` without quotes, if it is a string or prints as one.
pub(crate) fn unquoted(data: &[u8]) -> Option<Cow<'_, [u8]>> {
    let (kind, rest) = data.split_first()?;
    if *kind == 0x0c {
        let (len, rest) = variable_length(rest).ok()?;
        return rest.get(..len).map(Cow::Borrowed);
    }
    // Of an opaque value nothing is escaped.
    let text = text(data).ok()?;
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    Some(Cow::Owned(inside.as_bytes().to_vec()))
}

/// A number or literal of type `kind` as text.
pub(super) fn scalar(kind: u8, data: &[u8]) -> Result<String> {
    let mut out = String::new();
    value(&mut out, kind, data, 0)?;
    Ok(out)
}

/// Writes the value of type `kind` whose bytes begin `data` (and may end before it does).
fn value(out: &mut String, kind: u8, data: &[u8], depth: usize) -> Result<()> {
    if depth > limits::JSON_DEPTH {
        return Err(BAD);
    }
    if out.len() > limits::JSON_TEXT {
        return Err(FaultKind::Unpacked {
            cap: limits::JSON_TEXT as u64,
        });
    }
    let written = match kind {
        0x00 => {
            return container(
                out,
                data,
                Shape {
                    object: true,
                    large: false,
                },
                depth,
            );
        }
        0x01 => {
            return container(
                out,
                data,
                Shape {
                    object: true,
                    large: true,
                },
                depth,
            );
        }
        0x02 => {
            return container(
                out,
                data,
                Shape {
                    object: false,
                    large: false,
                },
                depth,
            );
        }
        0x03 => {
            return container(
                out,
                data,
                Shape {
                    object: false,
                    large: true,
                },
                depth,
            );
        }
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
        0x0c => {
            let (len, data) = variable_length(data)?;
            return quoted(out, data.get(..len).ok_or(BAD)?);
        }
        0x0f => return opaque(out, data),
        _ => return Err(BAD),
    };
    written.map_err(|_| BAD)
}

#[derive(Clone, Copy)]
struct Shape {
    object: bool,
    large: bool,
}

/// Element count and size, then key entries (offset, length u16), then value entries (type u8,
/// inlined value or offset); offsets count from the start of the container.
fn container(out: &mut String, data: &[u8], shape: Shape, depth: usize) -> Result<()> {
    let word = if shape.large { 4 } else { 2 };
    let number = |at: usize| -> Result<usize> {
        let bytes = data.get(at..at + word).ok_or(BAD)?;
        Ok(bytes.iter().rev().fold(0, |v, b| v << 8 | usize::from(*b)))
    };
    let (count, size) = (number(0)?, number(word)?);
    let data = data.get(..size).ok_or(BAD)?;
    let keys_at = 2 * word;
    let key_entry = if shape.object { word + 2 } else { 0 };
    let values_at = count
        .checked_mul(key_entry)
        .and_then(|n| n.checked_add(keys_at))
        .ok_or(BAD)?;
    if values_at.saturating_add(count.saturating_mul(1 + word)) > data.len() {
        return Err(BAD);
    }
    out.push(if shape.object { '{' } else { '[' });
    for i in 0..count {
        if i > 0 {
            out.push_str(", ");
        }
        if shape.object {
            let entry = keys_at + i * key_entry;
            let (at, len) = (number(entry)?, &data[entry + word..entry + word + 2]);
            let len = usize::from(u16::from_le_bytes([len[0], len[1]]));
            quoted(out, data.get(at..at.saturating_add(len)).ok_or(BAD)?)?;
            out.push_str(": ");
        }
        let entry = values_at + i * (1 + word);
        let kind = data[entry];
        let inlined = matches!(kind, 0x04..=0x06) || shape.large && matches!(kind, 0x07 | 0x08);
        if inlined {
            value(out, kind, &data[entry + 1..entry + 1 + word], depth + 1)?;
        } else {
            let at = number(entry + 1)?;
            value(out, kind, data.get(at..).ok_or(BAD)?, depth + 1)?;
        }
    }
    out.push(if shape.object { '}' } else { ']' });
    Ok(())
}

fn fixed<const N: usize>(data: &[u8]) -> Result<[u8; N]> {
    data.first_chunk().copied().ok_or(BAD)
}

/// Seven bits a byte, least significant first, the top bit says that more follow (at most five).
fn variable_length(data: &[u8]) -> Result<(usize, &[u8])> {
    let mut len = 0u64;
    for (i, byte) in data.iter().enumerate().take(5) {
        len |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Ok((usize::try_from(len).map_err(|_| BAD)?, &data[i + 1..]));
        }
    }
    Err(BAD)
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

/// A value of an SQL type: the type's code, a length, the bytes.
fn opaque(out: &mut String, data: &[u8]) -> Result<()> {
    let (kind, rest) = data.split_first().ok_or(BAD)?;
    let (len, rest) = variable_length(rest)?;
    let bytes = rest.get(..len).ok_or(BAD)?;
    let shown = match ColumnType(*kind) {
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
            let packed: Vec<u8> = bytes.to_vec();
            format!("base64:type{code}:{}", BASE64_STANDARD.encode(packed))
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
