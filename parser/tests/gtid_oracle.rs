//! GTID algebra against a real server's: `GTID_SUBSET`, `GTID_SUBTRACT` and its canonical printing
//! on random pairs (`tests/fixtures/make/gtid-pairs.sh`). `GTID_PAIRS=FILE` checks another, larger
//! file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::gtid::GtidSet;

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
