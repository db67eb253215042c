//! A term's field and values → what they are compared with.

use super::lexer::{Lex, Lexed};
use super::parse::{Parsed, Parser};
use super::value::{self, Glob, Number};
use super::{Expr, FIELDS, Field, Test};
use binlight_parser::gtid::GtidSet;
use core::ops::Range;

impl Parser<'_> {
    pub(super) fn term(&mut self, name: &str, at: &Range<usize>, op: &str) -> Parsed<Expr> {
        let lower = name.to_ascii_lowercase();
        if lower == "value" {
            return self.fail(at.clone(), "values of rows cannot be searched yet");
        }
        let Some((_, field, _)) = FIELDS.iter().find(|(n, _, _)| *n == lower) else {
            return self.fail(
                at.clone(),
                format!("there is no field “{name}”{}", nearest(&lower)),
            );
        };
        let field = *field;
        let mut values = vec![self.value(op)?];
        while matches!(
            self.peek(),
            Some(Lexed {
                kind: Lex::Comma,
                ..
            })
        ) {
            self.next += 1;
            values.push(self.value(op)?);
        }
        let (negate, op) = if op == "!=" { (true, "=") } else { (false, op) };
        let test = match field {
            Field::Rows
            | Field::Size
            | Field::Server
            | Field::Thread
            | Field::Pos
            | Field::Xid
            | Field::Duration
            | Field::Lag
            | Field::Events
            | Field::Time => {
                let mut ranges = Vec::new();
                for (text, at) in &values {
                    ranges.push(self.range(field, op, text, at)?);
                }
                Test::Ranges(ranges)
            }
            _ if !matches!(op, ":" | "=") => {
                return self.fail(
                    values[0].1.clone(),
                    format!("“{lower}” has no order; use : or !="),
                );
            }
            Field::Gtid => self.gtids(&values)?,
            Field::Sql => Test::Globs(values.iter().map(|(t, _)| Glob::anywhere(t)).collect()),
            Field::Op => {
                self.closed(&values, &["insert", "update", "delete", "ddl", "statement"])?
            }
            Field::End => self.closed(&values, ENDS)?,
            _ => Test::Globs(values.iter().map(|(t, _)| Glob::new(t)).collect()),
        };
        let term = Expr::Term(field, test);
        Ok(if negate {
            Expr::Not(Box::new(term))
        } else {
            term
        })
    }

    /// Patterns of which each must fit one of a few words.
    fn closed(&self, values: &[(String, Range<usize>)], words: &[&str]) -> Parsed<Test> {
        for (text, at) in values {
            let glob = Glob::new(text);
            if !words.iter().any(|w| glob.matches(w)) {
                return self.fail(
                    at.clone(),
                    format!("“{text}” is none of {}", words.join(", ")),
                );
            }
        }
        Ok(Test::Globs(
            values.iter().map(|(t, _)| Glob::new(t)).collect(),
        ))
    }

    fn gtids(&self, values: &[(String, Range<usize>)]) -> Parsed<Test> {
        let joined: Vec<&str> = values.iter().map(|(t, _)| t.as_str()).collect();
        // A MySQL set has 36 characters of UUID and a number at least; all else is a pattern.
        let Some((first, at)) = values.first() else {
            return Ok(Test::Globs(Vec::new()));
        };
        let set_like =
            first.len() > 36 && first.as_bytes()[36] == b':' && !first.contains(['*', '?']);
        if !set_like {
            let globs = values.iter().map(|(t, _)| {
                Glob::new(&if t.contains(['*', '?']) {
                    t.clone()
                } else {
                    format!("{t}*")
                })
            });
            // A whole MariaDB GTID means itself alone.
            let whole = values
                .iter()
                .all(|(t, _)| t.parse::<binlight_parser::gtid::MariadbGtid>().is_ok());
            return Ok(Test::Globs(if whole {
                values.iter().map(|(t, _)| Glob::new(t)).collect()
            } else {
                globs.collect()
            }));
        }
        match joined.join(",").parse::<GtidSet>() {
            Ok(set) => Ok(Test::Gtids(set)),
            Err(e) => {
                let at = at.start + e.at..values.last().map_or(at.end, |(_, l)| l.end);
                self.fail(
                    at.start.min(at.end)..at.end,
                    format!("{} expected", e.expected),
                )
            }
        }
    }

    fn range(
        &self,
        field: Field,
        op: &str,
        text: &str,
        at: &Range<usize>,
    ) -> Parsed<(Number, Number)> {
        let one = |text: &str, at: Range<usize>| -> Parsed<(Number, Number)> {
            let same = |n: Option<Number>| n.map(|n| (n, n));
            let (value, kind) = match field {
                Field::Time => (
                    value::time(text, self.offset),
                    "a time: 2026-02-03, 2026-02-03T10:15, 2026-02-03T10:15:07",
                ),
                Field::Size => (
                    same(value::with_unit(text, value::SIZES)),
                    "a size: 500, 20k, 1MiB",
                ),
                Field::Duration | Field::Lag => (
                    same(value::with_unit(text, value::DURATIONS)),
                    "a duration: 250ms, 10s, 5min",
                ),
                Field::Rows | Field::Events => (
                    same(value::with_unit(text, value::COUNTS)),
                    "a number: 100, 20k",
                ),
                _ => (same(value::integer(text)), "a number"),
            };
            match value {
                // Durations without a unit are seconds: nobody means microseconds.
                Some((n, _))
                    if matches!(field, Field::Duration | Field::Lag)
                        && value::integer(text).is_some() =>
                {
                    Ok((n * 1_000_000, n * 1_000_000))
                }
                Some(value) => Ok(value),
                None => self.fail(at, format!("“{text}” is not {kind}")),
            }
        };
        if let Some((low, high)) = text.split_once("..") {
            if !matches!(op, ":" | "=") {
                return self.fail(
                    at.clone(),
                    format!("a range is compared with :, not “{op}”"),
                );
            }
            let dots = at.start + low.len();
            let low = if low.is_empty() {
                Number::MIN
            } else {
                one(low, at.start..dots.min(at.end))?.0
            };
            let high = if high.is_empty() {
                Number::MAX
            } else {
                one(high, (dots + 2).min(at.end)..at.end)?.1
            };
            if low > high {
                return self.fail(at.clone(), "this range ends before it begins");
            }
            return Ok((low, high));
        }
        let (first, last) = one(text, at.clone())?;
        Ok(match op {
            ">" => (last + 1, Number::MAX),
            ">=" => (first, Number::MAX),
            "<" => (Number::MIN, first - 1),
            "<=" => (Number::MIN, last),
            _ => (first, last),
        })
    }
}

pub(super) const ENDS: &[&str] = &[
    "commit",
    "rollback",
    "xa-prepare",
    "xa-commit",
    "xa-rollback",
    "alter-start",
    "alter-commit",
    "alter-rollback",
    "incomplete",
    "unopened",
];

/// A field whose name is close, as a question.
fn nearest(name: &str) -> String {
    let alias = match name {
        "database" | "schema" => Some("db"),
        "kind" => Some("type"),
        "bytes" => Some("size"),
        "offset" | "position" => Some("pos"),
        "operation" => Some("op"),
        "query" | "statement" => Some("sql"),
        _ => None,
    };
    let similar = FIELDS
        .iter()
        .map(|(n, _, _)| *n)
        .find(|n| n.starts_with(name) || name.starts_with(n));
    alias
        .or(similar)
        .map_or_else(String::new, |n| format!("; did you mean “{n}”?"))
}
