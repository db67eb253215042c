//! TRANSACTION_PAYLOAD: a whole transaction, compressed.

use crate::bytes::fit::in_memory;
use crate::bytes::{Input, Space, Span};
use crate::codes::EventType;
use crate::context::{Context, Format};
use crate::fault::{Fault, FaultKind};
use crate::limits;
use crate::stream::header::type_of;
use crate::stream::{Frame, Framer, Header, Step};
use crate::trace::{Name, Reader, Result, Trace};
use crate::unpack;
use alloc::{borrow::ToOwned, string::ToString, sync::Arc, vec::Vec};

/// What the payload's header says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payload {
    /// 0 zstd, 255 none.
    pub algorithm: u64,
    /// Bytes of the payload.
    pub size: u64,
    /// Bytes it says it unpacks to.
    pub uncompressed_size: u64,
}

/// `libs/mysql/binlog/event/codecs/binary.cpp`, `transaction_payload`: fields of type, length and
/// value (all length-encoded) up to a zero type, then the payload: whole events without checksums.
pub fn payload<T: Trace>(r: &mut Reader<'_, '_, T>, context: &Context) -> Result<Payload> {
    let mut payload = Payload::default();
    r.group(
        "fields",
        "Type, length and value each; type 0 ends them.",
        |r| {
            for i in 0.. {
                let more = r.group(Name::Item("field", i), "One field.", |r| {
                    field(r, &mut payload)
                })?;
                if !more {
                    break;
                }
            }
            Ok(())
        },
    )?;
    let at = r.rest();
    let len = r.left();
    r.bytes(
        "payload",
        "The transaction's events, compressed together.",
        len,
    )?;
    // Only a tree shows the events; who wants them else asks [`unpack_event`]. No server nests payloads;
    // one inside another stays closed, or a crafted one might never end.
    if T::RECORDS && r.space() == Space::FILE {
        let events = open(at, payload)?;
        if payload.uncompressed_size != 0 && payload.uncompressed_size != events.len() as u64 {
            let kind = FaultKind::UnpackedSize {
                declared: payload.uncompressed_size,
                actual: events.len() as u64,
            };
            r.trace().fault(&Fault::new(kind, at.span()));
        }
        r.unpacked(
            "events",
            "The events, unpacked; they end in no checksums.",
            &events,
            |r| inner_events(r, context),
        )?;
    }
    Ok(payload)
}

fn field<T: Trace>(r: &mut Reader<'_, '_, T>, payload: &mut Payload) -> Result<bool> {
    let kind = r.lenenc("type", "Which field.")?;
    r.note(|| {
        match kind {
            0 => "end of fields",
            1 => "payload size",
            2 => "compression type",
            3 => "uncompressed size",
            _ => "unknown field",
        }
        .to_owned()
    });
    if kind == 0 {
        return Ok(false);
    }
    let len = r.lenenc("length", "Bytes of the value.")?;
    let len = r.length(len)?;
    if !(1..=3).contains(&kind) {
        r.bytes("value", "A field of unknown kind.", len)?;
        return Ok(true);
    }
    r.window("value_field", "The value.", len, |r| {
        let value = r.lenenc("value", "The value, length-encoded.")?;
        match kind {
            1 => payload.size = value,
            2 => {
                payload.algorithm = value;
                r.note(|| {
                    match value {
                        0 => "zstd",
                        255 => "none",
                        _ => "unknown",
                    }
                    .to_owned()
                });
            }
            _ => payload.uncompressed_size = value,
        }
        Ok(())
    })?;
    Ok(true)
}

fn open(at: Input<'_>, payload: Payload) -> Result<Vec<u8>> {
    let fault = |kind| Fault::new(kind, at.span());
    match payload.algorithm {
        0 => unpack::zstd(at.bytes(), limits::UNPACKED).map_err(fault),
        255 if at.len() <= limits::UNPACKED => Ok(at.bytes().to_vec()),
        255 => Err(fault(FaultKind::Unpacked {
            cap: limits::UNPACKED as u64,
        })),
        code => Err(fault(FaultKind::Algorithm { code })),
    }
}

