//! Past every cap an answer is slower, or says "at least"; it is never wrong.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::answer::{RowsOf, changes, line, transaction_line, view::make};
use binlight_engine::findings::findings;
use binlight_engine::index::EventNo;
use binlight_engine::limits::{self, INSPECTED_BYTES};
use binlight_engine::overview::{Overview, overview};
use binlight_engine::scan::{Alone, scan};
use binlight_engine::session::Session;
use binlight_engine::source::{Files, MemorySource};
use binlight_engine::transactions::TxNo;
use binlight_engine::view::{Shown, Sort, View, ViewId, ViewState};
use binlight_parser::codes::EventType;
use binlight_parser::limits as caps;
use futures::executor::block_on;
use std::ops::Range;
use support::build::{Build, Head, query_body, table_body};

type Log = Session<MemorySource>;

fn open(build: Build) -> Log {
    let files = vec![("log".to_owned(), MemorySource(build.bytes.into()))];
    let session = Session::new(Files::in_order(files));
    block_on(scan(&session, &Alone, || 0.0, |_| {})).unwrap();
    session
}

/// Numbers of the transactions that a filter finds, and what is said of them.
fn found(session: &Log, filter: &str) -> (Vec<u32>, Shown) {
    let view = View {
        filter: filter.to_owned(),
        ..View::default()
    };
    *session.view.borrow_mut() = ViewState::new(ViewId(1), view);
    let mut last = Shown::default();
    block_on(make(session, ViewId(1), || 0.0, async || {}, |s| last = s));
    assert!(last.finished && last.error.is_none(), "{filter}: {last:?}");
    let (view, log) = (session.view.borrow(), session.log.borrow());
    let all = (0..last.transactions).map(|i| view.transaction(i, &log).unwrap().0);
    (all.collect(), last)
}

fn summed(session: &Log) -> Overview {
    let log = session.log.borrow();
    overview(&log, (0..log.transactions().len() as u32).map(TxNo))
}

/// Every sixth changes a table of its own, every tenth calls a function of the server's.
fn statement(i: u32) -> String {
    let call = if i.is_multiple_of(10) { "uuid()" } else { "1" };
    if i.is_multiple_of(6) {
        format!("INSERT INTO t{i} (a{i}) VALUES ({call})")
    } else {
        format!("UPDATE orders SET c{i} = {call}")
    }
}

#[test]
fn of_300_000_different_statements_each_is_found_by_its_table() {
    const ALL: u32 = 300_000;
    let mut build = Build::of("8.0.36");
    for i in 0..ALL {
        build = build.query(&statement(i));
    }
    let session = open(build);
    assert_eq!(session.log.borrow().transactions().len() as u32, ALL);
    for i in [0, 6, 9_996, 10_002, 150_000, 299_994] {
        assert_eq!(found(&session, &format!("table:t{i}")).0, [i]);
        assert_eq!(
            found(&session, &format!("table:test.t{i} op:statement")).0,
            [i]
        );
    }
    let orders: Vec<u32> = (0..ALL).filter(|i| i % 6 != 0).collect();
    assert_eq!(found(&session, "table:orders").0, orders);
    let others: Vec<u32> = (0..ALL).filter(|i| i % 6 == 0).collect();
    assert_eq!(found(&session, "not table:orders").0, others);
    assert!(found(&session, "table:nowhere").0.is_empty());
    assert_eq!(found(&session, "db:test").0.len() as u32, ALL);
    assert!(found(&session, "db:elsewhere").0.is_empty());
    assert_eq!(found(&session, "op:statement").0.len() as u32, ALL);
    let both = found(
        &session,
        "table:t299994 or table:t12 or (table:orders and sql:c299999)",
    );
    assert_eq!(both.0, [12, 299_994, 299_999]);

    let overview = summed(&session);
    assert_eq!(overview.statements, u64::from(ALL));
    assert_eq!(overview.caveats.len(), 1, "{:?}", overview.caveats);
    // What is counted of each digest is no more than there is.
    assert!(
        overview
            .digests
            .iter()
            .skip(1)
            .all(|(_, count, _)| *count == 1)
    );
    let findings = findings(&session.log.borrow(), true);
    let of = |code: &str| findings.iter().find(|f| f.code == code).unwrap();
    let (risky, unjudged) = (of("unsafe-statements"), of("statements-not-judged"));
    let plain = (0..ALL).filter(|i| i % 10 == 0).count() as u64;
    assert!(risky.title.starts_with("at least ") && risky.count <= plain && risky.count > 0);
    assert!(risky.count + unjudged.count >= plain && unjudged.count < u64::from(ALL));
}

