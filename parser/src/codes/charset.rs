//! Collation ids, the charsets they belong to, and text out of bytes.

use super::{collations, overrides::OVERRIDES, single_byte::TABLES};
use alloc::{borrow::Cow, string::String};
use core::fmt;

/// A charset, by its server-side name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charset(&'static str);

impl Charset {
    /// Bytes that are no text.
    pub const BINARY: Charset = Charset("binary");

    /// The charset that `collation` (an id as in `information_schema.COLLATIONS`) belongs to.
    pub fn of_collation(collation: u64) -> Option<Charset> {
        let id = u16::try_from(collation).ok()?;
        collations::charset(id).map(Charset)
    }

    /// The collation's own name, e.g. `utf8mb4_0900_ai_ci`.
    pub fn collation_name(collation: u64) -> Option<Cow<'static, str>> {
        collations::name(u16::try_from(collation).ok()?)
    }

    /// The server's name, e.g. `utf8mb4`.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Whether this is no text at all.
    pub fn is_binary(self) -> bool {
        self == Charset::BINARY
    }

    /// `bytes` as text, or `None` if they are not valid in this charset.
    pub fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        use encoding_rs as e;
        let encoding = match self.0 {
            "utf8mb4" | "utf8mb3" => return core::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            "utf32" => return utf32(bytes).map(Cow::Owned),
            "utf16" | "ucs2" => e::UTF_16BE,
            "utf16le" => e::UTF_16LE,
            // MySQL's latin1 is Windows code page 1252 (manual, "West European Character Sets").
            "latin1" => e::WINDOWS_1252,
            "latin2" => e::ISO_8859_2,
            "latin5" => e::WINDOWS_1254,
            "latin7" => e::ISO_8859_13,
            "greek" => e::ISO_8859_7,
            "hebrew" => e::ISO_8859_8,
            "cp1250" => e::WINDOWS_1250,
            "cp1251" => e::WINDOWS_1251,
            "cp1256" => e::WINDOWS_1256,
            "cp1257" => e::WINDOWS_1257,
            "cp866" => e::IBM866,
            "koi8r" => e::KOI8_R,
            "koi8u" => e::KOI8_U,
            "macroman" => e::MACINTOSH,
            "tis620" => e::WINDOWS_874,
            "gbk" | "gb2312" => e::GBK,
            "gb18030" => e::GB18030,
            "big5" => e::BIG5,
            "sjis" | "cp932" => e::SHIFT_JIS,
            "ujis" | "eucjpms" => e::EUC_JP,
            "euckr" => e::EUC_KR,
            "binary" => return None,
            "ascii" => return ascii(bytes),
            name => return single_byte(name, bytes).map(Cow::Owned),
        };
        match OVERRIDES.iter().find(|(name, _)| *name == self.0) {
            Some((name, codes)) if !bytes.is_ascii() => {
                by_character(name, codes, encoding, bytes).map(Cow::Owned)
            }
            _ => encoding.decode_without_bom_handling_and_without_replacement(bytes),
        }
    }
}

/// Text character by character: the server's own where it has one of its own.
fn by_character(
    charset: &str,
    codes: &[(u32, char)],
    encoding: &'static encoding_rs::Encoding,
    bytes: &[u8],
) -> Option<String> {
    let euc = matches!(charset, "ujis" | "eucjpms");
    let double = euc || matches!(charset, "big5" | "gb2312" | "sjis");
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(lead) = rest.first() {
        let len = match lead {
            0..=0x7f => 1,
            0x8f if euc => 3,
            0xa0..=0xdf if charset == "sjis" => 1,
            _ if double => 2,
            _ => 1,
        };
        let (one, tail) = rest.split_at_checked(len)?;
        let code = one.iter().fold(0, |v, b| v << 8 | u32::from(*b));
        rest = tail;
        let found = codes.binary_search_by_key(&code, |(code, _)| *code);
        if let Some((_, own)) = found.ok().and_then(|i| codes.get(i)) {
            out.push(*own);
        } else if euc && let Some(own) = private_use(code) {
            out.push(own);
        } else {
            out.push_str(&encoding.decode_without_bom_handling_and_without_replacement(one)?);
        }
    }
    Some(out)
}

