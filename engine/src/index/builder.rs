//! One pass over the frames.

use super::row::{EventNo, EventRow, state};
use super::{Index, KEPT_FAULTS, TableFacts, TableName};
use binlight_parser::bytes::{Input, Space};
use binlight_parser::codes::{EventType, flags::HeaderFlags};
use binlight_parser::context::Context;
use binlight_parser::event::row_walk::RowLayout;
use binlight_parser::event::{self, Event, transaction_payload as payload};
use binlight_parser::fault::Fault;
use binlight_parser::limits;
use binlight_parser::rows::count;
use binlight_parser::stream::{ChecksumState, Frame, Header};
use binlight_parser::table::Table;
use binlight_parser::trace::Silent;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A table map in force: which event it was, and what it said.
#[derive(Debug, Serialize, Deserialize)]
struct Mapped {
    event: EventNo,
    table: u32,
    facts: TableFacts,
    /// The event's body: the same bytes need not be decoded again. Empty if they had faults, which
    /// each such event is to show.
    body: Vec<u8>,
    layout: RowLayout,
}

/// Who is told of each event once it is indexed.
pub trait Observer {
    /// The index so far, the event, its bytes (none of a damaged stretch) and the context it is
    /// decoded in. Events inside a payload follow it.
    fn event(&mut self, index: &Index, no: EventNo, row: &EventRow, bytes: &[u8], in_: &Context);

    /// The payload told of last stays closed.
    fn unopened(&mut self) {}
}

/// Nobody.
impl Observer for () {
    fn event(&mut self, _: &Index, _: EventNo, _: &EventRow, _: &[u8], _: &Context) {}
}

/// Table ids without a map that are remembered; a part of a log that has more is indexed again in its
/// place.
const KEPT_UNMAPPED: usize = 1000;

/// Makes an [`Index`] from frames in order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct IndexBuilder {
    index: Index,
    #[serde(skip)]
    context: Context,
    mapped: BTreeMap<u64, Mapped>,
    names: BTreeMap<TableName, u32>,
    /// Table ids that rows events name and no table map does so far.
    unmapped: BTreeSet<u64>,
    /// All table maps were given up since the builder began: at a format description, or because they
    /// became too many.
    forgot: bool,
    /// What is wrong with the event under way.
    #[serde(skip)]
    faults: Vec<Fault>,
}

impl IndexBuilder {
    /// A builder for a part of a log that is in the middle of it, where `context` holds.
    pub(crate) fn amid(context: Context) -> Self {
        IndexBuilder {
            context,
            ..IndexBuilder::default()
        }
    }

    /// What has been indexed so far.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The context in force after what has been indexed so far.
    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// Adds a frame of a file that begins at offset `base` of the log, and tells `observer` of it.
    /// `event`: its bytes, or the first of them if it was too long to be held.
    pub fn observe(
        &mut self,
        frame: &Frame,
        event: &[u8],
        base: u64,
        observer: &mut impl Observer,
    ) {
        let checksum = match frame.checksum {
            ChecksumState::Ok => {
                self.index.totals.checksums_ok += 1;
                0
            }
            ChecksumState::Bad { .. } => {
                self.index.totals.checksums_bad += 1;
                state::BAD_CHECKSUM
            }
            ChecksumState::None => state::NO_CHECKSUM,
        };
        let partly = if frame.prefix.is_some() {
            state::PARTLY_SEEN
        } else {
            0
        };
        self.index.totals.events += 1;
        let at = base + frame.span.start;
        let mut row = row_of(frame, at, checksum | partly);
        self.faults
            .extend(frame.faults.iter().map(|f| moved(f, base)));
        if frame.damaged || event.is_empty() {
            let no = self.push(&mut row, None);
            return observer.event(&self.index, no, &row, &[], &self.context);
        }
        self.totals(&row);
        self.body(&mut row, &frame.header, event, at);
        let no = self.push(&mut row, None);
        observer.event(&self.index, no, &row, event, &self.context);
        if row.event_type == EventType::TRANSACTION_PAYLOAD && frame.prefix.is_none() {
            self.payload(no, event, at, observer);
        }
    }

    /// Adds the event with the faults that were found in it.
    fn push(&mut self, row: &mut EventRow, inner_at: Option<u64>) -> EventNo {
        if !self.faults.is_empty() {
            row.state |= state::FAULT;
        }
        let no = match inner_at {
            Some(at) => self.index.events.push_inner(row, at),
            None => self.index.events.push(row),
        };
        for fault in self.faults.drain(..) {
            self.index.totals.faults += 1;
            if self.index.faults.len() < KEPT_FAULTS {
                self.index.faults.push((no, fault));
            }
        }
        no
    }

