//! The framer for logs that may be encrypted event by event.

use super::mariadb::{EventCipher, Unlocked, Unlocker};
use super::{Keys, Locked};
use crate::bytes::clip::{after, first};
use crate::codes::EventType;
use crate::stream::{Framer, Point, Step, header::HEADER_LEN};

/// A [`Framer`] that decrypts what lies behind a START_ENCRYPTION, in place and whole events at a time.
/// Without the right key it goes on as the framer alone does: the rest is one stretch.
#[derive(Debug)]
pub struct LogFramer {
    framer: Framer,
    unlocker: Unlocker,
    locked: Option<Locked>,
}

impl LogFramer {
    /// As [`Framer::new`].
    pub fn new(len: Option<u64>) -> Self {
        LogFramer {
            framer: Framer::new(len),
            unlocker: Unlocker::default(),
            locked: None,
        }
    }

    /// As [`Framer::resume`], in a file whose events are not encrypted one by one.
    pub fn resume(point: &Point) -> Self {
        LogFramer {
            framer: Framer::resume(point),
            unlocker: Unlocker::default(),
            locked: None,
        }
    }

    /// As [`Framer::point`]; none where events are encrypted one by one.
    pub fn point(&self) -> Option<Point> {
        self.framer.point().filter(|_| !self.unlocker.has_begun())
    }

    /// As [`Framer::at`].
    pub fn at(&self) -> u64 {
        self.framer.at()
    }

    /// Why events stay closed, if they do.
    pub fn locked(&self) -> Option<&Locked> {
        self.locked.as_ref()
    }

    /// What opens the events, once they are open.
    pub fn cipher(&self) -> Option<&EventCipher> {
        self.unlocker.cipher()
    }

    /// As [`Framer::step`]; `bytes` are decrypted as far as they are whole events, and must be given
    /// again as they then are.
    pub fn step(&mut self, keys: &Keys, bytes: &mut [u8], eof: bool) -> Step {
        let plain = match self.unlocker.unlock(keys, self.framer.at(), bytes, eof) {
            Unlocked::Plain(n) => n,
            Unlocked::Opened(n) => {
                self.framer.unlock();
                n
            }
            Unlocked::Closed(locked) => {
                self.locked = Some(locked);
                bytes.len()
            }
        };
        if plain == 0 && !bytes.is_empty() {
            return Step::Need(bytes.len() + 1); // a part of an encrypted event
        }
        let step = self
            .framer
            .step(first(bytes, plain), eof && plain == bytes.len());
        if let Step::Frame {
            frame, held: true, ..
        } = &step
            && frame.header.event_type == EventType::START_ENCRYPTION
            && !frame.damaged
        {
            let body = after(bytes, HEADER_LEN);
            self.unlocker
                .start(body, frame.span.end(), self.framer.checksum());
        }
        step
    }
}
