//! `binlight check`: decodes everything and counts.

use crate::chunks::{Chunk, Chunks};
use crate::in_order::in_order;
use crate::input::FileSource;
use crate::tables::Learner;
use binlight_engine::session::Session;
use binlight_parser::bytes::Space;
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::row_image::Image;
use binlight_parser::event::rows::RowSink;
use binlight_parser::event::{self, transaction_payload as payload};
use binlight_parser::fault::Fault;
use binlight_parser::trace::{FieldTree, NodeKind, Silent, coverage};
use binlight_parser::{inspect, rows};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What was counted.
#[derive(Debug, Default)]
pub struct Totals {
    events: u64,
    inner: u64,
    bytes: u64,
    unknown_bytes: u64,
    /// Faults of all events.
    pub faults: u64,
    rows: u64,
    ops: BTreeMap<&'static str, u64>,
    /// Events whose leaves do not tile them: our own fault.
    pub untiled: u64,
    first_fault: Option<Fault>,
}

impl Totals {
    fn add(&mut self, other: Totals) {
        self.events += other.events;
        self.inner += other.inner;
        self.bytes += other.bytes;
        self.unknown_bytes += other.unknown_bytes;
        self.faults += other.faults;
        self.rows += other.rows;
        for (op, n) in other.ops {
            *self.ops.entry(op).or_default() += n;
        }
        self.untiled += other.untiled;
        self.first_fault = self.first_fault.take().or(other.first_fault);
    }

    fn faults(&mut self, faults: &[Fault]) {
        self.faults += faults.len() as u64;
        if self.first_fault.is_none() {
            self.first_fault = faults.first().cloned();
        }
    }

    fn rows(&mut self, bytes: &[u8], at: u64, context: &Context) {
        let mut count = Count(0);
        let visited = rows::visit(bytes, at, context, &mut Silent::default(), &mut count);
        if let Some(Ok(rows)) = visited {
            *self.ops.entry(rows.op.name()).or_default() += count.0;
        }
        self.rows += count.0;
    }
}

/// Counts row changes.
struct Count(u64);

impl RowSink for Count {
    fn row(&mut self, _: Option<Image<'_>>, _: Option<Image<'_>>) {
        self.0 += 1;
    }
}

/// A line per file, and a total; the total is given back too.
pub fn check(out: &mut (impl Write + Send), mut chunks: Chunks) -> io::Result<Totals> {
    let files: BTreeMap<usize, Totals> = BTreeMap::new();
    let next = || chunks.next_chunk();
    let line = in_order((&mut *out, files), next, |chunk, turn| {
        let mut untiled = Vec::new();
        let totals = one_chunk(&chunk, &mut untiled);
        let mut held = turn.take()?;
        let (out, files) = &mut *held;
        out.write_all(&untiled)?;
        files.entry(chunk.file.number).or_default().add(totals);
        Ok(())
    });
    let mut files = line?.1;
    let mut all = Totals::default();
    for (i, kind) in chunks.kinds.iter().enumerate() {
        let one = files.remove(&i).unwrap_or_default();
        one.write(out, &kind.name, kind.kind.name())?;
        all.add(one);
    }
    let read = chunks.kinds.len();
    let Totals {
        events,
        bytes,
        unknown_bytes,
        faults,
        rows,
        ..
    } = all;
    writeln!(
        out,
        "total files={read} events={events} bytes={bytes} unknown_bytes={unknown_bytes} faults={faults} rows={rows}"
    )?;
    Ok(all)
}

impl Totals {
    fn write(&self, out: &mut impl Write, name: &str, kind: &str) -> io::Result<()> {
        let Totals {
            events,
            inner,
            bytes,
            unknown_bytes,
            faults,
            rows,
            ..
        } = self;
        write!(
            out,
            "{name}: {kind} events={events} inner={inner} bytes={bytes} unknown_bytes={unknown_bytes} faults={faults} rows={rows}"
        )?;
        for (op, n) in &self.ops {
            write!(out, " {op}={n}")?;
        }
        if self.untiled > 0 {
            write!(out, " untiled={}", self.untiled)?;
        }
        if let Some(fault) = &self.first_fault {
            write!(out, " first_fault=\"{fault}\"")?;
        }
        writeln!(out)
    }
}

fn one_chunk(chunk: &Chunk, untiled: &mut Vec<u8>) -> Totals {
    let mut t = Totals::default();
    let mut learner = Learner::new(chunk.context.clone());
    for (frame, bytes) in chunk.events() {
        let at = frame.span.start;
        t.events += 1;
        t.bytes += frame.span.len;
        if frame.damaged || frame.prefix.is_some() {
            if frame.damaged {
                t.unknown_bytes += frame.span.len;
            }
            t.faults(&frame.faults);
            continue;
        }
        learner.learn(bytes, at);
        let context = &learner.context;
        let tree = inspect::inspect(bytes, at, context, &frame.faults);
        t.faults(&tree.faults);
        t.unknown_bytes += coverage::unknown_bytes(&tree);
        if let Err(why) = coverage::tiles(&tree, frame.span) {
            t.untiled += 1;
            // Memory takes everything.
            let _: io::Result<()> = writeln!(untiled, "leaves do not tile {}: {why}", frame.span);
        }
        t.rows(bytes, at, context);
        if frame.header.event_type == EventType::TRANSACTION_PAYLOAD
            && let Ok(unpacked) = payload::unpack_event(bytes, at, context)
        {
            inner_events(&mut t, &tree, &unpacked, context);
        }
    }
    t
}

/// The events of a payload, of which the tree shows no more than its cap allows.
fn inner_events(t: &mut Totals, tree: &FieldTree, unpacked: &[u8], context: &Context) {
    let mut inner = Learner::new(payload::inner_context(context));
    // Beyond its cap the tree shows no event, and no fault of one.
    let shown = tree
        .nodes
        .iter()
        .find(|n| n.kind == NodeKind::Elided && n.span.space != Space::FILE)
        .map_or(u64::MAX, |n| n.span.start);
    for f in payload::frames(unpacked) {
        let beyond = f.span.start >= shown;
        if beyond {
            t.faults(&f.faults);
        }
        if f.damaged {
            continue;
        }
        let bytes = &unpacked[f.span.start as usize..][..f.span.len as usize];
        t.inner += 1;
        if beyond {
            let mut silent = Silent::default();
            event::decode(
                bytes,
                Space::FILE,
                f.span.start,
                &inner.context,
                &mut silent,
            );
            t.faults(&silent.faults);
        }
        inner.learn(bytes, f.span.start);
        t.rows(bytes, f.span.start, &inner.context);
    }
}

/// Frames, checksums, index and transactions alone: a line per file, and a total. Gives back the number
/// of faults.
pub fn fast(out: &mut impl Write, session: &Session<FileSource>) -> io::Result<u64> {
    let list = session.files();
    let log = session.log.borrow();
    for (line, file) in list.files.iter().zip(&log.files) {
        writeln!(
            out,
            "{}: {} events={} bytes={} faults={}",
            line.name,
            file.kind.name(),
            line.events,
            line.size,
            line.faults
        )?;
    }
    let totals = &log.index().totals;
    writeln!(
        out,
        "total files={} events={} transactions={} bytes={} faults={} rows={}",
        list.files.len(),
        totals.events,
        log.transactions().len(),
        session.source.len(),
        totals.faults,
        totals.rows
    )?;
    Ok(totals.faults)
}
