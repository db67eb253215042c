//! Text → words, quotes, parentheses, operators, each with its place.

use core::ops::Range;

/// A token; places are bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lexed {
    pub(super) kind: Lex,
    pub(super) at: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lex {
    /// Letters, digits and whatever else is not an operator here.
    Word(String),
    /// In quotes; the quotes are gone.
    Quoted(String),
    /// `:` `=` `!=` `<` `<=` `>` `>=`, right after a word.
    Op(&'static str),
    Open,
    Close,
    Comma,
    /// Before a word or parenthesis: not.
    Minus,
}

const OPS: &[&str] = &["!=", "<=", ">=", ":", "=", "<", ">"];

/// The tokens; of a quote without end, its place.
pub(super) fn lex(text: &str) -> Result<Vec<Lexed>, Range<usize>> {
    let mut out: Vec<Lexed> = Vec::new();
    let mut at = 0;
    // Whether a value of a term is being read: then `:`, `-` and the like belong to it.
    let mut in_value = false;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        if c.is_whitespace() {
            at += c.len_utf8();
            in_value = false;
            continue;
        }
        let kind = match c {
            '(' => Some(Lex::Open),
            ')' => Some(Lex::Close),
            ',' if in_value => Some(Lex::Comma),
            '-' if !in_value => Some(Lex::Minus),
            _ => None,
        };
        if let Some(kind) = kind {
            at += 1;
            in_value = kind == Lex::Comma;
            out.push(Lexed {
                kind,
                at: start..at,
            });
            continue;
        }
        let after_word =
            matches!(out.last(), Some(l) if matches!(l.kind, Lex::Word(_)) && l.at.end == at);
        if let Some(op) = OPS
            .iter()
            .find(|op| after_word && !in_value && text[at..].starts_with(**op))
        {
            at += op.len();
            in_value = true;
            out.push(Lexed {
                kind: Lex::Op(op),
                at: start..at,
            });
            // `rows:>100`: the second operator counts.
            if *op == ":"
                && let Some(second) = OPS.iter().find(|op| text[at..].starts_with(**op))
            {
                let end = at + second.len();
                out.pop();
                out.push(Lexed {
                    kind: Lex::Op(second),
                    at: start..end,
                });
                at = end;
            }
            continue;
        }
        if c == '"' || c == '\'' {
            let body = at + 1;
            let end = text[body..]
                .find(c)
                .map(|i| body + i)
                .ok_or(start..text.len())?;
            at = end + 1;
            out.push(Lexed {
                kind: Lex::Quoted(text[body..end].into()),
                at: start..at,
            });
            continue;
        }
        let stops = |c: char| {
            c.is_whitespace()
                || c == '('
                || c == ')'
                || c == '"'
                || (in_value && c == ',')
                || (!in_value && ":=!<>".contains(c))
        };
        // A first character that is an operator out of place is a word of its own.
        let len = text[at..]
            .char_indices()
            .find(|(i, c)| *i > 0 && stops(*c))
            .map_or(text.len() - at, |(i, _)| i);
        at += len;
        out.push(Lexed {
            kind: Lex::Word(text[start..at].into()),
            at: start..at,
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{Lex, lex};

    fn shown(text: &str) -> std::string::String {
        let all = lex(text).unwrap();
        let shown: Vec<_> = all
            .iter()
            .map(|l| match &l.kind {
                Lex::Word(w) => w.clone(),
                Lex::Quoted(q) => format!("'{q}'"),
                Lex::Op(op) => (*op).to_string(),
                Lex::Open => "(".into(),
                Lex::Close => ")".into(),
                Lex::Comma => ",".into(),
                Lex::Minus => "-".into(),
            })
            .collect();
        shown.join(" ")
    }

    #[test]
    fn values_keep_their_colons_and_dashes() {
        assert_eq!(
            shown("time:2026-02-03T10:15..2026-02-03T10:30"),
            "time : 2026-02-03T10:15..2026-02-03T10:30"
        );
        assert_eq!(
            shown("-op:insert,delete (rows:>=1k or a-b)"),
            "- op : insert , delete ( rows >= 1k or a-b )"
        );
        assert_eq!(
            shown("sql:\"a b\" 'x y' size!=3"),
            "sql : 'a b' 'x y' size != 3"
        );
        assert_eq!(shown("gtid:3e11-fa:1-5"), "gtid : 3e11-fa:1-5");
        assert_eq!(lex("a \"b").unwrap_err(), 2..4);
        for odd in [":", "a:", ":a", "((", "a::b", "=<>", ",", "é:ü,ö"] {
            assert!(lex(odd).is_ok(), "{odd}");
        }
    }
}
