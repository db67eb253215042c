//! Views, row changes across events, several files: the worker natively, over real logs in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

use binlight_app::protocol::{
    Answer, ChangeLine, ChangesPage, Order, Place, Question, RowsOf, SetText, Shown, Sort, TxLine,
    View, ViewId,
};
use binlight_app::worker::answer::answer;
use binlight_engine::answer::view::make;
use binlight_engine::index::EventNo;
use binlight_engine::scan::{Alone, scan};
use binlight_engine::session::Session;
use binlight_engine::source::MemorySource;
use binlight_engine::source::{Files, arrange};
use binlight_engine::timeline::{Axis, Measure, Stack, Wanted};
use binlight_engine::transactions::TxNo;
use binlight_engine::view::ViewState;
use binlight_parser::crypt::Keys;
use futures::executor::block_on;
use std::path::Path;

type Log = Session<MemorySource>;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
}

fn open(files: Vec<(&str, Vec<u8>)>) -> Log {
    let given = files
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), MemorySource(bytes.into())));
    let session = Session::new(block_on(arrange(given.collect(), Keys::default(), None)).unwrap());
    block_on(scan(&session, &Alone, || 0.0, |_| {})).unwrap();
    session
}

fn sample() -> Log {
    open(vec![("log", file("public/samples/mysql-9.7.binlog"))])
}

fn show(session: &Log, id: u32, view: View) -> Shown {
    *session.view.borrow_mut() = ViewState::new(ViewId(id), view);
    let mut last = Shown::default();
    block_on(make(
        session,
        ViewId(id),
        || 0.0,
        async || {},
        |shown| last = shown,
    ));
    assert!(last.finished);
    last
}

fn filter(text: &str) -> View {
    View {
        filter: text.to_owned(),
        ..View::default()
    }
}

fn ask(session: &Log, question: Question) -> Answer {
    block_on(answer(session, question)).unwrap()
}

fn transactions(session: &Log, id: u32) -> Vec<TxLine> {
    let question = Question::Transactions {
        view: ViewId(id),
        first: 0,
        count: 1000,
    };
    match ask(session, question) {
        Answer::Transactions { lines, .. } => lines,
        other => panic!("{other:?}"),
    }
}

