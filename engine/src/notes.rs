//! What the one pass notes beside the index and the transactions: for the overview and the findings.

use crate::digests::Statements;
use crate::index::{EventNo, EventRow, Index, state};
use crate::limits::{DEFINITION, NOTED};
use crate::sql::Statement;
use binlight_parser::codes::EventType;
use binlight_parser::codes::flags::{HeaderFlags, TableMapFlags};
use binlight_parser::event::{Event, table_map};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A statement that changes definitions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The event.
    pub no: EventNo,
    /// Database that unqualified names are in.
    pub database: String,
    /// The statement, its first 400 bytes.
    pub sql: String,
}

impl Definition {
    /// Whether the statement may be longer than what is kept.
    pub fn is_cut(&self) -> bool {
        self.sql.len() >= DEFINITION
    }
}

/// A ROTATE: which log comes next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// The event.
    pub no: EventNo,
    /// Name of the next log; in a relay log, of the source's log that the events after it are from.
    pub next: String,
    /// Made up for a replica, at the start of a connection.
    pub artificial: bool,
}

/// Counted, and the first of them with their places.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Counted<T> {
    /// All.
    pub count: u64,
    /// The first [`NOTED`].
    pub kept: Vec<T>,
}

impl<T> Default for Counted<T> {
    fn default() -> Self {
        Counted {
            count: 0,
            kept: Vec::new(),
        }
    }
}

impl<T> Counted<T> {
    fn add(&mut self, value: T) {
        self.count += 1;
        if self.kept.len() < NOTED {
            self.kept.push(value);
        }
    }

    /// Adds what a part that follows counted, each in its place.
    fn append(&mut self, part: Counted<T>, place: impl FnMut(T) -> T) {
        self.count += part.count;
        let room = NOTED.saturating_sub(self.kept.len());
        self.kept
            .extend(part.kept.into_iter().take(room).map(place));
    }
}

/// All notes.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Notes {
    /// Every statement that changes data, and its digest.
    pub statements: Statements,
    /// Statements that change definitions.
    pub ddl: Counted<Definition>,
    /// Commit times that lie before the one before by a second or more: event, both times (µs).
    pub clock_back: Counted<(EventNo, u64, u64)>,
    /// Tables mapped in a statement that changed no row of them, named because of a foreign key.
    pub fk_only: BTreeMap<u32, Counted<EventNo>>,
    /// In a relay log: events that the replica itself logged first.
    pub own: Counted<EventNo>,
    /// ROTATE events.
    pub rotations: Vec<Rotation>,
    /// Tables named because of a foreign key in the statement under way.
    mapped: Vec<(EventNo, u32)>,
    last_commit: u64,
    /// The first commit time, of a part of a log: the event, and the time.
    first_commit: Option<(EventNo, u64)>,
    own_server: Option<u32>,
}

impl Notes {
    /// Whether the body of an event of this type is wanted.
    pub fn needs_body(t: EventType) -> bool {
        t == EventType::ROTATE
    }

    /// Notes event `no`. `statement` is what the grouper told of a QUERY.
    pub fn observe(
        &mut self,
        index: &Index,
        (no, row): (EventNo, &EventRow),
        bytes: &[u8],
        event: Option<&Event<'_>>,
        statement: Option<Statement>,
    ) {
        if index.totals.relay {
            self.own(no, row);
        }
        match row.event_type {
            EventType::TABLE_MAP => {
                // A part of a log begins with a GTID event: the lengths of its server are the default's.
                let flags = table_map::flags_of(bytes, &index.format_at(no));
                let fk = flags.is_some_and(|f| f.contains(TableMapFlags::REFERRED_FK_DB));
                if let Some(table) = row.link.filter(|_| fk && self.mapped.len() < NOTED) {
                    self.mapped.push((no, table));
                }
            }
            t if t.rows_shape().is_some() => {
                let map = row.link.map(EventNo);
                self.mapped.retain(|(event, _)| Some(*event) != map);
            }
            _ => {
                self.end_statement();
            }
        }
        // A GTID or a ROTATE inside a payload, where no server writes them, means nothing.
        let outside = row.state & state::INNER == 0;
        match event {
            Some(Event::Query(query)) => match statement {
                Some(Statement::Data) => self.statements.add(no, query.database, &query.sql),
                Some(Statement::Ddl | Statement::DdlBegin) => {
                    let sql = &query.sql[..query.sql.len().min(DEFINITION)];
                    self.ddl.add(Definition {
                        no,
                        database: String::from_utf8_lossy(query.database).into_owned(),
                        sql: String::from_utf8_lossy(sql).into_owned(),
                    });
                }
                _ => {}
            },
            Some(Event::Gtid(gtid)) if gtid.immediate_commit != 0 && outside => {
                self.commit(no, gtid.immediate_commit);
            }
            Some(Event::Rotate(rotate)) if outside => self.rotations.push(Rotation {
                no,
                next: String::from_utf8_lossy(rotate.next_log).into_owned(),
                artificial: HeaderFlags::from_bits_retain(row.flags)
                    .contains(HeaderFlags::ARTIFICIAL),
            }),
            _ => {}
        }
    }

