//! What real logs of other hands showed, each as a log built here. The lines expected of the tools are
//! theirs: these logs were given to `mysqlbinlog` 9.7 and `mariadb-binlog` 11.8.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod added;
mod bodies;
mod edges;
mod framing;
mod payloads;
#[path = "../support/mod.rs"]
mod support;

use binlight_parser::context::Context;
use binlight_parser::stream::Frame;
use binlight_parser::text::{Printer, Tool};
use binlight_parser::trace::{FieldTree, coverage};
use support::build::Build;

const MYSQL: &str = "8.0.46";
const MARIADB: &str = "10.11.19-MariaDB-log";
const IGNORABLE: u16 = 0x80;
const RELAY_LOG: u16 = 0x40;

/// The log as its flavour's tool prints it.
fn text(log: &Build) -> String {
    let tool = if log.bytes.windows(7).any(|w| w == b"MariaDB") {
        Tool::MariadbBinlog
    } else {
        Tool::Mysqlbinlog
    };
    let mut printer = Printer::new(tool, Context::default(), false);
    let mut out = Vec::new();
    printer.begin(&mut out);
    for frame in frames(log) {
        let range = frame.span.start as usize..frame.span.end() as usize;
        if frame.damaged {
            printer.damaged(&mut out, frame.span.start, "damaged");
        } else {
            printer.event(&mut out, &log.bytes[range], frame.span.start);
        }
    }
    printer.end(&mut out);
    String::from_utf8(out).unwrap()
}

fn frames(log: &Build) -> Vec<Frame> {
    support::frames(&log.bytes, usize::MAX).1
}

/// The tree of each event, and each proven to tile it.
fn trees(log: &Build) -> Vec<FieldTree> {
    let mut trees = Vec::new();
    support::each_tree(&log.bytes, |frame, _, tree| {
        coverage::tiles(tree, frame.span).unwrap();
        trees.push(tree.clone());
    });
    trees
}

/// Codes of all faults of a log.
fn faults(log: &Build) -> Vec<&'static str> {
    let trees = trees(log);
    let faults = trees.iter().flat_map(|t| &t.faults);
    faults.map(|f| f.code()).collect()
}
