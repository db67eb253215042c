//! Text that statements are searched for: first in raw bytes, then, where it may be, in the text.

use super::value::Glob;
use memchr::{memchr, memchr2, memmem};

/// A pattern for the text of statements, letters of either case.
#[derive(Debug)]
pub(super) struct Pattern {
    judge: Judge,
    /// Bytes that a statement must hold to fit; `None`: any may.
    literal: Option<Literal>,
    /// What holds the literal fits: nothing else is asked.
    sure: bool,
}

/// What decides on the decoded text.
#[derive(Debug)]
enum Judge {
    /// The text, in lower case, holds this.
    Contains(String),
    /// The whole text fits.
    Whole(Glob),
}

impl Pattern {
    /// Statements that hold `text`, which is in lower case.
    pub(super) fn containing(text: &str) -> Pattern {
        Pattern {
            literal: Literal::of(text.chars().map(Some)),
            sure: text.is_ascii() && !text.is_empty(),
            judge: Judge::Contains(text.to_owned()),
        }
    }

    /// Statements that fit `glob`.
    pub(super) fn of(glob: &Glob) -> Pattern {
        let plain = glob.inner_text();
        Pattern {
            literal: Literal::of(glob.characters()),
            sure: plain.is_some_and(|t| !t.is_empty() && t.iter().all(char::is_ascii)),
            judge: Judge::Whole(glob.clone()),
        }
    }

    /// Whether a statement among `bytes` may fit: `false` is certain.
    pub(super) fn may_be_in(&self, bytes: &[u8]) -> bool {
        self.literal.as_ref().is_none_or(|l| l.may_be_in(bytes))
    }

    /// Where, from `from` on, a statement that may fit has such bytes as show it: before that place none
    /// does. `None` where the pattern has no such bytes.
    pub(super) fn next_in(&self, bytes: &[u8], from: usize) -> Option<Option<usize>> {
        let literal = self.literal.as_ref()?;
        let rest = bytes.get(from..).unwrap_or(&[]);
        Some(literal.find(rest).map(|i| from + i))
    }

    /// Bytes that [`next_in`](Self::next_in) looks at together.
    pub(super) fn span(&self) -> usize {
        let longest = |l: &Literal| l.bytes.len().max("\u{212a}".len());
        self.literal.as_ref().map_or(0, longest)
    }

    /// Whether this statement fits.
    pub(super) fn fits(&self, sql: &[u8]) -> bool {
        if let Some(literal) = &self.literal {
            if self.sure && literal.is_in(sql) {
                return true;
            }
            if !literal.may_be_in(sql) {
                return false;
            }
        }
        let text = String::from_utf8_lossy(sql);
        match &self.judge {
            Judge::Contains(wanted) => text.to_lowercase().contains(wanted.as_str()),
            Judge::Whole(glob) => glob.matches(&text),
        }
    }
}

/// ASCII bytes in lower case that a text must hold, in either case, found by the rarest of them.
#[derive(Debug)]
struct Literal {
    bytes: Vec<u8>,
    rarest: usize,
    /// Characters beyond ASCII whose lower case holds ASCII letters: `K` (U+212A) is a `k`, `İ`
    /// (U+0130) is an `i` and a dot above, so that it may end the literal. Unicode has no third.
    kelvin: bool,
    dotted: bool,
}

impl Literal {
    /// The longest run of ASCII characters; `None` stands for a wildcard.
    fn of(characters: impl Iterator<Item = Option<char>>) -> Option<Literal> {
        let (mut longest, mut run) = (Vec::new(), Vec::new());
        for c in characters {
            match c.and_then(|c| u8::try_from(c).ok()).filter(u8::is_ascii) {
                Some(byte) => run.push(byte.to_ascii_lowercase()),
                None => run.clear(),
            }
            if run.len() > longest.len() {
                longest.clone_from(&run);
            }
        }
        let rarest = (0..longest.len()).min_by_key(|i| frequency(longest[*i]))?;
        Some(Literal {
            rarest,
            kelvin: longest.contains(&b'k'),
            dotted: longest.last() == Some(&b'i'),
            bytes: longest,
        })
    }

    /// Whether it stands in `text`.
    fn is_in(&self, text: &[u8]) -> bool {
        self.position(text).is_some()
    }

