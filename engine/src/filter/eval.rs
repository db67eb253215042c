//! Asking a filter about transactions and events.

use super::value::{Glob, Number};
use super::{Expr, Field, Filter, Test};
use crate::index::{EventNo, EventRow, TableName, state};
use crate::log::Log;
use crate::sql::{Token, tokens};
use crate::transactions::{End, Kind, Source, Touch, Transaction, TxNo};
use binlight_parser::codes::EventType;
use binlight_parser::codes::event_type::RowOp;
use binlight_parser::gtid::IntervalSet;

/// What the index says of a transaction or an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It matches.
    Yes,
    /// It does not.
    No,
    /// The text of its statements decides.
    Body,
}

impl Verdict {
    fn of(yes: bool) -> Verdict {
        if yes { Verdict::Yes } else { Verdict::No }
    }

    fn not(self) -> Verdict {
        match self {
            Verdict::Yes => Verdict::No,
            Verdict::No => Verdict::Yes,
            Verdict::Body => Verdict::Body,
        }
    }
}

/// Tests on row changes that must hold of one change together.
#[derive(Debug, Default)]
struct Changes {
    /// Per table, whether it is meant; `None`: any.
    tables: Option<Vec<bool>>,
    /// Per digest of statements, whether it names such a table.
    digests: Vec<bool>,
    /// Patterns, for definitions.
    names: Vec<Glob>,
    /// insert, update, delete, ddl, statement; `None`: any.
    ops: Option<[bool; 5]>,
}

/// An expression with what the log has looked up already.
#[derive(Debug)]
enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(std::boxed::Box<Node>),
    Changes(Changes),
    Numbers(Field, Vec<(Number, Number)>),
    Globs(Field, Vec<Glob>),
    /// Per source of the log, the numbers meant.
    Gtids(Vec<IntervalSet>),
    /// Per source, whether it begins like a pattern, and the patterns for the rest.
    GtidGlobs(Vec<Glob>),
    Sql(Vec<Glob>),
    /// Text in lower case; tables that have it in their names; per digest, whether it has it.
    Text(String, Vec<bool>),
}

/// A filter prepared for one log as it is now.
#[derive(Debug)]
pub struct Matcher<'l> {
    log: &'l Log,
    node: Node,
}

