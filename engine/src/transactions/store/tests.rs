use super::*;
use crate::transactions::{End, Engines, Kind};

#[test]
fn a_transaction_takes_the_stated_bytes() {
    const { assert!(Transaction::BYTES <= 80) };
    let mut all = Transactions::default();
    for i in 0..3 * CHUNK as u32 {
        all.push(Transaction {
            first: EventNo(2 * i),
            last: EventNo(2 * i + 1),
            ..Transaction::default()
        });
    }
    assert!(all.bytes() <= all.len() * 80, "{}", all.bytes());
}

#[test]
fn touches_across_chunks() {
    let mut all = Transactions::default();
    for i in 0..50_000u32 {
        all.push(Transaction::default());
        for table in 0..3 {
            let touch = all.touch(table).unwrap();
            assert_eq!((touch.table, touch.inserts), (table, 0));
            touch.inserts = i + table;
            all.touch(table).unwrap().deletes += 1;
        }
    }
    for i in 0..50_000u32 {
        let own: Vec<_> = all
            .touches(TxNo(i))
            .iter()
            .map(|t| (t.table, t.inserts, t.deletes))
            .collect();
        assert_eq!(own, [(0, i, 1), (1, i + 1, 1), (2, i + 2, 1)], "{i}");
    }
    all.push(Transaction::default());
    assert!((0..70_000).step_by(7).all(|t| all.touch(t).is_some()));
    assert_eq!(all.touches(TxNo(50_000)).len(), 10_000);
}

#[test]
fn numbers_that_columns_cannot_hold_are_kept_all_the_same() {
    let odd = [
        Transaction {
            end_pos: 1 << 33,
            ..Transaction::default()
        },
        Transaction {
            pos: 7,
            end_pos: 3,
            ..Transaction::default()
        },
        Transaction {
            commit: 1 << 54,
            original_commit: 1,
            ..Transaction::default()
        },
        Transaction {
            commit: 1,
            original_commit: 5,
            precise: true,
            ..Transaction::default()
        },
        Transaction {
            xid: u64::MAX,
            last_committed: -1,
            sequence_number: i64::MIN,
            statements: 1 << 20,
            ..Transaction::default()
        },
        Transaction {
            kind: Kind::Ddl,
            end: End::Unopened,
            engines: Engines::Both,
            thread: 9,
            start: 8,
            server_id: 7,
            ..Transaction::default()
        },
    ];
    let mut all = Transactions::default();
    for (i, tx) in odd.iter().enumerate() {
        all.push(Transaction {
            first: EventNo(10 + i as u32),
            last: EventNo(10 + i as u32),
            ..*tx
        });
    }
    for (i, tx) in odd.iter().enumerate() {
        let no = EventNo(10 + i as u32);
        let expected = Transaction {
            first: no,
            last: no,
            ..*tx
        };
        assert_eq!(all.get(TxNo(i as u32)), Some(expected));
        assert_eq!(all.of_event(no), Some(TxNo(i as u32)));
    }
}

#[test]
fn found_by_event_and_name() {
    let mut all = Transactions::default();
    let source = all.source(Source::Mariadb(0, 1));
    for i in 0..100_000u32 {
        let tx = Transaction {
            first: EventNo(3 * i + 1),
            last: EventNo(3 * i + 2),
            source,
            number: u64::from(i) + 5,
            ..Transaction::default()
        };
        all.push(tx);
        if let Some(touch) = all.touch(i % 7) {
            touch.inserts += i;
        }
    }
    assert_eq!(all.of_event(EventNo(0)), None);
    assert_eq!(all.of_event(EventNo(3)), None);
    assert_eq!(all.of_event(EventNo(299_999)), Some(TxNo(99_999)));
    assert_eq!(
        (all.rows_of(TxNo(70_000)), all.rows_of(TxNo(99_999))),
        (70_000, 99_999)
    );
    let gtid = Gtid::Mariadb(MariadbGtid {
        domain: 0,
        server: 1,
        sequence: 17,
    });
    assert_eq!(all.named(&gtid), Some(TxNo(12)));
    assert_eq!(all.gtid(&all.get(TxNo(12)).unwrap()), gtid);
}
