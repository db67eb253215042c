//! `table`, `db` and `op`: tests on row changes that must hold of one change together.

use super::facts::{Subject, Verdict};
use super::value::Glob;
use super::{Expr, Field, Test};
use crate::index::{EventNo, EventRef, TableName};
use crate::log::Log;
use crate::sql::{self, Statement, Token, tokens};
use crate::transactions::{Kind, Touch, Transaction, TxNo};
use binlight_parser::codes::EventType;
use binlight_parser::codes::event_type::RowOp;

/// Terms that speak of the same change, and what they say of the log's names.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Terms on names, all of which must hold.
    names: Vec<(Field, Vec<Glob>)>,
    /// insert, update, delete, ddl, statement; `None`: any.
    ops: Option<[bool; 5]>,
    /// Per table, whether it is meant.
    tables: Vec<bool>,
    /// Per digest of statements, whether it names such a table; `Body`: its text does not tell.
    digests: Vec<Verdict>,
}

impl Changes {
    pub(super) fn new(terms: &[&Expr]) -> Changes {
        let mut out = Changes::default();
        for term in terms {
            match term {
                Expr::Term(Field::Op, Test::Globs(globs)) => {
                    let fits = |text: &str| globs.iter().any(|g| g.matches(text));
                    let now = ["insert", "update", "delete", "ddl", "statement"].map(fits);
                    let before = out.ops.unwrap_or([true; 5]);
                    out.ops = Some(core::array::from_fn(|i| now[i] && before[i]));
                }
                Expr::Term(field, Test::Globs(globs)) => out.names.push((*field, globs.clone())),
                _ => {}
            }
        }
        out
    }

    /// Looks up names that came since.
    pub(super) fn extend(&mut self, log: &Log) {
        if self.names.is_empty() {
            return;
        }
        for table in &log.index().tables[self.tables.len()..] {
            let meant = self.means(table);
            self.tables.push(meant);
        }
        // Statements of a digest may turn out to be cut later: the last word on it is had each time.
        for (i, digest) in log.notes.statements.digests.iter().enumerate() {
            match self.digests.get(i) {
                Some(Verdict::No) if log.notes.tells_less(i) => self.digests[i] = Verdict::Body,
                Some(_) => {}
                None => {
                    let named = self.are_named(&digest.text, &digest.database);
                    self.digests.push(match named {
                        true => Verdict::Yes,
                        false if log.notes.tells_less(i) => Verdict::Body,
                        false => Verdict::No,
                    });
                }
            }
        }
    }

    fn means(&self, table: &TableName) -> bool {
        self.names.iter().all(|(field, globs)| {
            let fits = |text: &str| globs.iter().any(|g| g.matches(text));
            match field {
                Field::Database => fits(&table.database),
                _ => fits(&table.name) || fits(&full_name(table)),
            }
        })
    }

    /// Whether a statement has the names.
    fn are_named(&self, sql: &str, database: &str) -> bool {
        self.names.iter().all(|(field, globs)| {
            *field == Field::Database && globs.iter().any(|g| g.matches(database))
                || names_table(sql, database, globs)
        })
    }

    fn op(&self, i: usize) -> bool {
        self.ops.is_none_or(|ops| ops[i])
    }

    fn table(&self, table: u32) -> bool {
        self.names.is_empty() || self.tables.get(table as usize).copied().unwrap_or(false)
    }

    /// What the index says.
    pub(super) fn verdict(&self, log: &Log, of: Subject) -> Verdict {
        match of {
            Subject::Transaction(no, tx) => self.of_transaction(log, no, tx),
            Subject::Event(event, tx) => self.of_event(log, event, tx.map(|(_, t)| t)),
        }
    }

    fn of_transaction(&self, log: &Log, no: TxNo, tx: &Transaction) -> Verdict {
        let rows = |t: &Touch| {
            self.table(t.table)
                && (self.ops.is_none()
                    || t.inserts > 0 && self.op(0)
                    || t.updates > 0 && self.op(1)
                    || t.deletes > 0 && self.op(2))
        };
        if log.transactions().touches(no).iter().any(rows) {
            return Verdict::Yes;
        }
        let mut verdict = Verdict::No;
        if tx.kind == Kind::Ddl && self.op(3) {
            verdict = self.of_definitions(log, tx.first, tx.last);
        }
        if verdict != Verdict::Yes && tx.statements > 0 && self.op(4) {
            verdict = verdict.or(if self.names.is_empty() {
                Verdict::Yes
            } else {
                self.of_statements(log, tx.first, tx.last)
            });
        }
        verdict
    }

