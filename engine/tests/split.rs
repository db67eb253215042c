//! The split pass gives what the single pass gives, bit for bit: for any split, on any log, damaged
//! or not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::index::EventNo;
use binlight_engine::log::Log;
use binlight_engine::pass::{Runner, Step, Task, stops_at};
use binlight_engine::transactions::TxNo;
use binlight_parser::stream::{self, Framer, Point};
use std::fmt::Write;
use std::ops::Range;

/// Everything that a log keeps, as text.
fn told(log: &Log) -> String {
    let mut out = String::new();
    let index = log.index();
    for (no, row) in index.events.from(EventNo(0)) {
        assert_eq!(index.events.get(no), Some(row), "{no:?}");
        writeln!(out, "{no:?} {row:?} {:?}", index.events.payload_of(no)).unwrap();
    }
    writeln!(out, "{:?}", index.formats).unwrap();
    writeln!(out, "{:?} {:?}", index.tables, index.table_facts).unwrap();
    writeln!(out, "{:?} {:?}", index.faults, index.totals).unwrap();
    let all = log.transactions();
    for (no, tx) in all.iter() {
        assert_eq!(all.get(no), Some(tx));
        writeln!(
            out,
            "{no:?} {tx:?} {:?} {:?}",
            all.touches(no),
            all.gtid(&tx)
        )
        .unwrap();
        assert_eq!(all.of_event(tx.first), Some(no));
    }
    writeln!(out, "{:?}", log.grouper.gtids).unwrap();
    let notes = &log.notes;
    let statements: Vec<_> = notes.statements.iter().collect();
    writeln!(out, "{statements:?} {:?}", notes.statements.digests).unwrap();
    writeln!(
        out,
        "{:?} {:?} {:?} {:?} {:?}",
        notes.ddl, notes.clock_back, notes.fk_only, notes.own, notes.rotations
    )
    .unwrap();
    out
}

/// Reads `bytes` from where `framer` is to the first transaction at `until` or after, in pieces.
fn read(log: &mut Log, bytes: &[u8], framer: &mut Framer, until: u64, piece: usize) {
    let mut end = framer.at() as usize;
    loop {
        let at = framer.at() as usize;
        end = end.max(at);
        let (held, eof) = (&bytes[at..end.min(bytes.len())], end >= bytes.len());
        if stops_at(at as u64, held, until) && framer.point().is_some() {
            return;
        }
        match framer.step(held, eof) {
            stream::Step::Need(_) => end = end.saturating_add(piece),
            stream::Step::End => return,
            stream::Step::Frame {
                frame,
                consumed,
                held: whole,
            } => {
                let prefix = frame.prefix.as_deref().unwrap_or(&[]);
                log.observe(&frame, if whole { &held[..consumed] } else { prefix });
            }
            stream::Step::Kind { .. } | stream::Step::Skip { .. } => {}
        }
    }
}

fn single(bytes: &[u8]) -> Log {
    let mut log = Log::default();
    log.begin_file("log", bytes.len() as u64);
    let mut framer = Framer::new(Some(bytes.len() as u64));
    read(&mut log, bytes, &mut framer, u64::MAX, usize::MAX);
    log
}

fn run(bytes: &[u8], task: Task, piece: usize) -> Option<Box<binlight_engine::pass::Part>> {
    let mut runner = Runner::new(task);
    let mut end = runner.at() as usize;
    loop {
        let at = runner.at() as usize;
        end = end.max(at).saturating_add(piece).min(bytes.len());
        match runner.step(&bytes[at..end], end == bytes.len()) {
            Step::Done(part) => return part,
            Step::More(_) => {}
        }
    }
}

/// Reads `head` bytes by one pass, the rest by parts that are cut at `cuts`. Parts taken are counted.
fn split(bytes: &[u8], head: u64, cuts: &[u64], piece: usize) -> (Log, usize) {
    let len = bytes.len() as u64;
    let mut log = Log::default();
    log.begin_file("log", len);
    let mut framer = Framer::new(Some(len));
    read(&mut log, bytes, &mut framer, head, piece);
    let mut taken = 0;
    let Some(begun) = framer.point().filter(|p| p.at() < len) else {
        return (log, taken);
    };
    let mut point: Point = begun.clone();
    let mut ends: Vec<u64> = cuts.iter().copied().filter(|c| *c > point.at()).collect();
    ends.push(len);
    let mut from = point.at();
    for end in ends {
        let range: Range<u64> = from..end;
        from = end;
        let task = Task {
            range: range.clone(),
            base: 0,
            point: begun.clone(),
            format: log.format(),
        };
        let Some(part) = run(bytes, task, piece).filter(|p| p.begun.at() >= point.at()) else {
            continue;
        };
        // As it travels from one worker to another.
        let sent = postcard::to_allocvec(&part).unwrap();
        let part: Box<binlight_engine::pass::Part> = postcard::from_bytes(&sent).unwrap();
        if part.begun.at() > point.at() {
            let mut framer = Framer::resume(&point);
            read(&mut log, bytes, &mut framer, part.begun.at(), piece);
            match framer.point() {
                Some(now) if now.at() < len => point = now,
                _ => return (log, taken),
            }
        }
        let end = part.end.clone();
        if point.confirms(&part.begun, part.taken)
            && log.format() == part.format
            && log.join(part.log).is_ok()
        {
            taken += 1;
            match end {
                Some(end) => point = end,
                None => return (log, taken),
            }
        } else {
            let mut framer = Framer::resume(&point);
            read(&mut log, bytes, &mut framer, range.end, piece);
            match framer.point() {
                Some(now) if now.at() < len => point = now,
                _ => return (log, taken),
            }
        }
    }
    let mut framer = Framer::resume(&point);
    read(&mut log, bytes, &mut framer, u64::MAX, piece);
    (log, taken)
}

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
