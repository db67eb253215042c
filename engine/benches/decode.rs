//! Decoding every row of a large log: ours beside `mysql_common` and, where it is at hand, the server's
//! own tool, in the same run.
//!
//! ```text
//! cargo bench -p binlight-engine            a synthetic log of 256 MiB, made if it is not there
//! LOG=FILE TOOL=mysqlbinlog cargo bench …   another log; the tool's command
//! ONLY=mysql_common cargo bench …           its seconds alone, reading included
//! ```
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark"
)]

use binlight_engine::log::Log;
use binlight_parser::context::Context;
use binlight_parser::event::row_image::Image;
use binlight_parser::event::rows::RowSink;
use binlight_parser::stream::{Framer, Step};
use binlight_parser::text::{Printer, Tool};
use binlight_parser::trace::Silent;
use binlight_parser::{event, rows};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs of each.
const RUNS: usize = 3;

fn main() {
    // `cargo test` and `cargo bench` call every benchmark with their own options.
    if std::env::args().any(|a| a == "--test" || a == "--list") {
        return;
    }
    let path = log();
    if std::env::var("ONLY").is_ok_and(|o| o == "mysql_common") {
        // For `cargo xtask bench`: reading the file is a part of it, as it is of our command.
        let began = Instant::now();
        black_box(mysql_common_rows(&std::fs::read(&path).unwrap()));
        println!("{}", began.elapsed().as_secs_f64());
        return;
    }
    let bytes = std::fs::read(&path).unwrap();
    let mib = bytes.len() as f64 / f64::from(1 << 20);
    println!("{}: {mib:.0} MiB, best of {RUNS}", path.display());
    let ours = best("binlight: every row decoded", mib, || all_rows(&bytes));
    best(
        "binlight: frames, checksums, index, transactions",
        mib,
        || index(&bytes),
    );
    let text = best("binlight: as mysqlbinlog prints it", mib, || print(&bytes));
    let theirs = best("mysql_common: every row decoded", mib, || {
        mysql_common_rows(&bytes)
    });
    println!(
        "mysql_common takes {:.2} times as long for the rows",
        theirs / ours
    );
    if let Ok(tool) = std::env::var("TOOL") {
        let tool = best(&format!("{tool} -vv"), mib, || run_tool(&tool, &path));
        println!(
            "the tool takes {:.2} times as long as ours for the rows, {:.2} times for the text",
            tool / ours,
            tool / text
        );
    }
}

fn log() -> PathBuf {
    if let Ok(path) = std::env::var("LOG") {
        return PathBuf::from(path);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let path = root.join("target/synth/bench.binlog");
    if !path.is_file() {
        let made = Command::new(env!("CARGO"))
            .args([
                "run",
                "--release",
                "-p",
                "xtask",
                "--",
                "synth",
                "--size",
                "256MiB",
            ])
            .arg(&path)
            .current_dir(root)
            .status()
            .unwrap();
        assert!(made.success());
    }
    path
}

/// Seconds of the fastest run; `f` says what it counted.
fn best(name: &str, mib: f64, mut f: impl FnMut() -> u64) -> f64 {
    let mut fastest = f64::MAX;
    let mut counted = 0;
    for _ in 0..RUNS {
        let began = Instant::now();
        counted = black_box(f());
        fastest = fastest.min(began.elapsed().as_secs_f64());
    }
    println!(
        "{name}: {fastest:.3} s, {:.0} MiB/s, {counted}",
        mib / fastest
    );
    fastest
}

fn each_event(bytes: &[u8], mut f: impl FnMut(&binlight_parser::stream::Frame, &[u8])) {
    let mut framer = Framer::new(Some(bytes.len() as u64));
    loop {
        let at = framer.at() as usize;
        match framer.step(&bytes[at..], true) {
            Step::Frame {
                frame, consumed, ..
            } => f(&frame, &bytes[at..at + consumed]),
            Step::Kind { .. } | Step::Skip { .. } => {}
            Step::Need(_) | Step::End => return,
        }
    }
}

struct Count(u64);

impl RowSink for Count {
    fn row(&mut self, before: Option<Image<'_>>, after: Option<Image<'_>>) {
        black_box((before, after));
        self.0 += 1;
    }
}

fn all_rows(bytes: &[u8]) -> u64 {
    let mut context = Context::default();
    let mut count = Count(0);
    each_event(bytes, |frame, event| {
        event::update_context(&mut context, event, frame.span.start);
        let mut silent = Silent::default();
        let _ = rows::visit(event, frame.span.start, &context, &mut silent, &mut count);
    });
    count.0
}

fn index(bytes: &[u8]) -> u64 {
    let mut log = Log::default();
    each_event(bytes, |frame, event| log.observe(frame, event));
    log.index().totals.events
}

fn print(bytes: &[u8]) -> u64 {
    let mut printer = Printer::new(Tool::Mysqlbinlog, Context::default(), false);
    let (mut out, mut printed) = (Vec::new(), 0);
    printer.begin(&mut out);
    each_event(bytes, |frame, event| {
        printer.event(&mut out, event, frame.span.start);
        printed += out.len() as u64;
        out.clear();
    });
    printer.end(&mut out);
    printed + out.len() as u64
}

fn mysql_common_rows(bytes: &[u8]) -> u64 {
    use mysql_common::binlog::consts::BinlogVersion;
    use mysql_common::binlog::events::EventData;
    use mysql_common::binlog::{BinlogFile, events::TableMapEvent};
    use std::collections::HashMap;
    let mut tables: HashMap<u64, TableMapEvent<'static>> = HashMap::new();
    let mut count = 0;
    for event in BinlogFile::new(BinlogVersion::Version4, bytes).unwrap() {
        match event.unwrap().read_data().unwrap() {
            Some(EventData::TableMapEvent(table)) => {
                tables.insert(table.table_id(), table.into_owned());
            }
            Some(EventData::RowsEvent(rows)) => {
                let Some(table) = tables.get(&rows.table_id()) else {
                    continue;
                };
                for row in rows.rows(table) {
                    black_box(row.unwrap());
                    count += 1;
                }
            }
            _ => {}
        }
    }
    count
}

fn run_tool(tool: &str, log: &Path) -> u64 {
    let mut words = tool.split_whitespace();
    let status = Command::new(words.next().unwrap())
        .args(words)
        .args(["-vv", "--base64-output=decode-rows"])
        .arg(log)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    u64::from(status.success())
}
