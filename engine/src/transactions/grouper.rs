//! The state machine that groups events into transactions.

use super::{End, Engines, Kind, Source, SourceNo, Transaction, Transactions, TxNo, XaName};
use crate::index::{EventNo, EventRow, Index, state};
use crate::sql::{Statement, classify};
use binlight_parser::codes::flags::{HeaderFlags, MariadbGtidFlags};
use binlight_parser::codes::{EventType, event_type::RowOp};
use binlight_parser::event::Event;
use binlight_parser::event::mariadb::AlterPhase;
use binlight_parser::gtid::{
    BinlogState, GtidSet, IntervalBuilder, MariadbGtid, Order, SourceTag, Tag,
};
use std::collections::BTreeMap;

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

/// A GTID that does not follow from those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Disorder {
    /// It is in the log already, or in the set of those before the log.
    Duplicate,
    /// A larger one of its source (MariaDB: of its domain) came before it: this.
    After(u64),
}

/// Disorders kept with their place; all are counted.
pub const KEPT_DISORDERS: usize = 10_000;

/// Groups events into transactions, one after the other, as they are indexed.
#[derive(Debug, Default)]
pub struct Grouper {
    /// The transactions so far; the last may still be open.
    pub transactions: Transactions,
    /// GTIDs in all logs before this one (PREVIOUS_GTIDS).
    pub before: GtidSet,
    /// GTIDs before this log (GTID_LIST).
    pub mariadb_before: Vec<MariadbGtid>,
    /// GTIDs that out-of-place ones are, in order: the first [`KEPT_DISORDERS`].
    pub disorders: Vec<(TxNo, Disorder)>,
    /// All of them.
    pub disorder_count: u64,
    /// What a later file says was logged before it, and no earlier file nor `before` holds.
    pub missing: Vec<(EventNo, GtidSet)>,
    /// Of half an XA transaction, or half an ALTER TABLE in two phases: the other half.
    pub halves: BTreeMap<TxNo, TxNo>,
    /// Numbers in this log, by source.
    inside: Vec<IntervalBuilder>,
    state: BinlogState,
    prepared: BTreeMap<XaName, TxNo>,
    /// Domain and sequence number of ALTER TABLEs that wait for their second half.
    altering: BTreeMap<(u32, u64), TxNo>,
    /// What the GTID event of the current transaction says of an ALTER TABLE.
    alter: Option<AlterPhase>,
    awaits: Awaits,
    /// MariaDB: the GTID event says that only transactional engines were changed.
    transactional: Option<bool>,
    /// Offset after the event of the file that was seen last.
    file_end: u64,
    lists_seen: u32,
}

/// Commit times from here on are damage: GTID events have 55 bits for them (`control_events.h`).
const LATEST: u64 = 1 << 55;

/// XA transactions that wait for their second half.
const KEPT_PREPARED: usize = 1 << 16;

impl Grouper {
    /// MySQL GTIDs in this log.
    pub fn inside(&self) -> GtidSet {
        let mut set = GtidSet::default();
        for (source, numbers) in self.transactions.sources().iter().zip(&self.inside) {
            if let Source::Mysql(source) = source {
                set.add(source.clone(), &numbers.build());
            }
        }
        set
    }

    /// Numbers in this log of source `no`.
    pub fn numbers(&self, no: SourceNo) -> Option<&IntervalBuilder> {
        self.inside.get(no.0 as usize)
    }

    /// MariaDB: the last GTID of each domain and server, those before the log included.
    pub fn binlog_state(&self) -> &BinlogState {
        &self.state
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
                            self.prepare(XaName::of_event(x));
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
                    self.previous(no, set);
                }
            }
            EventType::GTID_LIST => {
                if let Some(Event::GtidList(list)) = event {
                    if self.lists_seen == 0 {
                        self.mariadb_before.clone_from(list);
                        for gtid in list {
                            self.state.add(*gtid);
                        }
                    }
                    self.lists_seen += 1;
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
            _ => self.ensure(no, row),
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

    /// The first says what was before the log; a later one of another file what should be known.
    fn previous(&mut self, no: EventNo, set: &GtidSet) {
        let known = self.before.union(&self.inside());
        let missing = set.subtract(&known);
        if self.lists_seen > 0 && !missing.is_empty() {
            self.missing.push((no, missing.clone()));
        }
        // Of files in another order some are inside already.
        self.before = self.before.union(&missing);
        self.lists_seen += 1;
    }

    fn prepare(&mut self, name: XaName) {
        if let Some(no) = self.transactions.last_no()
            && self.prepared.len() < KEPT_PREPARED
        {
            self.prepared.insert(name, no);
        }
    }

    /// Links the current transaction, which ends a prepared one, to that.
    fn finish_prepared(&mut self, sql: &str) {
        let prepared = XaName::of_statement(sql).and_then(|name| self.prepared.remove(&name));
        self.link(prepared);
    }

    /// The current transaction is the second half of `first`.
    fn link(&mut self, first: Option<TxNo>) {
        if let (Some(first), Some(second)) = (first, self.transactions.last_no()) {
            self.halves.insert(first, second);
            self.halves.insert(second, first);
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
                let key = |first| (g.gtid.domain, first);
                match g.alter {
                    Some(AlterPhase::Start) if self.altering.len() < KEPT_PREPARED => {
                        let no = self.transactions.last_no().unwrap_or_default();
                        self.altering.insert(key(g.gtid.sequence), no);
                    }
                    Some(AlterPhase::Commit(first) | AlterPhase::Rollback(first)) => {
                        let first = self.altering.remove(&key(first));
                        self.link(first);
                    }
                    _ => {}
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

    /// Gives the current transaction its GTID, and sees whether it is one that may come now.
    fn number(&mut self, source: Source, number: u64) {
        let mysql_before = match &source {
            Source::Mysql(tag) => self.before.contains(tag, number),
            Source::Mariadb(..) => false,
        };
        let in_domain = match source {
            Source::Mariadb(domain, server) => match self.state.add(MariadbGtid {
                domain,
                server,
                sequence: number,
            }) {
                Order::OutOfOrder { after } => Some(after),
                Order::InOrder => None,
            },
            Source::Mysql(_) => None,
        };
        let no = self.transactions.source(source);
        if self.inside.len() <= no.0 as usize {
            self.inside.push(IntervalBuilder::default());
        }
        let numbers = &mut self.inside[no.0 as usize];
        let largest = numbers.last();
        let new = numbers.insert(number);
        let disorder = if !new || mysql_before {
            Some(Disorder::Duplicate)
        } else if in_domain.is_some() {
            in_domain.map(Disorder::After)
        } else {
            largest.filter(|l| *l > number).map(Disorder::After)
        };
        if let Some(tx) = self.transactions.last_mut() {
            (tx.source, tx.number) = (no, number);
        }
        if let (Some(disorder), Some(tx)) = (disorder, self.transactions.last_no()) {
            self.disorder_count += 1;
            if self.disorders.len() < KEPT_DISORDERS {
                self.disorders.push((tx, disorder));
            }
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
                    self.prepare(name);
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
        let mariadb = |t: &Transaction| {
            matches!(
                all.sources().get(t.source.0 as usize),
                Some(Source::Mariadb(..))
            )
        };
        last.is_some_and(|t| !mariadb(t) && t.last > t.first)
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