    /// Notes of a part of a log that begins with a GTID event in the middle of it.
    pub(crate) fn amid() -> Self {
        Notes {
            statements: Statements::amid(),
            ..Notes::default()
        }
    }

    /// Whether a part that was noted by itself is as it would be if it had been noted after this.
    pub(crate) fn admits(&self, part: &Notes) -> bool {
        self.own_server.is_none()
            && part.own_server.is_none()
            && self.statements.admits(&part.statements)
    }

    /// Takes over a part that follows (and is [admitted](Self::admits)), of `shift` events later;
    /// `tables` are the numbers here of its tables.
    pub(crate) fn append(&mut self, part: Notes, shift: u32, tables: &[u32]) {
        // A part begins with a GTID event, which ends any statement before it.
        self.end_statement();
        let late = |no: EventNo| EventNo(no.0 + shift);
        self.statements.append(part.statements, shift);
        self.ddl.append(part.ddl, |d| Definition {
            no: late(d.no),
            ..d
        });
        if let Some((no, at)) = part.first_commit {
            self.commit(late(no), at);
        }
        if part.last_commit != 0 {
            self.last_commit = part.last_commit;
        }
        self.clock_back
            .append(part.clock_back, |(no, a, b)| (late(no), a, b));
        for (table, places) in part.fk_only {
            let table = tables.get(table as usize).copied().unwrap_or(u32::MAX);
            self.fk_only.entry(table).or_default().append(places, late);
        }
        self.own.append(part.own, late);
        let rotations = part.rotations.into_iter();
        self.rotations.extend(rotations.map(|r| Rotation {
            no: late(r.no),
            ..r
        }));
        for (no, table) in part.mapped {
            let table = tables.get(table as usize).copied().unwrap_or(u32::MAX);
            self.mapped.push((late(no), table));
        }
    }

    /// Tables that the statement under way mapped and did not change.
    fn end_statement(&mut self) {
        for (event, table) in self.mapped.drain(..) {
            self.fk_only.entry(table).or_default().add(event);
        }
    }

    /// A commit at this time, microseconds since 1970.
    fn commit(&mut self, no: EventNo, at: u64) {
        self.first_commit.get_or_insert((no, at));
        // A second: group commit may stamp in another order than it writes.
        if at.saturating_add(1_000_000) <= self.last_commit {
            self.clock_back.add((no, self.last_commit, at));
        }
        self.last_commit = at;
    }

    /// A replica's own id is in the format description that begins its relay log.
    fn own(&mut self, no: EventNo, row: &EventRow) {
        let local = HeaderFlags::from_bits_retain(row.flags);
        if row.event_type == EventType::FORMAT_DESCRIPTION && local.contains(HeaderFlags::RELAY_LOG)
        {
            self.own_server = Some(row.server_id);
        } else if self.own_server == Some(row.server_id)
            && !local.intersects(HeaderFlags::RELAY_LOG | HeaderFlags::ARTIFICIAL)
            && !matches!(
                row.event_type,
                EventType::ROTATE
                    | EventType::PREVIOUS_GTIDS
                    | EventType::STOP
                    | EventType::GTID_LIST
                    | EventType::FORMAT_DESCRIPTION
            )
        {
            self.own.add(no);
        }
    }

    /// The digest that stands for all statements past the first so many different ones.
    pub fn other_digest(&self) -> Option<u32> {
        self.statements.other()
    }

    /// Whether statements of digest `i` may have names that its text has not.
    pub fn tells_less(&self, i: usize) -> bool {
        self.other_digest() == Some(i as u32)
            || self.statements.digests.get(i).is_none_or(|d| d.cut)
    }

    /// Statements of events `first ..= last`: event and digest.
    pub fn statements_in(
        &self,
        first: EventNo,
        last: EventNo,
    ) -> impl Iterator<Item = (EventNo, u32)> {
        self.statements.between(first, last)
    }

    /// The source's log that event `no` of a relay log is from.
    pub fn source_log(&self, no: EventNo) -> Option<&str> {
        let after = self.rotations.partition_point(|r| r.no < no);
        Some(self.rotations.get(after.checked_sub(1)?)?.next.as_str())
    }
}
