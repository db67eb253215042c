//! The text equals what the servers' own tools print, line for line: for our own logs and, where it
//! is at hand, the whole corpus.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::context::Context;
use binlight_parser::crypt::Keys;
use binlight_parser::text::{Printer, Tool};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use support::encrypted::{Opened, open};

/// Where our text differs on purpose: a part of the file's path, how many of the tool's lines are
/// not ours, and why.
const EXCEPTIONS: &[(&str, usize, &str)] = &[
    (
        "mysql-9.7-encrypted/ebin.000003",
        0,
        "read by way of a server, which clears the flag that the log is in use: one line more is ours",
    ),
    (
        "mariadb-10.11-encrypted/",
        2,
        "read by way of a server, which clears the in-use flag and sends START_ENCRYPTION as an ignorable event with another checksum",
    ),
    (
        "binlog_invalid_row_v2_tag.001",
        0,
        "the rows events have extra data of no known kind, and the tool stops; we print their headers",
    ),
    (
        "bug11747416_32228_binlog.000001",
        0,
        "the rows event was cut off, and the tool stops before it; we say so and print what is there",
    ),
];

/// What each tool calls its output, by the extension of the file that holds it.
fn tool_of(oracle: &Path) -> Option<(Tool, bool)> {
    match oracle.extension()?.to_str()? {
        "mysqlbinlog" => Some((Tool::Mysqlbinlog, false)),
        "hexdump" => Some((Tool::Mysqlbinlog, true)),
        "mariadb-binlog" => Some((Tool::MariadbBinlog, false)),
        "mariadb-hexdump" => Some((Tool::MariadbBinlog, true)),
        _ => None,
    }
}

fn text(log: &[u8], tool: Tool, hexdump: bool) -> Vec<u8> {
    text_with(log, tool, hexdump, &Keys::default())
}

fn text_with(log: &[u8], tool: Tool, hexdump: bool, keys: &Keys) -> Vec<u8> {
    let Opened { plain, frames, .. } = open(log, keys);
    let log = &plain;
    let mut printer = Printer::new(tool, Context::default(), hexdump);
    let mut out = Vec::new();
    printer.begin(&mut out);
    for frame in frames {
        let (start, end) = (frame.span.start, frame.span.end());
        if frame.damaged {
            let why = frame.faults.first().map(ToString::to_string);
            printer.damaged(&mut out, start, &why.unwrap_or_default());
        } else {
            printer.event(&mut out, &log[start as usize..end as usize], start);
        }
    }
    printer.end(&mut out);
    out
}

/// Lines of the tool that are not ours, and the number of the first; our own remarks aside.
fn missing(ours: &[u8], tools: &[u8]) -> (usize, usize) {
    let mut counts: HashMap<&[u8], i64> = HashMap::new();
    for line in ours.split(|b| *b == b'\n') {
        *counts.entry(line).or_default() += 1;
    }
    let (mut n, mut first) = (0, 0);
    for (i, line) in tools.split(|b| *b == b'\n').enumerate() {
        let left = counts.entry(line).or_default();
        *left -= 1;
        if *left < 0 {
            n += 1;
            if first == 0 {
                first = i + 1;
            }
        }
    }
    (n, first)
}

fn without_remarks(text: &[u8]) -> Vec<u8> {
    let own = |line: &&[u8]| line.starts_with(b"# Binlight:");
    let kept: Vec<&[u8]> = text.split(|b| *b == b'\n').filter(|l| !own(l)).collect();
    kept.join(&b'\n')
}

/// Compares every text of a tool below `folder`. Returns lines compared.
fn compare(oracles: &[PathBuf]) -> usize {
    let (mut lines, mut wrong) = (0, Vec::new());
    for oracle in oracles {
        let Some((tool, hexdump)) = tool_of(oracle) else {
            continue;
        };
        let log = oracle.with_extension("");
        let log = [log.clone(), with_binlog(&log), sample_of(&log)]
            .into_iter()
            .find(|p| p.is_file())
            .unwrap_or_else(|| panic!("no log beside {}", oracle.display()));
        let tools = std::fs::read(oracle).unwrap();
        let ours = without_remarks(&text_with(
            &std::fs::read(&log).unwrap(),
            tool,
            hexdump,
            &keys_beside(&log),
        ));
        let count = tools.split(|b| *b == b'\n').count();
        lines += count;
        let path = oracle.to_string_lossy();
        match EXCEPTIONS.iter().find(|(part, _, _)| path.contains(part)) {
            None if ours == tools => {}
            None => {
                let at = ours
                    .split(|b| *b == b'\n')
                    .zip(tools.split(|b| *b == b'\n'))
                    .position(|(a, b)| a != b);
                wrong.push(format!("{path}: line {at:?} of {count}"));
            }
            Some((_, allowed, why)) => {
                let (n, first) = missing(&ours, &tools);
                if n != *allowed {
                    wrong.push(format!(
                        "{path}: {n} lines missing from line {first}: {why}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    lines
}

fn with_binlog(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.binlog", path.display()))
}

/// The keys that lie beside an encrypted log.
fn keys_beside(log: &Path) -> Keys {
    let mut keys = Keys::default();
    for name in ["component_keyring_file", "keys.txt"] {
        if let Ok(file) = std::fs::read(log.with_file_name(name)) {
            keys.read(&file, None).unwrap();
        }
    }
    keys
}

/// The sample whose text lies with the fixtures.
fn sample_of(log: &Path) -> PathBuf {
    let name = log.file_name().unwrap();
    with_binlog(&support::repository().join("public/samples").join(name))
}

#[test]
fn our_own_logs_read_as_the_tools_print_them() {
    let folder = support::repository().join("tests/fixtures");
    let lines = compare(&support::files_below(&folder));
    assert!(lines > 2_000, "{lines}");
}

#[test]
fn the_corpus_reads_as_the_tools_print_it() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let lines = compare(&support::files_below(&corpus));
    assert!(lines > 150_000, "{lines}");
}

/// Cut off anywhere, a log has a text: the same as far as the cut, then something.
#[test]
fn a_cut_log_reads_the_same_up_to_the_cut() {
    let log = support::small();
    let whole = text(&log, Tool::Mysqlbinlog, false);
    for end in (0..log.len()).step_by(37) {
        let cut = text(&log[..end], Tool::Mysqlbinlog, false);
        let events = support::frames(&log[..end], usize::MAX).1;
        let Some(last) = events.iter().rfind(|f| !f.damaged) else {
            continue;
        };
        // Up to the "# at" of the last whole event nothing differs.
        let mark = format!("# at {}\n", last.span.start);
        let find = |text: &[u8]| {
            text.windows(mark.len())
                .position(|w| w == mark.as_bytes())
                .unwrap_or(0)
        };
        let (a, b) = (find(&cut), find(&whole));
        assert_eq!(cut[..a], whole[..b], "cut at {end}");
    }
}

/// A payload that unpacks to much text can be stopped.
#[test]
fn a_payloads_text_can_be_limited() {
    let log = support::small();
    let whole = text(&log, Tool::Mysqlbinlog, false);
    let mut printer = Printer::new(Tool::Mysqlbinlog, Context::default(), false).limited(100);
    let mut out = Vec::new();
    for frame in support::frames(&log, usize::MAX).1 {
        let range = frame.span.start as usize..frame.span.end() as usize;
        printer.event(&mut out, &log[range], frame.span.start);
    }
    assert!(printer.is_cut() && out.len() < whole.len());
    assert!(
        String::from_utf8(out)
            .unwrap()
            .contains("# End of compressed events.")
    );
}
