//! What a filter means, each statement decoded and looked at.

use super::expr::Expr;
use super::{Log, found};
use binlight_engine::answer::texts;
use binlight_engine::filter::Glob;
use binlight_engine::index::EventNo;
use binlight_engine::transactions::TxNo;
use futures::executor::block_on;
use std::collections::BTreeSet;

/// The log as it is when each statement is decoded by itself.
pub struct Plain<'s> {
    session: &'s Log,
    /// Per event, its statement.
    pub statements: Vec<Option<String>>,
}

impl<'s> Plain<'s> {
    pub fn new(session: &'s Log) -> Self {
        let count = session.log.borrow().index().events.len() as u32;
        let of = |no: EventNo| block_on(texts(session, no, no)).unwrap().pop();
        Plain {
            session,
            statements: (0..count).map(|no| of(EventNo(no))).collect(),
        }
    }

    fn any(&self, first: u32, last: u32, fits: impl Fn(&str) -> bool) -> bool {
        let mut own = self.statements[first as usize..=last as usize].iter();
        own.any(|s| s.as_deref().is_some_and(&fits))
    }

    /// Transactions and events that an expression means.
    pub fn found(&self, expr: &Expr) -> (BTreeSet<u32>, BTreeSet<u32>) {
        let (log, pair) = (self.session.log.borrow(), |a: &Expr, b: &Expr| {
            (self.found(a), self.found(b))
        });
        let (count, events) = (
            log.transactions().len() as u32,
            self.statements.len() as u32,
        );
        let each = |fits: &dyn Fn(&str) -> bool| {
            let in_tx = |no: &u32| {
                let tx = log.transactions().get(TxNo(*no)).unwrap();
                let (first, last) = (tx.first.0, tx.last.0);
                self.any(first, last, fits)
            };
            let in_event = |no: &u32| self.any(*no, *no, fits);
            (
                (0..count).filter(in_tx).collect(),
                (0..events).filter(in_event).collect(),
            )
        };
        match expr {
            Expr::And(a, b) => {
                let (a, b) = pair(a, b);
                (&a.0 & &b.0, &a.1 & &b.1)
            }
            Expr::Or(a, b) => {
                let (a, b) = pair(a, b);
                (&a.0 | &b.0, &a.1 | &b.1)
            }
            Expr::Not(a) => {
                let a = self.found(a);
                (
                    &(0..count).collect::<BTreeSet<u32>>() - &a.0,
                    &(0..events).collect::<BTreeSet<u32>>() - &a.1,
                )
            }
            Expr::Sql(text) => {
                let glob = Glob::anywhere(text);
                each(&|s| glob.matches(s))
            }
            Expr::Free(text) => {
                let lower = text.to_lowercase();
                let mut found: (BTreeSet<u32>, BTreeSet<u32>) =
                    each(&|s| s.to_lowercase().contains(&lower));
                self.names(&lower, &mut found);
                found
            }
            Expr::Known(text) => {
                drop(log);
                let (transactions, events, _) = found(self.session, text);
                (transactions, events)
            }
        }
    }

    /// Free text finds names as well.
    fn names(&self, lower: &str, found: &mut (BTreeSet<u32>, BTreeSet<u32>)) {
        let log = self.session.log.borrow();
        let index = log.index();
        let holds = |t: u32| {
            let table = &index.tables[t as usize];
            format!("{}.{}", table.database, table.name)
                .to_lowercase()
                .contains(lower)
        };
        for (no, tx) in log.transactions().iter() {
            let tables = log
                .transactions()
                .touches(no)
                .iter()
                .any(|t| holds(t.table));
            let digit = lower.contains(|c: char| c.is_ascii_digit());
            let gtid = digit && log.transactions().gtid(&tx).to_string().contains(lower);
            if tables || gtid {
                found.0.insert(no.0);
            }
        }
        for no in 0..self.statements.len() as u32 {
            let row = index.events.get(EventNo(no)).unwrap();
            let table = index.table_of(EventNo(no)).is_some_and(|t| {
                format!("{}.{}", t.database, t.name)
                    .to_lowercase()
                    .contains(lower)
            });
            if table || row.event_type.to_string().to_lowercase().contains(lower) {
                found.1.insert(no);
            }
        }
    }
}
