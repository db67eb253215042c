//! Logs whose text the servers' tools made.

use super::support::build::{Build, Head, ends_at, flags};
use super::{IGNORABLE, MARIADB, MYSQL, RELAY_LOG, support};
use binlight_parser::codes::EventType;

/// Logs whose text the servers' tools made, beside them in `tests/fixtures` (`make/edges.sh`).
fn edges() -> [(&'static str, Build); 4] {
    let artificial = Head {
        time: 0,
        flags: 0x20,
        end: Some(0),
    };
    let rotate = |log: Build| {
        let body = [&4u64.to_le_bytes()[..], b"source.000001"];
        log.event(EventType::ROTATE, &body, artificial)
    };
    let relay = Build::empty(true)
        .description(MYSQL, flags(RELAY_LOG))
        .previous();
    let relay = rotate(relay).description(MYSQL, ends_at(120));
    let relay = relay.gtid().query("BEGIN").table().insert(true, true).xid();
    let relay = rotate(relay).description(MYSQL, ends_at(0)).gtid();
    let relay = rotate(relay)
        .description(MYSQL, ends_at(120))
        .query("BEGIN");
    let relay = relay.description(MYSQL, flags(RELAY_LOG)).query("COMMIT");
    let unfinished = Build::of(MYSQL)
        .previous()
        .gtid()
        .query("BEGIN")
        .table()
        .insert(true, false);
    let ignored = [28, 50, 101].map(EventType).into_iter();
    let ignored = ignored.fold(Build::of(MYSQL), |log, t| {
        log.event(t, &[b"abc"], flags(IGNORABLE))
    });
    let mariadb = Build::of(MARIADB)
        .query("BEGIN")
        .table()
        .insert(false, false);
    let mariadb = mariadb.query("x").table().insert(false, true);
    let mariadb = mariadb
        .event(EventType(101), &[b"abc"], flags(IGNORABLE))
        .event(EventType::HEARTBEAT, &[b"abc"], flags(IGNORABLE))
        .table()
        .insert(false, false)
        .event(
            EventType::START_ENCRYPTION,
            &[&[1], &1u32.to_le_bytes(), b"nonce of 12b"],
            Head::default(),
        );
    [
        ("mysql-9.7/edge-relay", relay),
        ("mysql-9.7/edge-unfinished", unfinished),
        ("mysql-9.7/edge-ignorable", ignored.query("x")),
        ("mariadb-10.11/edge-unfinished", mariadb),
    ]
}

/// `BLESS=1` writes them anew; then the tools must print them anew.
#[test]
fn the_edge_logs_of_the_fixtures_are_these() {
    for (name, log) in edges() {
        let path = support::repository().join(format!("tests/fixtures/{name}.binlog"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &log.bytes).unwrap();
        }
        assert!(std::fs::read(&path).unwrap() == log.bytes, "{name}");
    }
}
