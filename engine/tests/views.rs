//! What views show, by the columns, against every row looked at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::answer::view::make;
use binlight_engine::index::{EventNo, EventRow, state};
use binlight_engine::scan::{Alone, scan};
use binlight_engine::session::Session;
use binlight_engine::source::{Files, MemorySource};
use binlight_engine::timeline::Axis;
use binlight_engine::transactions::{Transaction, TxNo};
use binlight_engine::view::{Shown, Sort, View, ViewId, ViewState};
use binlight_parser::codes::EventType;
use futures::executor::block_on;
use std::cmp::Reverse;

type Log = Session<MemorySource>;

/// All fixtures as one log.
fn open() -> Log {
    let files = support::fixtures().into_iter().enumerate().map(|(i, p)| {
        let bytes = std::fs::read(p).unwrap();
        (format!("log.{i:06}"), MemorySource(bytes.into()))
    });
    let session = Session::new(Files::in_order(files.collect()));
    block_on(scan(&session, &Alone, || 0.0, |_| {})).unwrap();
    session
}

/// Transactions in their order, and events, that a view shows.
fn shown(session: &Log, view: View) -> (Vec<u32>, Vec<u32>) {
    let about = format!("{view:?}");
    *session.view.borrow_mut() = ViewState::new(ViewId(1), view);
    let mut last = Shown::default();
    block_on(make(session, ViewId(1), || 0.0, async || {}, |s| last = s));
    assert!(last.finished && last.error.is_none(), "{about}: {last:?}");
    let (view, log) = (session.view.borrow(), session.log.borrow());
    let transactions = (0..last.transactions).map(|i| view.transaction(i, &log).unwrap().0);
    let events = (0..last.events.unwrap_or(0)).map(|i| view.event(i).0);
    (transactions.collect(), events.collect())
}

/// Numbers of the events of which `meant` holds, given the transaction.
fn plain(log: &Log, meant: impl Fn(&EventRow, Option<&Transaction>) -> bool) -> Vec<u32> {
    let log = log.log.borrow();
    let all = log.transactions();
    let fits = |no: &u32| {
        let row = log.index().events.get(EventNo(*no)).unwrap();
        let tx = all.of_event(EventNo(*no)).and_then(|t| all.get(t));
        meant(&row, tx.as_ref())
    };
    (0..log.index().events.len() as u32).filter(fits).collect()
}

#[test]
fn filters_find_the_events_whose_rows_fit() {
    let session = open();
    let of = |filter: &str, range: Option<(Axis, u64, u64)>| {
        let view = View {
            filter: filter.to_owned(),
            events: true,
            range,
            ..View::default()
        };
        shown(&session, view).1
    };
    let is = |t: EventType| move |row: &EventRow, _: Option<&Transaction>| row.event_type == t;
    let rows = |row: &EventRow| row.event_type.rows_shape().is_some();
    let found: Vec<usize> = [
        (of("type:xid", None), plain(&session, is(EventType::XID))),
        (
            of("type:xid or type:table_map", None),
            plain(&session, |r, _| {
                matches!(r.event_type, EventType::XID | EventType::TABLE_MAP)
            }),
        ),
        (
            of("not type:xid", None),
            plain(&session, |r, _| r.event_type != EventType::XID),
        ),
        (
            of("type:xid xid>0 size<100", None),
            plain(&session, |r, tx| {
                r.event_type == EventType::XID && r.size < 100 && tx.is_some_and(|t| t.xid > 0)
            }),
        ),
        (of("rows>1", None), plain(&session, |r, _| r.rows > 1)),
        (
            of("op:insert,update,delete", None),
            plain(&session, |r, _| rows(r)),
        ),
        (
            of("server:1", None),
            plain(&session, |r, _| r.server_id == 1),
        ),
        (
            of("fault:none events>4", None),
            plain(&session, |r, tx| {
                r.state & state::FAULT == 0 && tx.is_some_and(|t| t.events() > 4)
            }),
        ),
        (
            of("pos:0..500 file:log.000001", None),
            plain(&session, |r, _| {
                let log = session.log.borrow();
                log.file_at(r.offset) == Some(1) && log.in_file(r.offset) <= 500
            }),
        ),
        (
            of("", Some((Axis::Bytes, 3_000, 9_000))),
            plain(&session, |_, tx| {
                tx.is_some_and(|t| t.pos < 9_000 && t.end_pos > 3_000)
            }),
        ),
    ]
    .into_iter()
    .enumerate()
    .map(|(i, (found, plain))| {
        assert_eq!(found, plain, "{i}");
        found.len()
    })
    .collect();
    assert!(found.iter().all(|n| *n > 0), "{found:?}");
}

#[test]
fn lists_are_sorted_by_what_each_transaction_has() {
    let session = open();
    for sort in [
        Sort::Position,
        Sort::Time,
        Sort::Size,
        Sort::Rows,
        Sort::Duration,
        Sort::Lag,
    ] {
        for (descending, filter) in [(false, ""), (true, ""), (true, "rows>0")] {
            let view = View {
                filter: filter.to_owned(),
                sort,
                descending,
                ..View::default()
            };
            let (order, _) = shown(&session, view);
            let log = session.log.borrow();
            let all = log.transactions();
            let key = |no: u32| {
                let tx = all.get(TxNo(no)).unwrap();
                match sort {
                    Sort::Position => i64::from(no),
                    Sort::Time => tx.commit as i64,
                    Sort::Size => tx.size() as i64,
                    Sort::Rows => all.rows_of(TxNo(no)) as i64,
                    Sort::Duration => tx.duration() as i64,
                    Sort::Lag => tx.lag().unwrap_or(i64::MIN),
                }
            };
            let meant = |no: &u32| filter.is_empty() || all.rows_of(TxNo(*no)) > 0;
            let mut plain: Vec<u32> = (0..all.len() as u32).filter(meant).collect();
            match descending {
                false => plain.sort_by_key(|no| key(*no)),
                true => plain.sort_by_key(|no| Reverse(key(*no))),
            }
            assert!(plain.len() > 100);
            assert_eq!(order, plain, "{sort:?} {descending} {filter}");
        }
    }
}
