//! Logs of MySQL 3.23.

use super::{Frame, Framer, State, Step};
use crate::bytes::Span;
use crate::fault::FaultKind;
use crate::limits;
use crate::stream::checksum::ChecksumState;
use crate::stream::header::{Header, OLD_HEADER_LEN};
use alloc::vec::Vec;

impl Framer {
    /// Events of MySQL 3.23 follow each other by their sizes; there is nothing to check them by, so
    /// that after a wrong one the rest is one stretch.
    pub(super) fn old_event(&mut self, bytes: &[u8], eof: bool) -> Step {
        let Some(header) = Header::read_old(bytes) else {
            return match (eof, bytes.is_empty()) {
                (true, true) => Step::End,
                (true, false) => self.rest_is_cut_header(bytes),
                (false, _) => {
                    self.state = State::OldEvents;
                    Step::Need(OLD_HEADER_LEN)
                }
            };
        };
        let size = header.size as usize;
        let sane = size >= OLD_HEADER_LEN && header.size <= limits::EVENT_HELD;
        let left = self.plausible.len.map(|len| len - self.at.min(len));
        if !sane || left.is_some_and(|left| size as u64 > left) {
            let fault = FaultKind::EventCut {
                size: header.size,
                left: left.unwrap_or(bytes.len() as u64),
            };
            return self.lost(bytes, eof, header, self.at, fault);
        }
        self.state = State::OldEvents;
        if bytes.len() < size {
            return if eof {
                self.cut(bytes, header)
            } else {
                Step::Need(size)
            };
        }
        self.plausible.accepted(&header);
        let frame = Frame {
            header,
            span: Span::file(self.at, header.size.into()),
            checksum: ChecksumState::None,
            faults: Vec::new(),
            damaged: false,
            prefix: None,
        };
        Step::Frame {
            frame,
            consumed: size,
            held: true,
        }
    }
}