    fn totals(&mut self, row: &EventRow) {
        let first = self.index.events.is_empty();
        let totals = &mut self.index.totals;
        if row.timestamp != 0 {
            let (first, last) = totals.time.unwrap_or((row.timestamp, row.timestamp));
            totals.time = Some((first.min(row.timestamp), last.max(row.timestamp)));
        }
        if totals.last_server != Some(row.server_id) {
            totals.last_server = Some(row.server_id);
            totals.servers.insert(row.server_id);
        }
        let flags = HeaderFlags::from_bits_retain(row.flags);
        totals.closed = matches!(row.event_type, EventType::ROTATE | EventType::STOP)
            && !flags.contains(HeaderFlags::ARTIFICIAL);
        if first {
            totals.in_use = flags.contains(HeaderFlags::BINLOG_IN_USE);
            totals.relay = flags.contains(HeaderFlags::RELAY_LOG);
        }
    }

    /// Looks into the few bodies the index needs.
    fn body(&mut self, row: &mut EventRow, header: &Header, event: &[u8], at: u64) {
        let t = header.event_type;
        if t.rows_shape().is_some() {
            return self.rows(row, header, event, at);
        }
        if t == EventType::TABLE_MAP {
            return self.table_map(row, header, event, at);
        }
        if matches!(t, EventType::FORMAT_DESCRIPTION | EventType::START_V3)
            && let Some(Event::Format(format)) = self.decode(event, at)
        {
            self.context = Context::new(Arc::clone(&format));
            // Table ids are another server's from here on.
            self.forget();
            self.index.formats.push((self.index.events.next(), format));
        }
    }

    fn rows(&mut self, row: &mut EventRow, header: &Header, event: &[u8], at: u64) {
        let Some(shape) = header.event_type.rows_shape() else {
            return;
        };
        let range = event::body_range(event, header, &self.context);
        let start = at + range.start as u64;
        let input = Input::new(event.get(range).unwrap_or(&[]), Space::FILE, start);
        let map = Cell::new(None);
        let counted = count::rows(input, header.event_type, shape, &self.context, |id| {
            let mapped = self.mapped.get(&id)?;
            map.set(Some(mapped.event.0));
            Some(&mapped.layout)
        });
        match counted {
            Ok(counted) => {
                // One without rows names its table all the same.
                let known = || self.mapped.get(&counted.table_id).map(|m| m.event.0);
                row.link = map.get().or_else(known);
                row.rows = counted.rows;
                self.index.totals.rows += u64::from(counted.rows);
                if row.link.is_none() && self.unmapped.len() < KEPT_UNMAPPED && !self.forgot {
                    self.unmapped.insert(counted.table_id);
                }
                if row.state & state::PARTLY_SEEN == 0 {
                    self.faults.extend(counted.fault);
                }
            }
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Decodes the whole event silently and keeps its faults.
    fn decode<'a>(&mut self, event: &'a [u8], at: u64) -> Option<Event<'a>> {
        let mut silent = Silent::default();
        let decoded = event::decode(event, Space::FILE, at, &self.context, &mut silent);
        self.faults.append(&mut silent.faults);
        decoded
    }

    fn table_map(&mut self, row: &mut EventRow, header: &Header, event: &[u8], at: u64) {
        let range = event::body_range(event, header, &self.context);
        let body = event.get(range).unwrap_or(&[]);
        let no = self.index.events.next();
        let id = body.first_chunk::<6>().map_or(0, |b| {
            b.iter().rev().fold(0, |v, x| (v << 8) | u64::from(*x))
        });
        if let Some(mapped) = self.mapped.get_mut(&id)
            && !body.is_empty()
            && mapped.body == body
        {
            mapped.event = no;
            row.link = Some(mapped.table);
            if let Some(facts) = self.index.table_facts.get_mut(mapped.table as usize) {
                *facts = mapped.facts;
            }
            return;
        }
        let sound = self.faults.len();
        let Some(Event::TableMap(table)) = self.decode(event, at) else {
            return;
        };
        let number = self.table(&table);
        let facts = TableFacts::of(&table);
        if let Some(latest) = self.index.table_facts.get_mut(number as usize) {
            *latest = facts;
        }
        row.link = Some(number);
        if self.mapped.len() >= limits::OPEN_TABLES {
            self.forget();
        }
        let mapped = Mapped {
            event: no,
            table: number,
            facts,
            body: if self.faults.len() == sound {
                body.to_vec()
            } else {
                Vec::new()
            },
            layout: RowLayout::of(&table),
        };
        self.mapped.insert(table.table_id, mapped);
    }

    /// The number of a table, a new one if need be.
    fn table(&mut self, table: &Table) -> u32 {
        let name = TableName {
            database: table.database.clone(),
            name: table.name.clone(),
        };
        self.table_named(name)
    }

