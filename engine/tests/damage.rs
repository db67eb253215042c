//! Bad input is the normal case: every prefix and every flipped byte of a fixture. No panic, no
//! endless loop, a fault at a sane offset, and the events around it still there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::log::Log;
use binlight_parser::rows;
use binlight_parser::trace::coverage;

/// Frames, indexes, annotates and reads the rows of anything.
fn swallow(bytes: &[u8]) -> usize {
    let (_, frames) = support::frames(bytes, usize::MAX);
    let mut log = Log::default();
    for frame in &frames {
        log.observe(
            frame,
            &bytes[frame.span.start as usize..frame.span.end() as usize],
        );
        for fault in &frame.faults {
            assert!(fault.span.end() <= bytes.len() as u64 && !fault.to_string().is_empty());
        }
    }
    support::each_tree(bytes, |frame, _, tree| {
        coverage::tiles(tree, frame.span).unwrap_or_else(|why| panic!("{}: {why}", frame.span));
    });
    support::each_event(bytes, |_, event, at, context| {
        rows::page(event, at, context, 0, u64::MAX);
    });
    frames.len()
}

/// The part of the sample that holds one event of nearly every type.
fn log() -> Vec<u8> {
    support::small()
}

#[test]
fn every_prefix() {
    let log = log();
    let (_, whole) = support::frames(&log, usize::MAX);
    for end in 0..log.len() {
        let prefix = &log[..end];
        let (_, frames) = support::frames(prefix, usize::MAX);
        let complete = whole.iter().filter(|f| f.span.end() <= end as u64).count();
        if end >= 23 {
            assert!(
                frames.len() >= complete,
                "cut at {end}: {} of {complete} events",
                frames.len()
            );
            let on_boundary = end == 4 || whole.iter().any(|f| f.span.end() == end as u64);
            let faults = frames.last().map_or(0, |f| f.faults.len());
            assert_eq!(faults > 0, !on_boundary, "cut at {end}");
        }
        if end % 35 == 0 {
            swallow(prefix);
        }
    }
}

#[test]
fn every_flipped_byte_costs_its_own_event_at_most() {
    let good = log();
    let (_, whole) = support::frames(&good, usize::MAX);
    let mut bytes = good.clone();
    for at in 4..good.len() {
        bytes[at] ^= if at % 3 == 0 { 0xff } else { 1 << (at % 8) };
        let (_, frames) = support::frames(&bytes, usize::MAX);
        let hit = whole
            .iter()
            .position(|f| f.span.contains(at as u64))
            .unwrap();
        let (before, after) = (&whole[..hit], &whole[hit + 1..]);
        // Without its format description a log cannot be known to have checksums or positions.
        if hit > 0 {
            for event in before.iter().chain(after) {
                let found = frames
                    .iter()
                    .any(|f| f.span == event.span && !f.damaged && f.header == event.header);
                assert!(found, "byte {at}: the event at {} is gone", event.span);
            }
            let in_use_flag_or_so = frames.iter().all(|f| f.faults.is_empty());
            assert!(!in_use_flag_or_so, "byte {at}: nothing was noticed");
        }
        bytes[at] = good[at];
    }
}

#[test]
fn flipped_bytes_panic_nowhere() {
    let good = log();
    let mut bytes = good.clone();
    for at in (0..good.len()).step_by(11) {
        for xor in [0xff, 0x80, 0x01] {
            bytes[at] = good[at] ^ xor;
            swallow(&bytes);
        }
        bytes[at] = good[at];
    }
}

/// As a hostile hand would: the checksums are made right again, so that decoding is reached.
#[test]
fn flipped_bodies_with_good_checksums_panic_nowhere() {
    for name in [
        "public/samples/mysql-9.7.binlog",
        "public/samples/mariadb-10.11.binlog",
        "tests/fixtures/mysql-9.7/types.binlog",
    ] {
        let good = std::fs::read(support::repository().join(name)).unwrap();
        let (_, frames) = support::frames(&good, usize::MAX);
        let mut context = binlight_parser::context::Context::default();
        for frame in &frames {
            let event = &good[frame.span.start as usize..frame.span.end() as usize];
            binlight_parser::event::update_context(&mut context, event, frame.span.start);
            let mut bad = event.to_vec();
            for at in 19..event.len() {
                for value in [0u8, 0xff, event[at] ^ 0x10, event[at].wrapping_add(1)] {
                    bad[at] = value;
                    let mut own = context.clone();
                    binlight_parser::event::update_context(&mut own, &bad, frame.span.start);
                    let tree = binlight_parser::inspect::inspect_capped(
                        &bad,
                        frame.span.start,
                        &own,
                        &[],
                        20_000,
                    );
                    coverage::tiles(&tree, frame.span)
                        .unwrap_or_else(|why| panic!("{name} {} byte {at}: {why}", frame.span));
                    rows::page(&bad, frame.span.start, &own, 0, 50);
                }
                bad[at] = event[at];
            }
        }
    }
}

#[test]
fn bytes_that_are_no_log_at_all() {
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for round in 0..300 {
        let mut bytes: Vec<u8> = (0..random() % 3000).map(|_| random() as u8).collect();
        if round % 2 == 0 {
            bytes.splice(0..0, *b"\xfebin");
        }
        swallow(&bytes);
    }
    for n in [0usize, 1, 3, 4, 5, 22, 23] {
        swallow(&support::small()[..n]);
        swallow(&vec![0; n]);
    }
}