/// What is asked about.
#[derive(Clone, Copy)]
enum Subject<'l> {
    Transaction(TxNo, &'l Transaction),
    Event(EventNo, EventRow, Option<(TxNo, &'l Transaction)>),
}

impl<'l> Matcher<'l> {
    /// Prepares `filter` for `log`.
    pub fn new(filter: &Filter, log: &'l Log) -> Self {
        Matcher {
            log,
            node: prepare(&filter.expr, log),
        }
    }

    /// What the index says of transaction `no`.
    pub fn transaction(&self, no: TxNo) -> Verdict {
        match self.log.transactions().get(no) {
            Some(tx) => self.ask(&self.node, Subject::Transaction(no, tx), None),
            None => Verdict::No,
        }
    }

    /// Whether transaction `no` matches, given the text of its statements.
    pub fn transaction_with(&self, no: TxNo, texts: &[String]) -> bool {
        let Some(tx) = self.log.transactions().get(no) else {
            return false;
        };
        self.ask(&self.node, Subject::Transaction(no, tx), Some(texts)) == Verdict::Yes
    }

    /// What the index says of event `no`.
    pub fn event(&self, no: EventNo) -> Verdict {
        self.ask_event(no, None)
    }

    /// Whether event `no` matches, given its statement (or none).
    pub fn event_with(&self, no: EventNo, texts: &[String]) -> bool {
        self.ask_event(no, Some(texts)) == Verdict::Yes
    }

    fn ask_event(&self, no: EventNo, texts: Option<&[String]>) -> Verdict {
        let all = self.log.transactions();
        let tx = all.of_event(no).and_then(|t| Some((t, all.get(t)?)));
        match self.log.index().events.get(no) {
            Some(row) => self.ask(&self.node, Subject::Event(no, row, tx), texts),
            None => Verdict::No,
        }
    }

    fn ask(&self, node: &Node, of: Subject<'l>, texts: Option<&[String]>) -> Verdict {
        match node {
            Node::And(all) => {
                let mut verdict = Verdict::Yes;
                for node in all {
                    match self.ask(node, of, texts) {
                        Verdict::No => return Verdict::No,
                        Verdict::Body => verdict = Verdict::Body,
                        Verdict::Yes => {}
                    }
                }
                verdict
            }
            Node::Or(any) => {
                let mut verdict = Verdict::No;
                for node in any {
                    match self.ask(node, of, texts) {
                        Verdict::Yes => return Verdict::Yes,
                        Verdict::Body => verdict = Verdict::Body,
                        Verdict::No => {}
                    }
                }
                verdict
            }
            Node::Not(node) => self.ask(node, of, texts).not(),
            Node::Changes(changes) => Verdict::of(self.changes(changes, of)),
            Node::Numbers(field, ranges) => {
                let within =
                    |low: Number, high: Number| ranges.iter().any(|(a, b)| low <= *b && high >= *a);
                Verdict::of(
                    self.numbers(*field, of)
                        .is_some_and(|(low, high)| within(low, high)),
                )
            }
            Node::Globs(field, globs) => Verdict::of(self.words(*field, of, globs)),
            Node::Gtids(sets) => Verdict::of(transaction_of(of).is_some_and(|(_, tx)| {
                sets.get(tx.source.0 as usize)
                    .is_some_and(|s| s.contains(tx.number))
            })),
            Node::GtidGlobs(globs) => Verdict::of(transaction_of(of).is_some_and(|(_, tx)| {
                let gtid = self.log.transactions().gtid(tx).to_string();
                !gtid.is_empty() && globs.iter().any(|g| g.matches(&gtid))
            })),
            Node::Sql(globs) => match texts {
                Some(texts) => {
                    Verdict::of(texts.iter().any(|t| globs.iter().any(|g| g.matches(t))))
                }
                None => self.may_have_text(of),
            },
            Node::Text(text, tables) => {
                if self.names_contain(text, tables, of) {
                    return Verdict::Yes;
                }
                match texts {
                    Some(texts) => Verdict::of(
                        texts
                            .iter()
                            .any(|t| t.to_lowercase().contains(text.as_str())),
                    ),
                    None => self.may_have_text(of),
                }
            }
        }
    }

    /// Whether there is a statement to be read.
    fn may_have_text(&self, of: Subject<'l>) -> Verdict {
        let has = match of {
            Subject::Transaction(_, tx) => {
                tx.statements > 0 || matches!(tx.kind, Kind::Ddl | Kind::Statement) || {
                    let events = &self.log.index().events;
                    (tx.first.0..=tx.last.0).any(|n| {
                        events
                            .type_of(EventNo(n))
                            .is_some_and(|t| t.carries_statement() && !t.is_query())
                    })
                }
            }
            Subject::Event(_, row, _) => row.event_type.carries_statement(),
        };
        if has { Verdict::Body } else { Verdict::No }
    }

    fn names_contain(&self, text: &str, tables: &[bool], of: Subject<'l>) -> bool {
        let known = |t: u32| tables.get(t as usize).copied().unwrap_or(false);
        if let Subject::Event(no, row, _) = of {
            return row.event_type.to_string().to_lowercase().contains(text)
                || self
                    .log
                    .index()
                    .table_map_of(no)
                    .or(Some(no))
                    .and_then(|m| self.table_of_map(m))
                    .is_some_and(known);
        }
        let Some((no, tx)) = transaction_of(of) else {
            return false;
        };
        let all = self.log.transactions();
        all.touches(no).iter().any(|t| known(t.table))
            || (text.contains(|c: char| c.is_ascii_digit())
                && all.gtid(tx).to_string().contains(text))
    }

    fn table_of_map(&self, no: EventNo) -> Option<u32> {
        let row = self.log.index().events.get(no)?;
        (row.event_type == EventType::TABLE_MAP).then_some(row.link?)
    }

    fn changes(&self, test: &Changes, of: Subject<'l>) -> bool {
        let op = |i: usize| test.ops.is_none_or(|ops| ops[i]);
        let table = |t: u32| {
            test.tables
                .as_ref()
                .is_none_or(|m| m.get(t as usize).copied().unwrap_or(false))
        };
        match of {
            Subject::Transaction(no, tx) => {
                let rows = |t: &Touch| {
                    table(t.table)
                        && (test.ops.is_none()
                            || t.inserts > 0 && op(0)
                            || t.updates > 0 && op(1)
                            || t.deletes > 0 && op(2))
                };
                self.log.transactions().touches(no).iter().any(rows)
                    || tx.kind == Kind::Ddl
                        && op(3)
                        && (test.tables.is_none()
                            || self.definition_names(tx.first, tx.last, &test.names))
                    || tx.statements > 0
                        && op(4)
                        && (test.tables.is_none() || self.statement_names(tx.first, tx.last, test))
            }
            Subject::Event(no, row, tx) => match row.event_type.rows_shape() {
                Some(shape) => {
                    let i = match shape.op {
                        RowOp::Insert => 0,
                        RowOp::Update => 1,
                        RowOp::Delete => 2,
                    };
                    op(i)
                        && row
                            .link
                            .and_then(|m| self.table_of_map(EventNo(m)))
                            .map_or(test.tables.is_none(), table)
                }
                None if row.event_type == EventType::TABLE_MAP => {
                    test.ops.is_none() && row.link.is_some_and(table)
                }
                None if row.event_type.carries_statement() => {
                    let ddl = tx.is_some_and(|(_, t)| t.kind == Kind::Ddl);
                    ddl && op(3)
                        && (test.tables.is_none() || self.definition_names(no, no, &test.names))
                        || op(4)
                            && self
                                .log
                                .notes
                                .statements_in(no, no)
                                .next()
                                .is_some_and(|(_, d)| {
                                    test.tables.is_none()
                                        || test.digests.get(d as usize).copied().unwrap_or(false)
                                })
                }
                None => false,
            },
        }
    }

    fn statement_names(&self, first: EventNo, last: EventNo, test: &Changes) -> bool {
        self.log
            .notes
            .statements_in(first, last)
            .any(|(_, d)| test.digests.get(d as usize).copied().unwrap_or(false))
    }

    fn definition_names(&self, first: EventNo, last: EventNo, names: &[Glob]) -> bool {
        let ddl = &self.log.notes.ddl.kept;
        let from = ddl.partition_point(|d| d.no < first);
        ddl[from..]
            .iter()
            .take_while(|d| d.no <= last)
            .any(|d| names_table(&d.sql, &d.database, names))
    }

    /// The value of a field as the range it covers.
    fn numbers(&self, field: Field, of: Subject<'l>) -> Option<(Number, Number)> {
        let same = |n: Number| Some((n, n));
        let tx = transaction_of(of);
        match (field, of) {
            (Field::Time, Subject::Event(_, row, _)) => {
                let second = Number::from(row.timestamp) * 1_000_000;
                (row.timestamp != 0).then_some((second, second + 999_999))
            }
            (Field::Time, _) => tx
                .filter(|(_, t)| t.commit != 0)
                .and_then(|(_, t)| same(t.commit.into())),
            (Field::Rows, Subject::Event(_, row, _)) => same(row.rows.into()),
            (Field::Rows, _) => {
                tx.and_then(|(no, _)| same(self.log.transactions().rows_of(no).into()))
            }
            (Field::Size, Subject::Event(_, row, _)) => same(row.size.into()),
            (Field::Size, _) => tx.and_then(|(_, t)| same(t.size().into())),
            (Field::Server, Subject::Event(_, row, _)) => same(row.server_id.into()),
            (Field::Server, _) => tx.and_then(|(_, t)| same(t.server_id.into())),
            (Field::Pos, _) => {
                let (at, size) = match of {
                    Subject::Event(_, row, _) => (row.offset, row.size),
                    Subject::Transaction(_, t) => (t.pos, t.size()),
                };
                let at = Number::from(self.log.in_file(at));
                Some((at, at + Number::from(size.max(1)) - 1))
            }
            (Field::Thread, _) => tx.and_then(|(_, t)| same(t.thread_id()?.into())),
            (Field::Xid, _) => tx
                .filter(|(_, t)| t.xid != 0)
                .and_then(|(_, t)| same(t.xid.into())),
            (Field::Duration, _) => tx.and_then(|(_, t)| same(t.duration().into())),
            (Field::Lag, _) => tx.and_then(|(_, t)| same(t.lag()?.into())),
            (Field::Events, _) => tx.and_then(|(_, t)| same(t.events().into())),
            _ => None,
        }
    }

    fn words(&self, field: Field, of: Subject<'l>, globs: &[Glob]) -> bool {
        let fits = |text: &str| globs.iter().any(|g| g.matches(text));
        let index = self.log.index();
        match (field, of) {
            (Field::Type, Subject::Event(_, row, _)) => fits(&row.event_type.to_string()),
            (Field::Type, Subject::Transaction(_, tx)) => {
                fits(tx.kind.name())
                    || (tx.first.0..=tx.last.0).any(|n| {
                        index
                            .events
                            .type_of(EventNo(n))
                            .is_some_and(|t| fits(&t.to_string()))
                    })
            }
            (Field::End, _) => transaction_of(of).is_some_and(|(_, t)| fits(end_name(t.end))),
            (Field::File, _) => {
                let at = match of {
                    Subject::Event(_, row, _) => row.offset,
                    Subject::Transaction(_, t) => t.pos,
                };
                self.log
                    .file_at(at)
                    .is_some_and(|i| fits(&self.log.files[i].name))
            }
            (Field::Fault, _) => {
                let (first, last) = match of {
                    Subject::Event(no, ..) => (no, no),
                    Subject::Transaction(_, t) => (t.first, t.last),
                };
                if fits("none") {
                    return !(first.0..=last.0).any(|n| self.is_faulty(EventNo(n)));
                }
                let from = index.faults.partition_point(|(at, _)| *at < first);
                let mut here = index.faults[from..]
                    .iter()
                    .take_while(|(at, _)| *at <= last);
                here.any(|(_, f)| fits("any") || fits(f.code()))
                    // Beyond those kept with their text only the mark is known.
                    || fits("any") && (first.0..=last.0).any(|n| self.is_faulty(EventNo(n)))
            }
            _ => false,
        }
    }

    fn is_faulty(&self, no: EventNo) -> bool {
        self.log
            .index()
            .events
            .get(no)
            .is_some_and(|r| r.state & state::FAULT != 0)
    }
}

fn transaction_of(of: Subject<'_>) -> Option<(TxNo, &Transaction)> {
    match of {
        Subject::Transaction(no, tx) => Some((no, tx)),
        Subject::Event(_, _, tx) => tx,
    }
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
    }
}

fn prepare(expr: &Expr, log: &Log) -> Node {
    match expr {
        Expr::And(all) => {
            // Terms on changes speak of the same change.
            let about: Vec<&Expr> = all.iter().filter(|e| is_about_changes(e)).collect();
            let mut nodes: Vec<Node> = all
                .iter()
                .filter(|e| !is_about_changes(e))
                .map(|e| prepare(e, log))
                .collect();
            if !about.is_empty() {
                nodes.insert(0, Node::Changes(changes(&about, log)));
            }
            Node::And(nodes)
        }
        Expr::Or(any) => Node::Or(any.iter().map(|e| prepare(e, log)).collect()),
        Expr::Not(inner) => Node::Not(prepare(inner, log).into()),
        Expr::Text(text) => {
            let tables = log
                .index()
                .tables
                .iter()
                .map(|t| full_name(t).to_lowercase().contains(text))
                .collect();
            Node::Text(text.clone(), tables)
        }
        Expr::Term(..) if is_about_changes(expr) => Node::Changes(changes(&[expr], log)),
        Expr::Term(Field::Gtid, Test::Globs(globs)) => Node::GtidGlobs(globs.clone()),
        Expr::Term(_, Test::Gtids(set)) => {
            let numbers = |source: &Source| match source {
                Source::Mysql(source) => set.of(source).cloned().unwrap_or_default(),
                Source::Mariadb(..) => IntervalSet::default(),
            };
            Node::Gtids(log.transactions().sources().iter().map(numbers).collect())
        }
        Expr::Term(Field::Sql, Test::Globs(globs)) => Node::Sql(globs.clone()),
        Expr::Term(field, Test::Ranges(ranges)) => Node::Numbers(*field, ranges.clone()),
        Expr::Term(field, Test::Globs(globs)) => Node::Globs(*field, globs.clone()),
    }
}

fn is_about_changes(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Term(Field::Table | Field::Database | Field::Op, _)
    )
}

