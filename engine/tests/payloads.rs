//! Payload events: what they hold belongs to their transaction, and what stays closed says why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::findings::findings;
use binlight_engine::index::EventNo;
use binlight_engine::scan::{Alone, scan};
use binlight_engine::session::Session;
use binlight_engine::source::{Files, MemorySource};
use binlight_engine::transactions::{End, TxNo};
use binlight_parser::codes::EventType;
use binlight_parser::limits;
use futures::executor::block_on;
use support::build::{Build, Head};

fn open(files: Vec<Build>) -> Session<MemorySource> {
    let named = files.into_iter().enumerate();
    let named = named.map(|(i, b)| (format!("log.{i:06}"), MemorySource(b.bytes.into())));
    let session = Session::new(Files::in_order(named.collect()));
    block_on(scan(&session, &Alone, || 0.0, |_| {})).unwrap();
    session
}

/// A payload of events that are not packed.
fn payload(log: Build, events: &[u8]) -> Build {
    let body = [&[2, 3, 0xfc, 255, 0, 0][..], events].concat();
    log.event(EventType::TRANSACTION_PAYLOAD, &[&body], Head::default())
}

#[test]
fn a_payload_longer_than_is_held_says_so_and_its_transaction_is_not_opened() {
    let before = Build::of("8.0.46").query("INSERT INTO t VALUES (1)");
    let base = before.bytes.len() as u64;
    let log = Build::of("8.0.46").gtid();
    let at = base + log.bytes.len() as u64;
    let log = payload(log, &vec![0; limits::EVENT_HELD as usize]);
    let session = open(vec![before, log.gtid().query("BEGIN").xid()]);
    let log = session.log.borrow();
    let all = log.transactions();
    let ends: Vec<End> = all.iter().map(|(_, tx)| tx.end).collect();
    assert_eq!(ends, [End::Commit, End::Unopened, End::Commit]);
    let closed = EventNo(all.get(TxNo(1)).unwrap().first.0 + 1);
    let faults: Vec<_> = log.index().faults_of(closed).collect();
    assert_eq!(
        faults.iter().map(|f| f.code()).collect::<Vec<_>>(),
        ["E505"]
    );
    // Where it lies in the log, of which this is the second file.
    assert_eq!(faults[0].span.start, at);
    assert_eq!(log.index().events.get(closed).unwrap().offset, at);
    let findings = findings(&log, true);
    let codes: Vec<&str> = findings.iter().map(|f| f.code.as_ref()).collect();
    assert!(
        codes.contains(&"compressed") && !codes.contains(&"cut"),
        "{codes:?}"
    );
}
