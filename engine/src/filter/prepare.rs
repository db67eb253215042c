//! Expression → nodes that know the log's names: looked up once, and again for what came since.

use super::changes::{Changes, full_name, is_about_changes};
use super::pattern::Pattern;
use super::value::{Glob, Number};
use super::{Expr, Field, Test};
use crate::index::FaultCode;
use crate::log::Log;
use crate::transactions::{End, Kind, Source};
use binlight_parser::codes::EventType;
use binlight_parser::gtid::{GtidSet, IntervalSet};

/// Whether each of 256 types of events fits.
pub(super) type Types = Box<[bool; 256]>;

/// An expression with what was looked up already. Numbers are places in [`Tests`].
#[derive(Debug)]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Changes(usize),
    Numbers(Field, Vec<(Number, Number)>),
    /// Types of events, and kinds of transactions, that fit.
    Types(Types, [bool; Kind::ALL.len()]),
    Ends(Vec<Glob>),
    /// Per file, whether its name fits.
    Files(Vec<Glob>, Vec<bool>),
    Faults {
        none: bool,
        any: bool,
        /// By the number of a code, whether it fits.
        codes: Vec<bool>,
    },
    /// Per source of the log, the numbers meant.
    Gtids(GtidSet, Vec<IntervalSet>),
    GtidGlobs(Vec<Glob>),
    Sql(usize),
    /// Text in lower case; types of events, and tables, that have it in their names.
    Text {
        text: String,
        types: Types,
        tables: Vec<bool>,
        pattern: usize,
    },
}

/// Tests that may need the text of statements.
#[derive(Debug, Default)]
pub(super) struct Tests {
    /// Any pattern of a list fits.
    pub(super) patterns: Vec<Vec<Pattern>>,
    pub(super) changes: Vec<Changes>,
}

impl Tests {
    fn patterns(&mut self, patterns: Vec<Pattern>) -> usize {
        self.patterns.push(patterns);
        self.patterns.len() - 1
    }

    fn changes(&mut self, terms: &[&Expr]) -> Node {
        self.changes.push(Changes::new(terms));
        Node::Changes(self.changes.len() - 1)
    }
}

impl Node {
    pub(super) fn new(expr: &Expr, tests: &mut Tests) -> Node {
        match expr {
            Expr::And(all) => {
                // Terms on changes speak of the same change.
                let (about, others): (Vec<&Expr>, Vec<&Expr>) =
                    all.iter().partition(|e| is_about_changes(e));
                let mut nodes = Vec::new();
                if !about.is_empty() {
                    nodes.push(tests.changes(&about));
                }
                nodes.extend(others.into_iter().map(|e| Node::new(e, tests)));
                Node::And(nodes)
            }
            Expr::Or(any) => Node::Or(any.iter().map(|e| Node::new(e, tests)).collect()),
            Expr::Not(inner) => Node::Not(Node::new(inner, tests).into()),
            Expr::Text(text) => Node::Text {
                types: types(|name| name.to_lowercase().contains(text)),
                tables: Vec::new(),
                pattern: tests.patterns(vec![Pattern::containing(text)]),
                text: text.clone(),
            },
            Expr::Term(Field::Table | Field::Database | Field::Op, _) => tests.changes(&[expr]),
            Expr::Term(_, Test::Gtids(set)) => Node::Gtids(set.clone(), Vec::new()),
            Expr::Term(field, Test::Ranges(ranges)) => Node::Numbers(*field, ranges.clone()),
            Expr::Term(field, Test::Globs(globs)) => Node::words(*field, globs, tests),
        }
    }

    fn words(field: Field, globs: &[Glob], tests: &mut Tests) -> Node {
        let fits = |text: &str| globs.iter().any(|g| g.matches(text));
        match field {
            Field::Gtid => Node::GtidGlobs(globs.to_vec()),
            Field::Sql => Node::Sql(tests.patterns(globs.iter().map(Pattern::of).collect())),
            Field::Type => Node::Types(types(fits), Kind::ALL.map(|k| fits(k.name()))),
            Field::File => Node::Files(globs.to_vec(), Vec::new()),
            Field::Fault => Node::Faults {
                none: fits("none"),
                any: fits("any"),
                codes: (0..1000).map(|n| fits(&FaultCode(n).to_string())).collect(),
            },
            _ => Node::Ends(globs.to_vec()),
        }
    }

    /// Whether a term asks for faults by their codes.
    pub(super) fn asks_for_codes(&self) -> bool {
        match self {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().any(Node::asks_for_codes),
            Node::Not(node) => node.asks_for_codes(),
            Node::Faults { none, any, .. } => !none && !any,
            _ => false,
        }
    }

    /// Types of events of which some may match.
    pub(super) fn types_that_may(&self) -> Types {
        let of = |fits: &dyn Fn(EventType) -> bool| -> Types {
            Box::new(core::array::from_fn(|i| fits(EventType(i as u8))))
        };
        match self {
            Node::And(nodes) => {
                let all: Vec<Types> = nodes.iter().map(Node::types_that_may).collect();
                of(&|t| all.iter().all(|n| n[usize::from(t.0)]))
            }
            Node::Or(nodes) => {
                let any: Vec<Types> = nodes.iter().map(Node::types_that_may).collect();
                of(&|t| any.iter().any(|n| n[usize::from(t.0)]))
            }
            Node::Types(types, _) => types.clone(),
            Node::Changes(_) => of(&|t| {
                t.rows_shape().is_some() || t == EventType::TABLE_MAP || t.carries_statement()
            }),
            Node::Sql(_) => of(&EventType::carries_statement),
            _ => of(&|_| true),
        }
    }

    /// Looks up names that came since.
    pub(super) fn extend(&mut self, log: &Log) {
        match self {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter_mut().for_each(|n| n.extend(log)),
            Node::Not(node) => node.extend(log),
            Node::Files(globs, known) => {
                let names = log.files.iter().skip(known.len()).map(|f| &f.name);
                let fits = names.map(|name| globs.iter().any(|g| g.matches(name)));
                known.extend(fits);
            }
            Node::Gtids(set, known) => {
                let numbers = |source: &Source| match source {
                    Source::Mysql(source) => set.of(source).cloned().unwrap_or_default(),
                    Source::Mariadb(..) => IntervalSet::default(),
                };
                let sources = log.transactions().sources();
                known.extend(sources.iter().skip(known.len()).map(numbers));
            }
            Node::Text { text, tables, .. } => {
                let new = log.index().tables.iter().skip(tables.len());
                tables.extend(new.map(|t| full_name(t).to_lowercase().contains(text.as_str())));
            }
            _ => {}
        }
    }
}

fn types(fits: impl Fn(&str) -> bool) -> Types {
    let of = |i: usize| fits(&EventType(i as u8).to_string());
    Box::new(core::array::from_fn(of))
}

/// Name of an end in the language.
pub(super) fn end_name(end: End) -> &'static str {
    match end {
        End::Incomplete => "incomplete",
        End::Commit => "commit",
        End::Rollback => "rollback",
        End::XaPrepare => "xa-prepare",
        End::XaCommit => "xa-commit",
        End::XaRollback => "xa-rollback",
        End::AlterStart => "alter-start",
        End::AlterCommit => "alter-commit",
        End::AlterRollback => "alter-rollback",
        End::Unopened => "unopened",
    }
}
