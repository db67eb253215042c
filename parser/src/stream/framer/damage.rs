//! Where framing was lost, and where the file ends too soon.

use super::{Frame, Framer, State, Step};
use crate::bytes::Span;
use crate::bytes::fit::in_memory;
use crate::fault::{Fault, FaultKind};
use crate::stream::checksum::ChecksumState;
use crate::stream::header::{HEADER_LEN, Header};

impl Framer {
    /// Goes on to `end`, where the next event was seen to begin.
    pub(super) fn skip_to(&mut self, bytes: &[u8], end: u64) -> Step {
        let State::Lost {
            header,
            start,
            fault,
        } = core::mem::replace(&mut self.state, State::Events)
        else {
            return Step::End;
        };
        let consumed = bytes.len().min(in_memory(end - self.at));
        let frame = Frame::damaged(header, Span::file(start, end - start), fault);
        Step::Frame {
            frame,
            consumed,
            held: false,
        }
    }

    pub(super) fn lost(
        &mut self,
        bytes: &[u8],
        eof: bool,
        header: Header,
        start: u64,
        fault: FaultKind,
    ) -> Step {
        let to_the_end = matches!(fault, FaultKind::Encrypted | FaultKind::EventCut { .. });
        let found = if to_the_end {
            None
        } else {
            self.plausible.next_event(bytes, self.at, eof)
        };
        match found {
            Some(Ok(0)) => {
                self.state = State::Events;
                let frame = Frame::damaged(header, Span::file(start, self.at - start), fault);
                Step::Frame {
                    frame,
                    consumed: 0,
                    held: false,
                }
            }
            Some(Ok(skip)) => {
                self.state = State::Lost {
                    header,
                    start,
                    fault,
                };
                Step::Skip { consumed: skip }
            }
            Some(Err(need)) if !eof => {
                self.state = State::Lost {
                    header,
                    start,
                    fault,
                };
                Step::Need(need)
            }
            _ if !eof => {
                // Every offset but those whose header is not all here was looked at.
                let keep = if to_the_end { 0 } else { HEADER_LEN - 1 };
                let consumed = bytes.len().saturating_sub(keep);
                self.state = State::Lost {
                    header,
                    start,
                    fault,
                };
                if consumed == 0 {
                    Step::Need(HEADER_LEN)
                } else {
                    Step::Skip { consumed }
                }
            }
            _ => {
                let span = Span::file(start, self.at + bytes.len() as u64 - start);
                if span.len == 0 {
                    return Step::End;
                }
                let fault = match fault {
                    FaultKind::EventSize { size, .. } if self.plausible.size_may_be(size) => {
                        FaultKind::EventCut {
                            size,
                            left: span.len,
                        }
                    }
                    other => other,
                };
                Step::Frame {
                    frame: Frame::damaged(header, span, fault),
                    consumed: bytes.len(),
                    held: false,
                }
            }
        }
    }

    pub(super) fn cut(&mut self, bytes: &[u8], header: Header) -> Step {
        let left = self
            .plausible
            .len
            .map_or(bytes.len() as u64, |len| len - self.at);
        let kind = FaultKind::EventCut {
            size: header.size,
            left,
        };
        let span = Span::file(self.at, left);
        if left > bytes.len() as u64 {
            self.state = State::Lost {
                header,
                start: self.at,
                fault: kind,
            };
            return Step::Skip {
                consumed: bytes.len(),
            };
        }
        self.state = State::End;
        let frame = Frame {
            faults: alloc::vec![Fault::new(kind, span)],
            ..Frame::damaged(header, span, FaultKind::Garbage)
        };
        Step::Frame {
            frame: Frame {
                damaged: false,
                ..frame
            },
            consumed: bytes.len(),
            held: true,
        }
    }

    pub(super) fn rest_is_cut_header(&mut self, bytes: &[u8]) -> Step {
        let span = Span::file(self.at, bytes.len() as u64);
        let fault = FaultKind::HeaderCut { left: span.len };
        let header = Header::read_cut(bytes);
        Step::Frame {
            frame: Frame::damaged(header, span, fault),
            consumed: bytes.len(),
            held: false,
        }
    }
}

impl Frame {
    /// A stretch that is no event: what its first bytes spell, and why.
    pub(crate) fn damaged(header: Header, span: Span, fault: FaultKind) -> Frame {
        Frame {
            header,
            span,
            checksum: ChecksumState::None,
            faults: alloc::vec![Fault::new(fault, span)],
            damaged: true,
            prefix: None,
        }
    }
}