/// Rows 85 to 94 of both EUC planes, which are left to users.
fn private_use(code: u32) -> Option<char> {
    let (row, cell) = (code >> 8 & 0xff, code & 0xff);
    let base = if code > 0xffff { 0xe3ac } else { 0xe000 };
    let user = row >= 0xf5 && (0xa1..=0xfe).contains(&cell);
    user.then(|| char::from_u32(base + (row - 0xf5) * 94 + cell - 0xa1))?
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

fn ascii(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if bytes.is_ascii() {
        core::str::from_utf8(bytes).ok().map(Cow::Borrowed)
    } else {
        None
    }
}

fn single_byte(charset: &str, bytes: &[u8]) -> Option<String> {
    let (_, table) = TABLES.iter().find(|(name, _)| *name == charset)?;
    let characters = bytes.iter().map(|b| table.get(usize::from(*b)).copied());
    characters
        .map(|c| c.filter(|c| *c != char::REPLACEMENT_CHARACTER))
        .collect()
}

fn utf32(bytes: &[u8]) -> Option<String> {
    let (chunks, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    chunks
        .iter()
        .map(|c| char::from_u32(u32::from_be_bytes(*c)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(collation: u64, bytes: &[u8]) -> Option<String> {
        Charset::of_collation(collation)?
            .decode(bytes)
            .map(Cow::into_owned)
    }

    #[test]
    fn collations_find_their_charset() {
        assert_eq!(Charset::of_collation(255).unwrap().name(), "utf8mb4");
        assert_eq!(Charset::of_collation(2304).unwrap().name(), "utf8mb4");
        assert_eq!(Charset::of_collation(63), Some(Charset::BINARY));
        assert_eq!(Charset::of_collation(0), None);
        assert_eq!(Charset::of_collation(17), None);
        assert_eq!(Charset::of_collation(70_000), None);
        let name = |id| Charset::collation_name(id).map(Cow::into_owned);
        assert_eq!(name(255).unwrap(), "utf8mb4_0900_ai_ci");
        assert_eq!(name(63).unwrap(), "binary");
        assert_eq!(name(2304).unwrap(), "utf8mb4_uca1400_ai_ci");
        assert_eq!(name(2070).unwrap(), "utf8mb3_uca1400_latvian_nopad_as_ci");
        assert_eq!(name(2048 + (21 << 3)), None);
    }

    #[test]
    fn text_of_many_charsets() {
        assert_eq!(text(8, b"caf\xe9 \x80").unwrap(), "café €");
        assert_eq!(text(28, b"\xd6\xd0\xce\xc4").unwrap(), "中文");
        assert_eq!(text(13, b"\x93\xfa\x96\x7b").unwrap(), "日本");
        assert_eq!(text(54, b"\xd8\x34\xdd\x1e").unwrap(), "𝄞");
        assert_eq!(text(60, b"\0\x01\xd1\x1e").unwrap(), "𝄞");
        assert_eq!(
            text(13, b"a\x81\x60\xb1").unwrap(),
            "a〜ｱ",
            "sjis has its own tilde"
        );
        assert_eq!(
            text(12, b"\xf5\xa1\x8f\xf5\xa1").unwrap(),
            "\u{e000}\u{e3ac}"
        );
        assert_eq!(text(12, b"\xf5"), None);
        assert_eq!(text(4, b"\x84"), Some("ä".into()), "cp850");
        assert_eq!(text(10, b"{"), Some("ä".into()), "swe7");
        assert_eq!(text(255, b"\xff"), None);
        assert_eq!(text(60, b"\0\x11\xff\xff\0"), None);
    }
}
