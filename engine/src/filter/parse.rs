//! Tokens → expression, with errors that point.

use super::lexer::{Lex, Lexed, lex};
use super::{Expr, Filter};
use crate::limits::FILTER_DEPTH;
use core::ops::Range;

/// What is wrong with a filter, and where.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FilterError {
    /// Bytes of the text that are meant.
    pub at: Range<usize>,
    /// A sentence.
    pub message: String,
}

/// Parses a filter; `None` if the text says nothing. `offset`: minutes east of UTC that times
/// without a zone are meant in.
///
/// # Errors
/// [`FilterError`], pointing at the characters that are wrong.
pub fn parse(text: &str, offset: i32) -> Result<Option<Filter>, FilterError> {
    let tokens = lex(text).map_err(|at| FilterError {
        at,
        message: "this quote is not closed".into(),
    })?;
    if tokens.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser {
        tokens: &tokens,
        next: 0,
        end: text.len(),
        offset,
        depth: 0,
    };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(Some(Filter { expr })),
        Some(extra) => Err(FilterError {
            at: extra.at.clone(),
            message: "there is no parenthesis to close".into(),
        }),
    }
}

pub(super) struct Parser<'t> {
    tokens: &'t [Lexed],
    pub(super) next: usize,
    end: usize,
    pub(super) offset: i32,
    depth: usize,
}

pub(super) type Parsed<T> = Result<T, FilterError>;

impl<'t> Parser<'t> {
    pub(super) fn peek(&self) -> Option<&'t Lexed> {
        self.tokens.get(self.next)
    }

    fn take(&mut self) -> Option<&'t Lexed> {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn word(&self, word: &str) -> bool {
        let op_follows = matches!(
            self.tokens.get(self.next + 1),
            Some(Lexed {
                kind: Lex::Op(_),
                ..
            })
        );
        matches!(self.peek(), Some(Lexed { kind: Lex::Word(w), .. }) if w.eq_ignore_ascii_case(word))
            && !op_follows
    }

    pub(super) fn fail<T>(&self, at: Range<usize>, message: impl Into<String>) -> Parsed<T> {
        Err(FilterError {
            at,
            message: message.into(),
        })
    }

    fn or(&mut self) -> Parsed<Expr> {
        let mut any = vec![self.and()?];
        while self.word("or") || self.word("||") {
            self.next += 1;
            any.push(self.and()?);
        }
        Ok(one_or(any, Expr::Or))
    }

    fn and(&mut self) -> Parsed<Expr> {
        let mut all = vec![self.not()?];
        loop {
            if self.word("and") || self.word("&&") {
                self.next += 1;
            } else if self.peek().is_none_or(|t| t.kind == Lex::Close)
                || self.word("or")
                || self.word("||")
            {
                return Ok(one_or(all, Expr::And));
            }
            all.push(self.not()?);
        }
    }

    fn not(&mut self) -> Parsed<Expr> {
        self.depth += 1;
        if self.depth > FILTER_DEPTH {
            let at = self.peek().map_or(self.end..self.end, |t| t.at.clone());
            return self.fail(at, "this is nested too deeply");
        }
        let negated = self.word("not")
            || matches!(
                self.peek(),
                Some(Lexed {
                    kind: Lex::Minus,
                    ..
                })
            );
        let expr = if negated {
            self.next += 1;
            Expr::Not(Box::new(self.not()?))
        } else {
            self.primary()?
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let Some(token) = self.take() else {
            return self.fail(self.end..self.end, "a term is missing here");
        };
        match &token.kind {
            Lex::Open => {
                let inner = self.or()?;
                match self.take() {
                    Some(Lexed {
                        kind: Lex::Close, ..
                    }) => Ok(inner),
                    _ => self.fail(token.at.clone(), "this parenthesis is not closed"),
                }
            }
            Lex::Quoted(text) => Ok(Expr::Text(text.to_lowercase())),
            Lex::Word(word) => match self.peek() {
                Some(Lexed {
                    kind: Lex::Op(op), ..
                }) => {
                    self.next += 1;
                    self.term(word, &token.at, op)
                }
                _ if ["and", "or", "not", "&&", "||"]
                    .iter()
                    .any(|w| w.eq_ignore_ascii_case(word)) =>
                {
                    self.fail(
                        token.at.clone(),
                        format!("“{word}” needs a term before and after it"),
                    )
                }
                _ => Ok(Expr::Text(word.to_lowercase())),
            },
            Lex::Close => self.fail(
                token.at.clone(),
                "a term is missing before this parenthesis",
            ),
            Lex::Op(op) => self.fail(
                token.at.clone(),
                format!("a field is missing before “{op}”"),
            ),
            Lex::Comma | Lex::Minus => self.fail(token.at.clone(), "a term is missing here"),
        }
    }

    /// A value and its place.
    pub(super) fn value(&mut self, op: &str) -> Parsed<(String, Range<usize>)> {
        let after = self
            .tokens
            .get(self.next - 1)
            .map_or(self.end, |t| t.at.end);
        match self.peek() {
            Some(Lexed {
                kind: Lex::Word(text) | Lex::Quoted(text),
                at,
            }) if at.start == after => {
                self.next += 1;
                let (mut text, mut at) = (text.clone(), at.clone());
                // `"2026-02-03 10:00".."2026-02-03 11:00"`: pieces without a space between are one.
                while let Some(Lexed {
                    kind: Lex::Word(more) | Lex::Quoted(more),
                    at: next,
                }) = self.peek().filter(|n| n.at.start == at.end)
                {
                    text.push_str(more);
                    at.end = next.end;
                    self.next += 1;
                }
                Ok((text, at))
            }
            _ => self.fail(after..after, format!("a value is missing after “{op}”")),
        }
    }
}

