//! The worker's scan and answers, natively, over real logs in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

use binlight_app::protocol::{
    Answer, ChangesPage, EventLine, Inspection, Place, Progress, Question, RowsOf,
};
use binlight_app::worker::answer::answer;
use binlight_engine::index::EventNo;
use binlight_engine::scan::{Alone, Failure, scan};
use binlight_engine::session::Session;
use binlight_engine::source::Files;
use binlight_engine::source::MemorySource;
use binlight_parser::codes::EventType;
use binlight_parser::event::row_image::Cell;
use binlight_parser::stream::FileKind;
use binlight_parser::trace::coverage;
use binlight_parser::value::Value;
use futures::executor::block_on;
use std::path::Path;

fn session(bytes: &[u8]) -> Session<MemorySource> {
    Session::new(Files::in_order(vec![(
        "log".to_owned(),
        MemorySource(bytes.into()),
    )]))
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../public/samples")
            .join(name),
    )
    .unwrap()
}

fn scanned(bytes: &[u8]) -> Session<MemorySource> {
    let session = session(bytes);
    block_on(scan(&session, &Alone, || 0.0, |_| {})).unwrap();
    session
}

fn lines(session: &Session<MemorySource>, first: u32, count: u32) -> Vec<EventLine> {
    match block_on(answer(
        session,
        Question::Lines {
            first,
            count,
            view: None,
        },
    ))
    .unwrap()
    {
        Answer::Lines { lines, .. } => lines,
        other => panic!("{other:?}"),
    }
}

fn inspected(session: &Session<MemorySource>, no: EventNo) -> Inspection {
    match block_on(answer(session, Question::Inspect(no))).unwrap() {
        Answer::Inspected(inspection) => *inspection,
        other => panic!("{other:?}"),
    }
}

fn rows(session: &Session<MemorySource>, no: EventNo) -> ChangesPage {
    let question = Question::Changes {
        of: RowsOf::Event(no),
        first: 0,
        count: 100,
    };
    match block_on(answer(session, question)).unwrap() {
        Answer::Changes(page) => page,
        other => panic!("{other:?}"),
    }
}

