//! A scan of a few columns finds what decoding all of them finds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::event::row_image::Cell;
use binlight_parser::event::row_walk::Slot;
use binlight_parser::rows::{self, scan};
use binlight_parser::value::{self, Value, json_diff};
use std::collections::BTreeMap;

#[test]
fn a_scan_finds_what_decoding_finds() {
    let (mut events, mut values, mut diffs) = (0, 0, 0);
    for path in support::fixtures() {
        let bytes = std::fs::read(&path).unwrap();
        support::each_event(&bytes, |t, event, at, context| {
            if t.rows_shape().is_none() {
                return;
            }
            let page = rows::page(event, at, context, 0, u64::MAX);
            let Some(table) = &page.table else { return };
            let wanted = |column: usize| column % 3 != 2;
            let mut found = BTreeMap::new();
            let scanned = scan::values(event, context, wanted, |place, slot| {
                assert!(wanted(place.column), "{place:?} was not asked for");
                let decoded = match slot {
                    Slot::Null => Ok(Value::Null),
                    Slot::Value {
                        data, diff: true, ..
                    } => {
                        diffs += 1;
                        json_diff::decode(data).map(Value::JsonDiff)
                    }
                    Slot::Value { data, .. } => value::decode(&table.columns[place.column], data),
                };
                let key = (place.row, place.after, place.column);
                assert!(found.insert(key, decoded.unwrap().into_owned()).is_none());
            });
            assert_eq!(scanned.unwrap().unwrap(), page.total, "{}", path.display());
            for (row, change) in page.changes.iter().enumerate() {
                for (image, after) in [(&change.before, false), (&change.after, true)] {
                    for (column, cell) in image.iter().flatten().enumerate() {
                        let scanned = found.remove(&(row as u64, after, column));
                        let decoded = match cell {
                            Cell::Value(value) if wanted(column) => Some(value.clone()),
                            _ => None,
                        };
                        values += usize::from(decoded.is_some());
                        assert_eq!(
                            scanned,
                            decoded,
                            "{} row {row} column {column}",
                            path.display()
                        );
                    }
                }
            }
            assert!(found.is_empty(), "values of no row: {found:?}");
            events += 1;
        });
    }
    assert!(
        events > 50 && values > 500 && diffs > 0,
        "{events} events, {values} values, {diffs} diffs"
    );
}

#[test]
fn what_is_no_rows_event_is_not_scanned() {
    let mut others = 0;
    support::each_event(&support::small(), |t, event, _, context| {
        let scanned = scan::values(event, context, |_| true, |_, _| {});
        assert_eq!(scanned.is_some(), t.rows_shape().is_some(), "{t}");
        others += usize::from(scanned.is_none());
    });
    assert!(others > 10);
}

#[test]
fn a_cut_event_gives_its_whole_rows_and_its_fault() {
    let mut cut = 0;
    support::each_event(&support::small(), |t, event, at, context| {
        if t.rows_shape().is_none() || event.len() < 60 {
            return;
        }
        let whole = rows::page(event, at, context, 0, u64::MAX).total;
        let mut seen = 0;
        let part = &event[..event.len() - 8];
        let scanned = scan::values(part, context, |_| true, |place, _| seen = place.row);
        assert!(scanned.unwrap().is_err() && seen < whole);
        cut += 1;
    });
    assert!(cut > 0);
}
