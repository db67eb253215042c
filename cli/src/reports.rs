//! `binlight overview`, `findings` and `gtids`.

use crate::input::FileSource;
use binlight_engine::findings;
use binlight_engine::log::Log;
use binlight_engine::overview::{self, Overview};
use binlight_engine::session::Session;
use binlight_engine::transactions::{Gtid, Kind, TxNo};
use binlight_parser::gtid::{BinlogState, GtidSet};
use binlight_parser::value::temporal::unix_micros_text;
use serde::Serialize;
use serde_json::json;
use std::io::{self, Write};

/// A line of JSON.
fn write_json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
}

/// What a reader of the log should know: a line each.
pub fn findings(
    out: &mut impl Write,
    session: &Session<FileSource>,
    as_json: bool,
) -> io::Result<()> {
    for finding in findings::findings(&session.log.borrow(), true) {
        if as_json {
            write_json(out, &finding)?;
            continue;
        }
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

/// The GTIDs before the log, in it, and missing in it.
pub fn gtids(out: &mut impl Write, session: &Session<FileSource>, as_json: bool) -> io::Result<()> {
    let log = session.log.borrow();
    let (before, inside) = (&log.grouper.gtids.before, log.grouper.inside());
    let (before, inside, gaps) = if before.is_empty() && inside.is_empty() {
        let (before, inside) = mariadb(&log);
        (before, inside, None)
    } else {
        let flat = |set: &GtidSet| set.to_string().replace('\n', "");
        let gaps = before.union(&inside).gaps();
        (flat(before), flat(&inside), Some(flat(&gaps)))
    };
    if as_json {
        let mut line = json!({ "before": before, "inside": inside });
        if let Some(gaps) = gaps {
            line["gaps"] = gaps.into();
        }
        return write_json(out, &line);
    }
    writeln!(out, "before: {before}\ninside: {inside}")?;
    gaps.map_or(Ok(()), |gaps| writeln!(out, "gaps: {gaps}"))
}

/// GTID_LIST and the state that the log itself makes, without what was before it.
fn mariadb(log: &Log) -> (String, String) {
    let before = log.grouper.gtids.mariadb_before.iter();
    let before: Vec<_> = before.map(ToString::to_string).collect();
    let mut state = BinlogState::default();
    let all = log.transactions();
    for (_, tx) in all.iter() {
        if let Gtid::Mariadb(gtid) = all.gtid(&tx) {
            state.add(gtid);
        }
    }
    (before.join(","), state.to_string())
}

/// The log in a few tables.
pub fn overview(
    out: &mut impl Write,
    session: &Session<FileSource>,
    as_json: bool,
) -> io::Result<()> {
    let (summary, log) = (session.summary(), session.log.borrow());
    let these = (0..log.transactions().len() as u32).map(TxNo);
    let report = overview::overview(&log, these);
    if as_json {
        return write_json(out, &json!({ "summary": summary, "overview": report }));
    }
    writeln!(
        out,
        "{} bytes, {} events, server {}",
        summary.size, summary.totals.events, summary.server_version
    )?;
    totals(out, &report)?;
    section(out, "tables", u64::from(report.table_count), &report.tables)?;
    for line in &report.tables {
        let c = &line.changes;
        writeln!(
            out,
            "{:>12} inserts {:>12} updates {:>12} deletes {:>15} bytes  {}.{}",
            c.inserts, c.updates, c.deletes, c.bytes, line.name.database, line.name.name
        )?;
    }
    let threads = u64::from(report.thread_count);
    let both = [
        ("servers", report.servers.len() as u64, &report.servers),
        ("connections", threads, &report.threads),
    ];
    for (title, of, shares) in both {
        section(out, title, of, shares)?;
        for share in shares {
            writeln!(
                out,
                "{:>12} transactions {:>12} rows {:>15} bytes  {}",
                share.transactions, share.rows, share.bytes, share.id
            )?;
        }
    }
    let lists = [
        ("largest, bytes", &report.largest),
        ("most rows", &report.most_rows),
        ("longest, microseconds", &report.longest),
        ("most tables", &report.widest),
    ];
    for (title, list) in lists {
        section(out, title, list.len() as u64, list)?;
        for (no, amount) in list {
            writeln!(out, "{amount:>15}  transaction {}", no.0)?;
        }
    }
    section(out, "definitions", report.ddl_count, &report.ddl)?;
    for (no, statement) in &report.ddl {
        writeln!(out, "   event {}: {}", no.0, one_line(statement))?;
    }
    section(
        out,
        "statements alike",
        report.digests.len() as u64,
        &report.digests,
    )?;
    for (digest, count, _) in &report.digests {
        writeln!(out, "{count:>12}  {}", one_line(digest))?;
    }
    for caveat in &report.caveats {
        writeln!(out, "{caveat}")?;
    }
    Ok(())
}

fn totals(out: &mut impl Write, report: &Overview) -> io::Result<()> {
    let c = &report.changes;
    writeln!(
        out,
        "{} transactions, {} bytes; {} rows inserted, {} updated, {} deleted; {} statements as text",
        report.transactions, report.bytes, c.inserts, c.updates, c.deletes, report.statements
    )?;
    if let Some((first, last)) = report.time {
        let (first, last) = (unix_micros_text(first), unix_micros_text(last));
        writeln!(out, "committed from {first} to {last}")?;
    }
    let kinds = Kind::ALL.iter().zip(report.kinds);
    let kinds: Vec<_> = kinds
        .filter(|(_, n)| *n > 0)
        .map(|(kind, n)| format!("{n} {}", kind.name()))
        .collect();
    writeln!(out, "kinds: {}", kinds.join(", "))
}

/// A heading, unless nothing is below it.
fn section<T>(out: &mut impl Write, title: &str, of: u64, listed: &[T]) -> io::Result<()> {
    if listed.is_empty() {
        return Ok(());
    }
    let all = if of > listed.len() as u64 {
        format!(" (the first {} of {of})", listed.len())
    } else {
        String::new()
    };
    writeln!(out, "\n{title}{all}")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
