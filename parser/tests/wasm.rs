//! The corpus on wasm32, where `usize` has 32 bits: the same logs, the same text, in Node.
//!
//! `cargo xtask test` runs it; by hand: `cargo test -p binlight-parser --target wasm32-unknown-unknown
//! --test wasm` with `wasm-bindgen-test-runner` as the target's runner.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

use binlight_parser::codes::EventType;
use binlight_parser::context::{Checksum, Context};
use binlight_parser::event::row_image::Image;
use binlight_parser::event::rows::RowSink;
use binlight_parser::stream::{Frame, Framer, Step};
use binlight_parser::text::{Printer, Tool};
use binlight_parser::trace::{Silent, coverage};
use binlight_parser::{event, inspect, rows};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

#[wasm_bindgen(module = "fs")]
extern "C" {
    #[wasm_bindgen(js_name = readFileSync)]
    fn read(path: &str) -> Vec<u8>;
    #[wasm_bindgen(js_name = existsSync)]
    fn exists(path: &str) -> bool;
    #[wasm_bindgen(js_name = readdirSync)]
    fn list(path: &str) -> Vec<JsValue>;
}

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Every file below the folders whose logs a tool's text lies beside.
fn oracles() -> Vec<String> {
    let corpus = format!("{ROOT}/../shared/corpus");
    let mut found = Vec::new();
    for folder in ["mysql-9.7", "mariadb-10.11", "mariadb-11.8"] {
        let folder = format!("{corpus}/{folder}");
        if exists(&folder) {
            let names = list(&folder).into_iter().filter_map(|n| n.as_string());
            found.extend(names.map(|n| format!("{folder}/{n}")));
        }
    }
    for text in [
        "samples/mysql-9.7.mysqlbinlog",
        "mysql-9.7/text.mysqlbinlog",
    ] {
        found.push(format!("{ROOT}/tests/fixtures/{text}"));
    }
    found
}

fn frames(log: &[u8], mut f: impl FnMut(&Frame, &[u8])) {
    let mut framer = Framer::new(Some(log.len() as u64));
    loop {
        let at = framer.at() as usize;
        match framer.step(&log[at..], true) {
            Step::Frame {
                frame, consumed, ..
            } => f(&frame, &log[at..at + consumed]),
            Step::Kind { .. } | Step::Skip { .. } => {}
            Step::Need(_) | Step::End => return,
        }
    }
}

#[wasm_bindgen_test]
fn logs_read_as_the_tools_print_them() {
    let mut compared = 0;
    for oracle in oracles() {
        let tool = match oracle.rsplit('.').next() {
            Some("mysqlbinlog") => Tool::Mysqlbinlog,
            Some("mariadb-binlog") => Tool::MariadbBinlog,
            _ => continue,
        };
        let stem = oracle.rsplit_once('.').unwrap().0;
        let sample = stem.replace("tests/fixtures/samples", "public/samples");
        let names = [
            stem.to_owned(),
            format!("{stem}.binlog"),
            format!("{sample}.binlog"),
        ];
        let log = read(names.iter().find(|n| exists(n)).unwrap());
        let mut printer = Printer::new(tool, Context::default(), false);
        let mut out = Vec::new();
        printer.begin(&mut out);
        let mut context = Context::default();
        frames(&log, |frame, bytes| {
            assert!(frame.faults.is_empty(), "{oracle}: {:?}", frame.faults);
            let at = frame.span.start;
            let tree = inspect::inspect_capped(bytes, at, &context, &[], 50_000);
            coverage::tiles(&tree, frame.span).unwrap();
            if frame.header.event_type != EventType::TRANSACTION_PAYLOAD {
                assert!(tree.faults.is_empty(), "{oracle}: {:?}", tree.faults);
            }
            event::update_context(&mut context, bytes, at);
            printer.event(&mut out, bytes, at);
        });
        printer.end(&mut out);
        assert!(out == read(&oracle), "{oracle}: the text differs");
        assert_eq!(context.format.checksum, Checksum::Crc32);
        compared += 1;
    }
    assert!(compared >= 2, "{compared}");
    console_log!("{compared} logs");
}

struct Count(u64);

impl RowSink for Count {
    fn row(&mut self, _: Option<Image<'_>>, _: Option<Image<'_>>) {
        self.0 += 1;
    }
}

/// Says how fast rows are decoded, if the benchmark's log is there (`cargo bench -p binlight-engine`
/// makes it) and `wasm` was built for release.
#[wasm_bindgen_test]
fn speed() {
    let path = format!("{ROOT}/target/synth/bench.binlog");
    if !exists(&path) || cfg!(debug_assertions) {
        return;
    }
    let log = read(&path);
    let began = js_sys::Date::now();
    let mut context = Context::default();
    let mut count = Count(0);
    frames(&log, |frame, bytes| {
        event::update_context(&mut context, bytes, frame.span.start);
        let mut silent = Silent::default();
        let _ = rows::visit(bytes, frame.span.start, &context, &mut silent, &mut count);
    });
    let seconds = (js_sys::Date::now() - began) / 1000.0;
    let mib = log.len() as f64 / f64::from(1 << 20);
    console_log!(
        "{} rows of {mib:.0} MiB in {seconds:.3} s, {:.0} MiB/s",
        count.0,
        mib / seconds
    );
}
