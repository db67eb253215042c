//! The escapes of the tools' text, there and back.

use binlight_parser::table::Column;

/// As MySQL's tool prints text: some control characters by name, quotes and backslashes escaped.
pub fn escaped_by_mysql(bytes: &[u8]) -> Vec<u8> {
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
pub fn escaped(bytes: &[u8]) -> Vec<u8> {
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
pub fn unescaped(text: &[u8], column: &Column) -> Option<String> {
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
pub fn stored(text: &[u8]) -> Vec<u8> {
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