fn one_or(mut all: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match all.pop() {
        Some(one) if all.is_empty() => one,
        Some(last) => {
            all.push(last);
            many(all)
        }
        None => many(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (usize, String) {
        let e = parse(text, 0).unwrap_err();
        (e.at.start, e.message)
    }

    #[test]
    fn errors_point_at_the_character() {
        let cases = [
            ("tabel:x", 0, "no field “tabel”"),
            ("rows>1 and", 10, "a term is missing"),
            ("rows>x", 5, "not a number"),
            ("a (b or c", 2, "not closed"),
            ("a) b", 1, "no parenthesis"),
            ("op:remove", 3, "none of insert"),
            ("op:insert,x", 10, "none of"),
            ("time:2026-99", 5, "not a time"),
            ("time:2026-02-03..x", 17, "not a time"),
            ("size:5..1", 5, "ends before"),
            ("table>3", 6, "no order"),
            ("x \"y", 2, "quote"),
            ("table:", 6, "value is missing"),
            ("table: x", 6, "value is missing"),
            ("or x", 0, "before and after"),
            (
                "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:x y",
                43,
                "expected",
            ),
            ("value:3", 0, "yet"),
            ("schema:x", 0, "“db”"),
            ("", 0, ""),
        ];
        for (text, at, message) in cases {
            if text.is_empty() {
                assert_eq!(parse(text, 0), Ok(None));
                continue;
            }
            let (found, said) = error(text);
            assert!(
                found == at && said.contains(message),
                "{text}: {found} {said}"
            );
        }
        assert_eq!(error(&"(".repeat(500)).1, "this is nested too deeply");
    }

    #[test]
    fn forms() {
        for good in [
            "table:orders op:delete",
            "not (a or -b)",
            "rows:>=10 and size<1MiB",
            "lag:..1s",
            "duration>90",
            "gtid:0-1-5",
            "gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:9,3e11fa47-71ca-11e1-9e33-c80aa9429562:11",
            "\"free text\" andy",
            "time:\"2026-02-03 10:00\"..\"2026-02-03 11:00\"",
            "end:incomplete",
            "fault:any",
            // Words that only begin like operators.
            "android or not-this",
        ] {
            let parsed = parse(good, 0);
            assert!(matches!(parsed, Ok(Some(_))), "{good}: {parsed:?}");
        }
    }
}