    fn of_event(&self, log: &Log, event: EventRef, tx: Option<&Transaction>) -> Verdict {
        let (no, event_type) = (event.no(), event.event_type());
        if let Some(shape) = event_type.rows_shape() {
            let op = match shape.op {
                RowOp::Insert => 0,
                RowOp::Update => 1,
                RowOp::Delete => 2,
            };
            let table = event.link().and_then(|map| table_of_map(log, EventNo(map)));
            let meant = table.map_or(self.names.is_empty(), |t| self.table(t));
            return Verdict::of(self.op(op) && meant);
        }
        if event_type == EventType::TABLE_MAP {
            return Verdict::of(self.ops.is_none() && event.link().is_some_and(|t| self.table(t)));
        }
        if !event_type.carries_statement() {
            return Verdict::No;
        }
        let mut verdict = Verdict::No;
        if tx.is_some_and(|t| t.kind == Kind::Ddl) && self.op(3) {
            verdict = self.of_definitions(log, no, no);
        }
        if self.op(4) && verdict != Verdict::Yes {
            verdict = verdict.or(self.of_statements(log, no, no));
        }
        verdict
    }

    /// Of statements that change data, by their digests.
    fn of_statements(&self, log: &Log, first: EventNo, last: EventNo) -> Verdict {
        let mut verdict = Verdict::No;
        for (_, digest) in log.notes.statements_in(first, last) {
            if self.names.is_empty() {
                return Verdict::Yes;
            }
            let of = self.digests.get(digest as usize);
            verdict = verdict.or(of.copied().unwrap_or(Verdict::Body));
        }
        verdict
    }

    /// Of definitions, as far as they are kept.
    fn of_definitions(&self, log: &Log, first: EventNo, last: EventNo) -> Verdict {
        if self.names.is_empty() {
            return Verdict::Yes;
        }
        let ddl = &log.notes.ddl;
        let from = ddl.kept.partition_point(|d| d.no < first);
        let mut verdict = Verdict::No;
        for definition in ddl.kept[from..].iter().take_while(|d| d.no <= last) {
            if self.are_named(&definition.sql, &definition.database) {
                return Verdict::Yes;
            }
            if definition.is_cut() {
                verdict = Verdict::Body;
            }
        }
        let kept_all = ddl.count == ddl.kept.len() as u64;
        if kept_all || ddl.kept.last().is_some_and(|d| d.no >= last) {
            verdict
        } else {
            Verdict::Body
        }
    }

    /// Whether the statement of event `no` changes what is meant.
    pub(super) fn hold_of(&self, log: &Log, no: EventNo, database: &[u8], text: &[u8]) -> bool {
        let ddl = || {
            let all = log.transactions();
            let tx = all.of_event(no).and_then(|t| all.get(t));
            tx.is_some_and(|t| t.kind == Kind::Ddl)
        };
        let meant = match sql::classify(text) {
            Statement::Data => self.op(4),
            Statement::Ddl | Statement::DdlBegin => self.op(3) && ddl(),
            _ => false,
        };
        meant
            && self.are_named(
                &String::from_utf8_lossy(text),
                &String::from_utf8_lossy(database),
            )
    }
}

/// Whether a term is one of those that speak of the same change.
pub(super) fn is_about_changes(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Term(Field::Table | Field::Database | Field::Op, _)
    )
}

/// The table that TABLE_MAP `no` maps.
pub(super) fn table_of_map(log: &Log, no: EventNo) -> Option<u32> {
    let events = &log.index().events;
    (events.type_of(no)? == EventType::TABLE_MAP).then(|| events.link_of(no))?
}

pub(super) fn full_name(table: &TableName) -> String {
    format!("{}.{}", table.database, table.name)
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
