//! How the bytes are cut into pieces must not matter.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../parser/tests/support/mod.rs"]
mod support;

use binlight_engine::log::Log;

#[test]
fn any_piece_size_gives_the_same_frames() {
    for log in support::fixtures() {
        let bytes = std::fs::read(&log).unwrap();
        let (kind, whole) = support::frames(&bytes, usize::MAX);
        for piece in [1, 7, 19, 101, 4099] {
            let (again, pieces) = support::frames(&bytes, piece);
            assert_eq!(kind, again);
            assert!(whole == pieces, "{} in pieces of {piece}", log.display());
        }
    }
}

#[test]
fn nor_does_it_matter_when_the_log_is_damaged() {
    let good = support::small();
    for (at, xor) in [
        (8, 0xff),
        (200, 0x40),
        (206, 0x01),
        (209, 0xff),
        (1500, 0x10),
        (4000, 0x80),
    ] {
        let mut bytes = good.clone();
        bytes[at] ^= xor;
        for cut in [bytes.len(), bytes.len() - 5, 3000, 25, 130] {
            let (_, whole) = support::frames(&bytes[..cut], usize::MAX);
            for piece in [1, 13, 257] {
                let (_, pieces) = support::frames(&bytes[..cut], piece);
                assert_eq!(
                    whole, pieces,
                    "byte {at} ^ {xor:#x}, cut at {cut}, pieces of {piece}"
                );
            }
        }
    }
}

#[test]
fn frames_cover_the_file() {
    let good = support::small();
    let mut bytes = good.clone();
    bytes[700] ^= 0x55;
    bytes[709] ^= 0xaa;
    for bytes in [&good, &bytes] {
        let mut at = 4;
        for frame in support::frames(bytes, 1000).1 {
            assert_eq!(frame.span.start, at);
            at = frame.span.end();
        }
        assert_eq!(at, bytes.len() as u64);
    }
}

#[test]
fn the_index_counts_what_the_frames_hold() {
    let bytes = support::small();
    let mut log = Log::default();
    let (_, frames) = support::frames(&bytes, usize::MAX);
    for frame in &frames {
        log.observe(
            frame,
            &bytes[frame.span.start as usize..frame.span.end() as usize],
        );
    }
    let index = log.index();
    assert_eq!(index.totals.events, frames.len() as u64);
    assert_eq!(
        index.events.len() as u64,
        index.totals.events + index.totals.inner_events
    );
    let mut rows = 0;
    support::each_event(&bytes, |_, event, at, context| {
        rows += binlight_parser::rows::page(event, at, context, 0, 0).total;
    });
    assert_eq!(index.totals.rows, rows);
    assert!(rows > 10 && index.totals.inner_events > 5 && index.totals.faults == 0);
    for i in 0..index.events.len() as u32 {
        let no = binlight_engine::index::EventNo(i);
        let row = index.events.get(no).unwrap();
        if row.event_type.rows_shape().is_some() {
            let map = index.table_map_of(no).unwrap();
            assert!(map < no && index.table_of(no) == index.table_of(map));
            assert_eq!(index.table_of(no).unwrap().database, "shop");
        }
    }
}
