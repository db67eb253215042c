//! What the one pass notes beside the index and the transactions: for the overview and the findings.

use crate::column::Column;
use crate::index::{EventNo, EventRow, Index};
use crate::sql::{self, Hazard, Statement};
use binlight_parser::codes::flags::{HeaderFlags, TableMapFlags};
use binlight_parser::codes::{EventType, flags};
use binlight_parser::event::Event;
use binlight_parser::stream::header::HEADER_LEN;
use std::collections::BTreeMap;

/// Places of one kind that are kept; all are counted.
pub const KEPT: usize = 10_000;

/// Different digests that are kept; further statements count as "other".
const KEPT_DIGESTS: usize = 10_000;

/// Text of the digest that all further statements share.
const OTHER: &str = "other statements";

/// Characters of a statement that its digest is made from. A list of rows goes on for megabytes.
const DIGESTED: usize = 4096;

/// Statements alike but for their values.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Digest {
    /// With `?` for values.
    pub text: String,
    /// Database that unqualified names are in.
    pub database: String,
    /// The first of them.
    pub first: EventNo,
    /// What a replica may run differently.
    pub hazards: Vec<Hazard>,
    /// Of one of them at least the text is longer than what is digested.
    pub cut: bool,
}

/// A statement that changes definitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The event.
    pub no: EventNo,
    /// Database that unqualified names are in.
    pub database: String,
    /// The statement, its first [`DEFINITION`] bytes.
    pub sql: String,
}

/// Bytes of a definition that are kept.
const DEFINITION: usize = 400;

impl Definition {
    /// Whether the statement may be longer than what is kept.
    pub fn is_cut(&self) -> bool {
        self.sql.len() >= DEFINITION
    }
}

/// A ROTATE: which log comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The first [`KEPT`].
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
        if self.kept.len() < KEPT {
            self.kept.push(value);
        }
    }
}

/// All notes.
#[derive(Debug, Default)]
pub struct Notes {
    /// Digests by number.
    pub digests: Vec<Digest>,
    /// Every statement that changes data: its event and the number of its digest.
    pub statements: Column<(EventNo, u32)>,
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
    fingerprints: BTreeMap<(Vec<u8>, u64), u32>,
    texts: BTreeMap<(String, String), u32>,
    /// Tables named because of a foreign key in the statement under way.
    mapped: Vec<(EventNo, u32)>,
    last_commit: u64,
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
                let at = HEADER_LEN + 6;
                let fk = bytes.get(at..at + 2).is_some_and(|b| {
                    let bits = u16::from_le_bytes([b[0], b[1]]);
                    flags::TableMapFlags::from_bits_retain(bits)
                        .contains(TableMapFlags::REFERRED_FK_DB)
                });
                if let Some(table) = row.link.filter(|_| fk && self.mapped.len() < KEPT) {
                    self.mapped.push((no, table));
                }
            }
            t if t.rows_shape().is_some() => {
                let map = row.link.map(EventNo);
                self.mapped.retain(|(event, _)| Some(*event) != map);
            }
            _ => {
                if !self.mapped.is_empty() {
                    for (event, table) in self.mapped.drain(..) {
                        self.fk_only.entry(table).or_default().add(event);
                    }
                }
            }
        }
        match event {
            Some(Event::Query(query)) => match statement {
                Some(Statement::Data) => self.data(no, query.database, &query.sql),
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
            Some(Event::Gtid(gtid)) if gtid.immediate_commit != 0 => {
                // A second: group commit may stamp in another order than it writes.
                if gtid.immediate_commit.saturating_add(1_000_000) <= self.last_commit {
                    self.clock_back
                        .add((no, self.last_commit, gtid.immediate_commit));
                }
                self.last_commit = gtid.immediate_commit;
            }
            Some(Event::Rotate(rotate)) => self.rotations.push(Rotation {
                no,
                next: String::from_utf8_lossy(rotate.next_log).into_owned(),
                artificial: HeaderFlags::from_bits_retain(row.flags)
                    .contains(HeaderFlags::ARTIFICIAL),
            }),
            _ => {}
        }
    }

    /// A statement that changes data.
    fn data(&mut self, no: EventNo, database: &[u8], sql: &[u8]) {
        let text = String::from_utf8_lossy(&sql[..sql.len().min(DIGESTED)]);
        let key = (database.to_vec(), sql::fingerprint(&text));
        let number = match self.fingerprints.get(&key) {
            Some(number) => *number,
            None => self.new_digest(no, &text, key),
        };
        if sql.len() > DIGESTED
            && let Some(digest) = self.digests.get_mut(number as usize)
        {
            digest.cut = true;
        }
        self.statements.push((no, number));
    }

    fn new_digest(&mut self, no: EventNo, sql: &str, key: (Vec<u8>, u64)) -> u32 {
        let full = self.digests.len() >= KEPT_DIGESTS;
        let database = String::from_utf8_lossy(&key.0).into_owned();
        let named = if full {
            // No statement has this database: none can be taken for the rest.
            ("\0".into(), OTHER.into())
        } else {
            (database, sql::digest(sql))
        };
        let number = *self
            .texts
            .entry(named)
            .or_insert_with_key(|(database, text)| {
                self.digests.push(Digest {
                    text: text.trim().into(),
                    database: database.clone(),
                    first: no,
                    hazards: sql::hazards(sql),
                    cut: text.ends_with('…'),
                });
                self.digests.len() as u32 - 1
            });
        if self.fingerprints.len() < 8 * KEPT_DIGESTS {
            self.fingerprints.insert(key, number);
        }
        number
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

    /// The digest that stands for all statements past the first [`KEPT_DIGESTS`] different ones.
    pub fn other_digest(&self) -> Option<u32> {
        let last = self.digests.get(KEPT_DIGESTS)?;
        (last.text == OTHER).then_some(KEPT_DIGESTS as u32)
    }

    /// Whether statements of digest `i` may have names that its text has not.
    pub fn tells_less(&self, i: usize) -> bool {
        self.other_digest() == Some(i as u32) || self.digests.get(i).is_none_or(|d| d.cut)
    }

    /// Statements of events `first ..= last`: event and digest.
    pub fn statements_in(
        &self,
        first: EventNo,
        last: EventNo,
    ) -> impl Iterator<Item = (EventNo, u32)> {
        let (mut low, mut high) = (0, self.statements.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self
                .statements
                .get(middle)
                .is_some_and(|(no, _)| no < first)
            {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..)
            .map_while(|i| self.statements.get(i))
            .take_while(move |(no, _)| *no <= last)
    }

    /// The source's log that event `no` of a relay log is from.
    pub fn source_log(&self, no: EventNo) -> Option<&str> {
        let after = self.rotations.partition_point(|r| r.no < no);
        Some(self.rotations.get(after.checked_sub(1)?)?.next.as_str())
    }
}
