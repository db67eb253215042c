//! `binlight events` and `binlight tree`: events as they are framed, and one of them byte by byte.

use crate::chunks::{Chunk, Chunks};
use crate::in_order::{Text, Turn, in_order};
use crate::json;
use crate::tables::Learner;
use binlight_parser::codes::EventType;
use binlight_parser::event::transaction_payload as payload;
use binlight_parser::fault::Fault;
use binlight_parser::inspect;
use binlight_parser::stream::Frame;
use binlight_parser::trace::render;
use std::io::{self, Write};

/// One line per event.
pub fn events(out: impl Write + Send, mut chunks: Chunks) -> io::Result<()> {
    let next = || chunks.next_chunk();
    in_order(out, next, |chunk, turn| one_chunk(&chunk, turn))?.flush()
}

fn one_chunk<W: Write>(chunk: &Chunk, turn: &Turn<'_, W>) -> io::Result<()> {
    let mut text = Text::new(turn);
    let mut learner = Learner::new(chunk.context.clone());
    for ((frame, bytes), n) in chunk.events().zip(chunk.first..) {
        let at = frame.span.start;
        let whole = !frame.damaged && frame.prefix.is_none();
        let out = text.bytes();
        out.push(b'{');
        if let Some(file) = chunk.file.json.as_deref() {
            out.extend_from_slice(b"\"file\":");
            out.extend_from_slice(file.as_bytes());
            out.push(b',');
        }
        if frame.damaged || bytes.is_empty() {
            line(out, n, frame, &frame.faults);
        } else {
            let tree = inspect::inspect(bytes, at, &learner.context, &frame.faults);
            line(out, n, frame, &tree.faults);
        }
        if frame.header.event_type == EventType::TRANSACTION_PAYLOAD
            && whole
            && let Ok(unpacked) = payload::unpack_event(bytes, at, &learner.context)
        {
            out.extend_from_slice(b",\"inner\":[");
            // A payload may hold a million: they are written as they come.
            for (i, inner) in payload::frames(&unpacked).enumerate() {
                let out = text.bytes();
                out.extend_from_slice(if i > 0 { b",{" } else { b"{" });
                line(out, i as u64, &inner, &inner.faults);
                out.push(b'}');
                text.relieve()?;
            }
            text.bytes().push(b']');
        }
        text.bytes().extend_from_slice(b"}\n");
        text.relieve()?;
        if !frame.damaged {
            learner.learn(bytes, at);
        }
    }
    text.write()
}

/// An event's fields, without the braces.
fn line(out: &mut Vec<u8>, n: u64, frame: &Frame, faults: &[Fault]) {
    let h = &frame.header;
    let kind = if frame.damaged {
        EventType::UNKNOWN
    } else {
        h.event_type
    };
    let mut field = |name: &str, value: u64| {
        out.extend_from_slice(name.as_bytes());
        json::number(out, value);
    };
    field("\"n\":", n);
    field(",\"pos\":", frame.span.start);
    field(",\"size\":", frame.span.len);
    out.extend_from_slice(b",\"type\":");
    json::string(out, &kind.to_string());
    let mut field = |name: &str, value: u64| {
        out.extend_from_slice(name.as_bytes());
        json::number(out, value);
    };
    field(",\"type_code\":", u64::from(h.event_type.0));
    field(",\"timestamp\":", u64::from(h.timestamp));
    field(",\"server_id\":", u64::from(h.server_id));
    field(",\"log_pos\":", u64::from(h.log_pos));
    field(",\"flags\":", u64::from(h.flags));
    out.extend_from_slice(b",\"checksum\":");
    json::string(out, frame.checksum.name());
    out.extend_from_slice(b",\"faults\":[");
    for (i, fault) in faults.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        json::string(out, &fault.to_string());
    }
    out.push(b']');
}

/// The annotated event that holds byte `position` of the log, decimal or 0x….
pub fn tree(out: &mut impl Write, mut chunks: Chunks, position: &str) -> io::Result<()> {
    let parsed = position
        .strip_prefix("0x")
        .map_or_else(|| position.parse(), |h| u64::from_str_radix(h, 16));
    let wanted: u64 = parsed.map_err(|_| io::Error::other(format!("{position} is no position")))?;
    while let Some(chunk) = chunks.next_chunk()? {
        let last = chunk.events().last().map(|(frame, _)| frame.span.end());
        if last.is_none_or(|end| end <= wanted) {
            continue;
        }
        let mut learner = Learner::new(chunk.context.clone());
        for (frame, bytes) in chunk.events() {
            if frame.span.contains(wanted) {
                return write_tree(out, frame, bytes, &learner);
            }
            learner.learn(bytes, frame.span.start);
        }
    }
    Err(io::Error::other(format!("no event at {wanted}")))
}

fn write_tree(
    out: &mut impl Write,
    frame: &Frame,
    bytes: &[u8],
    learner: &Learner,
) -> io::Result<()> {
    let start = frame.span.start;
    let (tree, event_type) = if frame.damaged {
        let zeros = vec![0; usize::try_from(frame.span.len).unwrap_or(usize::MAX)];
        let tree = inspect::damaged(&zeros, start, &frame.faults);
        (tree, EventType::UNKNOWN)
    } else {
        let tree = inspect::inspect(bytes, start, &learner.context, &frame.faults);
        (tree, frame.header.event_type)
    };
    let mut text = String::new();
    // A string takes everything.
    let _: Result<(), _> = render::render(&mut text, &tree, bytes, start);
    let len = frame.span.len;
    write!(out, "{event_type} at {start}, {len} bytes\n{text}")
}
