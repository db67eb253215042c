//! Both passes over a log, and what they keep as text: of the tests and of the fuzz targets.

use binlight_engine::index::EventNo;
use binlight_engine::log::Log;
use binlight_engine::pass::{Part, Runner, Step, Task, stops_at};
use binlight_parser::stream::{self, Framer, Point};
use std::fmt::Write;
use std::ops::Range;

/// Everything that a log keeps, as text.
pub fn told(log: &Log) -> String {
    let mut out = String::new();
    let index = log.index();
    for (no, row) in index.events.from(EventNo(0)) {
        assert_eq!(index.events.get(no), Some(row), "{no:?}");
        writeln!(out, "{no:?} {row:?} {:?}", index.events.payload_of(no)).unwrap();
    }
    writeln!(out, "{:?}", index.formats).unwrap();
    writeln!(out, "{:?} {:?}", index.tables, index.table_facts).unwrap();
    writeln!(out, "{:?} {:?}", index.faults, index.totals).unwrap();
    writeln!(out, "{:?}", index.fault_codes).unwrap();
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

/// All of it by one pass.
pub fn single(bytes: &[u8]) -> Log {
    let mut log = Log::default();
    log.begin_file("log", bytes.len() as u64);
    let mut framer = Framer::new(Some(bytes.len() as u64));
    read(&mut log, bytes, &mut framer, u64::MAX, usize::MAX);
    log
}

fn run(bytes: &[u8], task: Task, piece: usize) -> Option<Box<Part>> {
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
pub fn split(bytes: &[u8], head: u64, cuts: &[u64], piece: usize) -> (Log, usize) {
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
        let part: Box<Part> = postcard::from_bytes(&sent).unwrap();
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
