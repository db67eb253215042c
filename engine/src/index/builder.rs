//! One pass over the frames.

use super::columns::{EventNo, EventRow, state};
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
use binlight_parser::trace::Silent;
use std::{collections::BTreeMap, sync::Arc};

/// A table map in force: which event it was, and what it said.
#[derive(Debug)]
struct Mapped {
    event: EventNo,
    table: u32,
    /// The event's body: the same bytes need not be decoded again.
    body: Vec<u8>,
    layout: RowLayout,
}

/// What is told of each event: see [`IndexBuilder::observe_each`].
pub type Each<'e> = &'e mut dyn FnMut(&Index, EventNo, &[u8], &Context);

/// Makes an [`Index`] from frames in order.
#[derive(Debug, Default)]
pub struct IndexBuilder {
    index: Index,
    context: Context,
    mapped: BTreeMap<u64, Mapped>,
    names: BTreeMap<TableName, u32>,
}

impl IndexBuilder {
    /// What has been indexed so far.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The finished index.
    pub fn finish(self) -> Index {
        self.index
    }

    /// Adds a frame. `event`: its bytes, or the first of them if it was too long to be held.
    pub fn observe(&mut self, frame: &Frame, event: &[u8]) {
        self.observe_each(frame, event, &mut |_, _, _, _| {});
    }

    /// As [`observe`](Self::observe), handing each event on once it is indexed, those inside a
    /// payload after it: the index so far, the event's number, its bytes (none of a damaged
    /// stretch) and the context it is decoded in.
    pub fn observe_each(&mut self, frame: &Frame, event: &[u8], each: Each<'_>) {
        let header = &frame.header;
        let mut bits = match frame.checksum {
            ChecksumState::Ok => 0,
            ChecksumState::Bad { .. } => state::BAD_CHECKSUM,
            ChecksumState::None => state::NO_CHECKSUM,
        };
        if frame.damaged {
            bits |= state::DAMAGED;
        }
        if frame.prefix.is_some() {
            bits |= state::PARTLY_SEEN;
        }
        let no = self.push(frame, frame.span.start, bits);
        self.index.totals.events += 1;
        match frame.checksum {
            ChecksumState::Ok => self.index.totals.checksums_ok += 1,
            ChecksumState::Bad { .. } => self.index.totals.checksums_bad += 1,
            ChecksumState::None => {}
        }
        for fault in &frame.faults {
            self.fault(no, fault.clone());
        }
        if frame.damaged || event.is_empty() {
            return each(&self.index, no, &[], &self.context);
        }
        self.totals(no, header);
        self.body(no, header, event, frame.span.start);
        each(&self.index, no, event, &self.context);
        if header.event_type == EventType::TRANSACTION_PAYLOAD && frame.prefix.is_none() {
            self.payload(no, event, frame.span.start, each);
        }
    }

    fn push(&mut self, frame: &Frame, offset: u64, bits: u8) -> EventNo {
        let header = &frame.header;
        // A damaged stretch is no event of any type.
        let event_type = if frame.damaged {
            EventType::UNKNOWN
        } else {
            header.event_type
        };
        self.index.events.push(EventRow {
            offset,
            size: frame.span.len,
            timestamp: header.timestamp,
            server_id: header.server_id,
            flags: header.flags,
            event_type,
            state: bits,
            link: None,
            rows: 0,
        })
    }

    fn totals(&mut self, no: EventNo, header: &Header) {
        let totals = &mut self.index.totals;
        if header.timestamp != 0 {
            let (first, last) = totals.time.unwrap_or((header.timestamp, header.timestamp));
            totals.time = Some((first.min(header.timestamp), last.max(header.timestamp)));
        }
        totals.servers.insert(header.server_id);
        let flags = HeaderFlags::from_bits_retain(header.flags);
        totals.closed = matches!(header.event_type, EventType::ROTATE | EventType::STOP)
            && !flags.contains(HeaderFlags::ARTIFICIAL);
        if no == EventNo(0) {
            totals.in_use = flags.contains(HeaderFlags::BINLOG_IN_USE);
            totals.relay = flags.contains(HeaderFlags::RELAY_LOG);
        }
    }

    fn fault(&mut self, no: EventNo, fault: Fault) {
        self.index.totals.faults += 1;
        self.index.events.mark(no, state::FAULT);
        if self.index.faults.len() < KEPT_FAULTS {
            self.index.faults.push((no, fault));
        }
    }