fn find(session: &Session<MemorySource>, place: Place) -> Option<EventNo> {
    match block_on(answer(session, Question::Find(place))).unwrap() {
        Answer::Found(no) => no,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_event_of_a_sample_can_be_inspected() {
    for name in ["mysql-9.7.binlog", "mariadb-10.11.binlog"] {
        let bytes = sample(name);
        let session = scanned(&bytes);
        let all = lines(&session, 0, 10_000);
        assert_eq!(all.len() as u64, {
            let totals = session.summary().totals;
            totals.events + totals.inner_events
        });
        for line in &all {
            let inspection = inspected(&session, line.no);
            assert_eq!(
                inspection.bytes.len() as u64,
                line.row.size,
                "{name} {:?}",
                line.no
            );
            let span = binlight_parser::bytes::Span::file(inspection.at, line.row.size);
            coverage::tiles(&inspection.tree, span).unwrap();
            assert!(
                inspection.faults.is_empty(),
                "{name} {:?}: {:?}",
                line.no,
                inspection.faults
            );
            if line.inner.is_none() {
                let at = line.row.offset as usize;
                assert_eq!(inspection.bytes, bytes[at..at + line.row.size as usize]);
            }
            if line.row.event_type.rows_shape().is_some() {
                let page = rows(&session, line.no);
                assert_eq!(page.rows, u64::from(line.row.rows));
                assert!(page.tables.len() == 1 && page.faults.is_empty());
                assert_eq!(
                    inspected(&session, inspection.table_map.unwrap())
                        .line
                        .row
                        .event_type,
                    EventType::TABLE_MAP
                );
            }
        }
    }
}

#[test]
fn events_inside_a_payload_are_listed_under_it() {
    let session = scanned(&sample("mysql-9.7.binlog"));
    let all = lines(&session, 0, 10_000);
    let payload = all
        .iter()
        .find(|l| l.row.event_type == EventType::TRANSACTION_PAYLOAD)
        .unwrap();
    let inner: Vec<_> = all.iter().filter(|l| l.inner.is_some()).collect();
    assert_eq!(inner.first().unwrap().no.0, payload.no.0 + 1);
    assert!(inner.iter().all(|l| l.row.offset == payload.row.offset));
    assert_eq!(
        find(&session, Place::Inner(0, payload.row.offset, 2)),
        Some(EventNo(payload.no.0 + 3))
    );
    assert_eq!(
        find(&session, Place::Inner(0, payload.row.offset, 99)),
        None
    );
    let insert = inner
        .iter()
        .find(|l| l.row.event_type == EventType::WRITE_ROWS)
        .unwrap();
    assert_eq!(inspected(&session, insert.no).payload, Some(payload.no));
    assert_eq!(rows(&session, insert.no).rows, 3);
}

#[test]
fn rows_have_names_and_values() {
    let session = scanned(&sample("mysql-9.7.binlog"));
    let all = lines(&session, 0, 10_000);
    let customer = all
        .iter()
        .find(|l| l.info.starts_with("shop.customer: 3 rows"))
        .unwrap();
    let page = rows(&session, customer.no);
    let table = &page.tables[0];
    let column = table
        .columns
        .iter()
        .position(|c| c.name.as_deref() == Some("name"))
        .unwrap();
    let after = page.changes[2].after.as_ref().unwrap();
    assert_eq!(
        after[column],
        Cell::Value(Value::Text("Łukasz Żółć".into()))
    );
    assert!(table.columns[0].key);
}

#[test]
fn places_are_found() {
    let bytes = sample("mysql-9.7.binlog");
    let session = scanned(&bytes);
    let second = lines(&session, 1, 1)[0].clone();
    assert_eq!(
        find(&session, Place::Offset(0, second.row.offset)),
        Some(EventNo(1))
    );
    assert_eq!(
        find(
            &session,
            Place::Offset(0, second.row.offset + second.row.size - 1)
        ),
        Some(EventNo(1))
    );
    assert_eq!(find(&session, Place::Offset(0, 0)), None);
    assert_eq!(find(&session, Place::Offset(0, bytes.len() as u64)), None);
    assert_eq!(find(&session, Place::Number(3)), Some(EventNo(3)));
    assert_eq!(find(&session, Place::Number(1 << 30)), None);
    assert_eq!(find(&session, Place::NextFault(EventNo(0))), None);
}

#[test]
fn faults_are_found_and_told() {
    let mut bytes = sample("mysql-9.7.binlog");
    let target = lines(&scanned(&bytes), 9, 1)[0].clone();
    bytes[target.row.offset as usize + 30] ^= 0xff;
    bytes.truncate(bytes.len() - 3);
    let session = scanned(&bytes);
    assert_eq!(
        find(&session, Place::NextFault(EventNo(0))),
        Some(EventNo(9))
    );
    let damaged = inspected(&session, EventNo(9));
    assert_eq!(damaged.faults[0].code(), "E205");
    let last = find(&session, Place::NextFault(EventNo(9))).unwrap();
    assert_eq!(lines(&session, last.0, 1)[0].fault.as_deref(), Some("E203"));
    assert_eq!(session.summary().totals.checksums_bad, 1);
}

#[test]
fn what_is_no_log_is_named() {
    let failure =
        |bytes: &[u8]| block_on(scan(&session(bytes), &Alone, || 0.0, |_| {})).unwrap_err();
    assert_eq!(failure(b""), Failure::Kind(FileKind::Empty));
    assert_eq!(
        failure(b"\x1f\x8b\x08\0\0\0"),
        Failure::Kind(FileKind::Gzip)
    );
    assert_eq!(
        failure(b"./binlog.000001\n"),
        Failure::Kind(FileKind::Index)
    );
}

#[test]
fn progress_is_told_and_a_cancelled_scan_keeps_what_it_has() {
    let session = scanned(&sample("mariadb-10.11.binlog"));
    assert_eq!(
        session.progress(8535).events as u64,
        session.summary().totals.events
    );
    let cancelled = self::session(&sample("mysql-9.7.binlog"));
    let mut told: Vec<Progress> = Vec::new();
    cancelled.cancel();
    let progress = block_on(scan(&cancelled, &Alone, || 0.0, |p| told.push(p))).unwrap();
    assert!(progress.done < progress.total && !told.is_empty());
    assert_eq!(lines(&cancelled, 0, 10).len(), progress.events as usize);
}

/// The text of a transaction is that of its events, in the words of the server's tool.
#[test]
fn a_transaction_reads_as_the_tool_prints_it() {
    let session = scanned(&sample("mysql-9.7.binlog"));
    let tool = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../tests/fixtures/samples/mysql-9.7.mysqlbinlog"),
    )
    .unwrap();
    let count = session.log.borrow().transactions().len() as u32;
    for no in (0..count).map(binlight_engine::transactions::TxNo) {
        let question = Question::Listing(RowsOf::Transaction(no));
        let Answer::Listing(listing) = block_on(answer(&session, question)).unwrap() else {
            panic!("no listing");
        };
        assert!(listing.whole && listing.tool == "mysqlbinlog");
        // Settings are said anew; everything else is in the tool's text too.
        let own = |l: &&str| {
            l.starts_with("SET @@session") || l.starts_with("/*!") || l.starts_with("use ")
        };
        for line in listing.text.lines().filter(|l| !own(l)) {
            assert!(tool.lines().any(|l| l == line), "{line}");
        }
    }
}
