//! The log that is repeated: its events before the first transaction, and its whole transactions.

use super::counters::Counters;
use super::template::{Template, source_of};
use crate::shell::Outcome;
use binlight_parser::codes::EventType;
use binlight_parser::context::{Context, Flavour};
use binlight_parser::event;
use binlight_parser::inspect::inspect;
use binlight_parser::stream::{ChecksumState, FileKind, Frame, Framer, Header, Step};
use ruzstd::decoding::StreamingDecoder;
use ruzstd::io::Read;

/// An event to repeat.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) bytes: Vec<u8>,
    pub(super) header: Header,
    pub(super) checksum_len: usize,
    pub(super) begins_transaction: bool,
    /// Its body, if that changes from round to round.
    pub(super) template: Option<Template>,
}

/// A log taken apart.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) head: Vec<Event>,
    pub(super) body: Vec<Event>,
    pub(super) counters: Counters,
}

impl Source {
    /// Reads a log, compressed or not.
    pub(super) fn read(path: &str) -> Outcome<Source> {
        let named = |why: String| format!("{path}: {why}");
        let mut log = std::fs::read(path).map_err(|e| named(e.to_string()))?;
        if FileKind::detect(&log) == FileKind::Zstd {
            log = unpack(&log).map_err(named)?;
        }
        Source::of(&log).map_err(named)
    }

    /// Takes a log apart.
    pub(super) fn of(log: &[u8]) -> Outcome<Source> {
        let mut counters = Counters::default();
        let mut context = Context::default();
        let mut source = String::new();
        let (mut head, mut body): (Vec<Event>, Vec<Event>) = (Vec::new(), Vec::new());
        let mut last_is_whole = false;
        for frame in frames(log)? {
            let kind = frame.header.event_type;
            let event = event(log, &frame, &mut context, &mut source, &mut counters)?;
            let begins = event.begins_transaction;
            if kind == EventType::ROTATE || kind == EventType::STOP {
                last_is_whole = true;
            } else if body.is_empty() && !begins {
                head.push(event);
            } else if kind == EventType::FORMAT_DESCRIPTION {
                return Err("holds a second format description".into());
            } else {
                counters.saw_timestamp(frame.header.timestamp);
                body.push(event);
                last_is_whole = ends_transaction(kind);
            }
        }
        if !last_is_whole {
            let cut = body.iter().rposition(|e| e.begins_transaction);
            body.truncate(cut.unwrap_or(0));
        }
        if body.is_empty() {
            return Err("holds no whole transaction with a GTID event (servers before MySQL 5.7 and MariaDB 10.0 write none)".into());
        }
        Ok(Source {
            head,
            body,
            counters,
        })
    }

    /// Bytes of a round.
    pub(super) fn body_len(&self) -> u64 {
        self.body.iter().map(|e| e.bytes.len() as u64).sum()
    }
}

/// What begins a transaction.
pub(super) const GTIDS: [EventType; 4] = [
    EventType::GTID,
    EventType::ANONYMOUS_GTID,
    EventType::GTID_TAGGED,
    EventType::MARIADB_GTID,
];

fn event(
    log: &[u8],
    frame: &Frame,
    context: &mut Context,
    source: &mut String,
    counters: &mut Counters,
) -> Outcome<Event> {
    let at = frame.span.start;
    let kind = frame.header.event_type;
    let bytes = &log[at as usize..frame.span.end() as usize];
    event::update_context(context, bytes, at);
    let checksum_len = match frame.checksum {
        ChecksumState::None => 0,
        _ => 4,
    };
    let begins_transaction = GTIDS.contains(&kind);
    // MariaDB's second halves of an ALTER name the first, in the statement as well.
    let may_count = begins_transaction
        || context.format.flavour == Flavour::Mariadb
            && [EventType::QUERY, EventType::QUERY_COMPRESSED].contains(&kind);
    let template = if may_count {
        let tree = inspect(bytes, at, context, &[]);
        if begins_transaction {
            *source = source_of(&tree);
        }
        Template::of(bytes, at, checksum_len, &tree, source, counters)?
    } else {
        None
    };
    Ok(Event {
        bytes: bytes.to_vec(),
        header: frame.header,
        checksum_len,
        begins_transaction,
        template,
    })
}

/// Whether an event of this type ends its transaction whatever stands in it.
fn ends_transaction(kind: EventType) -> bool {
    [
        EventType::XID,
        EventType::XA_PREPARE,
        EventType::TRANSACTION_PAYLOAD,
    ]
    .contains(&kind)
}

fn unpack(packed: &[u8]) -> Outcome<Vec<u8>> {
    let mut log = Vec::new();
    let mut decoder = StreamingDecoder::new(packed).map_err(|e| e.to_string())?;
    decoder.read_to_end(&mut log).map_err(|e| e.to_string())?;
    Ok(log)
}

/// The events of an undamaged log.
pub(super) fn frames(log: &[u8]) -> Outcome<Vec<Frame>> {
    let mut framer = Framer::new(Some(log.len() as u64));
    let mut frames = Vec::new();
    loop {
        let at = framer.at();
        match framer.step(&log[at as usize..], true) {
            Step::Kind { kind, .. } if kind != FileKind::Binlog => {
                return Err(format!("{kind:?}: no plain binary log"));
            }
            Step::Frame { frame, .. } if frame.damaged || !frame.faults.is_empty() => {
                return Err(format!("is damaged at {}", frame.span.start));
            }
            Step::Frame { frame, .. } if frame.header.event_type == EventType::START_ENCRYPTION => {
                return Err("is encrypted".into());
            }
            Step::Frame { frame, .. } => frames.push(frame),
            Step::Kind { .. } | Step::Skip { .. } => {}
            Step::Need(_) => return Err(format!("is cut off at {at}")),
            Step::End => return Ok(frames),
        }
    }
}