    /// Where it stands first.
    fn position(&self, text: &[u8]) -> Option<usize> {
        let byte = self.bytes[self.rarest];
        let upper = byte.to_ascii_uppercase();
        // Where the rarest byte of a match may lie, from where a match may begin.
        let after = self.bytes.len() - 1 - self.rarest;
        let places = text.get(self.rarest..text.len().checked_sub(after)?)?;
        let mut from = 0;
        loop {
            let rest = places.get(from..)?;
            let found = if upper == byte {
                memchr(byte, rest)
            } else {
                memchr2(byte, upper, rest)
            };
            let start = from + found?;
            let here = text.get(start..start + self.bytes.len());
            if here.is_some_and(|t| t.eq_ignore_ascii_case(&self.bytes)) {
                return Some(start);
            }
            from = start + 1;
        }
    }

    fn may_be_in(&self, text: &[u8]) -> bool {
        self.find(text).is_some()
    }

    /// The first place that shows that it may stand in `text`, in one of its forms.
    fn find(&self, text: &[u8]) -> Option<usize> {
        let form = |on: bool, form: &str| on.then(|| memmem::find(text, form.as_bytes())).flatten();
        let others = [form(self.kelvin, "\u{212a}"), form(self.dotted, "\u{130}")];
        self.position(text)
            .into_iter()
            .chain(others.into_iter().flatten())
            .min()
    }
}

/// How often a byte (in lower case) stands in statements and their session's settings, roughly: the
/// place among those that are frequent, 0 for the rest.
fn frequency(byte: u8) -> usize {
    const RARE_TO_FREQUENT: &[u8] = b"zqjx:;/w%v*ykgh-f#.\"9876543pbml('`)d=uc,21o_inrsat0e ";
    RARE_TO_FREQUENT
        .iter()
        .position(|b| *b == byte)
        .map_or(0, |i| i + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anywhere(text: &str) -> Pattern {
        Pattern::of(&Glob::anywhere(text))
    }

    #[test]
    fn bytes_that_may_hold_a_text_are_never_passed_over() {
        let texts: Vec<String> = [
            "",
            "k",
            "i",
            "İ",
            "K",
            "ß",
            "SS",
            "ü",
            "Ü",
            "UPDATE orders",
            "update ORDERS set Kilo",
            "xİ",
            "x\u{130}\u{307}",
            "STRASSE",
            "Straße",
            "ΑΣ",
            "ας",
            "ασ.",
            "\u{fffd}",
            "a*b",
            "a?b",
            "aab",
            "\u{212a}ilo",
            "\u{212b}",
            "ab",
            "aab aB",
            "zz z",
        ]
        .map(str::to_owned)
        .into();
        let patterns = [
            "k", "i", "xi", "ilo", "kilo", "ss", "ß", "ü", "s", "σ", "ς", "ασ", "a*b", "a?b",
            "order", "SET k", "*", "?", "", "å", "i\u{307}", "\u{fffd}", "ab", "z",
        ];
        for text in &texts {
            for bytes in [
                text.as_bytes().to_vec(),
                [text.as_bytes(), b"\xff\xfe"].concat(),
            ] {
                let lossy = String::from_utf8_lossy(&bytes).into_owned();
                for pattern in patterns {
                    let glob = Glob::anywhere(pattern);
                    let sql = anywhere(pattern);
                    assert_eq!(
                        sql.fits(&bytes),
                        glob.matches(&lossy),
                        "{pattern} in {text}"
                    );
                    assert!(
                        sql.may_be_in(&bytes) || !sql.fits(&bytes),
                        "{pattern} in {text}"
                    );
                    let lower = pattern.to_lowercase();
                    let free = Pattern::containing(&lower);
                    let holds = lossy.to_lowercase().contains(&lower);
                    assert_eq!(free.fits(&bytes), holds, "{pattern} in {text}");
                    assert!(free.may_be_in(&bytes) || !holds, "{pattern} in {text}");
                }
            }
        }
    }

    #[test]
    fn no_other_character_becomes_ascii() {
        let into_ascii = |c: &char| !c.is_ascii() && c.to_lowercase().any(|l| l.is_ascii());
        let all: Vec<char> = ('\0'..=char::MAX).filter(into_ascii).collect();
        assert_eq!(all, ['\u{130}', '\u{212a}']);
    }

    #[test]
    fn the_longest_run_is_searched_for() {
        let literal = |p: &str| Literal::of(Glob::new(p).characters()).map(|l| l.bytes);
        assert_eq!(literal("ab*cde?f").as_deref(), Some(&b"cde"[..]));
        assert_eq!(literal("grün Straße").as_deref(), Some(&b"n stra"[..]));
        assert_eq!(literal("*ü?"), None);
    }
}
