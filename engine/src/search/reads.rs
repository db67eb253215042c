//! Which bytes are read for a search, in order: stretches that hold what is undecided.

use crate::index::EventNo;
use crate::log::Log;
use crate::source::part::PartStream;
use crate::source::{ByteSource, Files};
use crate::view::Undecided;
use std::collections::VecDeque;

/// Bytes that are read although nobody asks for them, rather than begin another read.
const GAP: u64 = 256 << 10;

/// The stretches to come: offsets in the log of their begin and end.
pub(super) struct Reads(VecDeque<(u64, u64)>);

/// A stretch that is read: where it begins and ends.
pub(super) struct Reading<T> {
    pub(super) at: u64,
    pub(super) end: u64,
    pub(super) stream: PartStream<T>,
}

impl Reads {
    pub(super) fn new<S: ByteSource>(log: &Log, files: &Files<S>, undecided: &Undecided) -> Self {
        let index = log.index();
        let of_tx = undecided.transactions.iter().filter_map(|no| {
            let tx = log.transactions().get(*no)?;
            Some((tx.pos, tx.end_pos))
        });
        let of_event = undecided.events.iter().filter_map(|no| {
            // Of an event inside a payload, the payload is read.
            let row = index.events.get(index.events.payload_of(EventNo(no.0))?)?;
            Some((row.offset, row.offset + row.size))
        });
        let mut stretches = Vec::new();
        let (mut a, mut b) = (of_tx.peekable(), of_event.peekable());
        loop {
            let next = match (a.peek(), b.peek()) {
                (Some(x), Some(y)) if x.0 <= y.0 => a.next(),
                (_, Some(_)) => b.next(),
                _ => a.next(),
            };
            let Some((from, to)) = next else { break };
            match stretches.last_mut() {
                Some((_, end)) if from <= *end + GAP => *end = to.max(*end),
                _ => stretches.push((from, to)),
            }
        }
        let mut reads = VecDeque::new();
        for (mut at, to) in stretches {
            while at < to {
                // A stretch lies in one file.
                let end = files.end_of(at).min(to);
                if end <= at {
                    break;
                }
                reads.push_back((at, end));
                at = end;
            }
        }
        Reads(reads)
    }

    /// Begins to read the next.
    pub(super) fn next<S: ByteSource>(&mut self, files: &Files<S>) -> Option<Reading<S::Stream>> {
        let (at, end) = self.0.pop_front()?;
        let stream = files.stream(at)?;
        Some(Reading { at, end, stream })
    }
}
