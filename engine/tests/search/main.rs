//! What a filter finds by searching bytes, against every statement decoded and looked at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod expr;
mod plain;
#[path = "../../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::answer::view::make;
use binlight_engine::scan::{Alone, scan};
use binlight_engine::session::Session;
use binlight_engine::source::{MemorySource, arrange};
use binlight_engine::view::{Shown, View, ViewId, ViewState};
use binlight_parser::codes::EventType;
use binlight_parser::crypt::Keys;
use expr::Chance;
use futures::executor::block_on;
use plain::Plain;
use std::cell::Cell;
use std::collections::BTreeSet;
use support::build::{Build, Head};

type Log = Session<MemorySource>;

fn open(files: Vec<(String, Vec<u8>)>) -> Log {
    let given = files
        .into_iter()
        .map(|(name, bytes)| (name, MemorySource(bytes.into())));
    let session = Session::new(block_on(arrange(given.collect(), Keys::default(), None)).unwrap());
    block_on(scan(&session, &Alone, || 0.0, |_| {})).unwrap();
    session
}

/// Files as one log, so named that they stay in this order.
fn one_log(files: Vec<Vec<u8>>) -> Log {
    let named = files.into_iter().enumerate();
    open(
        named
            .map(|(i, bytes)| (format!("log.{i:06}"), bytes))
            .collect(),
    )
}

/// What a view finds: transactions and events.
fn found(session: &Log, filter: &str) -> (BTreeSet<u32>, BTreeSet<u32>, Shown) {
    let view = View {
        filter: filter.to_owned(),
        events: true,
        ..View::default()
    };
    *session.view.borrow_mut() = ViewState::new(ViewId(1), view);
    let mut last = Shown::default();
    // A clock on which every look is late: all turns are taken.
    let clock = Cell::new(0.0);
    let tick = || {
        clock.set(clock.get() + 20.0);
        clock.get()
    };
    block_on(make(session, ViewId(1), tick, async || {}, |s| last = s));
    assert!(last.finished && last.error.is_none(), "{filter}: {last:?}");
    let (view, log) = (session.view.borrow(), session.log.borrow());
    let transactions = (0..last.transactions).map(|i| view.transaction(i, &log).unwrap().0);
    let events = (0..last.events.unwrap()).map(|i| view.event(i).0);
    let (transactions, events): (Vec<u32>, Vec<u32>) = (transactions.collect(), events.collect());
    let sets = (
        transactions.iter().copied().collect::<BTreeSet<u32>>(),
        events.iter().copied().collect::<BTreeSet<u32>>(),
    );
    assert_eq!(
        (sets.0.len(), sets.1.len()),
        (transactions.len(), events.len()),
        "{filter}: twice"
    );
    (sets.0, sets.1, last)
}

/// Random filters over a log; the number of those that found something and left something out.
fn compare(session: &Log, runs: usize, seed: u64) -> usize {
    let plain = Plain::new(session);
    let own = plain.statements.clone();
    let statements: Vec<&str> = own.iter().flatten().map(String::as_str).collect();
    assert!(!statements.is_empty());
    let (mut chance, mut telling) = (Chance(seed), 0);
    for _ in 0..runs {
        let expr = chance.expr(&statements, 3);
        let (transactions, events, shown) = found(session, &expr.text());
        let expected = plain.found(&expr);
        assert_eq!(shown.failure, None, "{}", expr.text());
        assert!(
            transactions == expected.0,
            "{}: transactions {transactions:?}, not {:?}",
            expr.text(),
            expected.0
        );
        assert!(
            events == expected.1,
            "{}: events {events:?}, not {:?}",
            expr.text(),
            expected.1
        );
        let all = session.log.borrow().transactions().len();
        telling += usize::from((1..all).contains(&transactions.len()));
    }
    telling
}

#[test]
fn random_filters_find_what_decoding_every_statement_finds() {
    let logs = support::fixtures();
    let session = one_log(logs.iter().map(|p| std::fs::read(p).unwrap()).collect());
    let telling = compare(&session, 300, 1);
    assert!(telling > 100, "{telling}");
    for (folder, key) in [
        ("mysql-9.7-encrypted", "component_keyring_file"),
        ("mariadb-10.11-encrypted", "keys.txt"),
    ] {
        let folder = support::repository().join("tests/fixtures").join(folder);
        let files = ["ebin.000001", "ebin.000002", key];
        let read = |name: &str| (name.to_owned(), std::fs::read(folder.join(name)).unwrap());
        let telling = compare(&open(files.map(read).into()), 60, 2);
        assert!(telling > 5, "{telling}");
    }
}

#[test]
fn random_filters_over_the_corpus() {
    let mut logs = Vec::new();
    for folder in ["mysql-9.7", "mariadb-10.11", "mariadb-11.8"] {
        let small = |p: &std::path::PathBuf| p.metadata().is_ok_and(|m| m.len() < 3 << 20);
        logs.extend(support::corpus_logs(folder).into_iter().filter(small));
    }
    if logs.is_empty() {
        return;
    }
    let bytes = logs.iter().map(|p| std::fs::read(p).unwrap());
    let session = one_log(bytes.filter(|b| b.starts_with(b"\xfebin")).collect());
    let telling = compare(&session, 40, 3);
    assert!(telling > 10, "{telling}");
}

/// Longer than what is read at once, so that statements lie across the joints.
#[test]
fn statements_across_pieces_are_found() {
    let mut build = Build::of("8.0.36");
    let filler = "x".repeat(70_000);
    for i in 0..400 {
        let sql = format!("INSERT INTO t VALUES ({i}, '{filler}', 'mark {i} end')");
        build = build.query("BEGIN").query(&sql).xid();
        if i % 50 == 7 {
            let long = [filler.as_bytes(); 140].concat();
            build = build.event(EventType::INCIDENT, &[&long], Head::default());
        }
    }
    assert!(build.bytes.len() > 60 << 20);
    let session = one_log(vec![build.bytes]);
    for i in [0, 1, 57, 199, 399] {
        let (transactions, events, _) = found(&session, &format!("sql:\"MARK {i} END\""));
        assert_eq!((transactions.len(), events.len()), (1, 1), "{i}");
    }
    assert_eq!(found(&session, "sql:mark*end").0.len(), 400);
    assert_eq!(found(&session, "sql:nothing").0.len(), 0);
    assert_eq!(
        found(&session, "not \"mark 57 end\" sql:insert").0.len(),
        399
    );
}

#[test]
fn a_newer_view_stops_the_search_and_no_transaction_is_lost_before() {
    let mut build = Build::of("8.0.36");
    for i in 0..20_000 {
        build = build.query(&format!("INSERT INTO t VALUES ({i})"));
    }
    let session = one_log(vec![build.bytes]);
    let view = View {
        filter: "sql:values".to_owned(),
        ..View::default()
    };
    *session.view.borrow_mut() = ViewState::new(ViewId(1), view);
    let (turns, clock) = (Cell::new(0), Cell::new(0.0));
    let mut told = Vec::new();
    let turn = async || {
        turns.set(turns.get() + 1);
        if turns.get() == 3 {
            *session.view.borrow_mut() = ViewState::new(ViewId(2), View::default());
        }
    };
    let tick = || {
        clock.set(clock.get() + 60.0);
        clock.get()
    };
    block_on(make(&session, ViewId(1), tick, turn, |shown| {
        told.push(shown);
    }));
    assert_eq!(
        turns.get(),
        3,
        "nothing is done after the newer view has come"
    );
    assert!(told.iter().all(|s| !s.finished && s.transactions < 20_000) && !told.is_empty());
}
