//! Frames events out of bytes that arrive in any pieces.

mod damage;
mod long;
mod old_events;
mod plain;

use super::checksum::{ChecksumState, Running, verify};
use super::header::{HEADER_LEN, Header};
use super::magic::{FileKind, PROBE_LEN};
use super::plausible::Plausible;
use super::point::Point;
use super::resync::Verdict;
use super::rules::{START_ENCRYPTION_LEN, rules_of};
use crate::bytes::Span;
use crate::bytes::clip::first as first_bytes;
use crate::bytes::fit::in_memory;
use crate::codes::EventType;
use crate::context::{Checksum, Flavour};
use crate::fault::{Fault, FaultKind};
use crate::limits;
use alloc::vec::Vec;

/// One event as a window onto the file, or a stretch that damage made unreadable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The header as it stands there; of a damaged stretch, whatever its first 19 bytes spell.
    pub header: Header,
    /// All bytes of the event.
    pub span: Span,
    /// Whether the stored checksum matches.
    pub checksum: ChecksumState,
    /// What is wrong with the framing; each knows its bytes.
    pub faults: Vec<Fault>,
    /// The extent comes from where the next event was found, not from this header.
    pub damaged: bool,
    /// The first [`EVENT_PREFIX`](limits::EVENT_PREFIX) bytes of an event too long to be held whole.
    pub prefix: Option<Vec<u8>>,
}

/// What one step found. Each consuming variant says how many bytes the caller must drop.
#[derive(Clone, Debug)]
pub enum Step {
    /// Call again with at least this many bytes, or with `eof`.
    Need(usize),
    /// The kind of file. Only the first step says so.
    Kind {
        /// What it is; if it is no log, [`End`](Step::End) follows.
        kind: FileKind,
        /// Bytes used.
        consumed: usize,
    },
    /// An event. If it is held, the given bytes begin with it: `bytes[..consumed]`.
    Frame {
        /// The event.
        frame: Frame,
        /// Bytes used: the event, or the end of one that was skipped through.
        consumed: usize,
        /// Whether `bytes[..consumed]` is the whole event.
        held: bool,
    },
    /// Bytes of an event too long to hold, or of a damaged stretch whose end is not found yet.
    Skip {
        /// Bytes used.
        consumed: usize,
    },
    /// Nothing more to read.
    End,
}

#[derive(Debug)]
enum State {
    Start,
    Events,
    /// As `Events`, in a log of MySQL 3.23.
    OldEvents,
    /// In an event longer than [`limits::EVENT_HELD`].
    Long {
        header: Header,
        start: u64,
        running: Running,
        prefix: Vec<u8>,
        faults: Vec<Fault>,
    },
    /// Looking for the next event after damage that began at `start`.
    Lost {
        header: Header,
        start: u64,
        fault: FaultKind,
    },
    End,
}

/// The push parser. It reads nothing itself and holds no bytes; positions are its own.
///
/// ```text
/// loop { match framer.step(&buffer, eof) {
///     Need(n) => read more into buffer,
///     Frame { frame, consumed, .. } => { use it; buffer.drop(consumed) } … } }
/// ```
#[derive(Debug)]
pub struct Framer {
    at: u64,
    state: State,
    plausible: Plausible,
}

impl Framer {
    /// A framer for a file of `len` bytes, if that is known: it makes a cut tail known at once.
    pub fn new(len: Option<u64>) -> Self {
        Framer {
            at: 0,
            state: State::Start,
            plausible: Plausible::new(len),
        }
    }

    /// A framer for events alone that end in no checksum: the inside of a transaction payload.
    pub fn bare(len: u64) -> Self {
        Framer {
            at: 0,
            state: State::Events,
            plausible: Plausible::bare(len),
        }
    }

    /// A framer that begins amid a file.
    pub fn resume(point: &Point) -> Self {
        Framer {
            at: point.at,
            state: State::Events,
            plausible: point.plausible.clone(),
        }
    }

    /// Where it is, if that is between two events of a file whose headers state their own end
    /// positions.
    pub fn point(&self) -> Option<Point> {
        let plausible = &self.plausible;
        let between = matches!(self.state, State::Events)
            && plausible.own_positions
            && plausible.checksum_known
            && plausible.seen_any;
        between.then(|| Point {
            at: self.at,
            plausible: plausible.sure(),
        })
    }

    /// Begun amid a file ([`Point::moved`]): the earliest and the latest time, seconds since 1970, that
    /// were taken for near before any was known.
    pub fn taken(&self) -> Option<(u32, u32)> {
        self.plausible.unsure.as_ref().and_then(|t| t.get())
    }

    /// The events after the START_ENCRYPTION just met are handed over decrypted.
    pub(crate) fn unlock(&mut self) {
        if let State::Lost {
            fault: FaultKind::Encrypted,
            ..
        } = self.state
        {
            self.state = State::Events;
        }
    }

    /// How events end, as far as the log has said.
    pub(crate) fn checksum(&self) -> Checksum {
        self.plausible.checksum
    }