fn full_name(table: &TableName) -> String {
    format!("{}.{}", table.database, table.name)
}

fn changes(terms: &[&Expr], log: &Log) -> Changes {
    let mut out = Changes::default();
    let tables = &log.index().tables;
    for term in terms {
        let Expr::Term(field, Test::Globs(globs)) = term else {
            continue;
        };
        let fits = |text: &str| globs.iter().any(|g| g.matches(text));
        if *field == Field::Op {
            let now = ["insert", "update", "delete", "ddl", "statement"].map(fits);
            let before = out.ops.unwrap_or([true; 5]);
            out.ops = Some(core::array::from_fn(|i| now[i] && before[i]));
            continue;
        }
        let meant = |t: &TableName| match field {
            Field::Database => fits(&t.database),
            _ => fits(&t.name) || fits(&full_name(t)),
        };
        let before = out
            .tables
            .take()
            .unwrap_or_else(|| vec![true; tables.len()]);
        out.tables = Some(
            tables
                .iter()
                .zip(before)
                .map(|(t, before)| before && meant(t))
                .collect(),
        );
        let digests = log
            .notes
            .digests
            .iter()
            .map(|d| names_table(&d.text, &d.database, globs));
        out.digests = if out.names.is_empty() {
            digests.collect()
        } else {
            digests.zip(&out.digests).map(|(a, b)| a && *b).collect()
        };
        out.names.extend(globs.iter().cloned());
    }
    out
}

/// Whether a statement has a name, or two with a dot between, that fits one of the patterns. A name
/// alone is of `database`.
fn names_table(sql: &str, database: &str, globs: &[Glob]) -> bool {
    let mut before: [Option<String>; 2] = [None, None];
    for token in tokens(sql) {
        let name = match token {
            Token::Word(w) => w.to_string(),
            Token::Name(n) => n.trim_matches('`').replace("``", "`"),
            Token::Symbol('.') => ".".to_string(),
            _ => String::new(),
        };
        let qualified = match &before {
            [Some(database), Some(dot)] if dot == "." => Some(format!("{database}.{name}")),
            _ if database.is_empty() => None,
            _ => Some(format!("{database}.{name}")),
        };
        let fits = |text: &str| globs.iter().any(|g| g.matches(text));
        if !name.is_empty() && name != "." && (fits(&name) || qualified.is_some_and(|q| fits(&q))) {
            return true;
        }
        let [_, last] = before;
        before = [last, Some(name)];
    }
    false
}
