//! CHAR, VARCHAR, TEXT, BINARY, VARBINARY, BLOB.

use super::Value;
use crate::table::Column;
use alloc::borrow::Cow;

/// Text by the column's charset; bytes where it has none or they are not valid in it. Without a
/// charset in the log, UTF-8 without control characters counts as text.
pub(super) fn text<'a>(column: &Column, data: &'a [u8]) -> Value<'a> {
    let decoded = match column.charset() {
        Some(charset) => charset.decode(data),
        None => core::str::from_utf8(data)
            .ok()
            .filter(|t| {
                !t.chars()
                    .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            })
            .map(Cow::Borrowed),
    };
    match decoded {
        Some(text) => Value::Text(text),
        None => Value::Bytes(Cow::Borrowed(data)),
    }
}