#[test]
fn names_far_into_a_long_statement_are_found() {
    let many = "(1, 'x'), ".repeat(2_000);
    let columns: String = (0..500).map(|i| format!("column_{i} = 1, ")).collect();
    let session = open(
        Build::of("8.0.36")
            .query(&format!(
                "INSERT INTO t VALUES {many}(2, (SELECT max(a) FROM far))"
            ))
            .query(&format!(
                "UPDATE t SET {columns} b = (SELECT max(a) FROM far)"
            ))
            .query(&format!(
                "CREATE TABLE n (a{} INT) SELECT * FROM far",
                "a".repeat(600)
            ))
            .query("INSERT INTO t VALUES (1)"),
    );
    assert_eq!(found(&session, "table:far").0, [0, 1, 2]);
    assert_eq!(found(&session, "not table:far").0, [3]);
    assert_eq!(found(&session, "table:far op:ddl").0, [2]);
}

#[test]
fn of_30_000_definitions_each_is_found_by_its_table() {
    let mut build = Build::of("8.0.36");
    for i in 0..30_000 {
        build = build.query(&format!("CREATE TABLE t{i} (a INT)"));
    }
    let session = open(build);
    for i in [0, 9_999, 10_000, 29_999] {
        assert_eq!(found(&session, &format!("table:t{i} op:ddl")).0, [i]);
    }
    assert_eq!(found(&session, "op:ddl").0.len(), 30_000);
    assert_eq!(summed(&session).ddl_count, 30_000);
}

#[test]
fn of_100_000_tables_each_is_found_and_all_are_counted() {
    const ALL: u32 = 100_000;
    let mut build = Build::of("8.0.36");
    let template = table_body(&[3], Some(&[]));
    let at = template.windows(3).position(|w| w == b"\x01t\0").unwrap();
    for i in 0..ALL {
        let name = format!("t{i}");
        let body = [
            &template[..at],
            &[name.len() as u8],
            name.as_bytes(),
            &template[at + 2..],
        ]
        .concat();
        build = build
            .query("BEGIN")
            .event(EventType::TABLE_MAP, &[&body], Head::default())
            .insert(true, true)
            .xid();
    }
    let session = open(build);
    let overview = summed(&session);
    assert_eq!(
        (overview.table_count, overview.changes.inserts),
        (ALL, u64::from(ALL))
    );
    for i in [0, 65_536, 99_999] {
        assert_eq!(found(&session, &format!("table:t{i}")).0, [i]);
    }
    assert_eq!(found(&session, "table:t9*").0.len(), 11_111);
}

#[test]
fn of_100_000_connections_all_are_counted_and_known_ones_go_on_counting() {
    const ALL: u32 = 100_000;
    let mut build = Build::of("8.0.36");
    for i in (1..=ALL).chain([5, 5, 99_998]) {
        let mut body = query_body(&[], "INSERT INTO t VALUES (1)");
        body[..4].copy_from_slice(&i.to_le_bytes());
        build = build.event(EventType::QUERY, &[&body], Head::default());
    }
    let session = open(build);
    let overview = summed(&session);
    assert_eq!((overview.thread_count, overview.caveats.len()), (ALL, 0));
    let counts: Vec<(u32, u32)> = overview
        .threads
        .iter()
        .take(3)
        .map(|s| (s.id, s.transactions))
        .collect();
    assert_eq!(counts, [(5, 3), (99_998, 2), (1, 1)]);
    assert_eq!(found(&session, "thread:99998").0, [99_997, 100_002]);
}

#[test]
fn of_30_000_faults_each_is_found_by_its_code() {
    let mut build = Build::of("8.0.36");
    for i in 0..30_000u32 {
        let body = query_body(&[], "INSERT INTO t VALUES (1)");
        let head = Head {
            end: i.is_multiple_of(3).then_some(9),
            ..Head::default()
        };
        build = build.event(EventType::QUERY, &[&body], head);
        if !i.is_multiple_of(5) {
            build = build.stale();
        }
    }
    // As the framer tells of them, event by event: the first is the format description.
    let frames = support::frames(&build.bytes, usize::MAX).1;
    let plain = |codes: &[&str]| -> Vec<u32> {
        let has = |i: &u32| {
            let faults = &frames[*i as usize + 1].faults;
            faults.iter().any(|f| codes.contains(&f.code()))
        };
        (0..30_000).filter(has).collect()
    };
    let session = open(build);
    let all: u64 = frames.iter().map(|f| f.faults.len() as u64).sum();
    assert_eq!(session.log.borrow().index().totals.faults, all);
    for (filter, codes) in [
        ("fault:any", &["E204", "E205"][..]),
        ("fault:E2*", &["E204", "E205"]),
        ("fault:E204", &["E204"]),
        ("fault:E205", &["E205"]),
        ("fault:E206", &[]),
    ] {
        let (transactions, shown) = found(&session, filter);
        assert_eq!(
            (transactions, shown.failure),
            (plain(codes), None),
            "{filter}"
        );
    }
    assert_eq!(plain(&["E204"]).len(), 10_000);
    let sound = 30_000 - plain(&["E204", "E205"]).len();
    assert_eq!(found(&session, "fault:none").0.len(), sound);
    let findings = findings(&session.log.borrow(), true);
    for (group, code) in [("checksum", "E205"), ("framing", "E204")] {
        let finding = findings.iter().find(|f| f.code == group).unwrap();
        let count = plain(&[code]).len();
        assert_eq!(finding.count, count as u64);
        assert!(finding.title.starts_with(&format!("{count} ")));
        assert_eq!(finding.places.len(), 50);
    }
    // The line of an event, and of a transaction, past those kept.
    let last = block_on(line(&session, EventNo(30_000))).unwrap().unwrap();
    assert_eq!(last.fault.as_deref(), Some("E205"));
    let of = |no| block_on(transaction_line(&session, TxNo(no)));
    assert!(of(29_999).unwrap().unwrap().faulty);
    assert!(!of(29_995).unwrap().unwrap().faulty);
}

