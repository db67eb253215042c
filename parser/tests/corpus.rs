//! The real logs beside the repository, where they are: decoded to the last byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::bytes::Space;
use binlight_parser::codes::EventType;
use binlight_parser::event::is_decoded;
use binlight_parser::trace::{NodeKind, coverage};

/// Faults and bytes without a field in event types that are decoded.
fn check(path: &std::path::Path) -> (Vec<String>, u64, u64) {
    let bytes = std::fs::read(path).unwrap();
    let (mut faults, mut unknown, mut events) = (Vec::new(), 0, 0);
    support::each_tree(&bytes, |frame, _, tree| {
        events += 1;
        faults.extend(tree.faults.iter().map(ToString::to_string));
        coverage::tiles(tree, frame.span).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        // Inside a payload each event's own type decides.
        let mut decoded = is_decoded(frame.header.event_type);
        for node in &tree.nodes {
            if node.span.space != Space::FILE && node.name.starts_with("event[") {
                decoded = (0..=255)
                    .map(EventType)
                    .any(|t| t.to_string() == node.meaning && is_decoded(t));
            }
            if decoded && node.kind == NodeKind::Gap {
                unknown += node.span.len;
            }
        }
    });
    (faults, unknown, events)
}

#[test]
fn undamaged_logs_have_no_fault_and_no_unknown_byte() {
    if support::corpus().is_none() {
        return;
    }
    let mut events = 0;
    for folder in ["mysql-9.7", "mariadb-10.11", "mariadb-11.8"] {
        for log in support::corpus_logs(folder)
            .iter()
            .filter(|p| !p.to_string_lossy().ends_with("index"))
        {
            let (faults, unknown, n) = check(log);
            assert_eq!((faults, unknown), (Vec::new(), 0), "{}", log.display());
            events += n;
        }
    }
    assert!(events > 20_000, "{events} events");
}

#[test]
fn our_own_logs_have_no_fault_and_no_unknown_byte() {
    for log in support::fixtures() {
        let (faults, unknown, _) = check(&log);
        assert_eq!((faults, unknown), (Vec::new(), 0), "{}", log.display());
    }
}

/// Logs that other projects test with. Those with faults are damaged or rewritten on purpose; the
/// list says how, and a log not in it must have none.
#[test]
fn third_party_logs_have_the_faults_they_are_known_for() {
    const KNOWN: &[(&str, &str)] = &[
        ("binlog_output_base.flashback", "E205"), // a rewriting tool left stale checksums
        ("binlog_invalid_row_v2_tag.001", "E205"), // and extra data of no known kind
        ("bug11747416_32228_binlog.000001", "E203"), // the last event is cut off
        ("duplicate_xid_xa_prepare.000001", "E205"), // edited without a new checksum
        ("malformed_xid_xa_rollback.000001", "E205"), // the same
        ("orphan_begin_start.000001", "E204"),    // events were taken out: positions jump
        ("orphan_commit.000001", "E204"),
        ("orphan_rollback.000001", "E204"),
        ("orphan_xa_commit.000001", "E204"),
        ("orphan_xa_rollback.000001", "E204"),
        ("binlog_truncated_event.000001", "E201"),
        ("binlog_truncated_prev_gtid_event.000001", "E201"),
    ];
    for log in support::corpus_logs("third-party") {
        let (faults, unknown, _) = check(&log);
        let name = log.to_string_lossy().into_owned();
        match KNOWN.iter().find(|(end, _)| name.ends_with(end)) {
            Some((_, code)) => assert!(
                faults.first().is_some_and(|f| f.starts_with(code)),
                "{name}: {faults:?}"
            ),
            None => assert_eq!((faults, unknown), (Vec::new(), 0), "{name}"),
        }
    }
}