fn changes(session: &Log, of: RowsOf, first: u64, count: u64) -> ChangesPage {
    match ask(session, Question::Changes { of, first, count }) {
        Answer::Changes(page) => page,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_view_narrows_and_sorts() {
    let session = sample();
    assert_eq!(show(&session, 1, View::default()).transactions, 17);
    assert_eq!(transactions(&session, 1).len(), 17);
    let deletes = show(&session, 2, filter("table:orders op:delete"));
    assert_eq!((deletes.transactions, deletes.error), (2, None));
    assert!(
        transactions(&session, 1).is_empty(),
        "the earlier view is gone"
    );
    let sorted = View {
        sort: Sort::Size,
        descending: true,
        ..View::default()
    };
    show(&session, 3, sorted);
    let sizes: Vec<u64> = transactions(&session, 3)
        .iter()
        .map(|t| t.tx.size())
        .collect();
    assert!(sizes.windows(2).all(|p| p[0] >= p[1]) && sizes.len() == 17);
    let row = ask(&session, Question::Row(ViewId(3), TxNo(0), None));
    let Answer::Row(Some(line)) = row else {
        panic!("{row:?}")
    };
    assert_eq!(transactions(&session, 3)[line as usize].no, TxNo(0));
    let wrong = show(&session, 4, filter("tabel:x"));
    assert_eq!(wrong.error.unwrap().at, 0..5);
}

#[test]
fn text_in_statements_is_read_from_the_file() {
    let session = sample();
    assert_eq!(show(&session, 1, filter("\"stock - 1\"")).transactions, 1);
    assert_eq!(
        show(&session, 2, filter("not \"stock - 1\"")).transactions,
        16
    );
    let events = View {
        events: true,
        ..filter("sql:\"stock - 1\"")
    };
    let shown = show(&session, 3, events);
    assert_eq!(shown.events, Some(1));
    let question = Question::Lines {
        first: 0,
        count: 10,
        view: Some(ViewId(3)),
    };
    let Answer::Lines { lines, .. } = ask(&session, question) else {
        panic!()
    };
    assert!(lines.len() == 1 && lines[0].info.contains("update product"));
}

#[test]
fn any_page_of_rows_is_the_same_part_of_the_whole() {
    let session = open(vec![(
        "log",
        file("tests/fixtures/mysql-9.7/workload.binlog"),
    )]);
    show(&session, 1, View::default());
    for of in [
        RowsOf::Transaction(TxNo(3)),
        RowsOf::Table(0, ViewId(1)),
        RowsOf::Table(1, ViewId(1)),
    ] {
        let whole = changes(&session, of, 0, 1_000_000);
        assert_eq!(whole.lines.len() as u64, whole.total);
        assert!(whole.rows > 0 && whole.faults.is_empty());
        let shown = |page: &ChangesPage, line: &ChangeLine| match line {
            ChangeLine::Image {
                change,
                after,
                n,
                event,
                ..
            } => {
                let change = &page.changes[*change as usize];
                format!(
                    "{event:?} {n} {:?}",
                    if *after {
                        &change.after
                    } else {
                        &change.before
                    }
                )
            }
            other => format!("{other:?}"),
        };
        let all: Vec<String> = whole.lines.iter().map(|l| shown(&whole, l)).collect();
        for (first, count) in [
            (0, 1),
            (1, 3),
            (5, 7),
            (whole.total / 2, 11),
            (whole.total - 1, 5),
            (whole.total, 5),
        ] {
            let page = changes(&session, of, first, count);
            let part: Vec<String> = page.lines.iter().map(|l| shown(&page, l)).collect();
            let (from, to) = (first as usize, (first + count).min(whole.total) as usize);
            assert_eq!(part, all[from..to], "{of:?} {first} {count}");
        }
    }
}

#[test]
fn bars_add_up() {
    let session = sample();
    show(&session, 1, filter("op:delete"));
    let size = session.source.len();
    for measure in [Measure::Rows, Measure::Bytes, Measure::Transactions] {
        for stack in [Stack::Operation, Stack::Table, Stack::Server] {
            let sums = [3, 50, 1000].map(|bars: u64| {
                let wanted = Wanted {
                    axis: Axis::Bytes,
                    edges: (0..=bars).map(|i| size * i / bars).collect(),
                    measure,
                    stack,
                };
                let Answer::Bins(bins) = ask(&session, Question::Bins(ViewId(1), wanted)) else {
                    panic!()
                };
                let found: f64 = bins.series.iter().flat_map(|(_, v)| v).sum();
                (bins.all.iter().sum::<f64>().round(), found.round())
            });
            assert_eq!(
                (sums[0], sums[1]),
                (sums[1], sums[2]),
                "{measure:?} {stack:?}"
            );
            assert!(sums[0].1 < sums[0].0);
            if measure == Measure::Transactions {
                assert_eq!(sums[0], (17.0, 2.0));
            }
        }
    }
}

/// The workload in `n` files between transactions, each with the beginning of the first.
fn parts(n: usize) -> Vec<Vec<u8>> {
    let bytes = file("tests/fixtures/mysql-9.7/workload.binlog");
    let (mut at, mut gtids) = (4, Vec::new());
    while at < bytes.len() {
        if bytes[at + 4] == 33 {
            gtids.push(at);
        }
        at += u32::from_le_bytes(bytes[at + 9..at + 13].try_into().unwrap()) as usize;
    }
    let cut = |i: usize| {
        if i == n {
            bytes.len()
        } else {
            gtids[i * gtids.len() / n]
        }
    };
    (0..n)
        .map(|i| [&bytes[..gtids[0]], &bytes[cut(i)..cut(i + 1)]].concat())
        .collect()
}

#[test]
fn files_are_one_log_whatever_order_they_are_given_in() {
    let whole = open(vec![(
        "log",
        file("tests/fixtures/mysql-9.7/workload.binlog"),
    )]);
    let [a, b, c] = parts(3).try_into().unwrap();
    let together = open(vec![
        ("s.000011", c),
        ("s.000009", a.clone()),
        ("s.000010", b),
    ]);
    let (one, many) = (whole.progress(0), together.progress(0));
    assert_eq!((one.transactions, one.rows), (many.transactions, many.rows));
    let list = together.files();
    let names: Vec<&str> = list.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(
        (names.as_slice(), list.order),
        (&["s.000009", "s.000010", "s.000011"][..], Order::Numbers)
    );
    // Places are those of the file.
    let no = list.files[1].first;
    let Answer::Found(found) = ask(&together, Question::Find(Place::Offset(1, 4))) else {
        panic!()
    };
    assert_eq!(found, Some(no));
    let Answer::Inspected(inspection) = ask(&together, Question::Inspect(no)) else {
        panic!()
    };
    assert_eq!((inspection.at, inspection.line.file), (4, 1));
    assert!(inspection.faults.is_empty());
    show(&together, 1, filter("file:s.000010"));
    let lines = transactions(&together, 1);
    assert!(
        !lines.is_empty()
            && lines
                .iter()
                .all(|t| t.file == 1 && t.pos < list.files[1].size)
    );
    // A fault is told with its file's offset.
    let mut broken = parts(3);
    let target = broken[1].len() - 30;
    broken[1][target] ^= 0xff;
    let [_, b, c] = broken.try_into().unwrap();
    let damaged = open(vec![
        ("s.000009", a),
        ("s.000010", b.clone()),
        ("s.000011", c),
    ]);
    let Answer::Found(Some(no)) = ask(&damaged, Question::Find(Place::NextFault(EventNo(0))))
    else {
        panic!()
    };
    let Answer::Inspected(inspection) = ask(&damaged, Question::Inspect(no)) else {
        panic!()
    };
    let span = inspection.faults[0].span;
    assert!(
        span.start >= inspection.at && span.end() <= b.len() as u64,
        "{span:?}"
    );
}

#[test]
fn an_index_orders_and_names_what_is_missing() {
    let [a, b, c] = parts(3).try_into().unwrap();
    let index = b"/var/lib/s.000001\n./z.000003\n./gone.000004\nS:\\logs\\a.000009\n".to_vec();
    let session = open(vec![
        ("a.000009", c),
        ("s.index", index),
        ("z.000003", b),
        ("s.000001", a),
        ("notes.txt", b"select 1;\n".to_vec()),
    ]);
    let list = session.files();
    let names: Vec<&str> = list.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["s.000001", "z.000003", "a.000009"]);
    assert_eq!(
        (list.order, list.missing, list.skipped.len()),
        (Order::Index, vec!["gone.000004".to_owned()], 1)
    );
}

#[test]
fn one_file_is_taken_as_it_is() {
    let given = vec![(
        "x".to_owned(),
        MemorySource(b"./a.000001\n".to_vec().into()),
    )];
    let files: Files<MemorySource> = block_on(arrange(given, Keys::default(), None)).unwrap();
    assert_eq!((files.parts.len(), files.order), (1, Order::Single));
}

#[test]
fn sets_are_calculated_with() {
    let session = sample();
    let source = "a9fa2036-e4ee-11f1-807f-02fc00000001";
    let a = SetText::Typed(format!("{source}:1-148"));
    let Answer::Calculated(Ok(result)) =
        ask(&session, Question::Calculate(a.clone(), SetText::Inside))
    else {
        panic!()
    };
    assert_eq!(result.only_a.text, format!("{source}:1-132"));
    assert_eq!(
        (result.only_b.text.as_str(), result.both.in_log),
        (format!("{source}:import:2").as_str(), 16)
    );
    assert!(!result.a_in_b && !result.b_in_a);
    let Answer::Calculated(Err(error)) = ask(
        &session,
        Question::Calculate(a, SetText::Typed("x:1".into())),
    ) else {
        panic!()
    };
    assert!(error.second && error.at == 0);
}
