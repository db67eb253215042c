//! Grouping against what the servers say: the tools' texts, and the lengths in GTID events.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::log::Log;
use binlight_engine::transactions::{End, Engines, Gtid, Kind, Source, Transaction, TxNo};
use binlight_parser::bytes::Space;
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::{self, Event};
use binlight_parser::trace::Silent;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::build::{Build, Head};

/// Groups a log.
fn grouped(path: &Path) -> Log {
    let bytes = std::fs::read(path).unwrap();
    let mut log = Log::default();
    for frame in support::frames(&bytes, usize::MAX).1 {
        let span = frame.span.start as usize..frame.span.end() as usize;
        log.observe(&frame, &bytes[span]);
    }
    log
}

/// The length that each GTID event states, by its position.
fn lengths(path: &Path, log: &Log) -> BTreeMap<u64, u64> {
    let bytes = std::fs::read(path).unwrap();
    let context = Context::new(log.index().format_at(log.index().events.next()));
    let gtid = |tx: &Transaction| {
        let end = log.index().events.get(tx.first)?.size;
        let event = &bytes[tx.pos as usize..(tx.pos + end) as usize];
        match event::decode(event, Space::FILE, 0, &context, &mut Silent::default())? {
            Event::Gtid(gtid) => Some((tx.pos, gtid.transaction_length)),
            _ => None,
        }
    };
    log.transactions()
        .iter()
        .filter_map(|(_, tx)| gtid(&tx))
        .collect()
}

fn names_in(text: &Path) -> usize {
    let text = std::fs::read(text).unwrap();
    let text = String::from_utf8_lossy(&text);
    let automatic = text.matches("GTID_NEXT= 'AUTOMATIC'").count();
    text.matches("GTID_NEXT= '").count() - automatic
        + text.matches("@@session.gtid_seq_no=").count()
}

#[test]
fn as_many_transactions_as_the_tools_print_and_as_long() {
    let (logs, measured) = as_many_and_as_long(&support::own_texts());
    assert!(
        logs >= 6 && measured >= 30,
        "{logs} logs, {measured} lengths"
    );
    if support::corpus().is_none() {
        return;
    }
    let (logs, measured) = as_many_and_as_long(&support::corpus_texts());
    assert!(
        logs > 10 && measured > 3000,
        "{logs} logs, {measured} lengths"
    );
}

/// Compares logs with their texts; returns how many, and how many lengths were stated.
fn as_many_and_as_long(texts: &[(PathBuf, PathBuf)]) -> (usize, usize) {
    let mut measured = 0;
    for (path, text) in texts {
        let log = grouped(path);
        let all = log.transactions();
        assert_eq!(all.len(), names_in(text), "{}", path.display());
        let lengths = lengths(path, &log);
        for (_, tx) in all.iter() {
            assert!(
                tx.is_complete() && all.gtid(&tx) != Gtid::None,
                "{} {tx:?}",
                path.display()
            );
            // A replica's own log may state the source's length (compressed there, say).
            if let Some(length) = lengths.get(&tx.pos).filter(|l| **l > 0) {
                assert_eq!(tx.size(), *length, "{} {tx:?}", path.display());
                measured += 1;
            }
        }
    }
    (texts.len(), measured)
}

#[test]
fn a_shop_with_all_kinds() {
    let log = grouped(&support::repository().join("public/samples/mysql-9.7.binlog"));
    let all = log.transactions();
    let rows: u64 = all.iter().map(|(no, _)| all.rows_of(no)).sum();
    assert_eq!(rows, log.index().totals.rows);
    let count = |kind| all.iter().filter(|(_, t)| t.kind == kind).count();
    assert_eq!(
        (count(Kind::Ddl), count(Kind::Statement), count(Kind::Mixed)),
        (5, 1, 0)
    );
    let (compressed, _) = all
        .iter()
        .find(|(no, _)| all.rows_of(*no) == 5 && all.touches(*no).len() == 2)
        .unwrap();
    let touches = all.touches(compressed);
    let table = |i: usize| &log.index().tables[touches[i].table as usize].name;
    assert_eq!(
        (table(0).as_str(), table(1).as_str()),
        ("orders", "product")
    );
    assert_eq!((touches[0].inserts, touches[0].deletes), (3, 1));
    assert!(log.grouper.inside().to_string().contains(":import:"));
}

#[test]
fn the_halves_of_xa_transactions_are_linked() {
    let log = grouped(&support::repository().join("public/samples/mysql-9.7.binlog"));
    let all = log.transactions();
    let prepared = all.iter().find(|(_, t)| t.end == End::XaPrepare).unwrap().0;
    let committed = log.grouper.gtids.halves[&prepared];
    assert_eq!(all.get(committed).unwrap().end, End::XaCommit);
    assert_eq!(log.grouper.gtids.halves[&committed], prepared);
}

