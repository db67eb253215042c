//! Grouping against what the servers say: the tools' texts, and the lengths in GTID events.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::bytes::Space;
use binlight_parser::event::{self, Event};
use binlight_parser::index::{Index, IndexBuilder};
use binlight_parser::trace::Silent;
use binlight_parser::transactions::{End, Grouper, Gtid, Kind};
use std::collections::BTreeMap;
use std::path::Path;

/// Groups a log; also the length that each GTID event states, by its position.
fn grouped(log: &Path) -> (Index, Grouper, BTreeMap<u64, u64>) {
    let bytes = std::fs::read(log).unwrap();
    let (mut builder, mut grouper) = (IndexBuilder::default(), Grouper::default());
    let mut lengths = BTreeMap::new();
    for frame in support::frames(&bytes, usize::MAX).1 {
        let span = frame.span.start as usize..frame.span.end() as usize;
        builder.observe_each(&frame, &bytes[span], &mut |index, no, bytes, context| {
            grouper.observe(index, no, bytes, context);
            let mut silent = Silent::default();
            if let Some(Event::Gtid(gtid)) =
                event::decode(bytes, Space::FILE, 0, context, &mut silent)
            {
                lengths.insert(frame.span.start, gtid.transaction_length);
            }
        });
    }
    (builder.finish(), grouper, lengths)
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
    let (mut logs, mut measured) = (0, 0);
    for folder in ["mysql-9.7", "mariadb-10.11", "mariadb-11.8"] {
        for log in support::corpus_logs(folder) {
            let tool = if folder.starts_with("mysql") {
                "mysqlbinlog"
            } else {
                "mariadb-binlog"
            };
            let text = log.with_file_name(format!(
                "{}.{tool}",
                log.file_name().unwrap().to_string_lossy()
            ));
            if !text.is_file() {
                continue;
            }
            let (_, grouper, lengths) = grouped(&log);
            assert_eq!(
                grouper.transactions.len(),
                names_in(&text),
                "{}",
                log.display()
            );
            for tx in &grouper.transactions {
                assert!(
                    tx.is_complete() && tx.gtid != Gtid::None,
                    "{} {tx:?}",
                    log.display()
                );
                // A replica's own log may state the source's length (compressed there, say).
                if let Some(length) = lengths.get(&tx.pos).filter(|l| **l > 0) {
                    assert_eq!(tx.end_pos - tx.pos, *length, "{} {tx:?}", log.display());
                    measured += 1;
                }
            }
            logs += 1;
        }
    }
    assert!(
        logs > 10 && measured > 3000 || support::corpus().is_none(),
        "{logs} logs, {measured} lengths"
    );
}

#[test]
fn a_shop_with_all_kinds() {
    let (index, grouper, _) =
        grouped(&support::repository().join("public/samples/mysql-9.7.binlog"));
    let all = &grouper.transactions;
    let rows: u64 = all.iter().map(|t| t.rows()).sum();
    assert_eq!(rows, index.totals.rows);
    let ends: Vec<End> = all.iter().map(|t| t.end).collect();
    assert!(ends.contains(&End::XaPrepare) && ends.contains(&End::XaCommit));
    let count = |kind| all.iter().filter(|t| t.kind == kind).count();
    assert_eq!(
        (count(Kind::Ddl), count(Kind::Statement), count(Kind::Mixed)),
        (5, 1, 0)
    );
    let compressed = all
        .iter()
        .find(|t| t.rows() == 5 && t.touches.len() == 2)
        .unwrap();
    let table = |i: usize| &index.tables[compressed.touches[i].table as usize].name;
    assert_eq!(
        (table(0).as_str(), table(1).as_str()),
        ("orders", "product")
    );
    assert_eq!(
        (compressed.touches[0].inserts, compressed.touches[0].deletes),
        (3, 1)
    );
    assert!(grouper.inside.to_string().contains(":import:"));
}

#[test]
fn mariadb_groups() {
    let (index, grouper, _) =
        grouped(&support::repository().join("public/samples/mariadb-10.11.binlog"));
    let rows: u64 = grouper.transactions.iter().map(|t| t.rows()).sum();
    assert_eq!(rows, index.totals.rows);
    let domain = |t: &Gtid| matches!(t, Gtid::Mariadb(g) if g.domain == 7);
    assert_eq!(
        grouper
            .transactions
            .iter()
            .filter(|t| domain(&t.gtid))
            .count(),
        1
    );
    assert!(grouper.transactions.iter().all(|t| t.is_complete()));
}

#[test]
fn a_cut_transaction_is_incomplete() {
    let bytes =
        std::fs::read(support::repository().join("tests/fixtures/mysql-9.7/workload.binlog"))
            .unwrap();
    let mut builder = IndexBuilder::default();
    let mut grouper = Grouper::default();
    for frame in support::frames(&bytes, usize::MAX).1.iter().take(8) {
        let span = frame.span.start as usize..frame.span.end() as usize;
        builder.observe_each(frame, &bytes[span], &mut |index, no, bytes, context| {
            grouper.observe(index, no, bytes, context);
        });
    }
    assert_eq!(grouper.transactions.len(), 1);
    assert!(!grouper.transactions[0].is_complete() && grouper.transactions[0].rows() > 0);
}
