//! Payload events: what they hold belongs to their transaction, and what stays closed says why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::answer::inspected;
use binlight_engine::findings::findings;
use binlight_engine::index::EventNo;
use binlight_engine::scan::{Alone, scan};
use binlight_engine::session::Session;
use binlight_engine::source::{Files, MemorySource};
use binlight_engine::transactions::{End, TxNo};
use binlight_parser::codes::EventType;
use binlight_parser::limits;
use futures::executor::block_on;
use support::build::{Build, Head, query_body};

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
    drop(log);
    let inspection = block_on(inspected(&session, closed)).unwrap();
    assert!(inspection.faults.iter().any(|f| f.code() == "E505"));
    let log = session.log.borrow();
    let findings = findings(&log, true);
    let codes: Vec<&str> = findings.iter().map(|f| f.code.as_ref()).collect();
    assert!(
        codes.contains(&"compressed") && !codes.contains(&"cut"),
        "{codes:?}"
    );
}

/// What no server puts into a payload, thousands of it: it costs a line each.
#[test]
fn a_payload_is_one_transaction_whatever_is_in_it() {
    let version = "8.0.46";
    let inner = |t, body: &[u8]| support::build::event(0, t, &[body], Head::default(), false);
    let gtid = [&[0; 25][..], &[2], &[0; 16]].concat();
    let rotate = [&[4, 0, 0, 0, 0, 0, 0, 0][..], b"log.000009"].concat();
    let description = Build::empty(false).description(version, Head::default());
    let odd = [
        inner(EventType::XID, &7u64.to_le_bytes()),
        inner(EventType::GTID, &gtid),
        inner(EventType::PREVIOUS_GTIDS, &[0; 8]),
        inner(EventType::ROTATE, &rotate),
        inner(EventType::STOP, &[]),
        description.bytes[4..].to_vec(),
        inner(
            EventType::QUERY,
            &query_body(&[], "INSERT INTO t VALUES (1)"),
        ),
    ];
    let count = 3_000 * odd.len();
    let log = payload(Build::of(version).gtid(), &odd.concat().repeat(3_000));
    let session = open(vec![log.gtid().query("BEGIN").xid()]);
    let log = session.log.borrow();
    let all: Vec<_> = log.transactions().iter().map(|(_, tx)| tx).collect();
    assert_eq!(
        (all.len(), log.index().totals.inner_events),
        (2, count as u64)
    );
    assert_eq!(
        (all[0].events() as usize, all[0].end),
        (2 + count, End::Commit)
    );
    assert_eq!(all[0].statements, 3_000);
    assert_eq!(
        (log.index().formats.len(), log.notes.rotations.len()),
        (1, 0)
    );
    assert!(log.grouper.gtids.missing.is_empty());
}
