//! `binlight rows`: row changes as JSON Lines.

use crate::chunks::{Chunk, Chunks};
use crate::in_order::{Text, Turn, in_order};
use crate::json;
use crate::tables::Learner;
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::row_image::Image;
use binlight_parser::event::rows::RowSink;
use binlight_parser::event::{self, transaction_payload as payload};
use binlight_parser::rows;
use binlight_parser::stream::Header;
use binlight_parser::table::Table;
use binlight_parser::trace::Silent;
use std::io::{self, Write};
use std::sync::Arc;

/// One line per row change.
pub fn row_changes(out: impl Write + Send, mut chunks: Chunks) -> io::Result<()> {
    let next = || chunks.next_chunk();
    in_order(out, next, |chunk, turn| one_chunk(&chunk, turn))?.flush()
}

fn one_chunk<W: Write>(chunk: &Chunk, turn: &Turn<'_, W>) -> io::Result<()> {
    let mut text = Text::new(turn);
    let mut learner = Learner::new(chunk.context.clone());
    let mut lines = Lines::default();
    for (frame, bytes) in chunk.events() {
        if frame.damaged || frame.prefix.is_some() {
            continue;
        }
        let at = frame.span.start;
        learner.learn(bytes, at);
        let t = frame.header.event_type;
        if t.rows_shape().is_some() {
            lines.place(chunk.file.json.as_deref(), at, None);
            lines.event(text.bytes(), bytes, at, &learner.context);
            text.relieve()?;
        } else if t == EventType::TRANSACTION_PAYLOAD
            && let Ok(unpacked) = payload::unpack_event(bytes, at, &learner.context)
        {
            let mut inner = Learner::new(payload::inner_context(&learner.context));
            for f in payload::frames(&unpacked).filter(|f| !f.damaged) {
                let start = f.span.start;
                let bytes = &unpacked[start as usize..][..f.span.len as usize];
                inner.learn(bytes, start);
                if f.header.event_type.rows_shape().is_some() {
                    lines.place(chunk.file.json.as_deref(), at, Some(start));
                    lines.event(text.bytes(), bytes, start, &inner.context);
                    text.relieve()?;
                }
            }
        }
    }
    text.write()
}

/// What the lines of one rows event begin with.
#[derive(Default)]
struct Lines {
    /// Where the event is.
    place: Vec<u8>,
    /// The table of the event before, and what its lines have in common.
    table: Option<Arc<Table>>,
    names: Vec<Vec<u8>>,
    full_name: Vec<u8>,
}

impl Lines {
    fn place(&mut self, file: Option<&str>, at: u64, inner: Option<u64>) {
        let out = &mut self.place;
        out.clear();
        out.push(b'{');
        if let Some(file) = file {
            out.extend_from_slice(b"\"file\":");
            out.extend_from_slice(file.as_bytes());
            out.push(b',');
        }
        out.extend_from_slice(b"\"pos\":");
        json::number(out, at);
        if let Some(inner) = inner {
            out.extend_from_slice(b",\"inner_pos\":");
            json::number(out, inner);
        }
        out.extend_from_slice(b",\"table\":");
    }

    /// A line per row change of the event.
    fn event(&mut self, out: &mut Vec<u8>, bytes: &[u8], at: u64, context: &Context) {
        let Some((table, op)) = table_and_op(bytes, context) else {
            return;
        };
        if !self.table.as_ref().is_some_and(|t| Arc::ptr_eq(t, &table)) {
            self.names = json::names(&table);
            self.full_name.clear();
            json::string(&mut self.full_name, &table.full_name());
            self.table = Some(table);
        }
        let mut begin = self.place.clone();
        begin.extend_from_slice(&self.full_name);
        begin.extend_from_slice(b",\"op\":\"");
        begin.extend_from_slice(op.as_bytes());
        begin.extend_from_slice(b"\",\"before\":");
        let mut sink = Sink {
            out,
            begin: &begin,
            names: &self.names,
        };
        // What cannot be decoded ends the event; `binlight check` says why.
        let _ = rows::visit(bytes, at, context, &mut Silent::default(), &mut sink);
    }
}

/// The table whose rows the event has, if its map is known, and what is done with them.
fn table_and_op(bytes: &[u8], context: &Context) -> Option<(Arc<Table>, &'static str)> {
    let header = Header::read_in(bytes, &context.format)?;
    let op = header.event_type.rows_shape()?.op.name();
    match event::decode_body(bytes, context)? {
        event::Event::Rows(rows) => Some((rows.table?, op)),
        _ => None,
    }
}

struct Sink<'a> {
    out: &'a mut Vec<u8>,
    begin: &'a [u8],
    names: &'a [Vec<u8>],
}

impl RowSink for Sink<'_> {
    fn row(&mut self, before: Option<Image<'_>>, after: Option<Image<'_>>) {
        self.out.extend_from_slice(self.begin);
        json::image(self.out, before.as_ref(), self.names);
        self.out.extend_from_slice(b",\"after\":");
        json::image(self.out, after.as_ref(), self.names);
        self.out.extend_from_slice(b"}\n");
    }
}
