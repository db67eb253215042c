//! Statement → tokens, comments left out.

/// A token and its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A keyword, name or function name, without quotes.
    Word(&'a str),
    /// A name in backticks.
    Name(&'a str),
    /// A string, its quotes included.
    Text(&'a str),
    /// A number, in any notation.
    Number(&'a str),
    /// `@name` or `@@name`.
    Variable(&'a str),
    /// Any other character.
    Symbol(char),
}

impl<'a> Token<'a> {
    /// Whether it is this keyword (given in upper case).
    pub fn is(self, keyword: &str) -> bool {
        matches!(self, Token::Word(w) if w.eq_ignore_ascii_case(keyword))
    }

    /// Its text.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Token::Word(t)
            | Token::Name(t)
            | Token::Text(t)
            | Token::Number(t)
            | Token::Variable(t) => Some(t),
            Token::Symbol(_) => None,
        }
    }
}

/// The tokens of a statement. `/*! … */`, which some servers run, counts as text of it.
pub fn tokens(sql: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = sql;
    core::iter::from_fn(move || next(&mut rest))
}

fn next<'a>(rest: &mut &'a str) -> Option<Token<'a>> {
    loop {
        let text = rest.trim_start();
        let after = if let Some(t) = text.strip_prefix("/*!") {
            t.trim_start_matches(|c: char| c.is_ascii_digit())
        } else if let Some(t) = text.strip_prefix("/*") {
            t.split_once("*/").map_or("", |(_, r)| r)
        } else if let Some(t) = text.strip_prefix("*/") {
            t
        } else if text.starts_with('#')
            || text
                .strip_prefix("--")
                .is_some_and(|t| t.is_empty() || t.starts_with(char::is_whitespace))
        {
            text.split_once('\n').map_or("", |(_, r)| r)
        } else {
            *rest = text;
            break;
        };
        *rest = after;
    }
    let text = *rest;
    let first = text.chars().next()?;
    let second = text.as_bytes().get(1).copied().unwrap_or(0);
    let (len, make): (usize, fn(&'a str) -> Token<'a>) = match first {
        '\'' | '"' => (quoted(text, 0, first), Token::Text),
        '`' => (quoted(text, 0, first), Token::Name),
        'x' | 'X' | 'b' | 'B' | 'n' | 'N' if second == b'\'' => {
            (quoted(text, 1, '\''), Token::Text)
        }
        '@' => (variable(text), Token::Variable),
        c if c.is_ascii_digit() || c == '.' && second.is_ascii_digit() => {
            (number(text), Token::Number)
        }
        c if is_word(c) => (word(text), Token::Word),
        c => {
            *rest = &text[c.len_utf8()..];
            return Some(Token::Symbol(c));
        }
    };
    let (token, after) = text.split_at(len.max(1).min(text.len()));
    *rest = after;
    Some(make(token))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn word(text: &str) -> usize {
    text.find(|c| !is_word(c)).unwrap_or(text.len())
}

fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let part = |i: usize| {
        let exponent = i > 0 && matches!(bytes[i - 1], b'e' | b'E') && !text.starts_with("0x");
        bytes[i].is_ascii_alphanumeric()
            || bytes[i] == b'.'
            || exponent && matches!(bytes[i], b'+' | b'-')
    };
    (0..bytes.len()).find(|i| !part(*i)).unwrap_or(bytes.len())
}

fn variable(text: &str) -> usize {
    let sigils = text.len() - text.trim_start_matches('@').len();
    match text[sigils..].chars().next() {
        Some(q @ ('`' | '\'' | '"')) => quoted(text, sigils, q),
        _ => {
            sigils
                + text[sigils..]
                    .find(|c| !is_word(c) && c != '.')
                    .unwrap_or(text.len() - sigils)
        }
    }
}

/// Length of `text` up to the quote that closes the one at `open`; a doubled or escaped one does not.
fn quoted(text: &str, open: usize, quote: char) -> usize {
    let bytes = text.as_bytes();
    let mut i = open + 1;
    while i < bytes.len() {
        if bytes[i] == b'\\' && quote != '`' {
            i += 2;
            continue;
        }
        if bytes[i] == quote as u8 {
            if bytes.get(i + 1) != Some(&(quote as u8)) {
                return i + 1;
            }
            i += 1;
        }
        i += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{Token::*, tokens};

    #[test]
    fn strings_comments_and_numbers() {
        let sql = "/* who */ SET @a:=1.5e-3, `we``ird` = 'it''s \\' -- no', x'00' # end\n -- all\n/*!40000 v */ @@x.y ü";
        let all: Vec<_> = tokens(sql).collect();
        assert_eq!(
            all,
            [
                Word("SET"),
                Variable("@a"),
                Symbol(':'),
                Symbol('='),
                Number("1.5e-3"),
                Symbol(','),
                Name("`we``ird`"),
                Symbol('='),
                Text("'it''s \\' -- no'"),
                Symbol(','),
                Text("x'00'"),
                Word("v"),
                Variable("@@x.y"),
                Word("ü")
            ]
        );
        for odd in [
            "'", "`a", "/*", "/*!", "@", "@'", "'\\", "--", "1e", "€'ü\\",
        ] {
            assert!(tokens(odd).count() < 4, "{odd}");
        }
    }
}
