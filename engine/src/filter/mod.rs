//! The filter language: which transactions, which events.
//!
//! ```text
//! expression := and ("or" and)*
//! and        := not (["and"] not)*
//! not        := ("not" | "-") not | "(" expression ")" | term
//! term       := field (":" | "=" | "!=" | ">" | ">=" | "<" | "<=") value ("," value)* | text
//! value      := word with * and ? | "quoted" | low..high | low.. | ..high | a GTID set
//! ```
//!
//! Rule of this folder: what the index knows is answered from it; a term that needs an event's body
//! says so ([`Verdict::Body`]) and is asked again with the statements. Terms on `table`, `db` and
//! `op` that are joined by "and" speak of the same row changes: `table:orders op:delete` finds
//! deletes *from orders*. Values of rows will be a field of their own; its name, `value`, is taken.

mod changes;
mod complete;
mod facts;
mod lexer;
mod matcher;
mod parse;
mod pattern;
mod prepare;
mod terms;
mod value;

pub use complete::{Completion, Names, complete};
pub use facts::Verdict;
pub use matcher::{Answers, Matcher};
pub use parse::{FilterError, parse};
pub use value::Glob;

use binlight_parser::gtid::GtidSet;
use value::Number;

/// A time as a user types it, microseconds since 1970: `2026-02-03`, `2026-02-03T10:15`,
/// `2026-02-03 10:15:07.5`, with `Z` or `+02:00`, else in a zone `offset` minutes east of UTC.
pub fn time(text: &str, offset: i32) -> Option<u64> {
    let (from, _) = text.contains('-').then(|| value::time(text, offset))??;
    u64::try_from(from).ok()
}

/// A field that a term asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Type of event, or how a transaction was logged.
    Type,
    /// `database.table` or `table`.
    Table,
    /// Database.
    Database,
    /// insert, update, delete, ddl, statement.
    Op,
    /// A GTID, a set of them, or the beginning of one.
    Gtid,
    /// Server id.
    Server,
    /// Connection.
    Thread,
    /// Time of the commit, or of the event.
    Time,
    /// Offset in its file.
    Pos,
    /// Row changes.
    Rows,
    /// Bytes.
    Size,
    /// The coordinator's number.
    Xid,
    /// Text of statements.
    Sql,
    /// Code of a fault; `any`, `none`.
    Fault,
    /// How a transaction ended: commit, rollback, xa-prepare, xa-commit, xa-rollback, incomplete.
    End,
    /// First statement to commit.
    Duration,
    /// Commit on the first server to commit on this one.
    Lag,
    /// Number of events.
    Events,
    /// Name of the file.
    File,
}

/// Fields with their names in the language, and what they are for.
pub const FIELDS: &[(&str, Field, &str)] = &[
    (
        "table",
        Field::Table,
        "a table: orders, shop.orders, shop.*",
    ),
    ("op", Field::Op, "insert, update, delete, ddl, statement"),
    ("db", Field::Database, "a database"),
    (
        "time",
        Field::Time,
        "commit time: 2026-02-03, 2026-02-03T10:15..2026-02-03T10:30",
    ),
    ("gtid", Field::Gtid, "a GTID, a set, or its beginning"),
    ("rows", Field::Rows, "row changes: rows>1000"),
    ("size", Field::Size, "bytes in the log: size>1MiB"),
    (
        "duration",
        Field::Duration,
        "from the first statement to the commit: duration>10s",
    ),
    (
        "lag",
        Field::Lag,
        "from the first server's commit to this one's: lag>1s",
    ),
    (
        "sql",
        Field::Sql,
        "text of statements: sql:\"update orders\"",
    ),
    ("server", Field::Server, "server id"),
    ("thread", Field::Thread, "connection id"),
    ("xid", Field::Xid, "the coordinator's number"),
    (
        "type",
        Field::Type,
        "row, statement, mixed, ddl; or a type of event: xid, table_map",
    ),
    (
        "end",
        Field::End,
        "commit, rollback, xa-prepare, xa-commit, xa-rollback, incomplete",
    ),
    ("pos", Field::Pos, "offset in the file: pos:4..10000"),
    ("events", Field::Events, "number of events"),
    ("fault", Field::Fault, "any, none, or a code: E2*"),
    ("file", Field::File, "name of the file"),
];

/// What a term compares with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// One of these patterns.
    Globs(Vec<Glob>),
    /// In one of these ranges, ends included. Times are microseconds since 1970, lags may be
    /// negative.
    Ranges(Vec<(Number, Number)>),
    /// In this set.
    Gtids(GtidSet),
}

/// A parsed expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    /// All of them.
    And(Vec<Expr>),
    /// Any of them.
    Or(Vec<Expr>),
    /// Not.
    Not(std::boxed::Box<Expr>),
    /// A field's test.
    Term(Field, Test),
    /// Text in names and statements, lower case.
    Text(String),
}

/// A filter that can be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    pub(crate) expr: Expr,
}
