//! Statements: those that begin and end transactions, and those inside.

use super::{Awaits, Grouper};
use crate::index::{EventNo, EventRow};
use crate::sql::Statement;
use crate::transactions::gtid_state::Remark;
use crate::transactions::{End, Engines, Kind, Source, Transaction, XaName};
use binlight_parser::event::Event;
use binlight_parser::event::mariadb::AlterPhase;

impl Grouper {
    pub(super) fn query(
        &mut self,
        no: EventNo,
        row: &EventRow,
        event: Option<&Event<'_>>,
        statement: Statement,
    ) {
        let Some(Event::Query(query)) = event else {
            return self.ensure(no, row);
        };
        if statement == Statement::Begin
            && self.awaits == Awaits::Commit
            && self.mysql_begin_again()
        {
            // BEGIN in a log without GTIDs while another is open: that one was cut off.
            self.awaits = Awaits::Nothing;
        }
        self.ensure(no, row);
        if let Some(tx) = self.transactions.last_mut() {
            if tx.thread == u32::MAX {
                tx.thread = query.thread_id;
            }
            if tx.xid == 0 {
                tx.xid = query.status.ddl_xid.unwrap_or(0);
            }
        }
        match statement {
            Statement::Begin => self.awaits = Awaits::Commit,
            Statement::Inside => {}
            Statement::Commit => {
                self.engines(Engines::Other);
                self.close(no, row, End::Commit);
            }
            Statement::Rollback => {
                if self
                    .transactions
                    .last_mut()
                    .is_some_and(|t| t.kind != Kind::Empty)
                {
                    self.engines(Engines::Both);
                }
                self.close(no, row, End::Rollback);
            }
            Statement::XaPrepare => {
                let name = XaName::of_statement(&String::from_utf8_lossy(&query.sql));
                self.remark(Remark::Prepared(name));
                self.close(no, row, End::XaPrepare);
            }
            Statement::XaCommit | Statement::XaRollback => {
                self.finish_prepared(&String::from_utf8_lossy(&query.sql));
                let commit = statement == Statement::XaCommit;
                self.close(
                    no,
                    row,
                    if commit {
                        End::XaCommit
                    } else {
                        End::XaRollback
                    },
                );
            }
            Statement::DdlBegin => {
                self.kind(Kind::Ddl);
                self.awaits = Awaits::Commit;
            }
            // A temporary table may come and go inside a transaction.
            Statement::Ddl if self.awaits == Awaits::Commit => self.kind(Kind::Statement),
            Statement::Ddl => {
                self.kind(Kind::Ddl);
                let end = match self.alter {
                    Some(AlterPhase::Start) => End::AlterStart,
                    Some(AlterPhase::Commit(_)) => End::AlterCommit,
                    Some(AlterPhase::Rollback(_)) => End::AlterRollback,
                    None => End::Commit,
                };
                self.close(no, row, end);
            }
            Statement::Data => self.statement(no, row),
        }
    }

    /// Whether the open transaction has a BEGIN or data of its own (and no GTID event to begin it).
    fn mysql_begin_again(&self) -> bool {
        let all = &self.transactions;
        let last = all.last_no().and_then(|no| all.get(no));
        let mariadb = |t: Transaction| {
            matches!(
                all.sources().get(t.source.0 as usize),
                Some(Source::Mariadb(..))
            )
        };
        last.is_some_and(|t| t.last > t.first && !mariadb(t))
    }

    /// A statement that changes data: the whole of its transaction unless one is open.
    pub(super) fn statement(&mut self, no: EventNo, row: &EventRow) {
        self.ensure(no, row);
        self.kind(Kind::Statement);
        if let Some(tx) = self.transactions.last_mut() {
            tx.statements += 1;
        }
        if self.awaits != Awaits::Commit {
            self.close(no, row, End::Commit);
        }
    }

    /// The current transaction ends one that was prepared.
    fn finish_prepared(&mut self, sql: &str) {
        if let Some(name) = XaName::of_statement(sql) {
            self.remark(Remark::Finished(name));
        }
    }
}
