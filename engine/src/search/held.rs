//! The bytes at hand, and the statements of events among them.

use crate::filter::Matcher;
use crate::index::{EventNo, EventRow, state};
use crate::limits::SEARCHED_EVENT;
use crate::log::Log;
use crate::session::Session;
use crate::source::{Buffer, ByteSource, Stream};
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::{self, Event, transaction_payload as payload};
use std::borrow::Cow;

/// Bytes read and not yet passed, of one stretch of the log. Offsets are the log's.
#[derive(Default)]
pub(super) struct Held {
    buffer: Buffer,
    /// Offset of the first.
    at: u64,
    /// Offset of the first that is still needed.
    needed: u64,
    /// Up to here nothing stands that is searched for, from where the search was last.
    clear: u64,
    /// Where something does.
    wanted: Option<u64>,
    /// One event, decrypted.
    plain: Vec<u8>,
    unpacked: Option<Unpacked>,
    context: Option<(usize, Context)>,
}

/// The payload opened last.
struct Unpacked {
    payload: EventNo,
    events: Vec<u8>,
    /// Where its events lie.
    spans: Vec<(usize, usize)>,
    context: Context,
}

/// The statement of an event.
pub(super) enum Text<'t> {
    /// It has none.
    None,
    /// Its bytes are not here yet.
    Later,
    /// It has one that nobody asks for.
    Unwanted,
    /// It cannot be had: why.
    Closed(String),
    /// Default database and statement.
    Of(Cow<'t, [u8]>, Cow<'t, [u8]>),
}

impl Held {
    /// What comes begins at offset `at`.
    pub(super) fn begin(&mut self, at: u64) {
        if self.end() != at {
            self.buffer.consume(usize::MAX);
            self.at = at;
        }
    }

    /// Offset after the last.
    pub(super) fn end(&self) -> u64 {
        self.at + self.buffer.unused().len() as u64
    }

    /// Adds what comes next; what is not needed goes. The number of bytes, 0 at the end of the file.
    pub(super) async fn read(&mut self, stream: &mut impl Stream) -> Result<usize, String> {
        let passed = self.needed.clamp(self.at, self.end()) - self.at;
        self.buffer
            .consume(usize::try_from(passed).unwrap_or(usize::MAX));
        self.at += passed;
        stream.next(&mut self.buffer).await
    }

    /// Whether bytes `from .. to` are all at hand; if not they are needed.
    pub(super) fn has(&mut self, from: u64, to: u64) -> bool {
        self.needed = from;
        self.at <= from && to <= self.end()
    }

    /// Whether nothing stands in bytes `from .. to`, which are at hand, that a statement must hold to be
    /// wanted. To be asked in order: each byte is looked at once.
    pub(super) fn is_clear(&mut self, matcher: &Matcher, from: u64, to: u64) -> bool {
        if self.wanted.is_none_or(|wanted| wanted < from) {
            let start = self.clear.max(from);
            let bytes = self.buffer.unused();
            let in_bytes = usize::try_from(start.saturating_sub(self.at)).unwrap_or(usize::MAX);
            match matcher.next_wanted(bytes, in_bytes) {
                None => return false,
                Some(Some(found)) => {
                    self.wanted = Some(self.at + found as u64);
                    self.clear = self.at + found as u64;
                }
                // What begins among the last bytes may go on in those to come.
                Some(None) => {
                    self.wanted = None;
                    let span = matcher.wanted_span() as u64;
                    self.clear = start.max((self.end() + 1).saturating_sub(span));
                }
            }
        }
        self.wanted.is_none_or(|wanted| wanted >= to)
    }

    /// Where the bytes of an event lie; `None` if they are not all here.
    fn place(&self, row: &EventRow) -> Option<core::ops::Range<usize>> {
        let from = usize::try_from(row.offset.checked_sub(self.at)?).ok()?;
        let to = from.checked_add(usize::try_from(row.size).ok()?)?;
        (to <= self.buffer.unused().len()).then_some(from..to)
    }

