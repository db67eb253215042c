//! What the tools add, and leave out, where a log does not end as it began.

use super::support::build::{Build, Head, ends_at, flags};
use super::{MARIADB, MYSQL, RELAY_LOG, text};
use binlight_parser::codes::EventType;

const AUTOMATIC: &str = "GTID_NEXT= 'AUTOMATIC'";

/// What the tool adds of its own, in short, among the events that it prints: `@` for each.
fn added(log: &Build) -> String {
    let text = text(log);
    let from = text.find("DELIMITER /*!*/;").unwrap();
    let to = text.find("DELIMITER ;\n").unwrap();
    let mut added = Vec::new();
    for line in text[from..to].lines() {
        if line.starts_with("# at ") {
            added.push("@");
        } else if let Some((what, _)) = line.split_once(" /* added by mysqlbinlog */ /*!*/;") {
            added.push(what.strip_prefix("SET @@SESSION.").unwrap_or(what));
        } else if line == "BEGIN /*added by mysqlbinlog */ /*!*/;" {
            added.push("BEGIN");
        }
    }
    added.join(" ")
}

#[test]
fn a_log_that_ends_inside_a_transaction_is_closed() {
    let log = || Build::of(MYSQL);
    for (built, expected) in [
        (log().query("BEGIN").query("INSERT"), "@ @ @ ROLLBACK"),
        (
            log().query("BEGIN").query("ROLLBACK TO a"),
            "@ @ @ ROLLBACK",
        ),
        (log().query("BEGIN").query("COMMIT"), "@ @ @"),
        (log().query("BEGIN").query("XA ROLLBACK X'41'"), "@ @ @"),
        (log().query("XA START X'41'"), "@ @ ROLLBACK"),
        (log().gtid(), "@ @ BEGIN ROLLBACK"),
        (log().gtid().query("CREATE TABLE t"), "@ @ @"),
        (
            log().gtid().table().insert(true, true),
            "@ @ @ @ BEGIN ROLLBACK",
        ),
        (
            log().gtid().query("BEGIN").table().insert(true, true).xid(),
            "@ @ @ @ @ @",
        ),
    ] {
        assert_eq!(added(&built), format!("{expected} {AUTOMATIC}"));
    }
}

#[test]
fn rows_of_a_statement_without_end_are_left_out() {
    let mysql = Build::of(MYSQL).query("BEGIN").table().insert(true, false);
    let text_of = text(&mysql);
    assert!(text_of.contains("\tWrite_rows: table id 9\n# Binlight: "));
    assert!(!text_of.contains("### INSERT") && text_of.contains("ROLLBACK"));
    let mariadb = Build::of(MARIADB)
        .query("BEGIN")
        .table()
        .insert(false, false);
    let text_of = text(&mariadb);
    assert!(!text_of.contains("### INSERT") && !text_of.contains("Write_rows"));
    // An event between: MariaDB's tool forgets the header, and prints the rows with the next.
    let between = |log: Build, v2| {
        let log = log.table().insert(v2, false).query("x");
        text(&log.table().insert(v2, true))
    };
    let mysql = between(Build::of(MYSQL), true);
    assert_eq!(mysql.matches("Write_rows").count(), 2);
    assert_eq!(mysql.matches("### INSERT").count(), 2);
    let mariadb = between(Build::of(MARIADB), false);
    assert_eq!(mariadb.matches("Write_rows").count(), 1);
    assert!(mariadb.contains("# Number of rows: 2"));
}

/// MySQL's tool ends a log where a source's next format description stands.
#[test]
fn a_sources_later_format_description_unsets_gtid_next() {
    let fde = |log: Build, head| log.description(MYSQL, head);
    let relay = || fde(Build::empty(true), flags(RELAY_LOG));
    let own = Head::default();
    for (log, expected) in [
        (fde(Build::of(MYSQL), own), "@ AUTO @"),
        (fde(Build::of(MYSQL).query("x"), flags(RELAY_LOG)), "@ @ @"),
        (fde(Build::of(MYSQL).query("x"), ends_at(0)), "@ @ @"),
        (fde(relay(), ends_at(120)), "@ @"),
        (fde(relay().query("x"), ends_at(120)), "@ @ @"),
        (fde(fde(relay(), ends_at(0)), own), "@ @ AUTO @"),
        (
            fde(fde(relay(), ends_at(120)).query("x"), own),
            "@ @ @ AUTO @",
        ),
        (
            fde(Build::of(MYSQL).query("BEGIN"), own),
            "@ @ ROLLBACK AUTO @",
        ),
        (
            fde(Build::of(MYSQL).gtid(), own),
            "@ @ BEGIN ROLLBACK AUTO @",
        ),
    ] {
        let expected = expected.replace("AUTO", AUTOMATIC);
        assert_eq!(added(&log), format!("{expected} {AUTOMATIC}"));
    }
}

/// As MariaDB's tool prints it, which has no key.
#[test]
fn start_encryption_is_printed_without_header() {
    let log = Build::of(MARIADB).event(
        EventType::START_ENCRYPTION,
        &[&[1], &1u32.to_le_bytes(), b"nonce of 12b"],
        Head::default(),
    );
    let text = text(&log);
    let lines = "\n# Encryption scheme: 1, key_version: 1, nonce: 6e6f6e6365206f6620313262\n# The rest of the binlog is encrypted!\n";
    assert!(text.contains(lines), "{text}");
    assert_eq!(text.matches("server id").count(), 1);
}
