//! Repeated logs are read back and held to what a server's own logs keep.

use super::source::{Source, frames};
use super::*;
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::{event, inspect};

#[test]
fn sizes() {
    assert_eq!(bytes("1GiB"), Some(1 << 30));
    assert_eq!(bytes("64MiB"), Some(64 << 20));
    assert_eq!(
        (bytes("17"), bytes("GiB"), bytes("1XB")),
        (Some(17), None, None)
    );
}

/// A transaction's first event, and what it says of itself.
struct Transaction {
    kind: EventType,
    len: u64,
    clock: u64,
    claimed: u64,
    gtid: String,
    committed: u64,
}

fn repeated(log: &str, size: u64) -> Vec<Transaction> {
    let source = Source::read(log).unwrap();
    let mut out = Vec::new();
    repeat(&source, size, &mut out).unwrap();
    let mut context = Context::default();
    let mut found: Vec<Transaction> = Vec::new();
    // Fails where a checksum, a position or a length is wrong.
    for frame in frames(&out).unwrap() {
        let event = &out[frame.span.start as usize..frame.span.end() as usize];
        event::update_context(&mut context, event, frame.span.start);
        let kind = frame.header.event_type;
        if source::GTIDS.contains(&kind) {
            let tree = inspect::inspect(event, frame.span.start, &context, &[]);
            assert!(tree.faults.is_empty());
            let text = |name: &str| {
                let node = tree.nodes.iter().find(|n| n.name == name);
                node.map_or(String::new(), |n| n.value.clone())
            };
            let number = |name| text(name).parse().unwrap_or(0);
            let parts = ["domain_id", "sid", "uuid", "tag", "gno", "sequence"];
            found.push(Transaction {
                kind,
                len: 0,
                clock: number("sequence_number"),
                claimed: number("transaction_length"),
                gtid: parts.map(text).join(":"),
                committed: number("immediate_commit_timestamp"),
            });
        }
        if let Some(last) = found.last_mut() {
            last.len += frame.span.len;
        }
    }
    found
}

fn holds(log: &str, size: u64) -> Vec<Transaction> {
    let found = repeated(log, size);
    let named = found.iter().filter(|t| t.kind != EventType::ANONYMOUS_GTID);
    let mut gtids: Vec<&str> = named.map(|t| t.gtid.as_str()).collect();
    let all = gtids.len();
    gtids.sort_unstable();
    gtids.dedup();
    assert_eq!(all, gtids.len(), "a GTID stands twice");
    let total: u64 = found.iter().map(|t| t.len).sum();
    assert!(total <= size + 100_000 && total >= size - 2000, "{total}");
    found
}

#[test]
fn mysql_logs_stay_consistent() {
    for log in [WORKLOAD, "public/samples/mysql-9.7.binlog"] {
        let log = &format!("../{log}");
        let found = holds(log, 3 << 20);
        for (before, t) in found.iter().zip(&found[1..]) {
            assert_eq!(t.claimed, t.len, "{log}: length of {}", t.gtid);
            assert_eq!(t.clock, before.clock + 1, "{log}: clock of {}", t.gtid);
            assert!(t.committed >= before.committed, "{log}: time of {}", t.gtid);
        }
    }
}

#[test]
fn numbers_of_tagged_gtids_grow_past_a_byte() {
    let found = holds("../public/samples/mysql-9.7.binlog", 3 << 20);
    let tagged = found.iter().filter(|t| t.kind == EventType::GTID_TAGGED);
    let mut lengths: Vec<u64> = tagged.map(|t| t.len).collect();
    assert!(lengths.len() > 100);
    lengths.sort_unstable();
    lengths.dedup();
    assert!(lengths.len() > 1, "no varint grew");
}

#[test]
fn mariadb_logs_stay_consistent() {
    holds("../public/samples/mariadb-10.11.binlog", 3 << 20);
    holds("../tests/fixtures/mariadb-10.11/groups.binlog", 3 << 20);
}

#[test]
fn a_cut_log_loses_its_last_transaction() {
    let log = std::fs::read(format!("../{WORKLOAD}")).unwrap();
    let whole = Source::of(&log).unwrap();
    let begins = |s: &Source| s.body.iter().filter(|e| e.begins_transaction).count();
    let ends: Vec<u64> = frames(&log).unwrap().iter().map(|f| f.span.end()).collect();
    // Without its last three events (ROTATE, XID, rows) the log ends inside a transaction.
    let cut = Source::of(&log[..ends[ends.len() - 4] as usize]).unwrap();
    assert_eq!(begins(&cut), begins(&whole) - 1);
    assert!(Source::of(&log[..ends[1] as usize]).is_err());
}
