//! Bars and look-ups by blocks of transactions, against every transaction looked at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::log::Log;
use binlight_engine::timeline::{Axis, Bins, Blocks, Measure, Stack, Wanted, bins, gaps};
use binlight_engine::transactions::TxNo;
use binlight_parser::codes::EventType;
use support::build::{Build, Head, TIME};

/// Numbers that come again in every run.
fn chance(seed: &mut u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

/// Transactions of a second each, some of them out of order, two of them far away in time.
fn log() -> Log {
    let (mut build, mut seed) = (Build::of("8.0.36"), 7);
    for i in 0..3000u32 {
        let time = match i {
            700 => TIME - 1_000_000,
            1900 => TIME + 1_000_000,
            _ => TIME + i + chance(&mut seed) as u32 % 7,
        };
        let head = Head {
            time,
            ..Head::default()
        };
        let gtid = [
            &[0u8][..],
            &[7; 16],
            &u64::from(i + 1).to_le_bytes(),
            &[2],
            &[0; 16],
        ]
        .concat();
        let xid = u64::from(i).to_le_bytes();
        build = build
            .event(EventType::GTID, &[&gtid], head)
            .query("BEGIN")
            .table();
        for _ in 0..=chance(&mut seed) % 4 {
            build = build.insert(true, true);
        }
        build = build.event(EventType::XID, &[&xid], head);
    }
    let mut log = Log::default();
    for frame in support::frames(&build.bytes, usize::MAX).1 {
        let span = frame.span.start as usize..frame.span.end() as usize;
        log.observe(&frame, &build.bytes[span]);
    }
    assert_eq!(log.transactions().len(), 3000);
    log
}

fn close(a: &Bins, b: &Bins) -> bool {
    let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
    let series = a.series.iter().zip(&b.series);
    near(&a.all, &b.all) && series.clone().all(|((m, a), (n, b))| m == n && near(a, b))
}

#[test]
fn bars_of_any_window_are_what_every_transaction_adds_up_to() {
    let log = log();
    let all = log.transactions();
    let extent = |axis| match axis {
        Axis::Time => (u64::from(TIME) * 1_000_000, 3_010_000_000),
        Axis::Bytes => (0, all.get(TxNo(2999)).unwrap().end_pos),
    };
    let (mut blocks, mut seed) = (Blocks::default(), 1);
    for run in 0..400 {
        let axis = if run % 2 == 0 {
            Axis::Time
        } else {
            Axis::Bytes
        };
        let (base, len) = extent(axis);
        let from = base + chance(&mut seed) % len;
        let width = 1 + chance(&mut seed) % (len * 2);
        let bars = 1 + chance(&mut seed) % 300;
        let wanted = Wanted {
            axis,
            edges: (0..=bars).map(|i| from + width * i / bars).collect(),
            measure: [Measure::Rows, Measure::Bytes, Measure::Transactions][run % 3],
            stack: Stack::Operation,
        };
        let by_blocks = bins(&log, &mut blocks, &wanted, None::<&fn(TxNo) -> bool>);
        let one_by_one = bins(&log, &mut blocks, &wanted, Some(&|_| true));
        assert!(close(&by_blocks, &one_by_one), "{wanted:?}");
        if axis == Axis::Time && wanted.measure == Measure::Transactions {
            let in_bar = |i: usize| {
                let bar = wanted.edges[i]..wanted.edges[i + 1];
                all.iter().filter(|(_, t)| bar.contains(&t.commit)).count() as f64
            };
            let plain: Vec<f64> = (0..bars as usize).map(in_bar).collect();
            assert_eq!(by_blocks.all, plain, "{wanted:?}");
        }
    }
}

#[test]
fn a_time_and_a_gtid_are_found_as_by_looking_at_all() {
    let log = log();
    let all = log.transactions();
    let (blocks, mut seed) = (Blocks::of(&log), 5);
    for _ in 0..500 {
        let at = (u64::from(TIME) - 1_100_000 + chance(&mut seed) % 2_200_000) * 1_000_000;
        let next = all
            .iter()
            .filter(|(_, t)| t.commit >= at)
            .min_by_key(|(_, t)| t.commit);
        assert_eq!(
            blocks.committed_from(&log, at),
            next.map(|(no, _)| no),
            "{at}"
        );
        let no = TxNo(chance(&mut seed) as u32 % 3000);
        let gtid = all.gtid(&all.get(no).unwrap());
        assert_eq!(blocks.named(&log, &gtid), Some(no), "{gtid}");
    }
    assert_eq!(blocks.numbered(&log, 4000, |_| true), None);
}

/// The longest of them, of equal ones the earliest, against all times in order.
#[test]
fn the_longest_gaps_are_those_between_all_times_in_order() {
    let log = log();
    let mut times: Vec<u64> = log.transactions().iter().map(|(_, t)| t.commit).collect();
    times.sort_unstable();
    for least in [1, 1_000_000, 3_000_000, 10_000_000] {
        let pairs = times.windows(2).map(|p| (p[0], p[1]));
        let mut all: Vec<(u64, u64)> = pairs.filter(|(a, b)| b - a >= least).collect();
        assert!(all.len() > 1, "{least}");
        for most in [0, 1, 2, 50, all.len(), usize::MAX] {
            all.sort_by_key(|(a, b)| (std::cmp::Reverse(b - a), *a));
            let mut longest = all[..most.min(all.len())].to_vec();
            longest.sort_unstable();
            assert_eq!(gaps(&log, least, most), longest, "{least}, {most}");
        }
    }
}
