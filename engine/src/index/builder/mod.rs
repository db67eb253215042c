//! One pass over the frames.

mod bodies;
mod join;
mod payload;
#[cfg(test)]
mod tests;

use super::row::{EventNo, EventRow, state};
use super::{FaultCode, Index, TableName};
use crate::limits::FAULTS;
use binlight_parser::codes::{EventType, flags::HeaderFlags};
use binlight_parser::context::Context;
use binlight_parser::fault::Fault;
use binlight_parser::stream::{ChecksumState, Frame};
use bodies::Mapped;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
        if row.event_type == EventType::TRANSACTION_PAYLOAD {
            self.payload(no, frame, event, base, observer);
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
            self.index.note_fault(no, fault);
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
}

impl Index {
    /// Something is wrong with the last event.
    fn note_fault(&mut self, no: EventNo, fault: Fault) {
        self.totals.faults += 1;
        self.fault_codes.add(no, FaultCode::of(&fault.kind));
        if self.faults.len() < FAULTS {
            self.faults.push((no, fault));
        }
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
