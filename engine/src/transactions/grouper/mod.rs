//! The state machine that groups events into transactions.

mod bounds;
mod gtid;
mod join;
mod statements;

use super::gtid_state::Remark;
use super::{End, Engines, GtidState, Kind, Transactions, XaName};
use crate::index::{EventNo, EventRow, Index, state};
use crate::sql::{Statement, classify};
use binlight_parser::codes::flags::HeaderFlags;
use binlight_parser::codes::{EventType, event_type::RowOp};
use binlight_parser::event::Event;
use binlight_parser::event::mariadb::AlterPhase;
use binlight_parser::gtid::GtidSet;
use serde::{Deserialize, Serialize};

/// How the transaction under way will end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Awaits {
    /// Nothing: no transaction is open.
    #[default]
    Nothing,
    /// The statement (or BEGIN) after a GTID, or after events that belong to one.
    Statement,
    /// COMMIT, XID or the like.
    Commit,
}

/// Groups events into transactions, one after the other, as they are indexed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Grouper {
    /// The transactions so far; the last may still be open.
    pub transactions: Transactions,
    /// GTIDs before and in the log, and halves that found each other.
    #[serde(skip)]
    pub gtids: GtidState,
    /// Of a part of a log that is indexed by itself: what `gtids` is to be told, each with how many
    /// transactions had begun; told when the part takes its place.
    remarks: Option<Vec<(u32, Remark)>>,
    /// What the GTID event of the current transaction says of an ALTER TABLE.
    alter: Option<AlterPhase>,
    awaits: Awaits,
    /// MariaDB: the GTID event says that only transactional engines were changed.
    transactional: Option<bool>,
    /// Offset after the event of the file that was seen last.
    file_end: u64,
}

impl Grouper {
    /// MySQL GTIDs in this log.
    pub fn inside(&self) -> GtidSet {
        self.gtids.inside(&self.transactions)
    }

    /// A grouper for a part of a log that begins with a GTID event in the middle of it.
    pub(crate) fn amid() -> Self {
        Grouper {
            remarks: Some(Vec::new()),
            ..Grouper::default()
        }
    }

    fn remark(&mut self, remark: Remark) {
        match &mut self.remarks {
            Some(remarks) => remarks.push((self.transactions.len() as u32, remark)),
            None => {
                let last = self.transactions.last_no();
                self.gtids.remark(remark, last, &self.transactions);
            }
        }
    }

    /// The payload that was seen last stays closed: so does its transaction.
    pub(crate) fn unopened(&mut self) {
        if self.awaits != Awaits::Nothing {
            self.awaits = Awaits::Nothing;
            if let Some(tx) = self.transactions.last_mut() {
                tx.end = End::Unopened;
            }
        }
    }

    /// Notes event `no`, just indexed; `event` is its decoded body if it is of a type that
    /// [`needs_body`](Self::needs_body) names and could be decoded. Of a statement, its part in the
    /// transaction is returned.
    pub fn observe(
        &mut self,
        index: &Index,
        no: EventNo,
        row: &EventRow,
        event: Option<&Event<'_>>,
    ) -> Option<Statement> {
        let Some(Event::Query(query)) = event else {
            self.observe_as(index, no, row, event, Statement::Data);
            return None;
        };
        let statement = classify(&query.sql);
        self.observe_as(index, no, row, event, statement);
        Some(statement)
    }

