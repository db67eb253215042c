//! The split pass gives what the single pass gives, bit for bit: for any split, on any log, damaged
//! or not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "support/split.rs"]
mod passes;
#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::limits;
use binlight_engine::transactions::TxNo;
use passes::{single, split, told};
use support::build::Build;

/// A small generator: the tests are the same at each run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n.max(1)
    }
}

/// Splits of `bytes` at random places; how many parts were taken in all.
fn check(what: &str, bytes: &[u8], random: &mut Random, times: usize) -> usize {
    let one = told(&single(bytes));
    let mut taken = 0;
    for _ in 0..times {
        let len = bytes.len() as u64;
        let mut cuts: Vec<u64> = (0..random.below(9)).map(|_| random.below(len)).collect();
        cuts.sort_unstable();
        let head = random.below(len / 2);
        let piece = [usize::MAX, 1 << 16, 700, 61][random.below(4) as usize];
        let (log, parts) = split(bytes, head, &cuts, piece);
        let many = told(&log);
        if many != one {
            let differ = one.lines().zip(many.lines()).find(|(a, b)| a != b);
            panic!("{what}: head {head}, cuts {cuts:?}, piece {piece}: {differ:#?}");
        }
        taken += parts;
    }
    taken
}

#[test]
fn any_split_of_any_log_is_the_single_pass() {
    let mut random = Random(0x0dd_ba11);
    let mut taken = 0;
    let mut logs = support::fixtures();
    for folder in ["mysql-9.7", "mariadb-10.11", "mariadb-11.8", "third-party"] {
        logs.extend(support::corpus_logs(folder));
    }
    for path in logs {
        let bytes = std::fs::read(&path).unwrap();
        if bytes.len() < 3_000_000 {
            taken += check(&path.display().to_string(), &bytes, &mut random, 6);
        }
    }
    assert!(taken > 100, "{taken}");
}

#[test]
fn any_split_of_a_damaged_log_is_the_single_pass() {
    let mut random = Random(0xbad_5eed);
    let mut taken = 0;
    for name in ["mysql-9.7/workload.binlog", "mariadb-10.11/groups.binlog"] {
        let path = support::repository().join("tests/fixtures").join(name);
        let good = std::fs::read(&path).unwrap();
        for _ in 0..150 {
            let mut bytes = good.clone();
            for _ in 0..1 + random.below(4) {
                let at = random.below(bytes.len() as u64) as usize;
                match random.below(4) {
                    0 => bytes[at] ^= 1 << random.below(8),
                    1 => bytes.truncate(at.max(200)),
                    2 => {
                        let len = (random.below(300) as usize).min(bytes.len() - at);
                        bytes.drain(at..at + len);
                    }
                    _ => {
                        // A stretch of the log itself, where it does not belong.
                        let from = random.below(bytes.len() as u64) as usize;
                        let len = (random.below(2000) as usize).min(bytes.len() - from);
                        let copy = bytes[from..from + len].to_vec();
                        bytes.splice(at..at, copy);
                    }
                }
                if bytes.len() < 300 {
                    break;
                }
            }
            if bytes.len() >= 300 {
                taken += check(name, &bytes, &mut random, 2);
            }
        }
    }
    assert!(taken > 100, "{taken}");
}

#[test]
fn halves_of_xa_transactions_meet_across_parts() {
    let path = support::repository().join("tests/fixtures/mariadb-10.11/groups.binlog");
    let bytes = std::fs::read(path).unwrap();
    let one = single(&bytes);
    assert!(!one.grouper.gtids.halves.is_empty());
    let cuts: Vec<u64> = (0..bytes.len() as u64).step_by(500).collect();
    let (many, taken) = split(&bytes, 300, &cuts, usize::MAX);
    assert!(taken > 5, "{taken}");
    assert_eq!(many.grouper.gtids.halves, one.grouper.gtids.halves);
    assert_eq!(
        many.transactions().get(TxNo(3)),
        one.transactions().get(TxNo(3))
    );
}

#[test]
fn more_faults_than_are_kept_are_joined_in_order() {
    let log = (0..6_000).fold(Build::of("8.0.46"), |log, _| {
        log.gtid().query("BEGIN").stale().xid().stale()
    });
    let one = single(&log.bytes);
    assert!(one.index().totals.faults > limits::FAULTS as u64);
    let taken = check("faults", &log.bytes, &mut Random(0xfa_0175), 4);
    assert!(taken > 3, "{taken}");
}
