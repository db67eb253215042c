//! Events in good order, which nearly all are.

use super::{Frame, Framer, State, Step};
use crate::bytes::Span;
use crate::codes::EventType;
use crate::limits;
use crate::stream::checksum::{ChecksumState, verify};
use crate::stream::header::Header;
use alloc::vec::Vec;

impl Framer {
    /// The event at hand if nothing about it needs judging: it states its own end position, it is
    /// whole, and its checksum matches. So are nearly all.
    pub(super) fn plain_event(&mut self, bytes: &[u8]) -> Option<Step> {
        let plausible = &self.plausible;
        if !matches!(self.state, State::Events)
            || !plausible.own_positions
            || !plausible.checksum_known
        {
            return None;
        }
        let header = Header::read(bytes)?;
        let special = matches!(
            header.event_type,
            EventType::FORMAT_DESCRIPTION | EventType::START_ENCRYPTION | EventType::START_V3
        );
        if special
            || !plausible.agrees(self.at, &header)
            || !plausible.size_may_be(header.size)
            || !plausible.fits(self.at, &header)
            || header.size > limits::EVENT_HELD
            || !header.is_of_a_server()
        {
            return None;
        }
        let event = bytes.get(..header.size as usize)?;
        let checksum = verify(event, &header, plausible.checksum);
        if let ChecksumState::Bad { .. } = checksum {
            return None;
        }
        let span = Span::file(self.at, u64::from(header.size));
        self.plausible.accepted(&header);
        self.at += span.len;
        Some(Step::Frame {
            frame: Frame {
                header,
                span,
                checksum,
                faults: Vec::new(),
                damaged: false,
                prefix: None,
            },
            consumed: event.len(),
            held: true,
        })
    }
}
