//! `binlight check`: decodes everything and counts.

use crate::source::Source;
use binlight_parser::bytes::Space;
use binlight_parser::codes::{EventType, event_type::RowOp};
use binlight_parser::context::Context;
use binlight_parser::crypt::Keys;
use binlight_parser::event::row_image::Image;
use binlight_parser::event::{self, transaction_payload as payload};
use binlight_parser::trace::{NodeKind, Silent, coverage};
use binlight_parser::{inspect, rows};
use std::collections::BTreeMap;
use std::io::{self, Write};

#[derive(Default)]
struct Totals {
    events: u64,
    inner: u64,
    bytes: u64,
    unknown_bytes: u64,
    faults: u64,
    rows: u64,
    ops: BTreeMap<&'static str, u64>,
    untiled: u64,
}

/// A line per file, and a total.
pub fn check(out: &mut impl Write, files: &[&str], keys: &Keys) -> io::Result<()> {
    let mut total = Totals::default();
    let (mut read, mut failed) = (0, false);
    for file in files {
        match check_file(out, &Source { path: file, keys }) {
            Ok(one) => {
                read += 1;
                total.events += one.events;
                total.bytes += one.bytes;
                total.unknown_bytes += one.unknown_bytes;
                total.faults += one.faults;
                total.rows += one.rows;
            }
            Err(e) => {
                eprintln!("binlight: {e}");
                failed = true;
            }
        }
    }
    let Totals {
        events,
        bytes,
        unknown_bytes,
        faults,
        rows,
        ..
    } = total;
    writeln!(
        out,
        "total files={read} events={events} bytes={bytes} unknown_bytes={unknown_bytes} faults={faults} rows={rows}"
    )?;
    if failed {
        Err(io::Error::other("some files could not be read"))
    } else {
        Ok(())
    }
}

fn check_file(out: &mut impl Write, file: &Source<'_>) -> io::Result<Totals> {
    let mut t = Totals::default();
    let mut context = Context::default();
    let mut first_fault = None;
    let kind = file.for_each_frame(|frame, bytes| {
        let at = frame.span.start;
        t.events += 1;
        t.bytes += frame.span.len;
        if frame.damaged || frame.prefix.is_some() {
            if frame.damaged {
                t.unknown_bytes += frame.span.len;
            }
            t.faults += frame.faults.len() as u64;
            first_fault = first_fault.take().or(frame.faults.first().cloned());
            return Ok(());
        }
        event::update_context(&mut context, bytes, at);
        let tree = inspect::inspect(bytes, at, &context, &frame.faults);
        t.faults += tree.faults.len() as u64;
        first_fault = first_fault.take().or(tree.faults.first().cloned());
        t.unknown_bytes += coverage::unknown_bytes(&tree);
        if let Err(why) = coverage::tiles(&tree, frame.span) {
            t.untiled += 1;
            writeln!(
                out,
                "{}: leaves do not tile {}: {why}",
                file.path, frame.span
            )?;
        }
        count_rows(&mut t, bytes, at, &context);
        if frame.header.event_type == EventType::TRANSACTION_PAYLOAD
            && let Ok(unpacked) = payload::unpack_event(bytes, at, &context)
        {
            let mut inner = payload::inner_context(&context);
            // Beyond its cap the tree shows no event, and no fault of one.
            let shown = tree
                .nodes
                .iter()
                .find(|n| n.kind == NodeKind::Elided && n.span.space != Space::FILE)
                .map_or(u64::MAX, |n| n.span.start);
            for f in payload::frames(&unpacked) {
                if f.span.start >= shown {
                    t.faults += f.faults.len() as u64;
                    first_fault = first_fault.take().or(f.faults.first().cloned());
                }
                if f.damaged {
                    continue;
                }
                let bytes = &unpacked[f.span.start as usize..][..f.span.len as usize];
                t.inner += 1;
                if f.span.start >= shown {
                    let mut silent = Silent::default();
                    event::decode(bytes, Space::FILE, f.span.start, &inner, &mut silent);
                    t.faults += silent.faults.len() as u64;
                    first_fault = first_fault.take().or(silent.faults.first().cloned());
                }
                event::update_context(&mut inner, bytes, f.span.start);
                count_rows(&mut t, bytes, f.span.start, &inner);
            }
        }
        Ok(())
    })?;
    let Totals {
        events,
        inner,
        bytes,
        unknown_bytes,
        faults,
        rows,
        untiled,
        ..
    } = t;
    let first = first_fault.map_or(String::new(), |f| format!(" first_fault=\"{f}\""));
    let ops: String = t.ops.iter().map(|(op, n)| format!(" {op}={n}")).collect();
    let untiled_text = if untiled > 0 {
        format!(" untiled={untiled}")
    } else {
        String::new()
    };
    writeln!(
        out,
        "{}: {} events={events} inner={inner} bytes={bytes} unknown_bytes={unknown_bytes} faults={faults} rows={rows}{ops}{untiled_text}{first}",
        file.path,
        kind.name()
    )?;
    t.faults += untiled;
    Ok(t)
}

fn count_rows(t: &mut Totals, bytes: &[u8], at: u64, context: &Context) {
    struct Count(u64);
    impl event::rows::RowSink for Count {
        fn row(&mut self, _: Option<Image<'_>>, _: Option<Image<'_>>) {
            self.0 += 1;
        }
    }
    let mut count = Count(0);
    if let Some(Ok(rows)) = rows::visit(bytes, at, context, &mut Silent::default(), &mut count) {
        let op = match rows.op {
            RowOp::Insert => "insert",
            RowOp::Update => "update",
            RowOp::Delete => "delete",
        };
        *t.ops.entry(op).or_default() += count.0;
    }
    t.rows += count.0;
}