    /// Absolute offset of the first byte that the next step wants to see.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Looks at `bytes`, which begin at [`at`](Self::at). `eof`: no more will come after them.
    pub fn step(&mut self, bytes: &[u8], eof: bool) -> Step {
        if eof {
            self.plausible
                .len
                .get_or_insert(self.at + bytes.len() as u64);
        }
        if let Some(step) = self.plain_event(bytes) {
            return step;
        }
        let step = match core::mem::replace(&mut self.state, State::End) {
            State::Start => self.start(bytes, eof),
            State::Events => self.event(bytes, eof),
            State::OldEvents => self.old_event(bytes, eof),
            State::Long {
                header,
                start,
                running,
                prefix,
                faults,
            } => self.long(bytes, header, start, running, prefix, faults, eof),
            State::Lost {
                header,
                start,
                fault,
            } => self.lost(bytes, eof, header, start, fault),
            State::End => Step::End,
        };
        match &step {
            Step::Kind { consumed, .. }
            | Step::Frame { consumed, .. }
            | Step::Skip { consumed } => {
                self.at += *consumed as u64;
            }
            Step::Need(_) | Step::End => {}
        }
        step
    }

    fn start(&mut self, bytes: &[u8], eof: bool) -> Step {
        if bytes.len() < PROBE_LEN && !eof {
            self.state = State::Start;
            return Step::Need(PROBE_LEN);
        }
        let kind = FileKind::detect(first_bytes(bytes, PROBE_LEN));
        if kind.is_log() {
            self.state = State::Events;
        }
        Step::Kind {
            kind,
            consumed: if kind == FileKind::Binlog { 4 } else { 0 },
        }
    }

    fn event(&mut self, bytes: &[u8], eof: bool) -> Step {
        let need = |this: &mut Self, n: usize| {
            this.state = State::Events;
            Step::Need(n)
        };
        let Some(header) = Header::read(bytes) else {
            if !eof {
                return need(self, HEADER_LEN);
            }
            if bytes.is_empty() {
                return Step::End;
            }
            return self.rest_is_cut_header(bytes);
        };
        if header.begins_old_log() && !self.plausible.seen_any {
            return self.old_event(bytes, eof);
        }
        if header.event_type == EventType::FORMAT_DESCRIPTION {
            // It says itself how it ends, so it must be seen whole before its checksum is judged.
            let size = header.size as usize;
            let sane = (HEADER_LEN..=limits::FORMAT_DESCRIPTION).contains(&size);
            if sane && bytes.len() < size && !eof {
                return need(self, size);
            }
            if sane && let Some(rules) = bytes.get(..size).and_then(rules_of) {
                self.plausible.begin_log(self.at, &header, rules);
            }
        }
        if !self.plausible.checksum_known
            && let Err(n) = self.plausible.try_checksums(bytes, self.at, eof)
        {
            return need(self, n);
        }
        match self.plausible.judge(bytes, self.at, &header, eof) {
            Verdict::Need(n) => need(self, n),
            Verdict::Accept(faults) if header.size > limits::EVENT_HELD => {
                let running = Running::new(&header, self.plausible.checksum);
                self.plausible.accepted(&header);
                self.long(bytes, header, self.at, running, Vec::new(), faults, eof)
            }
            Verdict::Accept(faults) => {
                let size = header.size as usize;
                let Some(event) = bytes.get(..size) else {
                    return if eof {
                        self.cut(bytes, header)
                    } else {
                        need(self, size)
                    };
                };
                self.plausible.accepted(&header);
                self.accept(event, header, faults)
            }
            Verdict::Cut => {
                if !eof {
                    let left = self
                        .plausible
                        .len
                        .map_or(usize::MAX, |len| in_memory(len - self.at));
                    if bytes.len() < left.min(limits::EVENT_HELD as usize) {
                        return need(self, left.min(limits::EVENT_HELD as usize));
                    }
                }
                self.cut(bytes, header)
            }
            Verdict::EndsAt(end) if bytes.len() < in_memory(end - self.at) && !eof => {
                let distance = in_memory(end - self.at);
                need(self, distance)
            }
            Verdict::EndsAt(end) => {
                let kind = FaultKind::EventSize {
                    size: header.size,
                    min: self.plausible.min_size(),
                };
                self.state = State::Lost {
                    header,
                    start: self.at,
                    fault: kind,
                };
                self.skip_to(bytes, end)
            }
            Verdict::Lost(fault) => {
                self.state = State::Lost {
                    header,
                    start: self.at,
                    fault,
                };
                // At least one byte on, or the same header would be judged for ever.
                Step::Skip { consumed: 1 }
            }
        }
    }

    fn accept(&mut self, event: &[u8], header: Header, mut faults: Vec<Fault>) -> Step {
        let span = Span::file(self.at, event.len() as u64);
        let checksum = verify(event, &header, self.plausible.checksum_of(&header));
        faults.extend(checksum.fault(span));
        self.state = State::Events;
        let body = event
            .len()
            .saturating_sub(HEADER_LEN + self.plausible.checksum.len());
        if header.event_type == EventType::START_ENCRYPTION
            && (self.plausible.flavour == Flavour::Mariadb || body == START_ENCRYPTION_LEN)
        {
            // From here on even the headers are encrypted: one stretch to the end.
            let start = span.end();
            self.state = State::Lost {
                header: Header { size: 0, ..header },
                start,
                fault: FaultKind::Encrypted,
            };
        }
        let frame = Frame {
            header,
            span,
            checksum,
            faults,
            damaged: false,
            prefix: None,
        };
        Step::Frame {
            frame,
            consumed: event.len(),
            held: true,
        }
    }
}
