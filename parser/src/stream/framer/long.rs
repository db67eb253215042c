//! Events longer than is held at once.

use super::{Frame, Framer, State, Step};
use crate::bytes::Span;
use crate::bytes::clip::first as first_bytes;
use crate::bytes::fit::in_memory;
use crate::fault::Fault;
use crate::limits;
use crate::stream::checksum::{ChecksumState, Running};
use crate::stream::header::{HEADER_LEN, Header};
use alloc::vec::Vec;

impl Framer {
    #[allow(
        clippy::too_many_arguments,
        reason = "the fields of State::Long, taken apart"
    )]
    pub(super) fn long(
        &mut self,
        bytes: &[u8],
        header: Header,
        start: u64,
        mut running: Running,
        mut prefix: Vec<u8>,
        mut faults: Vec<Fault>,
        eof: bool,
    ) -> Step {
        let end = start + u64::from(header.size);
        let take = bytes.len().min(in_memory(end - self.at));
        let first = self.at == start;
        if take == 0 && !eof || first && take < HEADER_LEN && !eof {
            self.state = State::Long {
                header,
                start,
                running,
                prefix,
                faults,
            };
            return Step::Need(HEADER_LEN);
        }
        let piece = first_bytes(bytes, take);
        running.update(piece, first);
        let room = limits::EVENT_PREFIX.saturating_sub(prefix.len());
        prefix.extend_from_slice(first_bytes(piece, room));
        if self.at + (take as u64) < end && !eof {
            self.state = State::Long {
                header,
                start,
                running,
                prefix,
                faults,
            };
            return Step::Skip { consumed: take };
        }
        let span = Span::file(start, self.at + take as u64 - start);
        let checksum = if span.len == u64::from(header.size) {
            running.finish()
        } else {
            ChecksumState::None
        };
        faults.extend(checksum.fault(span));
        self.state = State::Events;
        let frame = Frame {
            header,
            span,
            checksum,
            faults,
            damaged: false,
            prefix: Some(prefix),
        };
        Step::Frame {
            frame,
            consumed: take,
            held: false,
        }
    }
}
