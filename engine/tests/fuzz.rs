//! The fuzz targets of `fuzz/`, without their fuzzer: everything it ever found, and a smoke run of each
//! on mutated logs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;
#[path = "support/fuzz.rs"]
mod targets;

/// A generator that gives the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }
}

#[test]
fn what_was_found_stays_mended() {
    let found = support::repository().join("tests/fixtures/fuzz");
    for (name, target) in targets::TARGETS {
        let files = support::files_below(&found.join(name));
        assert!(!files.is_empty(), "no file for {name}");
        for file in files {
            target(&std::fs::read(file).unwrap());
        }
    }
}

#[test]
fn every_target_runs_on_mutated_logs() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let seeds: Vec<Vec<u8>> = support::fixtures()
        .iter()
        .map(|p| std::fs::read(p).unwrap())
        .filter(|b| b.len() < 20_000)
        .collect();
    for (name, target) in targets::TARGETS {
        for _ in 0..120 {
            let mut data = seeds[random.next(seeds.len())].clone();
            if !matches!(*name, "framing" | "split" | "inspect" | "text") {
                // What these read lies somewhere inside.
                let start = random.next(data.len());
                data = data[start..(start + 600).min(data.len())].to_vec();
            }
            for _ in 0..random.next(12) {
                let at = random.next(data.len());
                data[at] = random.next(256) as u8;
            }
            data.truncate(random.next(data.len() + 1).max(1));
            target(&data);
        }
    }
}
