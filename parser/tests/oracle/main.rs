//! Row values against what the servers' own tools print (`mysqlbinlog -vv`, `mariadb-binlog -vv`).
//! The text form may differ; the value may not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod escapes;
mod geometry;
mod printed;
mod same;
#[path = "../support/mod.rs"]
mod support;

use binlight_parser::codes::event_type::RowOp;
use binlight_parser::event::row_image::{Cell, Image};
use binlight_parser::rows;
use binlight_parser::table::Column;
use printed::printed;
use same::same;
use std::path::Path;

/// Compares all rows of `log` with the tool's `text`; returns how many values were equal.
fn compare(log: &Path, text: &Path) -> u64 {
    let bytes = std::fs::read(log).unwrap();
    let printed = printed(&std::fs::read(text).unwrap());
    let (mut n, mut values) = (0, 0);
    support::each_event(&bytes, |_, event, at, context| {
        let page = rows::page(event, at, context, 0, u64::MAX);
        let (Some(op), Some(table)) = (page.op, page.table) else {
            return;
        };
        for change in &page.changes {
            let place = format!("{} row {n}, event at {at}", log.display());
            let expected = printed
                .get(n)
                .unwrap_or_else(|| panic!("{place}: the tool has no such row"));
            let name = match op {
                RowOp::Insert => "insert",
                RowOp::Update => "update",
                RowOp::Delete => "delete",
            };
            assert_eq!(
                (expected.op.as_str(), &expected.table),
                (name, &table.full_name()),
                "{place}"
            );
            n += 1;
            // At a type it does not know the tool gives up on the rest of the event.
            let images = [
                (&change.before, &expected.before),
                (&change.after, &expected.after),
            ];
            for (ours, theirs) in images {
                let (equal, gave_up) = image(ours.as_ref(), theirs, &table.columns, &place);
                values += equal;
                if gave_up {
                    return;
                }
            }
        }
    });
    assert_eq!(n, printed.len(), "{}: rows", log.display());
    values
}

fn image(
    ours: Option<&Image<'_>>,
    theirs: &[(usize, Vec<u8>)],
    columns: &[Column],
    place: &str,
) -> (u64, bool) {
    let cells = ours
        .into_iter()
        .flatten()
        .enumerate()
        .filter(|(_, c)| **c != Cell::Absent);
    let mut theirs = theirs.iter();
    let mut count = 0;
    for (i, cell) in cells {
        let (column, text) = theirs
            .next()
            .unwrap_or_else(|| panic!("{place}: @{} is not in the text", i + 1));
        assert_eq!(*column, i + 1, "{place}");
        let Cell::Value(value) = cell else {
            panic!("{place} @{column}: {cell:?}")
        };
        if text.starts_with(b"!! Don't know how to handle") {
            return (count, true);
        }
        assert!(
            same(value, text, &columns[i]),
            "{place} @{column}: {value:?} is not {:?}",
            String::from_utf8_lossy(text)
        );
        count += 1;
    }
    (count, false)
}

#[test]
fn values_of_our_own_fixtures() {
    let texts = support::own_texts();
    let values: u64 = texts.iter().map(|(log, text)| compare(log, text)).sum();
    assert!(values > 1_000, "only {values} values were compared");
}

#[test]
fn values_of_the_corpus() {
    if support::corpus().is_none() {
        return;
    }
    let mut texts = support::corpus_texts();
    texts.extend(support::texts_of("third-party"));
    let values: u64 = texts.iter().map(|(log, text)| compare(log, text)).sum();
    assert!(values > 20_000, "only {values} values were compared");
}