    fn observe_as(
        &mut self,
        index: &Index,
        no: EventNo,
        row: &EventRow,
        event: Option<&Event<'_>>,
        statement: Statement,
    ) {
        // Events inside a payload end, in the file, where it does.
        if row.state & state::INNER == 0 {
            self.file_end = row.offset + row.size;
        }
        if row.state & state::DAMAGED != 0 {
            return self.include(no, row);
        }
        let t = row.event_type;
        if let Some(shape) = t.rows_shape() {
            return self.rows(index, no, row, shape.op);
        }
        if row.state & state::INNER != 0 && !Self::is_of_payload(t) {
            return self.ensure(no, row);
        }
        match t {
            EventType::GTID
            | EventType::ANONYMOUS_GTID
            | EventType::GTID_TAGGED
            | EventType::MARIADB_GTID => {
                self.open(no, row);
                self.awaits = Awaits::Statement;
                self.name(event);
            }
            EventType::QUERY | EventType::QUERY_COMPRESSED => {
                self.query(no, row, event, statement);
            }
            EventType::XID => {
                self.ensure(no, row);
                if let (Some(Event::Xid(xid)), Some(tx)) = (event, self.transactions.last_mut()) {
                    tx.xid = *xid;
                }
                self.engines(if self.transactional == Some(false) {
                    Engines::Both
                } else {
                    Engines::Transactional
                });
                self.close(no, row, End::Commit);
            }
            EventType::XA_PREPARE => {
                self.ensure(no, row);
                self.engines(Engines::Transactional);
                let one_phase = match event {
                    Some(Event::XaPrepare(x)) => {
                        if !x.one_phase {
                            self.remark(Remark::Prepared(Some(XaName::of_event(x))));
                        }
                        x.one_phase
                    }
                    _ => {
                        self.remark(Remark::Prepared(None));
                        false
                    }
                };
                let end = if one_phase {
                    End::Commit
                } else {
                    End::XaPrepare
                };
                self.close(no, row, end);
            }
            EventType::PREVIOUS_GTIDS => {
                if let Some(Event::PreviousGtids(set)) = event {
                    self.remark(Remark::Previous(no, set.clone()));
                }
            }
            EventType::GTID_LIST => {
                if let Some(Event::GtidList(list)) = event {
                    self.remark(Remark::List(list.clone()));
                }
            }
            // Between transactions. What a server makes up for its replica may stand inside one.
            EventType::FORMAT_DESCRIPTION
            | EventType::START_V3
            | EventType::STOP
            | EventType::ROTATE => {
                let artificial = HeaderFlags::from_bits_retain(row.flags)
                    .intersects(HeaderFlags::ARTIFICIAL | HeaderFlags::RELAY_LOG);
                if !artificial && !index.totals.relay {
                    self.awaits = Awaits::Nothing;
                }
            }
            EventType::BINLOG_CHECKPOINT
            | EventType::HEARTBEAT
            | EventType::HEARTBEAT_V2
            | EventType::START_ENCRYPTION => {}
            EventType::VIEW_CHANGE => {
                self.ensure(no, row);
                self.close(no, row, End::Commit);
            }
            EventType::EXECUTE_LOAD_QUERY
            | EventType::EXEC_LOAD
            | EventType::LOAD
            | EventType::NEW_LOAD => {
                self.statement(no, row);
                if let (Some(Event::Query(query)), Some(tx)) = (event, self.transactions.last_mut())
                    && tx.thread == u32::MAX
                {
                    tx.thread = query.thread_id;
                }
            }
            // Context of a statement, table maps, the payload itself.
            EventType::INTVAR
            | EventType::RAND
            | EventType::USER_VAR
            | EventType::TABLE_MAP
            | EventType::ROWS_QUERY
            | EventType::ANNOTATE_ROWS
            | EventType::CREATE_FILE
            | EventType::BEGIN_LOAD_QUERY
            | EventType::APPEND_BLOCK
            | EventType::DELETE_FILE
            | EventType::TRANSACTION_PAYLOAD
            | EventType::TRANSACTION_CONTEXT
            | EventType::PARTIAL_ROW_DATA
            | EventType::INCIDENT => self.ensure(no, row),
            // What is not known to belong to a transaction begins none.
            _ => {}
        }
    }

    /// Types that mean inside a payload what they mean outside: those that begin a transaction or stand
    /// between two are in none.
    fn is_of_payload(t: EventType) -> bool {
        !matches!(
            t,
            EventType::GTID
                | EventType::ANONYMOUS_GTID
                | EventType::GTID_TAGGED
                | EventType::MARIADB_GTID
                | EventType::PREVIOUS_GTIDS
                | EventType::GTID_LIST
                | EventType::FORMAT_DESCRIPTION
                | EventType::START_V3
                | EventType::STOP
                | EventType::ROTATE
        )
    }

    /// Types whose body [`observe`](Self::observe) wants.
    pub fn needs_body(t: EventType) -> bool {
        matches!(
            t,
            EventType::GTID
                | EventType::ANONYMOUS_GTID
                | EventType::GTID_TAGGED
                | EventType::MARIADB_GTID
                | EventType::QUERY
                | EventType::QUERY_COMPRESSED
                | EventType::EXECUTE_LOAD_QUERY
                | EventType::XID
                | EventType::XA_PREPARE
                | EventType::PREVIOUS_GTIDS
                | EventType::GTID_LIST
        )
    }

    fn rows(&mut self, index: &Index, no: EventNo, row: &EventRow, op: RowOp) {
        self.ensure(no, row);
        self.kind(Kind::Row);
        let table = row.link.and_then(|map| index.events.link_of(EventNo(map)));
        let Some(touch) = table.and_then(|table| self.transactions.touch(table)) else {
            return;
        };
        touch.bytes += row.size;
        match op {
            RowOp::Insert => touch.inserts += row.rows,
            RowOp::Update => touch.updates += row.rows,
            RowOp::Delete => touch.deletes += row.rows,
        }
    }
}