    /// The statement of event `no`, where `wants` wants it by its bytes.
    pub(super) fn text<S: ByteSource>(
        &mut self,
        session: &Session<S>,
        log: &Log,
        no: EventNo,
        wants: impl Fn(&[u8]) -> bool,
    ) -> Text<'_> {
        let index = log.index();
        let states = index
            .events
            .type_of(no)
            .is_some_and(EventType::carries_statement);
        let Some(row) = states.then(|| index.events.get(no)).flatten() else {
            return Text::None;
        };
        if row.state & state::DAMAGED != 0 {
            return Text::None;
        }
        if row.state & state::INNER != 0 {
            return self.inner(session, log, no, wants);
        }
        self.needed = row.offset;
        if row.size > SEARCHED_EVENT {
            return Text::Closed(too_long(log, &row));
        }
        let Some(place) = self.place(&row) else {
            return Text::Later;
        };
        let known = index.formats.partition_point(|(from, _)| *from <= no);
        if self.context.as_ref().is_none_or(|(k, _)| *k != known) {
            self.context = Some((known, Context::new(index.format_at(no))));
        }
        let Some((_, context)) = &self.context else {
            return Text::None;
        };
        let mut bytes = &self.buffer.unused()[place];
        if session.source.has_encrypted_events(row.offset) {
            self.plain.clear();
            self.plain.extend_from_slice(bytes);
            session.source.decrypt_event(row.offset, &mut self.plain);
            bytes = &self.plain;
        }
        if row.event_type == EventType::QUERY_COMPRESSED || wants(bytes) {
            statement(bytes, context)
        } else {
            Text::Unwanted
        }
    }

    fn inner<S: ByteSource>(
        &mut self,
        session: &Session<S>,
        log: &Log,
        no: EventNo,
        wants: impl Fn(&[u8]) -> bool,
    ) -> Text<'_> {
        let index = log.index();
        let Some(outer) = index.events.payload_of(no) else {
            return Text::None;
        };
        if self.unpacked.as_ref().is_none_or(|u| u.payload != outer) {
            let Some(row) = index.events.get(outer) else {
                return Text::None;
            };
            self.needed = row.offset;
            if row.size > SEARCHED_EVENT {
                return Text::Closed(too_long(log, &row));
            }
            let Some(place) = self.place(&row) else {
                return Text::Later;
            };
            let mut bytes = Cow::Borrowed(&self.buffer.unused()[place]);
            if session.source.has_encrypted_events(row.offset) {
                session.source.decrypt_event(row.offset, bytes.to_mut());
            }
            let context = Context::new(index.format_at(outer));
            let events = match payload::unpack_event(&bytes, 0, &context) {
                Ok(events) => events,
                Err(fault) => return Text::Closed(fault.to_string()),
            };
            let spans = payload::frames(&events)
                .map(|f| (f.span.start as usize, f.span.len as usize))
                .collect();
            self.unpacked = Some(Unpacked {
                payload: outer,
                events,
                spans,
                context: payload::inner_context(&context),
            });
        }
        let Some(unpacked) = &self.unpacked else {
            return Text::None;
        };
        let span = unpacked.spans.get((no.0 - outer.0 - 1) as usize);
        let bytes = span.and_then(|(at, len)| unpacked.events.get(*at..at + len));
        match bytes {
            None => Text::None,
            Some(bytes) if wants(bytes) => statement(bytes, &unpacked.context),
            Some(_) => Text::Unwanted,
        }
    }
}

fn statement<'b>(bytes: &'b [u8], context: &Context) -> Text<'b> {
    match event::skim_body(bytes, context) {
        Some(Event::Query(query)) => Text::Of(Cow::Borrowed(query.database), query.sql),
        Some(Event::Statement(sql)) => Text::Of(Cow::Borrowed(&[]), Cow::Borrowed(sql)),
        _ => Text::None,
    }
}

fn too_long(log: &Log, row: &EventRow) -> String {
    format!(
        "the statement at {} is longer than {} MiB and was not searched",
        log.in_file(row.offset),
        SEARCHED_EVENT >> 20
    )
}
