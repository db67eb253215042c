//! The events inside a payload.

use super::{IndexBuilder, Observer, moved, row_of};
use crate::index::row::{EventNo, state};
use crate::limits::INNER_EVENTS;
use binlight_parser::event::transaction_payload as payload;
use binlight_parser::fault::{Fault, FaultKind};
use binlight_parser::stream::Frame;

impl IndexBuilder {
    /// Lists the events inside the payload of `frame` after it, which is event `no` of a file that
    /// begins at offset `base` of the log.
    pub(super) fn payload(
        &mut self,
        no: EventNo,
        frame: &Frame,
        event: &[u8],
        base: u64,
        observer: &mut impl Observer,
    ) {
        let opened = if self.index.totals.inner_events < INNER_EVENTS {
            payload::unpack_frame(frame, event, &self.context)
        } else {
            let cap = INNER_EVENTS;
            Err(Fault::new(FaultKind::InnerEventsOfLog { cap }, frame.span))
        };
        let events = match opened {
            Ok(events) => events,
            Err(fault) => {
                self.late_fault(no, moved(&fault, base));
                return observer.unopened();
            }
        };
        let at = base + frame.span.start;
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
        self.index.events.mark(no, state::FAULT);
        self.index.note_fault(no, fault);
    }
}
