//! Findings against plain counts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::findings::{Finding, LARGE_ROWS, LONG, findings};
use binlight_engine::log::Log;
use binlight_engine::transactions::{End, Engines, Kind, Transaction, TxNo};
use binlight_parser::codes::EventType;
use std::collections::BTreeMap;
use support::build::{Build, Head};

fn read(bytes: &[u8], log: &mut Log) {
    for frame in support::frames(bytes, usize::MAX).1 {
        log.observe(&frame, &bytes[frame.span.in_memory()]);
    }
}

fn of<'f>(all: &'f [Finding], code: &str) -> Option<&'f Finding> {
    all.iter().find(|f| f.code == code)
}

#[test]
fn what_is_counted_of_transactions_and_tables_is_what_there_is() {
    let mut log = Log::default();
    for path in support::fixtures() {
        let bytes = std::fs::read(&path).unwrap();
        log.begin_file(&path.display().to_string(), bytes.len() as u64);
        read(&bytes, &mut log);
    }
    let all = log.transactions();
    let found = findings(&log, true);
    let rows = |no: TxNo| all.rows_of(no);
    let count = |meant: &dyn Fn(TxNo, &Transaction) -> bool| -> Vec<u32> {
        let hit = (0..all.len() as u32).map(TxNo);
        let hit = hit.filter(|no| meant(*no, &all.get(*no).unwrap()));
        hit.map(|no| all.get(no).unwrap().first.0).collect()
    };
    let data = |t: &Transaction| !matches!(t.kind, Kind::Empty | Kind::Ddl);
    let plain = [
        ("cut", count(&|_, t| t.end == End::Incomplete)),
        (
            "large",
            count(&|no, t| t.size() >= 50 << 20 || rows(no) >= LARGE_ROWS),
        ),
        (
            "long",
            count(&|_, t| t.duration() >= LONG && t.kind != Kind::Ddl),
        ),
        ("mixed-engines", count(&|_, t| t.engines == Engines::Both)),
        (
            "non-transactional",
            count(&|_, t| t.engines == Engines::Other && data(t)),
        ),
        (
            "xa-prepared",
            count(&|no, t| t.end == End::XaPrepare && !log.grouper.gtids.halves.contains_key(&no)),
        ),
    ];
    let mut some = 0;
    for (code, events) in plain {
        let finding = of(&found, code);
        assert_eq!(
            finding.map_or(0, |f| f.count),
            events.len() as u64,
            "{code}"
        );
        let places = finding.into_iter().flat_map(|f| &f.places);
        let places: Vec<u32> = places.map(|p| p.event.unwrap().0).collect();
        assert_eq!(places, events[..events.len().min(50)], "{code}");
        some += usize::from(!events.is_empty());
    }
    assert!(some >= 3, "{some}");
    // Tables: rows, and where the first of them are.
    let mut tables: BTreeMap<u32, (u64, u32)> = BTreeMap::new();
    for no in (0..all.len() as u32).map(TxNo) {
        for touch in all.touches(no) {
            let first = all.get(no).unwrap().first.0;
            tables.entry(touch.table).or_insert((0, first)).0 += touch.rows();
        }
    }
    let facts = &log.index().table_facts;
    tables.retain(|t, (rows, _)| !facts[*t as usize].named && *rows > 0);
    let unnamed = of(&found, "names-unknown").unwrap();
    assert_eq!(unnamed.count, tables.len() as u64);
    for (place, (table, (rows, first))) in unnamed.places.iter().zip(&tables) {
        let name = &log.index().tables[*table as usize];
        let start = format!("{}.{}: {rows} row", name.database, name.name);
        assert!(place.what.starts_with(&start), "{} {start}", place.what);
        assert_eq!(place.event.unwrap().0, *first);
    }
}

/// More than a picture of them has room for.
#[test]
fn of_3_000_gaps_in_gtids_each_is_counted_as_what_it_is() {
    let mut build = Build::of("8.0.46");
    for i in 0..3_001u64 {
        let body = [
            &[0u8][..],
            &[7; 16],
            &(2 * i + 1).to_le_bytes(),
            &[2],
            &[0; 16],
        ]
        .concat();
        build = build
            .event(EventType::GTID, &[&body], Head::default())
            .query("BEGIN")
            .xid();
    }
    let mut log = Log::default();
    read(&build.bytes, &mut log);
    let found = findings(&log, true);
    let gaps = of(&found, "gtid-gaps").unwrap();
    assert_eq!((gaps.count, gaps.places.len()), (3_000, 50));
    for (i, place) in gaps.places.iter().enumerate() {
        assert!(
            place.what.ends_with(&format!(":{}", 2 * i + 2)),
            "{}",
            place.what
        );
        let after = log.transactions().get(TxNo(i as u32 + 1)).unwrap();
        assert_eq!(place.event, Some(after.first));
    }
}
