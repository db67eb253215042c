//! A log of many chunks: what is decoded side by side is what is decoded event by event.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::context::Context;
use binlight_parser::stream::{Framer, Step};
use binlight_parser::text::{Printer, Tool};
use std::path::Path;
use support::{command, file, lines, told};

/// Bytes of the log that is made: several chunks.
const SIZE: usize = 3 << 20;

/// The events of `log` again and again after each other: headers, and hence checksums, are of the first
/// round, so that all but the first have faults, which none of these commands minds.
fn repeated(log: &str, into: &Path) -> Vec<u8> {
    let one = std::fs::read(file(log)).unwrap();
    let mut all = one.clone();
    while all.len() < SIZE {
        all.extend_from_slice(&one[4..]);
    }
    std::fs::write(into, &all).unwrap();
    all
}

/// Printed by one printer, event by event.
fn printed(bytes: &[u8], tool: Tool, hexdump: bool) -> Vec<u8> {
    let mut printer = Printer::new(tool, Context::default(), hexdump);
    let mut out = Vec::new();
    printer.begin(&mut out);
    let mut framer = Framer::new(Some(bytes.len() as u64));
    let mut at = 0;
    loop {
        match framer.step(&bytes[at..], true) {
            Step::Frame {
                frame,
                consumed,
                held,
            } => {
                let start = frame.span.start;
                if frame.damaged || !held {
                    let why = frame.faults.first().map(ToString::to_string);
                    printer.damaged(&mut out, start, &why.unwrap_or_default());
                } else {
                    printer.event(&mut out, &bytes[at..at + consumed], start);
                }
                at += consumed;
            }
            Step::Kind { consumed, .. } | Step::Skip { consumed } => at += consumed,
            Step::Need(_) | Step::End => break,
        }
    }
    printer.end(&mut out);
    out
}

/// Statements with settings that change all the time, rows, payloads, groups of MariaDB.
#[test]
fn text_is_the_same_whatever_is_done_side_by_side() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large");
    for (log, tool) in [
        (
            "tests/fixtures/mysql-9.7/statement.binlog",
            Tool::Mysqlbinlog,
        ),
        ("tests/fixtures/mysql-9.7/text.binlog", Tool::Mysqlbinlog),
        (
            "tests/fixtures/mysql-9.7/workload.binlog",
            Tool::Mysqlbinlog,
        ),
        ("public/samples/mysql-9.7.binlog", Tool::Mysqlbinlog),
        ("public/samples/mariadb-10.11.binlog", Tool::MariadbBinlog),
        (
            "tests/fixtures/mariadb-10.11/groups.binlog",
            Tool::MariadbBinlog,
        ),
    ] {
        let bytes = repeated(log, &path);
        for hexdump in [false, true] {
            let words: &[&str] = if hexdump {
                &["text", "--hexdump"]
            } else {
                &["text"]
            };
            let out = command(words).arg(&path).output().unwrap();
            assert!(
                out.stdout == printed(&bytes, tool, hexdump),
                "{log}, hexdump {hexdump}"
            );
        }
    }
}

#[test]
fn rows_and_events_are_those_of_one_round_again_and_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large");
    for (log, len) in [
        ("tests/fixtures/mysql-9.7/workload.binlog", 460),
        ("public/samples/mysql-9.7.binlog", 21),
    ] {
        let one = std::fs::read(file(log)).unwrap().len() - 4;
        let rounds = (repeated(log, &path).len() - 4) / one;
        let (rows, ..) = told(&command(&["rows"]).arg(&path).output().unwrap());
        let rows = lines(&rows);
        assert_eq!(rows.len(), len * rounds, "{log}");
        let (first, rest) = rows.split_at(len);
        for (round, again) in rest.chunks(len).enumerate() {
            for (a, b) in first.iter().zip(again) {
                let moved = a["pos"].as_u64().unwrap() + ((round + 1) * one) as u64;
                assert_eq!(b["pos"], moved);
                for part in ["table", "op", "before", "after", "inner_pos"] {
                    assert_eq!(a[part], b[part]);
                }
            }
        }
        let (events, ..) = told(&command(&["events"]).arg(&path).output().unwrap());
        for (n, event) in lines(&events).iter().enumerate() {
            assert_eq!(event["n"], n);
        }
    }
}
