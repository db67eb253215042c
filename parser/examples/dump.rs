//! `dump events|tree|rows|check`: the parser's API as a native program.
//!
//! ```text
//! dump events FILE      JSON Lines, one per event; events inside a payload as its "inner"
//! dump tree FILE POS    the annotated event at (or around) POS
//! dump rows FILE        JSON Lines, one per row change
//! dump transactions FILE   JSON Lines, one per transaction; times in microseconds since 1970
//! dump gtids FILE       the GTIDs before the log, in it, and missing in it
//! dump findings FILE    what a reader of the log should know, a line each
//! dump filter FILE TEXT numbers of the transactions that the index says match, may match
//! dump check FILE…      decodes everything; a line per file and a total
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program"
)]

use binlight_parser::bytes::Span;
use binlight_parser::codes::{EventType, event_type::RowOp};
use binlight_parser::context::Context;
use binlight_parser::event::row_image::{Cell, Image};
use binlight_parser::event::table_map::Table;
use binlight_parser::event::{self, transaction_payload as payload};
use binlight_parser::gtid::{BinlogState, GtidSet};
use binlight_parser::log::Log;
use binlight_parser::rows::{self, RowChange};
use binlight_parser::stream::{FileKind, Frame, Framer, Step};
use binlight_parser::text::{Printer, Tool};
use binlight_parser::trace::{Silent, coverage, render};
use binlight_parser::transactions::Gtid;
use binlight_parser::value::Value;
use binlight_parser::{filter, findings, inspect};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    let result = match args.as_slice() {
        ["events", file] => events(&mut out, file),
        ["tree", file, pos] => tree(&mut out, file, pos),
        ["rows", file] => row_changes(&mut out, file),
        ["transactions", file] => transactions(&mut out, file),
        ["gtids", file] => gtids(&mut out, file),
        ["findings", file] => found(&mut out, file),
        ["filter", file, text] => filtered(&mut out, file, text),
        ["text", file] => text(&mut out, file, None, false),
        ["text", "--hexdump", file] => text(&mut out, file, None, true),
        ["text", "--hexdump", "--tool", tool, file] => text(&mut out, file, Some(tool), true),
        ["text", "--tool", tool, file] => text(&mut out, file, Some(tool), false),
        ["check", files @ ..] if !files.is_empty() => check(&mut out, files),
        _ => {
            eprintln!(
                "usage: dump events FILE | tree FILE POS | rows FILE | transactions FILE | gtids FILE | findings FILE | filter FILE TEXT | check FILE…"
            );
            return ExitCode::from(2);
        }
    };
    match result.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("dump: {e}");
            ExitCode::FAILURE
        }
    }
}

/// Frames `path` piece by piece and calls `f` with each frame and its bytes (of an event too long
/// to be held, its first ones; of a damaged stretch, none). Returns what kind of file it is.
fn for_each_frame(
    path: &str,
    mut f: impl FnMut(&Frame, &[u8]) -> io::Result<()>,
) -> io::Result<FileKind> {
    let named = |e: io::Error| io::Error::new(e.kind(), format!("{path}: {e}"));
    let mut file = File::open(path).map_err(named)?;
    let length = file.metadata().map_err(named)?.len();
    let mut framer = Framer::new(Some(length));
    let (mut buffer, mut start, mut eof, mut kind) = (Vec::new(), 0, false, FileKind::Empty);
    let mut piece = vec![0; 1 << 20];
    loop {
        let consumed = match framer.step(&buffer[start..], eof) {
            Step::Need(_) => {
                buffer.drain(..start);
                start = 0;
                let n = file.read(&mut piece).map_err(named)?;
                eof = n == 0;
                buffer.extend_from_slice(&piece[..n]);
                continue;
            }
            Step::Kind {
                kind: found,
                consumed,
            } => {
                kind = found;
                consumed
            }
            Step::Frame {
                frame,
                consumed,
                held,
            } => {
                let bytes = if held {
                    &buffer[start..start + consumed]
                } else {
                    frame.prefix.as_deref().unwrap_or(&[])
                };
                f(&frame, bytes)?;
                consumed
            }
            Step::Skip { consumed } => consumed,
            Step::End => return Ok(kind),
        };
        start += consumed;
    }
}