/// The events inside the body of a whole TRANSACTION_PAYLOAD event.
///
/// # Errors
/// The fault that keeps the payload closed.
pub fn unpack_event(event: &[u8], at: u64, context: &Context) -> Result<Vec<u8>> {
    let mut silent = crate::trace::Silent::default();
    let input = Input::new(event, Space::FILE, at);
    let mut r = Reader::new(input, &mut silent);
    let header = Header::read(event).ok_or_else(|| r.cut(crate::stream::header::HEADER_LEN))?;
    let range = super::body_range(event, &header, context);
    r.skip_silently(range.start);
    let len = range.len();
    let mut payload = Payload::default();
    r.window("body", "", len, |r| {
        while field(r, &mut payload)? {}
        let body = open(r.rest(), payload);
        r.skip_silently(r.left());
        body
    })
}

/// As [`unpack_event`], for who has a frame and what the framer handed over with it: of an event too long
/// to be held that is its first bytes alone.
///
/// # Errors
/// The fault that keeps the payload closed: its transaction is not opened, which is not to say that it
/// has no end.
pub fn unpack_frame(frame: &Frame, event: &[u8], context: &Context) -> Result<Vec<u8>> {
    if frame.prefix.is_some() {
        let cap = u64::from(limits::EVENT_HELD);
        return Err(Fault::new(FaultKind::NotHeld { cap }, frame.span));
    }
    unpack_event(event, frame.span.start, context)
}

/// A context for the events inside a payload: no checksums, table maps of their own.
pub fn inner_context(context: &Context) -> Context {
    let format = Format {
        checksum: crate::context::Checksum::None,
        ..(*context.format).clone()
    };
    Context::new(Arc::new(format))
}

/// The events of an unpacked payload, one by one: none is held. At
/// [`INNER_EVENTS`](limits::INNER_EVENTS) the rest is one damaged frame that says so.
#[derive(Debug)]
pub struct InnerFrames<'e> {
    events: &'e [u8],
    framer: Framer,
    left: usize,
}

/// Frames the events of an unpacked payload; spans are offsets in `events`.
pub fn frames(events: &[u8]) -> InnerFrames<'_> {
    InnerFrames {
        events,
        framer: Framer::bare(events.len() as u64),
        left: limits::INNER_EVENTS,
    }
}

impl Iterator for InnerFrames<'_> {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        if self.left == 0 {
            return self.rest();
        }
        loop {
            let at = in_memory(self.framer.at());
            match self.framer.step(self.events.get(at..)?, true) {
                Step::Frame { frame, .. } => {
                    self.left -= 1;
                    return Some(frame);
                }
                Step::Skip { .. } | Step::Kind { .. } => {}
                Step::Need(_) | Step::End => return None,
            }
        }
    }
}

impl InnerFrames<'_> {
    /// What is past the cap, once.
    fn rest(&mut self) -> Option<Frame> {
        let at = self.framer.at();
        let rest = core::mem::take(&mut self.events).get(in_memory(at)..)?;
        if rest.is_empty() {
            return None;
        }
        let kind = FaultKind::InnerEvents {
            cap: limits::INNER_EVENTS as u64,
        };
        let span = Span::file(at, rest.len() as u64);
        Some(Frame::damaged(Header::read_cut(rest), span, kind))
    }
}

fn inner_events<T: Trace>(r: &mut Reader<'_, '_, T>, context: &Context) -> Result<()> {
    let mut inner = inner_context(context);
    let (events, space) = (r.rest().bytes(), r.space());
    for (i, frame) in frames(events).enumerate() {
        let (start, end) = (frame.span.start, frame.span.end());
        let Some(bytes) = events.get(frame.span.in_memory()) else {
            break;
        };
        if !r.trace().has_room() {
            r.elide("More events than one tree shows; select them in the list.");
            break;
        }
        let about = "An event of the transaction.";
        r.trace().open(
            Name::Item("event", i),
            about,
            Input::new(bytes, space, start).span_of(0),
        );
        r.trace()
            .note(|| type_of(bytes).unwrap_or(EventType::UNKNOWN).to_string());
        for fault in &frame.faults {
            let span = Span {
                space,
                ..fault.span
            };
            r.trace().fault(&Fault::new(fault.kind.clone(), span));
        }
        if frame.damaged {
            r.trace().gap(Input::new(bytes, space, start).span());
        } else if let Some(super::Event::TableMap(table)) =
            super::decode(bytes, space, start, &inner, r.trace())
        {
            inner.map_table(table);
        }
        r.trace().close(end);
        r.claim(bytes.len());
    }
    Ok(())
}