    /// Looks into the few bodies the index needs.
    fn body(&mut self, no: EventNo, header: &Header, event: &[u8], at: u64) {
        let t = header.event_type;
        let range = event::body_range(event, header, &self.context);
        if let Some(shape) = t.rows_shape() {
            let input = Input::new(&event[range.clone()], Space::FILE, at + range.start as u64);
            let mapped = &self.mapped;
            let counted = count::rows(input, t, shape, &self.context, |id| {
                mapped.get(&id).map(|m| &m.layout)
            });
            match counted {
                Ok(counted) => {
                    let map = self.mapped.get(&counted.table_id).map(|m| m.event.0);
                    self.index.events.set_rows(no, map, counted.rows);
                    self.index.totals.rows += u64::from(counted.rows);
                    let partly = self
                        .index
                        .events
                        .get(no)
                        .is_some_and(|r| r.state & state::PARTLY_SEEN != 0);
                    if let Some(fault) = counted.fault.filter(|_| !partly) {
                        self.fault(no, fault);
                    }
                }
                Err(fault) => self.fault(no, fault),
            }
            return;
        }
        if t == EventType::TABLE_MAP {
            return self.table_map(no, event, at, &event[range]);
        }
        if matches!(t, EventType::FORMAT_DESCRIPTION | EventType::START_V3) {
            let decoded = self.decode(no, event, at);
            if let Some(Event::Format(format)) = decoded {
                self.context = Context::new(Arc::clone(&format));
                // Table ids are another server's from here on.
                self.mapped.clear();
                self.index.formats.push((no, format));
            }
        }
    }

    /// Decodes the whole event silently and keeps its faults.
    fn decode<'a>(&mut self, no: EventNo, event: &'a [u8], at: u64) -> Option<Event<'a>> {
        let mut silent = Silent::default();
        let decoded = event::decode(event, Space::FILE, at, &self.context, &mut silent);
        for fault in silent.faults {
            self.fault(no, fault);
        }
        decoded
    }

    fn table_map(&mut self, no: EventNo, event: &[u8], at: u64, body: &[u8]) {
        let id = body.first_chunk::<6>().map_or(0, |b| {
            b.iter().rev().fold(0, |v, x| (v << 8) | u64::from(*x))
        });
        if let Some(mapped) = self.mapped.get_mut(&id).filter(|m| m.body == body) {
            mapped.event = no;
            let table = mapped.table;
            self.index.events.set_rows(no, Some(table), 0);
            return;
        }
        if let Some(Event::TableMap(table)) = self.decode(no, event, at) {
            let name = TableName {
                database: table.database.clone(),
                name: table.name.clone(),
            };
            let number = *self.names.entry(name).or_insert_with_key(|name| {
                self.index.tables.push(name.clone());
                self.index.table_facts.push(TableFacts::default());
                self.index.tables.len() as u32 - 1
            });
            let named = table.columns.iter().any(|c| c.name.is_some());
            self.index.table_facts[number as usize] = TableFacts {
                columns: table.columns.len() as u32,
                named,
                // Names and keys are logged together.
                key: named.then(|| table.columns.iter().any(|c| c.key)),
            };
            self.index.events.set_rows(no, Some(number), 0);
            if self.mapped.len() >= limits::OPEN_TABLES {
                self.mapped.clear();
            }
            let mapped = Mapped {
                event: no,
                table: number,
                body: body.to_vec(),
                layout: RowLayout::of(&table),
            };
            self.mapped.insert(table.table_id, mapped);
        }
    }

    /// Lists the events inside a payload after it.
    fn payload(&mut self, no: EventNo, event: &[u8], at: u64, each: Each<'_>) {
        let events = match payload::unpack_event(event, at, &self.context) {
            Ok(events) => events,
            Err(fault) => return self.fault(no, fault),
        };
        let outer = core::mem::take(&mut self.context);
        self.context = payload::inner_context(&outer);
        for frame in payload::frames(&events) {
            let damaged = if frame.damaged { state::DAMAGED } else { 0 };
            let inner = self.push(&frame, at, state::INNER | state::NO_CHECKSUM | damaged);
            self.index.totals.inner_events += 1;
            for fault in frame.faults {
                self.fault(inner, fault);
            }
            let (from, len) = (frame.span.start as usize, frame.span.len as usize);
            let bytes = events
                .get(from..from + len)
                .filter(|_| !frame.damaged)
                .unwrap_or(&[]);
            if !bytes.is_empty() {
                self.body(inner, &frame.header, bytes, frame.span.start);
            }
            each(&self.index, inner, bytes, &self.context);
        }
        self.context = outer;
    }
}