#[test]
fn mariadb_groups() {
    let log = grouped(&support::repository().join("public/samples/mariadb-10.11.binlog"));
    let all = log.transactions();
    let rows: u64 = all.iter().map(|(no, _)| all.rows_of(no)).sum();
    assert_eq!(rows, log.index().totals.rows);
    let domain =
        |t: &Transaction| matches!(all.sources()[t.source.0 as usize], Source::Mariadb(7, _));
    assert_eq!(all.iter().filter(|(_, t)| domain(t)).count(), 1);
    assert!(all.iter().all(|(_, t)| t.is_complete()));
}

#[test]
fn a_cut_transaction_is_incomplete() {
    let bytes =
        std::fs::read(support::repository().join("tests/fixtures/mysql-9.7/workload.binlog"))
            .unwrap();
    let mut log = Log::default();
    for frame in support::frames(&bytes, usize::MAX).1.iter().take(8) {
        let span = frame.span.start as usize..frame.span.end() as usize;
        log.observe(frame, &bytes[span]);
    }
    let (no, tx) = log.transactions().iter().next().unwrap();
    assert_eq!(log.transactions().len(), 1);
    assert!(!tx.is_complete() && log.transactions().rows_of(no) > 0);
}

/// GTIDs in the order in which the tool prints them.
fn gtids_in(text: &str) -> Vec<String> {
    let mysql = text
        .lines()
        .filter_map(|l| l.split_once("GTID_NEXT= '")?.1.split('\'').next())
        .filter(|g| g.contains(':'));
    // `#260203 10:15:07 server id 21  end_log_pos 512 CRC32 …  GTID 0-21-46 trans`
    let mariadb = text.lines().filter(|l| l.starts_with('#')).filter_map(|l| {
        let gtid = l.split_once("\tGTID ")?.1.split_whitespace().next()?;
        (gtid.split('-').count() == 3).then_some(gtid)
    });
    mysql.chain(mariadb).map(str::to_owned).collect()
}

/// Row changes by table and operation, as the tool prints them.
fn changes_in(text: &str) -> BTreeMap<(String, &'static str), u64> {
    let mut counts = BTreeMap::new();
    for line in text.lines() {
        let line = line.strip_prefix("###").unwrap_or("").trim_start();
        for (words, op) in [
            ("INSERT INTO ", "insert"),
            ("UPDATE ", "update"),
            ("DELETE FROM ", "delete"),
        ] {
            if let Some(table) = line.strip_prefix(words) {
                let table = table.trim().replace("`.`", ".").replace('`', "");
                *counts.entry((table, op)).or_insert(0) += 1;
            }
        }
    }
    counts
}

/// Tables with rows that the tool gave up on.
fn unprinted_tables(text: &str) -> Vec<String> {
    let (mut last, mut tables) = (String::new(), Vec::new());
    for line in text.lines() {
        let words = ["### INSERT INTO ", "### UPDATE ", "### DELETE FROM "];
        if let Some(table) = words.iter().find_map(|w| line.strip_prefix(w)) {
            last = table.trim().replace("`.`", ".").replace('`', "");
        } else if line.contains("!! Don't know how to handle") {
            tables.push(last.clone());
        }
    }
    tables
}

#[test]
fn gtids_and_rows_per_table_are_those_the_tools_print() {
    let (logs, gtids, rows) = gtids_and_rows(&support::own_texts());
    assert!(
        logs >= 6 && gtids >= 30 && rows >= 50,
        "{logs} logs, {gtids} GTIDs, {rows} rows"
    );
    if support::corpus().is_none() {
        return;
    }
    let (logs, gtids, rows) = gtids_and_rows(&support::corpus_texts());
    assert!(
        logs > 10 && gtids > 3000 && rows > 4000,
        "{logs} logs, {gtids} GTIDs, {rows} rows"
    );
}

/// Compares logs with their texts; returns how many logs, GTIDs and rows.
fn gtids_and_rows(texts: &[(PathBuf, PathBuf)]) -> (usize, usize, u64) {
    let (mut gtids, mut rows) = (0, 0);
    for (path, text) in texts {
        let text = String::from_utf8_lossy(&std::fs::read(text).unwrap()).into_owned();
        let log = grouped(path);
        let all = log.transactions();
        let ours: Vec<String> = all
            .iter()
            .map(|(_, t)| all.gtid(&t).to_string())
            .filter(|g| g.contains([':', '-']))
            .collect();
        assert_eq!(ours, gtids_in(&text), "{}", path.display());
        gtids += ours.len();
        let mut counts: BTreeMap<(String, &str), u64> = BTreeMap::new();
        for (no, _) in all.iter() {
            for touch in all.touches(no) {
                let name = &log.index().tables[touch.table as usize];
                for (op, n) in [
                    ("insert", touch.inserts),
                    ("update", touch.updates),
                    ("delete", touch.deletes),
                ] {
                    if n > 0 {
                        let key = (format!("{}.{}", name.database, name.name), op);
                        *counts.entry(key).or_insert(0) += u64::from(n);
                    }
                }
            }
        }
        // At a column that the tool cannot print it leaves the rest of the event out.
        let unprinted = unprinted_tables(&text);
        let mut printed = changes_in(&text);
        for all in [&mut counts, &mut printed] {
            all.retain(|(table, _), _| !unprinted.contains(table));
        }
        assert_eq!(counts, printed, "{}", path.display());
        rows += counts.values().sum::<u64>();
    }
    (texts.len(), gtids, rows)
}