fn event_json(n: u64, frame: &Frame, at: u64) -> Json {
    let h = &frame.header;
    let kind = if frame.damaged {
        EventType::UNKNOWN
    } else {
        h.event_type
    };
    json!({
        "n": n,
        "pos": at,
        "size": frame.span.len,
        "type": kind.to_string(),
        "type_code": h.event_type.0,
        "timestamp": h.timestamp,
        "server_id": h.server_id,
        "log_pos": h.log_pos,
        "flags": h.flags,
        "checksum": frame.checksum.name(),
        "faults": frame.faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn events(out: &mut impl Write, file: &str) -> io::Result<()> {
    let mut n = 0;
    let mut context = Context::default();
    let kind = for_each_frame(file, |frame, bytes| {
        let mut line = event_json(n, frame, frame.span.start);
        n += 1;
        if !frame.damaged && !bytes.is_empty() {
            let tree = inspect::inspect(bytes, frame.span.start, &context, &frame.faults);
            line["faults"] = tree.faults.iter().map(ToString::to_string).collect();
            event::learn(&mut context, bytes, frame.span.start);
        }
        if frame.header.event_type == EventType::TRANSACTION_PAYLOAD
            && frame.prefix.is_none()
            && !frame.damaged
            && let Ok(unpacked) = payload::unpack_event(bytes, frame.span.start, &context)
        {
            let inner = payload::frames(&unpacked);
            line["inner"] = inner
                .iter()
                .enumerate()
                .map(|(i, f)| event_json(i as u64, f, f.span.start))
                .collect();
        }
        writeln!(out, "{line}")
    })?;
    not_a_log(file, kind);
    Ok(())
}

fn not_a_log(file: &str, kind: FileKind) {
    if !kind.is_log() {
        eprintln!("dump: {file}: {}. {}", kind.name(), kind.advice());
    }
}

fn tree(out: &mut impl Write, file: &str, pos: &str) -> io::Result<()> {
    let parsed = pos
        .strip_prefix("0x")
        .map_or_else(|| pos.parse(), |h| u64::from_str_radix(h, 16));
    let pos: u64 = parsed.map_err(|_| io::Error::other(format!("{pos} is no position")))?;
    let mut context = Context::default();
    let mut found = false;
    let kind = for_each_frame(file, |frame, bytes| {
        let Span { start, .. } = frame.span;
        if frame.span.contains(pos) {
            found = true;
            let tree = if frame.damaged {
                inspect::damaged(&vec![0; frame.span.len as usize], start, &frame.faults)
            } else {
                inspect::inspect_capped(bytes, start, &context, &frame.faults, usize::MAX)
            };
            let mut text = String::new();
            let _ = render::render(&mut text, &tree, bytes, start);
            let event_type = if frame.damaged {
                EventType::UNKNOWN
            } else {
                frame.header.event_type
            };
            write!(
                out,
                "{event_type} at {start}, {} bytes\n{text}",
                frame.span.len
            )?;
        }
        event::learn(&mut context, bytes, start);
        Ok(())
    })?;
    not_a_log(file, kind);
    if found {
        Ok(())
    } else {
        Err(io::Error::other(format!("{file}: no event at {pos}")))
    }
}

fn row_changes(out: &mut impl Write, file: &str) -> io::Result<()> {
    let mut context = Context::default();
    let kind = for_each_frame(file, |frame, bytes| {
        if frame.damaged || frame.prefix.is_some() {
            return Ok(());
        }
        let at = frame.span.start;
        event::learn(&mut context, bytes, at);
        write_rows(out, bytes, at, &context, &json!({ "pos": at }))?;
        if frame.header.event_type == EventType::TRANSACTION_PAYLOAD
            && let Ok(unpacked) = payload::unpack_event(bytes, at, &context)
        {
            let mut inner = payload::inner_context(&context);
            for f in payload::frames(&unpacked).iter().filter(|f| !f.damaged) {
                let start = f.span.start;
                let bytes = &unpacked[start as usize..][..f.span.len as usize];
                event::learn(&mut inner, bytes, start);
                write_rows(
                    out,
                    bytes,
                    start,
                    &inner,
                    &json!({ "pos": at, "inner_pos": start }),
                )?;
            }
        }
        Ok(())
    })?;
    not_a_log(file, kind);
    Ok(())
}

fn write_rows(
    out: &mut impl Write,
    bytes: &[u8],
    at: u64,
    context: &Context,
    place: &Json,
) -> io::Result<()> {
    let page = rows::page(bytes, at, context, 0, u64::MAX);
    let (Some(op), Some(table)) = (page.op, &page.table) else {
        return Ok(());
    };
    for change in &page.changes {
        let mut line = place.clone();
        line["table"] = json!(table.full_name());
        line["op"] = json!(op.name());
        let RowChange { before, after } = change;
        line["before"] = image_json(before.as_ref(), table);
        line["after"] = image_json(after.as_ref(), table);
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn image_json(image: Option<&Image<'_>>, table: &Table) -> Json {
    let Some(image) = image else {
        return Json::Null;
    };
    let mut object = serde_json::Map::new();
    for (i, (cell, column)) in image.iter().zip(&table.columns).enumerate() {
        let name = column.name.clone().unwrap_or_else(|| format!("@{}", i + 1));
        match cell {
            Cell::Absent => {}
            Cell::Value(value) => {
                object.insert(name, value_json(value));
            }
            Cell::Broken(bytes, fault) => {
                object.insert(name, json!({ "fault": fault.to_string(), "bytes": Value::Bytes(bytes.clone()).to_string() }));
            }
        }
    }
    Json::Object(object)
}

fn value_json(value: &Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(v) => json!(v),
        Value::UInt(v) | Value::Bits(v, _) => json!(v),
        Value::Enum(v, None) | Value::Set(v, None) => json!(v),
        Value::Float(v) if v.is_finite() => v
            .to_string()
            .parse()
            .map_or_else(|_| json!(v), Json::Number),
        Value::Double(v) if v.is_finite() => json!(v),
        Value::Vector(v) => json!(v),
        other => json!(other.to_string()),
    }
}

/// Reads a whole log.
fn whole(file: &str) -> io::Result<Log> {
    let mut log = Log::default();
    let kind = for_each_frame(file, |frame, bytes| {
        log.observe(frame, bytes);
        Ok(())
    })?;
    not_a_log(file, kind);
    Ok(log)
}

fn transactions(out: &mut impl Write, file: &str) -> io::Result<()> {
    let log = whole(file)?;
    let all = log.transactions();
    for (no, tx) in all.iter() {
        let mut tables = serde_json::Map::new();
        for touch in all.touches(no) {
            let Some(name) = log.index().tables.get(touch.table as usize) else {
                continue;
            };
            let counts = json!({ "insert": touch.inserts, "update": touch.updates, "delete": touch.deletes });
            tables.insert(format!("{}.{}", name.database, name.name), counts);
        }
        let gtid = all.gtid(tx).to_string();
        let line = json!({
            "n": no.0,
            "gtid": if gtid.is_empty() { Json::Null } else { json!(gtid) },
            "pos": tx.pos,
            "end_pos": tx.end_pos,
            "size": tx.size(),
            "start": u64::from(tx.start) * 1_000_000,
            "commit": tx.commit,
            "kind": tx.kind.name(),
            "server_id": tx.server_id,
            "thread_id": tx.thread_id(),
            "xid": (tx.xid != 0).then_some(tx.xid),
            "last_committed": tx.last_committed,
            "sequence_number": tx.sequence_number,
            "tables": tables,
            "statements": tx.statements,
            "events": tx.events(),
            "end": format!("{:?}", tx.end),
            "other_half": log.grouper.halves.get(&no).map(|n| n.0),
            "complete": tx.is_complete(),
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn gtids(out: &mut impl Write, file: &str) -> io::Result<()> {
    let log = whole(file)?;
    let (before, inside) = (&log.grouper.before, log.grouper.inside());
    if before.is_empty() && inside.is_empty() {
        let before: Vec<_> = log
            .grouper
            .mariadb_before
            .iter()
            .map(ToString::to_string)
            .collect();
        // Of the log itself, without what was before it.
        let mut state = BinlogState::default();
        for (_, tx) in log.transactions().iter() {
            if let Gtid::Mariadb(gtid) = log.transactions().gtid(tx) {
                state.add(gtid);
            }
        }
        return writeln!(out, "before: {}\ninside: {state}", before.join(","));
    }
    let flat = |set: &GtidSet| set.to_string().replace('\n', "");
    let gaps = before.union(&inside).gaps();
    writeln!(
        out,
        "before: {}\ninside: {}\ngaps: {}",
        flat(before),
        flat(&inside),
        flat(&gaps)
    )
}

fn found(out: &mut impl Write, file: &str) -> io::Result<()> {
    for finding in findings::findings(&whole(file)?, true) {
        let places: Vec<_> = finding.places.iter().map(|p| p.what.as_str()).collect();
        writeln!(
            out,
            "{:?} {}: {} [{}]",
            finding.severity,
            finding.code,
            finding.title,
            places.join(" | ")
        )?;
    }
    Ok(())
}

fn filtered(out: &mut impl Write, file: &str, text: &str) -> io::Result<()> {
    let log = whole(file)?;
    let parsed = filter::parse(text, 0)
        .map_err(|e| io::Error::other(format!("{}: {}", e.at.start, e.message)))?;
    let Some(parsed) = parsed else { return Ok(()) };
    let matcher = filter::Matcher::new(&parsed, &log);
    for (no, _) in log.transactions().iter() {
        match matcher.transaction(no) {
            filter::Verdict::Yes => writeln!(out, "{}", no.0)?,
            filter::Verdict::Body => writeln!(out, "{} perhaps", no.0)?,
            filter::Verdict::No => {}
        }
    }
    Ok(())
}

/// The log as the server's tool prints it; `tool` by name, or the one of the log's flavour.
fn text(out: &mut impl Write, file: &str, tool: Option<&str>, hexdump: bool) -> io::Result<()> {
    let mut tool = match tool {
        None => None,
        Some("mysqlbinlog") => Some(Tool::Mysqlbinlog),
        Some("mariadb-binlog") => Some(Tool::MariadbBinlog),
        Some(other) => return Err(io::Error::other(format!("{other} is no tool"))),
    };
    let mut printer: Option<Printer> = None;
    let mut buffer = Vec::new();
    let kind = for_each_frame(file, |frame, bytes| {
        let at = frame.span.start;
        if printer.is_none() {
            let mut context = Context::default();
            event::learn(&mut context, bytes, at);
            let tool = *tool.get_or_insert(Tool::of(context.format.flavour));
            let mut new = Printer::new(tool, Context::default(), hexdump);
            new.begin(&mut buffer);
            printer = Some(new);
        }
        if let Some(printer) = &mut printer {
            if frame.damaged || frame.prefix.is_some() {
                let why = frame.faults.first().map(ToString::to_string);
                printer.damaged(
                    &mut buffer,
                    at,
                    why.as_deref().unwrap_or("too long to be held"),
                );
            } else {
                printer.event(&mut buffer, bytes, at);
            }
        }
        out.write_all(&buffer)?;
        buffer.clear();
        Ok(())
    })?;
    not_a_log(file, kind);
    if let Some(printer) = &mut printer {
        printer.end(&mut buffer);
    }
    out.write_all(&buffer)
}

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

fn check(out: &mut impl Write, files: &[&str]) -> io::Result<()> {
    let mut total = Totals::default();
    let (mut read, mut failed) = (0, false);
    for file in files {
        match check_file(out, file) {
            Ok(one) => {
                read += 1;
                total.events += one.events;
                total.bytes += one.bytes;
                total.unknown_bytes += one.unknown_bytes;
                total.faults += one.faults;
                total.rows += one.rows;
            }
            Err(e) => {
                eprintln!("dump: {e}");
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

fn check_file(out: &mut impl Write, file: &str) -> io::Result<Totals> {
    let mut t = Totals::default();
    let mut context = Context::default();
    let mut first_fault = None;
    let kind = for_each_frame(file, |frame, bytes| {
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
        event::learn(&mut context, bytes, at);
        let tree = inspect::inspect_capped(bytes, at, &context, &frame.faults, usize::MAX);
        t.faults += tree.faults.len() as u64;
        first_fault = first_fault.take().or(tree.faults.first().cloned());
        t.unknown_bytes += coverage::unknown_bytes(&tree);
        if let Err(why) = coverage::tiles(&tree, frame.span) {
            t.untiled += 1;
            writeln!(out, "{file}: leaves do not tile {}: {why}", frame.span)?;
        }
        count_rows(&mut t, bytes, at, &context);
        if frame.header.event_type == EventType::TRANSACTION_PAYLOAD
            && let Ok(unpacked) = payload::unpack_event(bytes, at, &context)
        {
            let mut inner = payload::inner_context(&context);
            for f in payload::frames(&unpacked).iter().filter(|f| !f.damaged) {
                let bytes = &unpacked[f.span.start as usize..][..f.span.len as usize];
                t.inner += 1;
                event::learn(&mut inner, bytes, f.span.start);
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
        "{file}: {} events={events} inner={inner} bytes={bytes} unknown_bytes={unknown_bytes} faults={faults} rows={rows}{ops}{untiled_text}{first}",
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
