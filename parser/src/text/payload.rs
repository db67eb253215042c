//! TRANSACTION_PAYLOAD: its events, as if they stood in the log.

use super::{Printer, RawEvent, append};
use crate::bytes::fit::capped32;
use crate::context::Context;
use crate::event::{self, Event, transaction_payload};
use crate::stream::{Header, header::size_field};
use alloc::{sync::Arc, vec::Vec};

impl Printer {
    /// `Transaction_payload_log_event::print`, and `process_event` for each event inside.
    pub(super) fn payload(&mut self, out: &mut Vec<u8>, raw: &RawEvent<'_>) {
        self.header(raw);
        let Some(Event::Payload(payload)) = event::decode_body(raw.bytes, &self.context) else {
            append!(self.head, "\tTransaction_Payload\n");
            return;
        };
        let algorithm = match payload.algorithm {
            0 => "ZSTD",
            255 => "NONE",
            _ => "UNKNOWN",
        };
        append!(
            self.head,
            "\tTransaction_Payload\t\tpayload_size={}\tcompression_type={algorithm}\tuncompressed_size={}\n# Start of compressed events.\n",
            payload.size,
            payload.uncompressed_size
        );
        self.head.drain_to(out);
        let unpacked = transaction_payload::unpack_event(raw.bytes, raw.at, &self.context);
        if let Ok(events) = unpacked {
            self.inner_events(out, raw, &events);
        }
        append!(self.head, "# End of compressed events.\n");
    }

    /// The tool gives each event the checksum that it would have in the log, and the payload's end as
    /// its place (`Payload_event_buffer_istream`).
    fn inner_events(&mut self, out: &mut Vec<u8>, payload: &RawEvent<'_>, events: &[u8]) {
        let checksum = !self.context.format.checksum.is_empty();
        let place = payload.at + payload.bytes.len() as u64;
        let tables = core::mem::take(&mut self.context.tables);
        for frame in transaction_payload::frames(events) {
            let range = frame.span.in_memory();
            let Some(bytes) = events.get(range) else {
                break;
            };
            if out.len().saturating_add(self.waiting_len()) > self.limit {
                self.cut = true;
                break;
            }
            let mut bytes = bytes.to_vec();
            let mut sum = None;
            if let Some(field) = size_field(&mut bytes).filter(|_| checksum) {
                let size = capped32(frame.span.in_memory().len()).saturating_add(4);
                *field = size.to_le_bytes();
                let crc = crc32fast::hash(&bytes);
                bytes.extend_from_slice(&crc.to_le_bytes());
                sum = Some(crc);
            }
            let Some(header) = Header::read(&bytes) else {
                break;
            };
            let raw = RawEvent {
                bytes: &bytes,
                header,
                at: place,
                end: payload.header.log_pos,
                checksum: sum,
            };
            self.one(out, &raw);
        }
        self.context = Context {
            format: Arc::clone(&self.context.format),
            tables,
        };
    }
}