    fn table_named(&mut self, name: TableName) -> u32 {
        let index = &mut self.index;
        *self.names.entry(name).or_insert_with_key(|name| {
            index.tables.push(name.clone());
            index.table_facts.push(TableFacts::default());
            index.tables.len() as u32 - 1
        })
    }

    fn forget(&mut self) {
        self.mapped.clear();
        self.forgot = true;
    }

    /// Lists the events inside a payload after it.
    fn payload(&mut self, no: EventNo, event: &[u8], at: u64, observer: &mut impl Observer) {
        let events = match payload::unpack_event(event, at, &self.context) {
            Ok(events) => events,
            Err(fault) => {
                self.late_fault(no, fault);
                return observer.unopened();
            }
        };
        let outer = std::mem::take(&mut self.context);
        self.context = payload::inner_context(&outer);
        for frame in payload::frames(&events) {
            let inner_at = frame.span.start;
            let mut row = row_of(&frame, at, state::INNER | state::NO_CHECKSUM);
            self.index.totals.inner_events += 1;
            self.faults.extend(frame.faults.iter().cloned());
            let (from, len) = (inner_at as usize, frame.span.len as usize);
            let bytes = events
                .get(from..from + len)
                .filter(|_| !frame.damaged)
                .unwrap_or(&[]);
            if !bytes.is_empty() {
                self.body(&mut row, &frame.header, bytes, inner_at);
            }
            let inner = self.push(&mut row, Some(inner_at));
            observer.event(&self.index, inner, &row, bytes, &self.context);
        }
        self.context = outer;
    }

    /// A fault of an event that is in the index already, the last.
    fn late_fault(&mut self, no: EventNo, fault: Fault) {
        self.index.totals.faults += 1;
        self.index.events.mark(no, state::FAULT);
        if self.index.faults.len() < KEPT_FAULTS {
            self.index.faults.push((no, fault));
        }
    }

    /// Whether a part of the log that was indexed by itself is as it would be if it had been indexed
    /// after this: it needs no table map from here, and does not open too many tables.
    pub(crate) fn admits(&self, part: &IndexBuilder) -> bool {
        part.unmapped.len() < KEPT_UNMAPPED
            && !part.unmapped.iter().any(|id| self.mapped.contains_key(id))
            && self.mapped.len() + part.mapped.len() < limits::OPEN_TABLES
    }

    /// Takes over a part that follows (and is [admitted](Self::admits)); numbers of its tables here are
    /// returned.
    pub(crate) fn append(&mut self, part: IndexBuilder) -> Vec<u32> {
        let shift = self.index.events.next().0;
        let late = |no: EventNo| EventNo(no.0 + shift);
        let names = part.index.tables.into_iter();
        let tables: Vec<u32> = names.map(|name| self.table_named(name)).collect();
        let here = |t: u32| tables.get(t as usize).copied().unwrap_or(u32::MAX);
        for (number, facts) in tables.iter().zip(part.index.table_facts) {
            if let Some(latest) = self.index.table_facts.get_mut(*number as usize) {
                *latest = facts;
            }
        }
        self.index.events.append(part.index.events, here);
        let formats = part.index.formats.into_iter();
        self.index
            .formats
            .extend(formats.map(|(no, f)| (late(no), f)));
        let room = KEPT_FAULTS.saturating_sub(self.index.faults.len());
        let faults = part.index.faults.into_iter().take(room);
        self.index
            .faults
            .extend(faults.map(|(no, f)| (late(no), f)));
        self.index.totals.append(part.index.totals);
        if part.forgot {
            self.forget();
        }
        self.mapped.extend(part.mapped.into_iter().map(|(id, m)| {
            let mapped = Mapped {
                event: late(m.event),
                table: here(m.table),
                ..m
            };
            (id, mapped)
        }));
        if let Some((_, format)) = self.index.formats.last() {
            self.context = Context::new(Arc::clone(format));
        }
        tables
    }
}

/// The row of a frame that begins at offset `at` of the log.
fn row_of(frame: &Frame, at: u64, bits: u8) -> EventRow {
    let header = &frame.header;
    EventRow {
        offset: at,
        size: frame.span.len,
        timestamp: header.timestamp,
        server_id: header.server_id,
        flags: header.flags,
        // A damaged stretch is no event of any type.
        event_type: if frame.damaged {
            EventType::UNKNOWN
        } else {
            header.event_type
        },
        state: bits | if frame.damaged { state::DAMAGED } else { 0 },
        link: None,
        rows: 0,
    }
}

/// A fault of a file as one of the log, in which the file begins at `base`.
fn moved(fault: &Fault, base: u64) -> Fault {
    let mut fault = fault.clone();
    fault.span.start += base;
    fault
}
