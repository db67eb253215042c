//! What questions about an open log cost, each in milliseconds.
//!
//! ```text
//! LOG=FILE cargo bench -p binlight-engine --bench queries
//! ```
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark"
)]

use binlight_engine::answer::{self, Place, view::make};
use binlight_engine::scan::{Alone, read_only, scan};
use binlight_engine::session::Session;
use binlight_engine::source::{Buffer, ByteSource, Files, Stream};
use binlight_engine::timeline::{self, Axis, Measure, Stack, Wanted};
use binlight_engine::transactions::TxNo;
use binlight_engine::view::{Shown, Sort, View, ViewId, ViewState};
use binlight_engine::{findings, gtid_report, overview};
use futures::executor::block_on;
use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Seek, SeekFrom};
use std::time::Instant;

/// Runs of each; the fastest counts.
const RUNS: usize = 3;

/// A file, read when it is asked for.
struct Disk(String, u64);

/// A file, read in order.
struct DiskStream(File);

impl Stream for DiskStream {
    fn next(&mut self, into: &mut Buffer) -> impl Future<Output = Result<usize, String>> {
        let len = self.0.read(into.room(1 << 20)).unwrap();
        into.added(len);
        std::future::ready(Ok(len))
    }
}

impl ByteSource for Disk {
    type Piece = Vec<u8>;
    type Stream = DiskStream;

    fn stream(&self, start: u64) -> DiskStream {
        let mut file = File::open(&self.0).unwrap();
        file.seek(SeekFrom::Start(start)).unwrap();
        DiskStream(file)
    }

    fn len(&self) -> u64 {
        self.1
    }

    fn read(
        &self,
        start: u64,
        len: u64,
    ) -> impl Future<Output = Result<Vec<u8>, String>> + 'static {
        let mut file = File::open(&self.0).unwrap();
        file.seek(SeekFrom::Start(start)).unwrap();
        let mut bytes = Vec::new();
        file.take(len).read_to_end(&mut bytes).unwrap();
        std::future::ready(Ok(bytes))
    }
}

fn ms(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

fn best<T>(name: &str, mut f: impl FnMut() -> T) -> f64 {
    let mut fastest = f64::MAX;
    for _ in 0..RUNS {
        let began = Instant::now();
        black_box(f());
        fastest = fastest.min(ms(began));
    }
    println!("{name}: {fastest:.1} ms");
    fastest
}

fn show(session: &Session<Disk>, view: View) -> Shown {
    *session.view.borrow_mut() = ViewState::new(ViewId(1), view);
    let mut last = Shown::default();
    let began = Instant::now();
    block_on(make(
        session,
        ViewId(1),
        || ms(began),
        async || {},
        |shown| last = shown,
    ));
    last
}

fn main() {
    // `cargo test` and `cargo bench` call every benchmark with their own options.
    if std::env::args().any(|a| a == "--test" || a == "--list") {
        return;
    }
    let Ok(path) = std::env::var("LOG") else {
        println!("LOG=FILE names the log to ask");
        return;
    };
    let len = std::fs::metadata(&path).unwrap().len();
    let session = Session::new(Files::in_order(vec![("log".to_owned(), Disk(path, len))]));
    let began = Instant::now();
    block_on(scan(&session, &Alone, || ms(began), |_| {})).unwrap();
    println!("opened in {:.0} ms", ms(began));
    let read = best("reading it", || {
        let began = Instant::now();
        block_on(read_only(&session.source, || ms(began))).unwrap()
    });
    for text in [
        "sql:\"there is no such text\"",
        "nowhere",
        "sql:zz*qq",
        "sql:\"id=500000\"",
    ] {
        let view = || View {
            filter: text.to_owned(),
            ..View::default()
        };
        let took = best(text, || show(&session, view()));
        println!(
            "    {:.2} times reading, {} found",
            took / read,
            show(&session, view()).transactions
        );
    }
    let filtered = |text: &str, events: bool| View {
        filter: text.to_owned(),
        events,
        ..View::default()
    };
    for text in [
        "type:xid",
        "type:row",
        "type:rotate",
        "table:sbtest1",
        "rows>1000",
        "op:delete",
        "thread:5",
    ] {
        best(text, || show(&session, filtered(text, false)));
        best(&format!("{text}, events too"), || {
            show(&session, filtered(text, true))
        });
    }
    for sort in [Sort::Size, Sort::Rows, Sort::Time, Sort::Duration] {
        best(&format!("sorted by {sort:?}"), || {
            show(
                &session,
                View {
                    sort,
                    descending: true,
                    ..View::default()
                },
            )
        });
    }
    show(&session, View::default());
    let log = session.log.borrow();
    let all = log.transactions().len() as u32;
    let times = session.progress(0).time.unwrap();
    for (axis, low, high) in [(Axis::Time, times.0, times.1 + 1), (Axis::Bytes, 0, len)] {
        for parts in [1, 100, 10_000] {
            for stack in [Stack::Operation, Stack::Table, Stack::Server] {
                let width = ((high - low) / parts).max(1000);
                let from = low + (high - low) / 3 / parts * parts / 2;
                let wanted = Wanted {
                    axis,
                    edges: (0..=1000).map(|i| from + width * i / 1000).collect(),
                    measure: Measure::Rows,
                    stack,
                };
                best(
                    &format!("bars along {axis:?} of 1/{parts} by {stack:?}"),
                    || {
                        timeline::bins(
                            &log,
                            &mut session.blocks.borrow_mut(),
                            &wanted,
                            None::<&fn(TxNo) -> bool>,
                        )
                    },
                );
            }
        }
    }
    best("gaps", || timeline::gaps(&log, 1000, 100));
    best("overview", || overview::overview(&log, (0..all).map(TxNo)));
    best("findings", || findings::findings(&log, true));
    best("GTID report", || gtid_report::report(&log));
    let last = log.transactions().get(TxNo(all - 1)).unwrap();
    let (name, at) = (log.transactions().gtid(&last).to_string(), last.commit);
    best("a GTID", || {
        answer::find(&session, &Place::Gtid(name.clone()))
    });
    best("a time", || answer::find(&session, &Place::Time(at)));
}