/// `groups.binlog` was made by `tests/fixtures/make/groups-mariadb.sql`.
#[test]
fn mariadb_event_groups_of_all_kinds() {
    let log = grouped(&support::repository().join("tests/fixtures/mariadb-10.11/groups.binlog"));
    let all = log.transactions();
    let of = |no: u32| all.get(TxNo(no)).unwrap();
    let half = |no: u32| log.grouper.gtids.halves.get(&TxNo(no)).map(|n| n.0);
    assert_eq!(
        (of(3).end, of(4).end, half(3), half(4)),
        (End::XaPrepare, End::XaCommit, Some(4), Some(3))
    );
    assert_eq!(
        (of(5).end, of(6).end, half(5), half(6)),
        (End::XaPrepare, End::XaRollback, Some(6), Some(5))
    );
    assert_eq!(
        (of(7).end, of(7).engines),
        (End::Commit, Engines::Transactional),
        "XA COMMIT … ONE PHASE"
    );
    assert_eq!(
        (of(8).engines, of(9).engines),
        (Engines::Other, Engines::Both)
    );
    assert_eq!(
        (of(12).end, of(13).end, half(12)),
        (End::AlterStart, End::AlterCommit, Some(13))
    );
    assert_eq!(
        (of(14).end, of(15).end, half(15)),
        (End::AlterStart, End::AlterRollback, Some(14))
    );
    let statements: Vec<u32> = (16..=19).map(|n| of(n).statements).collect();
    assert_eq!(statements, [1; 4]);
    // INTVAR and USER_VAR belong to the statement after them.
    assert_eq!(of(17).events(), 4);
    assert!(all.iter().all(|(_, t)| t.is_complete()));
}

#[test]
fn bodies_alone_say_what_whole_events_say() {
    let mut begins = 0;
    for name in ["mysql-9.7.binlog", "mariadb-10.11.binlog"] {
        let bytes = std::fs::read(support::repository().join("public/samples").join(name)).unwrap();
        let mut context = Context::default();
        for frame in support::frames(&bytes, usize::MAX).1 {
            let one = &bytes[frame.span.start as usize..frame.span.end() as usize];
            event::update_context(&mut context, one, frame.span.start);
            let whole = event::decode(one, Space::FILE, 0, &context, &mut Silent::default());
            let alone = event::decode_body(one, &context);
            if let (Some(Event::Query(a)), Some(Event::Query(b))) = (&whole, &alone) {
                assert_eq!(
                    (a.thread_id, a.exec_time, a.error_code),
                    (b.thread_id, b.exec_time, b.error_code)
                );
                assert_eq!((a.database, &a.sql), (b.database, &b.sql));
                begins += u32::from(*a.sql == *b"BEGIN");
            } else {
                assert_eq!(format!("{whole:?}"), format!("{alone:?}"));
            }
        }
    }
    assert!(begins > 5, "{begins}");
}

/// Before 5.1.4 a table id had four bytes: the flags stand two bytes earlier.
#[test]
fn a_table_named_for_a_foreign_key_is_known_by_its_flags_in_either_form() {
    for (version, len, id) in [("5.1.3", 6, 4), ("8.0.46", 8, 6)] {
        let mut name = version.as_bytes().to_vec();
        name.resize(50, 0);
        let mut lengths = [0; 40];
        lengths[18] = len;
        let format = [&[4, 0][..], &name, &[0; 4], &[19], &lengths, &[0]].concat();
        let table = |flags: u8| {
            let id = [&[9][..], &vec![0; id - 1]].concat();
            [&id[..], &[flags, 0], b"\x04test\0\x01t\0", &[1, 3, 0, 0xff]].concat()
        };
        for (flags, named) in [(1 << 1, 1), (1, 0)] {
            let built = Build::empty(false)
                .event(EventType::FORMAT_DESCRIPTION, &[&format], Head::default())
                .event(EventType::TABLE_MAP, &[&table(flags)], Head::default())
                .xid();
            let mut log = Log::default();
            for frame in support::frames(&built.bytes, usize::MAX).1 {
                let span = frame.span.start as usize..frame.span.end() as usize;
                log.observe(&frame, &built.bytes[span]);
            }
            assert_eq!(log.index().tables.len(), 1, "{version}");
            assert_eq!(log.notes.fk_only.len(), named, "{version}, {flags}");
        }
    }
}
