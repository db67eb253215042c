//! The state machine that groups events into transactions.

use super::statement::{Statement, classify};
use super::{End, Gtid, Kind, Touch, Transaction};
use crate::bytes::Space;
use crate::codes::flags::{HeaderFlags, MariadbGtidFlags};
use crate::codes::{EventType, event_type::RowOp};
use crate::context::Context;
use crate::event::{self, Event};
use crate::gtid::{GtidSet, MariadbGtid, SourceTag, Tag};
use crate::index::{EventNo, EventRow, Index, state};
use crate::trace::Silent;
use alloc::vec::Vec;

/// How the transaction under way will end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Debug, Default)]
pub struct Grouper {
    /// The transactions so far; the last may still be open.
    pub transactions: Vec<Transaction>,
    /// GTIDs in all logs before this one (PREVIOUS_GTIDS).
    pub before: GtidSet,
    /// MySQL GTIDs in this log.
    pub inside: GtidSet,
    /// GTIDs before this log (GTID_LIST).
    pub mariadb_before: Vec<MariadbGtid>,
    awaits: Awaits,
    /// Offset after the event of the file that was seen last.
    file_end: u64,
}

impl Grouper {
    /// Notes event `no`, just indexed. `bytes` are its own, or as many of them as were held.
    pub fn observe(&mut self, index: &Index, no: EventNo, bytes: &[u8], context: &Context) {
        let Some(row) = index.events.get(no) else {
            return;
        };
        // Events inside a payload end, in the file, where it does.
        if row.state & state::INNER == 0 {
            self.file_end = row.offset + row.size;
        }
        if row.state & state::DAMAGED != 0 {
            return self.include(no, &row);
        }
        let t = row.event_type;
        if let Some(shape) = t.rows_shape() {
            return self.rows(index, no, &row, shape.op);
        }
        match t {
            EventType::GTID
            | EventType::ANONYMOUS_GTID
            | EventType::GTID_TAGGED
            | EventType::MARIADB_GTID => {
                self.open(no, &row);
                self.awaits = Awaits::Statement;
                self.name(bytes, context);
            }
            EventType::QUERY | EventType::QUERY_COMPRESSED => self.query(no, &row, bytes, context),
            EventType::XID => {
                self.ensure(no, &row);
                if let (Some(Event::Xid(xid)), Some(tx)) =
                    (decode(bytes, context), self.transactions.last_mut())
                {
                    tx.xid = Some(xid);
                }
                self.close(no, &row, End::Commit);
            }
            EventType::XA_PREPARE => {
                self.ensure(no, &row);
                let one_phase =
                    matches!(decode(bytes, context), Some(Event::XaPrepare(x)) if x.one_phase);
                self.close(
                    no,
                    &row,
                    if one_phase {
                        End::Commit
                    } else {
                        End::XaPrepare
                    },
                );
            }
            EventType::PREVIOUS_GTIDS => {
                if let Some(Event::PreviousGtids(set)) = decode(bytes, context) {
                    self.before = self.before.union(&set);
                }
            }
            EventType::GTID_LIST => {
                if let Some(Event::GtidList(list)) = decode(bytes, context) {
                    self.mariadb_before = list;
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
                self.ensure(no, &row);
                self.close(no, &row, End::Commit);
            }
            EventType::EXECUTE_LOAD_QUERY
            | EventType::EXEC_LOAD
            | EventType::LOAD
            | EventType::NEW_LOAD => {
                self.statement(no, &row);
            }
            EventType::PARTIAL_UPDATE_ROWS => {
                self.ensure(no, &row);
                self.kind(Kind::Row);
            }
            // Context of a statement, table maps, the payload itself.
            _ => self.ensure(no, &row),
        }
    }

    /// Begins a transaction at `no`; one that is open stays incomplete.
    fn open(&mut self, no: EventNo, row: &EventRow) {
        self.transactions.push(Transaction {
            first: no,
            pos: row.offset,
            server_id: row.server_id,
            start: row.timestamp,
            commit: u64::from(row.timestamp) * 1_000_000,
            ..Transaction::default()
        });
        self.include(no, row);
    }

    /// The event belongs to the transaction under way; without one it begins one.
    fn ensure(&mut self, no: EventNo, row: &EventRow) {
        if self.awaits == Awaits::Nothing {
            self.open(no, row);
            self.awaits = Awaits::Statement;
        } else {
            self.include(no, row);
        }
    }

    fn include(&mut self, no: EventNo, row: &EventRow) {
        if let Some(tx) = self
            .transactions
            .last_mut()
            .filter(|t| t.end == End::Incomplete)
        {
            tx.last = no;
            tx.end_pos = self.file_end;
            if tx.start == 0 {
                tx.start = row.timestamp;
            }
        }
    }

    fn close(&mut self, no: EventNo, row: &EventRow, end: End) {
        self.include(no, row);
        self.awaits = Awaits::Nothing;
        if let Some(tx) = self.transactions.last_mut() {
            tx.end = end;
            if tx.original_commit == 0 && row.timestamp != 0 {
                tx.commit = u64::from(row.timestamp) * 1_000_000;
            }
        }
    }

    fn kind(&mut self, kind: Kind) {
        if let Some(tx) = self.transactions.last_mut() {
            tx.kind = tx.kind.with(kind);
        }
    }

    /// The GTID event's own facts.
    fn name(&mut self, bytes: &[u8], context: &Context) {
        let decoded = decode(bytes, context);
        let Some(tx) = self.transactions.last_mut() else {
            return;
        };
        match decoded {
            Some(Event::Gtid(g)) => {
                tx.commit = if g.immediate_commit == 0 {
                    tx.commit
                } else {
                    g.immediate_commit
                };
                tx.original_commit = g.original_commit;
                (tx.last_committed, tx.sequence_number) = (g.last_committed, g.sequence_number);
                tx.gtid = if g.anonymous {
                    Gtid::Anonymous
                } else {
                    let source = SourceTag {
                        source: g.source.into_bytes(),
                        tag: Tag::new(&g.tag).unwrap_or_default(),
                    };
                    let number = u64::try_from(g.number).unwrap_or(0);
                    self.inside.insert(source.clone(), number);
                    Gtid::Mysql(source, number)
                };
            }
            Some(Event::MariadbGtid(g)) => {
                tx.gtid = Gtid::Mariadb(g.gtid);
                (tx.commit_id, tx.thread_id) = (g.commit_id, g.thread_id);
                let flags = MariadbGtidFlags::from_bits_retain(g.flags);
                // The GTID is the BEGIN, unless one event makes the group.
                if !flags.contains(MariadbGtidFlags::STANDALONE) {
                    self.awaits = Awaits::Commit;
                }
            }
            _ => {}
        }
    }

    fn query(&mut self, no: EventNo, row: &EventRow, bytes: &[u8], context: &Context) {
        let Some(Event::Query(query)) = decode(bytes, context) else {
            return self.ensure(no, row);
        };
        let statement = classify(&query.sql);
        if statement == Statement::Begin
            && self.awaits == Awaits::Commit
            && self.mysql_begin_again()
        {
            // BEGIN in a log without GTIDs while another is open: that one was cut off.
            self.awaits = Awaits::Nothing;
        }
        self.ensure(no, row);
        if let Some(tx) = self.transactions.last_mut() {
            tx.thread_id.get_or_insert(query.thread_id);
            tx.xid = tx.xid.or(query.status.ddl_xid.filter(|x| *x != 0));
        }
        match statement {
            Statement::Begin => self.awaits = Awaits::Commit,
            Statement::Inside => {}
            Statement::Commit => self.close(no, row, End::Commit),
            Statement::Rollback => self.close(no, row, End::Rollback),
            Statement::XaPrepare => self.close(no, row, End::XaPrepare),
            Statement::XaCommit => self.close(no, row, End::XaCommit),
            Statement::XaRollback => self.close(no, row, End::XaRollback),
            Statement::DdlBegin => {
                self.kind(Kind::Ddl);
                self.awaits = Awaits::Commit;
            }
            // A temporary table may come and go inside a transaction.
            Statement::Ddl if self.awaits == Awaits::Commit => self.kind(Kind::Statement),
            Statement::Ddl => {
                self.kind(Kind::Ddl);
                self.close(no, row, End::Commit);
            }
            Statement::Data => self.statement(no, row),
        }
    }

    /// Whether the open transaction has a BEGIN or data of its own (and no GTID event to begin it).
    fn mysql_begin_again(&self) -> bool {
        self.transactions
            .last()
            .is_some_and(|t| !matches!(t.gtid, Gtid::Mariadb(_)) && t.last > t.first)
    }

    /// A statement that changes data: the whole of its transaction unless one is open.
    fn statement(&mut self, no: EventNo, row: &EventRow) {
        self.ensure(no, row);
        self.kind(Kind::Statement);
        if let Some(tx) = self.transactions.last_mut() {
            tx.statements += 1;
        }
        if self.awaits != Awaits::Commit {
            self.close(no, row, End::Commit);
        }
    }

    fn rows(&mut self, index: &Index, no: EventNo, row: &EventRow, op: RowOp) {
        self.ensure(no, row);
        self.kind(Kind::Row);
        let table = index
            .table_map_of(no)
            .and_then(|map| index.events.get(map)?.link);
        let (Some(tx), Some(table)) = (self.transactions.last_mut(), table) else {
            return;
        };
        let touch = match tx.touches.iter_mut().rposition(|t| t.table == table) {
            Some(i) => &mut tx.touches[i],
            None => {
                tx.touches.push(Touch {
                    table,
                    ..Touch::default()
                });
                let last = tx.touches.len() - 1;
                &mut tx.touches[last]
            }
        };
        match op {
            RowOp::Insert => touch.inserts += row.rows,
            RowOp::Update => touch.updates += row.rows,
            RowOp::Delete => touch.deletes += row.rows,
        }
    }
}

fn decode<'a>(bytes: &'a [u8], context: &Context) -> Option<Event<'a>> {
    event::decode(bytes, Space::FILE, 0, context, &mut Silent::default())
}