#[test]
fn of_70_000_prepared_transactions_none_is_said_to_stay_so_that_does_not() {
    const ALL: u32 = 70_000;
    let prepared = |mut build: Build, finished: Range<u32>| {
        for i in 0..ALL {
            let fixed = [0, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0];
            let body = [&fixed[..], &i.to_be_bytes()];
            build = build.event(EventType::XA_PREPARE, &body, Head::default());
        }
        for i in finished {
            build = build.query(&format!("XA COMMIT X'{i:08x}',X'',1"));
        }
        let session = open(build);
        let log = session.log.borrow();
        let all = findings(&log, true);
        let finding = all.into_iter().find(|f| f.code == "xa-prepared");
        finding.map(|f| (f.count, f.title.starts_with("at least ")))
    };
    let log = || Build::of("8.0.36");
    assert_eq!(prepared(log(), 0..ALL), None);
    // Of those that stay, what is said holds; of those not followed nothing is.
    let followed = limits::PREPARED as u64;
    assert_eq!(prepared(log(), 1_000..ALL), Some((1_000, true)));
    assert_eq!(prepared(log(), 0..0), Some((followed, true)));
    // One whose name cannot be read is not followed.
    let unread = log().event(EventType::XA_PREPARE, &[&[0]], Head::default());
    assert_eq!(prepared(unread, 0..ALL), None);
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason_and_sorted_in_place() {
    let mut build = Build::of("8.0.36");
    for i in 0..2_000u32 {
        build = build.query("BEGIN").table();
        for _ in 0..=i % 7 {
            build = build.insert(true, true);
        }
        build = build.xid();
    }
    let session = open(build);
    let rows = |of| block_on(changes(&session, of, 0, 10)).map(|page| page.total);
    let sorted = || {
        let view = View {
            sort: Sort::Size,
            descending: true,
            ..View::default()
        };
        *session.view.borrow_mut() = ViewState::new(ViewId(2), view);
        block_on(make(&session, ViewId(2), || 0.0, async || {}, |_| {}));
        let (view, log) = (session.view.borrow(), session.log.borrow());
        (0..2_000)
            .map(|i| view.transaction(i, &log).unwrap().0)
            .collect::<Vec<u32>>()
    };
    let of = RowsOf::Table(0, ViewId(9));
    let (all, order) = (rows(of).unwrap(), sorted());
    session.layouts.take();
    session.budget.set(2_000);
    assert!(rows(of).unwrap_err().contains("filter"));
    assert_eq!(
        rows(RowsOf::Transaction(TxNo(6))),
        Ok(9),
        "what fits is shown"
    );
    assert_eq!(sorted(), order);
    session.budget.set(1 << 20);
    assert_eq!(rows(of), Ok(all));
}

#[test]
fn the_readme_has_the_caps_as_they_are() {
    let readme = std::fs::read_to_string(support::repository().join("README.md")).unwrap();
    let mib = |bytes: u64| format!("{} MiB", bytes >> 20);
    for (what, cap) in [
        ("An event, field by field", mib(INSPECTED_BYTES)),
        ("An event whose rows", mib(caps::EVENT_HELD.into())),
        ("A compressed transaction", mib(caps::UNPACKED as u64)),
        ("A value of a COMPRESSED", mib(caps::VALUE_UNPACKED as u64)),
        ("A statement that `sql:`", mib(limits::SEARCHED_EVENT)),
    ] {
        let line = readme
            .lines()
            .find(|l| l.starts_with(&format!("| {what}")))
            .unwrap();
        assert!(line.contains(&format!(" {cap}")), "{cap}: {line}");
    }
    assert_eq!(caps::INNER_EVENTS, 1_048_576);
    assert_eq!(limits::INNER_EVENTS, 33_554_432);
    assert_eq!((limits::FAULTS, limits::DISORDERS), (10_000, 10_000));
    for cap in [
        "1,048,576 events (E308)",
        "33,554,432; those after stay closed (E506)",
        "10,000 each; filters and counts",
    ] {
        assert!(readme.contains(cap), "{cap}");
    }
}
