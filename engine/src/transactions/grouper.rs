//! The state machine that groups events into transactions.

use super::gtid_state::Remark;
use super::{
    End, Engines, GtidState, Kind, Source, SourceNo, Transaction, Transactions, TxNo, XaName,
};
use crate::index::{EventNo, EventRow, Index, state};
use crate::sql::{Statement, classify};
use binlight_parser::codes::flags::{HeaderFlags, MariadbGtidFlags};
use binlight_parser::codes::{EventType, event_type::RowOp};
use binlight_parser::event::Event;
use binlight_parser::event::mariadb::AlterPhase;
use binlight_parser::gtid::{GtidSet, SourceTag, Tag};
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

/// Commit times from here on are damage: GTID events have 55 bits for them (`control_events.h`).
const LATEST: u64 = 1 << 55;

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

    /// Takes over a part that follows and begins with a GTID event, of `shift` events later; `tables`
    /// are the numbers here of its tables.
    pub(crate) fn append(&mut self, part: Grouper, shift: u32, tables: &[u32]) {
        let first = self.transactions.len() as u32;
        self.transactions.append(part.transactions, shift, tables);
        let mut next = first;
        for (begun, remark) in part.remarks.unwrap_or_default() {
            self.number_until(&mut next, first + begun);
            let last = (first + begun).checked_sub(1).map(TxNo);
            let remark = remark.moved(shift);
            self.gtids.remark(remark, last, &self.transactions);
        }
        self.number_until(&mut next, self.transactions.len() as u32);
        (self.alter, self.awaits) = (part.alter, part.awaits);
        (self.transactional, self.file_end) = (part.transactional, part.file_end);
    }

    fn number_until(&mut self, next: &mut u32, end: u32) {
        while *next < end {
            let no = TxNo(*next);
            if let Some(tx) = self.transactions.get(no) {
                self.gtids.number(no, &tx, &self.transactions);
            }
            *next += 1;
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
                            self.remark(Remark::Prepared(XaName::of_event(x)));
                        }
                        x.one_phase
                    }
                    _ => false,
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

    /// The current transaction ends one that was prepared.
    fn finish_prepared(&mut self, sql: &str) {
        if let Some(name) = XaName::of_statement(sql) {
            self.remark(Remark::Finished(name));
        }
    }

    fn engines(&mut self, engines: Engines) {
        if let Some(tx) = self.transactions.last_mut() {
            tx.engines = engines;
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
        (self.transactional, self.alter) = (None, None);
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
            if !tx.precise && row.timestamp != 0 {
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
    fn name(&mut self, event: Option<&Event<'_>>) {
        let (source, number) = match event {
            Some(Event::Gtid(g)) => {
                if let Some(tx) = self.transactions.last_mut() {
                    let told = |time: u64| Some(time).filter(|t| (1..LATEST).contains(t));
                    if told(g.immediate_commit).is_some() {
                        (tx.commit, tx.precise) = (g.immediate_commit, true);
                    }
                    tx.original_commit = told(g.original_commit).unwrap_or(0);
                    (tx.last_committed, tx.sequence_number) = (g.last_committed, g.sequence_number);
                }
                if g.anonymous {
                    if let Some(tx) = self.transactions.last_mut() {
                        tx.source = SourceNo::ANONYMOUS;
                    }
                    return;
                }
                let source = SourceTag {
                    source: g.source.into_bytes(),
                    tag: Tag::new(&g.tag).unwrap_or_default(),
                };
                (Source::Mysql(source), u64::try_from(g.number).unwrap_or(0))
            }
            Some(Event::MariadbGtid(g)) => {
                let flags = MariadbGtidFlags::from_bits_retain(g.flags);
                if let Some(tx) = self.transactions.last_mut() {
                    tx.sequence_number = g.commit_id.unwrap_or(0) as i64;
                    tx.thread = g.thread_id.unwrap_or(u32::MAX);
                }
                self.alter = g.alter;
                match g.alter {
                    Some(AlterPhase::Start) => {
                        self.remark(Remark::AlterBegun(g.gtid.domain, g.gtid.sequence));
                    }
                    Some(AlterPhase::Commit(first) | AlterPhase::Rollback(first)) => {
                        self.remark(Remark::AlterEnded(g.gtid.domain, first));
                    }
                    None => {}
                }
                self.transactional = Some(flags.contains(MariadbGtidFlags::TRANSACTIONAL));
                // The GTID is the BEGIN, unless one event makes the group.
                if !flags.contains(MariadbGtidFlags::STANDALONE) {
                    self.awaits = Awaits::Commit;
                }
                (
                    Source::Mariadb(g.gtid.domain, g.gtid.server),
                    g.gtid.sequence,
                )
            }
            _ => return,
        };
        self.number(source, number);
    }

    /// Gives the current transaction its GTID.
    fn number(&mut self, source: Source, number: u64) {
        let source = self.transactions.source(source);
        if let Some(tx) = self.transactions.last_mut() {
            (tx.source, tx.number) = (source, number);
        }
        if self.remarks.is_none()
            && let Some(no) = self.transactions.last_no()
            && let Some(tx) = self.transactions.get(no)
        {
            self.gtids.number(no, &tx, &self.transactions);
        }
    }

    fn query(
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
                if let Some(name) = XaName::of_statement(&String::from_utf8_lossy(&query.sql)) {
                    self.remark(Remark::Prepared(name));
                }
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
