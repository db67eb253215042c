//! `binlight`: binary logs on the command line.
//!
//! ```text
//! binlight events FILE      JSON Lines, one per event; events inside a payload as its "inner"
//! binlight tree FILE POS    the annotated event at (or around) POS
//! binlight rows FILE        JSON Lines, one per row change
//! binlight transactions FILE   JSON Lines, one per transaction; times in microseconds since 1970
//! binlight gtids FILE       the GTIDs before the log, in it, and missing in it
//! binlight findings FILE    what a reader of the log should know, a line each
//! binlight filter FILE TEXT numbers of the transactions that the index says match, may match
//! binlight text [--hexdump] [--tool mysqlbinlog|mariadb-binlog] FILE   as the server's tool prints it
//! binlight check FILE…      decodes everything; a line per file and a total
//! with --key FILE (and --password TEXT) before it: keys that open encrypted logs
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program"
)]

use binlight_engine::log::Log;
use binlight_engine::transactions::Gtid;
use binlight_engine::{filter, findings};
use binlight_parser::bytes::Span;
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::crypt::Keys;
use binlight_parser::event::{self, transaction_payload as payload};
use binlight_parser::gtid::{BinlogState, GtidSet};
use binlight_parser::inspect;
use binlight_parser::stream::Frame;
use binlight_parser::trace::render;
use serde_json::{Value as Json, json};
use source::Source;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

mod check;
mod rows;
mod source;
mod text;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    let result = keys_of(&mut args).and_then(|keys| run(&mut out, &args, &keys));
    match result.and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(e) if e.kind() == io::ErrorKind::InvalidInput => {
            eprintln!("{e}");
            ExitCode::from(2)
        }
        Err(e) => {
            eprintln!("binlight: {e}");
            ExitCode::FAILURE
        }
    }
}

/// Takes `--key FILE` and `--password TEXT` out of the arguments.
fn keys_of(args: &mut Vec<&str>) -> io::Result<Keys> {
    let mut option = |name: &str| {
        let i = args.iter().position(|a| *a == name)?;
        let value = args.get(i + 1).copied();
        args.drain(i..(i + 2).min(args.len()));
        value
    };
    let mut keys = Keys::default();
    let password = option("--password");
    while let Some(file) = option("--key") {
        let named = |why: String| io::Error::other(format!("{file}: {why}"));
        let bytes = std::fs::read(file).map_err(|e| named(e.to_string()))?;
        keys.read(&bytes, password)
            .map_err(|e| named(e.to_string()))?;
    }
    Ok(keys)
}

fn run(out: &mut impl Write, args: &[&str], keys: &Keys) -> io::Result<()> {
    let source = |path| Source { path, keys };
    match *args {
        ["events", file] => events(out, &source(file)),
        ["tree", file, pos] => tree(out, &source(file), pos),
        ["rows", file] => rows::row_changes(out, &source(file)),
        ["transactions", file] => transactions(out, &source(file)),
        ["gtids", file] => gtids(out, &source(file)),
        ["findings", file] => found(out, &source(file)),
        ["filter", file, text] => filtered(out, &source(file), text),
        ["text", file] => text::text(out, &source(file), None, false),
        ["text", "--hexdump", file] => text::text(out, &source(file), None, true),
        ["text", "--tool", tool, file] => text::text(out, &source(file), Some(tool), false),
        ["text", "--hexdump", "--tool", tool, file] => {
            text::text(out, &source(file), Some(tool), true)
        }
        ["check", ref files @ ..] if !files.is_empty() => check::check(out, files, keys),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "usage: binlight [--key FILE]… [--password TEXT] events FILE | tree FILE POS | rows FILE | transactions FILE | gtids FILE | findings FILE | filter FILE TEXT | text [--hexdump] [--tool mysqlbinlog|mariadb-binlog] FILE | check FILE…",
        )),
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

fn events(out: &mut impl Write, file: &Source<'_>) -> io::Result<()> {
    let mut n = 0;
    let mut context = Context::default();
    let kind = file.for_each_frame(|frame, bytes| {
        let mut line = event_json(n, frame, frame.span.start);
        n += 1;
        if !frame.damaged && !bytes.is_empty() {
            let tree = inspect::inspect(bytes, frame.span.start, &context, &frame.faults);
            line["faults"] = tree.faults.iter().map(ToString::to_string).collect();
            event::update_context(&mut context, bytes, frame.span.start);
        }
        let line = line.to_string();
        let opened = frame.header.event_type == EventType::TRANSACTION_PAYLOAD
            && frame.prefix.is_none()
            && !frame.damaged;
        if opened
            && let Ok(unpacked) = payload::unpack_event(bytes, frame.span.start, &context)
            && let Some(open) = line.strip_suffix('}')
        {
            // A payload may hold a million: they are written as they come.
            write!(out, "{open},\"inner\":[")?;
            for (i, inner) in payload::frames(&unpacked).enumerate() {
                let comma = if i > 0 { "," } else { "" };
                let inner = event_json(i as u64, &inner, inner.span.start);
                write!(out, "{comma}{inner}")?;
            }
            return writeln!(out, "]}}");
        }
        writeln!(out, "{line}")
    })?;
    file.tell_unless_log(kind);
    Ok(())
}

fn tree(out: &mut impl Write, file: &Source<'_>, pos: &str) -> io::Result<()> {
    let parsed = pos
        .strip_prefix("0x")
        .map_or_else(|| pos.parse(), |h| u64::from_str_radix(h, 16));
    let pos: u64 = parsed.map_err(|_| io::Error::other(format!("{pos} is no position")))?;
    let mut context = Context::default();
    let mut found = false;
    let kind = file.for_each_frame(|frame, bytes| {
        let Span { start, .. } = frame.span;
        if frame.span.contains(pos) {
            found = true;
            let tree = if frame.damaged {
                inspect::damaged(&vec![0; frame.span.len as usize], start, &frame.faults)
            } else {
                inspect::inspect(bytes, start, &context, &frame.faults)
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
        event::update_context(&mut context, bytes, start);
        Ok(())
    })?;
    file.tell_unless_log(kind);
    if found {
        Ok(())
    } else {
        Err(io::Error::other(format!(
            "{}: no event at {pos}",
            file.path
        )))
    }
}

/// Reads a whole log.
fn whole(file: &Source<'_>) -> io::Result<Log> {
    let mut log = Log::default();
    let kind = file.for_each_frame(|frame, bytes| {
        log.observe(frame, bytes);
        Ok(())
    })?;
    file.tell_unless_log(kind);
    Ok(log)
}

fn transactions(out: &mut impl Write, file: &Source<'_>) -> io::Result<()> {
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

fn gtids(out: &mut impl Write, file: &Source<'_>) -> io::Result<()> {
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

fn found(out: &mut impl Write, file: &Source<'_>) -> io::Result<()> {
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

fn filtered(out: &mut impl Write, file: &Source<'_>, text: &str) -> io::Result<()> {
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
