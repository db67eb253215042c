//! GTID algebra against a real server's: `GTID_SUBSET`, `GTID_SUBTRACT` and its canonical printing
//! on random pairs (`tests/fixtures/make/gtid-pairs.sh`). `GTID_PAIRS=FILE` checks another, larger
//! file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_parser::gtid::{BinlogState, GtidSet, Order};

#[test]
fn sets_behave_as_the_servers_do() {
    let ours = support::repository().join("tests/fixtures/mysql-9.7/gtid-pairs.tsv");
    let file = std::env::var_os("GTID_PAIRS").map_or(ours, Into::into);
    let text = std::fs::read_to_string(&file).unwrap();
    let mut pairs = 0;
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [a, b, subset, minus, printed] = columns[..] else {
            panic!("{line}")
        };
        let set = |text: &str| {
            text.parse::<GtidSet>()
                .unwrap_or_else(|e| panic!("{text}: {e}"))
        };
        let flat = |set: &GtidSet| set.to_string().replace('\n', "");
        let (a, b) = (set(a), set(b));
        assert_eq!(flat(&a), printed, "{line}");
        assert_eq!(flat(&a.subtract(&b)), minus, "{line}");
        assert_eq!(a.is_subset(&b), subset == "1", "{line}");
        assert_eq!(set(&flat(&a)), a, "{line}");
        assert_eq!(a.subtract(&b).union(&a.intersect(&b)), a, "{line}");
        pairs += 1;
    }
    assert!(pairs >= 1000, "only {pairs} pairs");
    println!("{pairs} pairs equal");
}

/// Strict mode, state and position against a MariaDB server's
/// (`tests/fixtures/make/mariadb-gtid-order.sh`). `GTID_ORDER=FILE` checks another, larger file.
#[test]
fn positions_and_order_are_the_servers() {
    let ours = support::repository().join("tests/fixtures/mariadb-10.11/gtid-order.tsv");
    let file = std::env::var_os("GTID_ORDER").map_or(ours, Into::into);
    let text = std::fs::read_to_string(&file).unwrap();
    let (mut checked, mut mode) = ((0, 0, 0), "");
    let mut state = BinlogState::default();
    let sorted = |list: &str| {
        let mut all: Vec<String> = list.split(',').map(str::to_owned).collect();
        all.sort();
        all
    };
    for line in text.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        if columns[0] != mode {
            (mode, state) = (columns[0], BinlogState::default());
        }
        let strict = mode == "1";
        match columns[1..] {
            ["state", server, position] => {
                // The server lists domains in the order of a hash.
                assert_eq!(sorted(&state.to_string()), sorted(server), "{line}");
                let own: Vec<String> = state.position().iter().map(ToString::to_string).collect();
                assert_eq!(sorted(&own.join(",")), sorted(position), "{line}");
                checked.1 += 1;
            }
            [asked, given] => {
                let order = state.clone().add(asked.parse().unwrap());
                let refused = asked != given;
                // Without strict mode the server gives what it is asked for, whatever came before.
                assert_eq!(refused, strict && order != Order::InOrder, "{line}");
                state.add(given.parse().unwrap());
                checked.0 += 1;
                checked.2 += u32::from(refused);
            }
            _ => panic!("{line}"),
        }
    }
    assert!(
        checked.0 >= 1000 && checked.1 >= 50 && checked.2 >= 100,
        "{checked:?}"
    );
    println!(
        "{} GTIDs ({} refused), {} states equal",
        checked.0, checked.2, checked.1
    );
}
