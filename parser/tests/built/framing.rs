//! Where events begin, and whether they have checksums, when headers or bytes around them are off.

use super::support::build::{self, Build, ends_at};
use super::{MYSQL, faults, frames, support, text};
use binlight_parser::codes::EventType;
use binlight_parser::stream::Frame;

/// The same frames however the bytes arrive, and whether the log's length is known or not.
fn same_in_pieces(log: &Build) {
    let spans = |frames: &[Frame]| -> Vec<_> {
        let spans = frames
            .iter()
            .map(|f| (f.span, f.damaged, f.checksum, f.faults.clone()));
        spans.collect()
    };
    let whole = spans(&frames(log));
    for piece in [1, 7, 19, 64, 1000] {
        let pieces = support::frames(&log.bytes, piece).1;
        assert_eq!(spans(&pieces), whole, "in pieces of {piece}");
        let unknown = support::frames_of(&log.bytes, piece, None).1;
        assert_eq!(
            spans(&unknown),
            whole,
            "in pieces of {piece}, length unknown"
        );
    }
}

/// A tool took events out and left checksums and positions as they were.
#[test]
fn headers_that_chain_are_events_whatever_their_positions_and_checksums() {
    let stale = |log: Build, n: u32| {
        let body = build::query_body(&[], "INSERT INTO t VALUES (1)");
        log.event(EventType::QUERY, &[&body], ends_at(90_000 + n))
            .stale()
    };
    for count in [1, 2, 3, 8, 100] {
        let log = (0..count).fold(Build::of(MYSQL), stale);
        let frames = frames(&log);
        assert_eq!(frames.len() as u32, 1 + count);
        assert!(frames.iter().all(|f| !f.damaged));
        let codes: Vec<_> = frames[1].faults.iter().map(|f| f.code()).collect();
        assert_eq!(codes, ["E204", "E205"]);
        same_in_pieces(&log);
    }
    // After a stretch of garbage they are found where they chain to the end; before it, where two more
    // follow.
    let mut log = (0..3).fold(Build::of(MYSQL), stale);
    log.bytes.extend([0xa5; 700]);
    let log = (0..20).fold(log, stale);
    let after = frames(&log);
    assert_eq!(after.iter().filter(|f| f.damaged).count(), 1);
    assert_eq!(after.len(), 1 + 1 + 1 + 20);
    same_in_pieces(&log);
    // Two of them are no chain that vouches for the first.
    let mut log = (0..2).fold(Build::of(MYSQL), stale);
    log.bytes.extend([0xa5; 300]);
    assert_eq!(frames(&log).iter().filter(|f| !f.damaged).count(), 1);
    same_in_pieces(&log);
}

/// The head of a log was cut off: how events end is found by trying.
#[test]
fn a_log_without_format_description_tells_its_checksums() {
    for crc in [true, false] {
        let log = Build::empty(crc)
            .query("BEGIN")
            .query("INSERT 1")
            .query("COMMIT");
        let found = frames(&log);
        let expected = if crc { "ok" } else { "none" };
        assert!(
            found.iter().all(|f| f.checksum.name() == expected),
            "{found:?}"
        );
        assert!(faults(&log).is_empty());
        let text = text(&log);
        assert!(
            text.contains(
                "
INSERT 1
/*!*/;
"
            ) && text.contains("CRC32 0x") == crc,
            "{text}"
        );
        same_in_pieces(&log);
    }
    // One damaged event does not hide it.
    let mut log = Build::empty(true)
        .query("BEGIN")
        .stale()
        .query("INSERT 1")
        .query("COMMIT");
    let names: Vec<_> = frames(&log).iter().map(|f| f.checksum.name()).collect();
    assert_eq!(names, ["bad", "ok", "ok"]);
    same_in_pieces(&log);
    // Nor do bytes before the first one.
    log.bytes.splice(4..4, [0xa5; 100]);
    let names: Vec<_> = frames(&log).iter().map(|f| f.checksum.name()).collect();
    assert_eq!(names, ["none", "bad", "ok", "ok"]);
    same_in_pieces(&log);
}
