//! What real logs of other hands showed, each as a log built here. The lines expected of the tools are
//! theirs: these logs were given to `mysqlbinlog` 9.7 and `mariadb-binlog` 11.8.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::row_image::Cell;
use binlight_parser::event::{self, Event, transaction_payload as payload};
use binlight_parser::stream::Frame;
use binlight_parser::text::{Printer, Tool};
use binlight_parser::trace::{FieldTree, Silent, coverage};
use binlight_parser::value::Value;
use binlight_parser::{inspect, limits, rows};
use support::build::{self, Build, Head, ends_at, flags};

const MYSQL: &str = "8.0.46";
const MARIADB: &str = "10.11.19-MariaDB-log";
const IGNORABLE: u16 = 0x80;
const RELAY_LOG: u16 = 0x40;

/// The log as its flavour's tool prints it.
fn text(log: &Build) -> String {
    let tool = if log.bytes.windows(7).any(|w| w == b"MariaDB") {
        Tool::MariadbBinlog
    } else {
        Tool::Mysqlbinlog
    };
    let mut printer = Printer::new(tool, Context::default(), false);
    let mut out = Vec::new();
    printer.begin(&mut out);
    for frame in frames(log) {
        let range = frame.span.start as usize..frame.span.end() as usize;
        if frame.damaged {
            printer.damaged(&mut out, frame.span.start, "damaged");
        } else {
            printer.event(&mut out, &log.bytes[range], frame.span.start);
        }
    }
    printer.end(&mut out);
    String::from_utf8(out).unwrap()
}

fn frames(log: &Build) -> Vec<Frame> {
    support::frames(&log.bytes, usize::MAX).1
}

/// The tree of each event, and each proven to tile it.
fn trees(log: &Build) -> Vec<FieldTree> {
    let mut trees = Vec::new();
    support::each_tree(&log.bytes, |frame, _, tree| {
        coverage::tiles(tree, frame.span).unwrap();
        trees.push(tree.clone());
    });
    trees
}

/// Codes of all faults of a log.
fn faults(log: &Build) -> Vec<&'static str> {
    let trees = trees(log);
    let faults = trees.iter().flat_map(|t| &t.faults);
    faults.map(|f| f.code()).collect()
}

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

const AUTOMATIC: &str = "GTID_NEXT= 'AUTOMATIC'";

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

#[test]
fn what_may_be_ignored_is_no_fault() {
    for t in [28, 50, 101, 201].map(EventType) {
        let log = Build::of(MYSQL)
            .event(t, &[b"abc"], flags(IGNORABLE))
            .query("x");
        let trees = trees(&log);
        assert!(faults(&log).is_empty(), "{t}");
        assert!(trees[1].find("body.data").is_some(), "{t}");
        let lines = "\tIgnorable\n# Unrecognized ignorable event\n# at ";
        assert!(text(&log).contains(lines), "{t}");
    }
    let mariadb = Build::of(MARIADB)
        .event(EventType(101), &[b"abc"], flags(IGNORABLE))
        .event(EventType::HEARTBEAT, &[b"abc"], flags(IGNORABLE));
    assert!(faults(&mariadb).is_empty());
    let text = text(&mariadb);
    assert!(text.contains("\tIgnorable\n# Ignorable event type 101 (Unknown)\n"));
    assert!(text.contains("\tIgnorable\n# Ignorable event type 27 (Heartbeat)\n"));
    // Without the flag it is one that nobody writes, and the events around it are there.
    let unknown = Build::of(MYSQL)
        .event(EventType(201), &[b"abc"], flags(0))
        .query("x");
    assert_eq!(faults(&unknown), ["E207"]);
    assert_eq!(frames(&unknown).len(), 3);
}

#[test]
fn an_unknown_status_variable_costs_what_follows_it() {
    // flags2, sql_mode, a vendor's, auto_increment.
    let status = [
        &[0, 0, 0, 0, 4][..],
        &[1],
        &1u64.to_le_bytes(),
        &[100, 1, 2, 3],
        &[3, 1, 0, 2, 0],
    ]
    .concat();
    let log = Build::of(MYSQL).query_with(&status, "UPDATE t SET a = 1");
    assert_eq!(faults(&log), ["E306"]);
    let trees = trees(&log);
    assert_eq!(coverage::unknown_bytes(&trees[1]), 3 + 5);
    let mut context = Context::default();
    let frames = frames(&log);
    for frame in &frames {
        let bytes = &log.bytes[frame.span.start as usize..frame.span.end() as usize];
        event::update_context(&mut context, bytes, 0);
        if let Some(Event::Query(query)) = event::decode_body(bytes, &context) {
            assert_eq!(query.status.sql_mode, Some(1));
            assert_eq!(query.status.flags2, Some(0x0400_0000));
            assert_eq!(query.status.auto_increment, None);
            assert_eq!(&query.sql[..], b"UPDATE t SET a = 1");
        }
    }
    assert!(text(&log).contains("SET @@session.sql_mode=1/*!*/;"));
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

#[test]
fn names_of_xa_transactions_have_their_limits() {
    let prepare = |gtrid: u32, bqual: u32| {
        let name = vec![b'A'; (gtrid + bqual) as usize];
        let fixed = [
            &[0][..],
            &1u32.to_le_bytes(),
            &gtrid.to_le_bytes(),
            &bqual.to_le_bytes(),
        ];
        let body = [&fixed.concat(), &name[..]].concat();
        Build::of(MYSQL).event(EventType::XA_PREPARE, &[&body], Head::default())
    };
    assert!(faults(&prepare(64, 64)).is_empty());
    assert_eq!(faults(&prepare(65, 64)), ["E302"]);
    assert_eq!(faults(&prepare(0, 70)), ["E302"]);
    let group = |len: u8| {
        let body = [
            &8u64.to_le_bytes()[..],
            &[0, 0, 0, 0, 64],
            &1u32.to_le_bytes(),
            &[len, 0],
            &vec![b'A'; usize::from(len)],
        ];
        Build::of(MARIADB).event(EventType::MARIADB_GTID, &body, Head::default())
    };
    assert!(faults(&group(64)).is_empty());
    assert_eq!(faults(&group(65)), ["E302"]);
}

/// Table maps before 5.1.18 end after the column types.
#[test]
fn a_table_map_without_metadata_is_decoded() {
    let log = |types: &[u8], row: &[u8]| {
        let map = build::table_body(types, None);
        let width = types.len() as u8;
        let head = [9, 0, 0, 0, 0, 0, 1, 0, width, 0xff];
        Build::empty(false)
            .description("5.1.17-beta-log", Head::default())
            .event(EventType::TABLE_MAP, &[&map], Head::default())
            .event(EventType::WRITE_ROWS_V1, &[&head, row], Head::default())
    };
    // INT, DOUBLE: their values are as long as the type says.
    let numbers = log(&[3, 5], &[0xfc, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
    assert!(faults(&numbers).is_empty());
    let trees = trees(&numbers);
    let node = trees[1].find("body.metadata").unwrap();
    assert!(trees[1].nodes[node].meaning.starts_with("absent"));
    assert_eq!(
        trees[1].nodes[trees[1].find("body.table.name").unwrap()].value,
        "\"t\""
    );
    assert_eq!(coverage::unknown_bytes(&trees[2]), 0);
    // INT, VARCHAR: the number is there, the text's length may have one byte or two.
    let text = log(&[3, 15], &[0xfc, 7, 0, 0, 0, 2, b'h', b'i']);
    assert_eq!(faults(&text), ["E402"]);
    let shown = self::trees(&text);
    assert!(shown[2].nodes.iter().any(|n| n.value == "7"));
}

/// MariaDB 10.0's TIMESTAMP(1) is stored in five bytes, and nothing in the log says so: what is read until
/// that shows stands, in the rows as in the tool's text.
#[test]
fn rows_before_one_that_cannot_be_read_stand() {
    let map = build::table_body(&[3, 7], Some(&[]));
    let head = [9, 0, 0, 0, 0, 0, 1, 0, 2, 0xff];
    let row = [0xfc, 1, 0, 0, 0, 0x65, 0x93, 0x7d, 0x25, 6];
    let log = Build::of(MARIADB)
        .event(EventType::TABLE_MAP, &[&map], Head::default())
        .event(EventType::WRITE_ROWS_V1, &[&head, &row], Head::default());
    let mut context = Context::default();
    let frames = frames(&log);
    let bytes = |n: usize| &log.bytes[frames[n].span.start as usize..frames[n].span.end() as usize];
    for n in 0..2 {
        event::update_context(&mut context, bytes(n), 0);
    }
    let page = rows::page(bytes(2), frames[2].span.start, &context, 0, 10);
    assert_eq!((page.total, page.changes.len()), (1, 1));
    assert_eq!(page.table.as_ref().unwrap().name, "t");
    assert_eq!(
        page.faults.iter().map(|f| f.code()).collect::<Vec<_>>(),
        ["E301"]
    );
    assert_eq!(faults(&log), ["E301"]);
    // The tool takes the four bytes for a number, lowest first, as the rows do.
    let after = page.changes[0].after.as_ref().unwrap();
    assert_eq!(after[1], Cell::Value(Value::Timestamp(0x257d_9365, 0, 0)));
    let text = text(&log);
    assert!(
        text.contains("###   @2=628986725 /* TIMESTAMP meta=0"),
        "{text}"
    );
}

/// A payload of `count` events of 19 bytes, packed: few bytes of file.
fn bomb(count: usize) -> Build {
    let event = build::event(0, EventType::STOP, &[], ends_at(0), false);
    let events = event.repeat(count);
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let packed = ruzstd::encoding::compress_to_vec(events.as_slice(), level);
    let number = |n: usize| [&[0xfe][..], &(n as u64).to_le_bytes()].concat();
    let fields = [
        &[2, 1, 0, 3, 9][..],
        &number(events.len()),
        &[1, 9],
        &number(packed.len()),
        &[0],
    ]
    .concat();
    Build::of(MYSQL)
        .query("x")
        .event(
            EventType::TRANSACTION_PAYLOAD,
            &[&fields, &packed],
            Head::default(),
        )
        .query("y")
}

/// A million events out of a few hundred bytes: they come one by one, a tree shows some, and past the
/// cap one stretch tells of the rest.
#[test]
fn a_payload_of_very_many_events_is_bounded() {
    let extra = 1000;
    let log = bomb(limits::INNER_EVENTS + extra);
    assert!(log.bytes.len() < 64 << 10, "{}", log.bytes.len());
    let outer = frames(&log);
    assert_eq!(outer.len(), 4);
    let mut context = Context::default();
    let bytes = |n: usize| &log.bytes[outer[n].span.start as usize..outer[n].span.end() as usize];
    event::update_context(&mut context, bytes(0), 4);
    let events = payload::unpack_event(bytes(2), 0, &context).unwrap();
    let (mut whole, mut rest) = (0, None);
    for frame in payload::frames(&events) {
        assert!(rest.is_none(), "nothing follows the rest");
        if frame.damaged {
            rest = Some(frame);
        } else {
            assert_eq!(frame.span.len, 19);
            whole += 1;
        }
    }
    assert_eq!(whole, limits::INNER_EVENTS);
    let rest = rest.unwrap();
    assert_eq!(rest.span.len as usize, extra * 19);
    assert_eq!(rest.faults[0].code(), "E308");
    // The tree is capped, and tiles all the same.
    let tree = inspect::inspect(bytes(2), outer[2].span.start, &context, &[]);
    assert!(tree.nodes.len() < 2 * limits::TREE_NODES);
    coverage::tiles(&tree, outer[2].span).unwrap();
    // A listing of text stops where it is told to.
    let mut printer = Printer::new(Tool::Mysqlbinlog, context.clone(), false).limited(1 << 20);
    let mut out = Vec::new();
    printer.event(&mut out, bytes(2), outer[2].span.start);
    assert!(printer.is_cut() && out.len() < 2 << 20);
    // Exactly as many as the cap are no fault.
    let events = &events[..limits::INNER_EVENTS * 19];
    assert_eq!(payload::frames(events).filter(|f| f.damaged).count(), 0);
}

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

/// Each way in which a payload stays closed has its reason.
#[test]
fn a_payload_that_stays_closed_says_why() {
    let why = |frame: &Frame, bytes: &[u8]| {
        let opened = payload::unpack_frame(frame, bytes, &Context::default());
        opened.map_or_else(|fault| fault.code(), |_| "opened")
    };
    let log = |body: &[u8]| {
        let log = Build::empty(false);
        log.event(EventType::TRANSACTION_PAYLOAD, &[body], Head::default())
    };
    for (body, code) in [
        (&[2, 3, 0xfc, 255, 0, 0, 1, 2, 3][..], "opened"),
        (&[2, 1, 9, 0, 1, 2, 3], "E503"),
        (&[2, 1, 0, 0, 1, 2, 3], "E501"),
        (&[2, 200], "E302"),
    ] {
        let log = log(body);
        assert_eq!(why(&frames(&log)[0], &log.bytes[4..]), code);
    }
    let log = log(&[2, 3, 0xfc, 255, 0, 0, 1, 2, 3]);
    let long = Frame {
        prefix: Some(log.bytes[4..].to_vec()),
        ..frames(&log)[0].clone()
    };
    assert_eq!(why(&long, &log.bytes[4..]), "E505");
}

/// START_V3 of 4.1 stands for the lengths that its server knew.
#[test]
fn load_data_of_4_1_is_decoded() {
    let mut version = b"4.1.22-log".to_vec();
    version.resize(50, 0);
    let fixed: [&[u8]; 5] = [
        &11u32.to_le_bytes(),
        &2u32.to_le_bytes(),
        &0u32.to_le_bytes(),
        &[1, 4],
        &1u32.to_le_bytes(),
    ];
    let fixed = fixed.concat();
    let tail = b"\x01,\x00\x01\n\x00\x01\\\x00\x01a\0t\0test\0";
    let mut log = Build::empty(false).event(
        EventType::START_V3,
        &[&3u16.to_le_bytes(), &version, &build::TIME.to_le_bytes()],
        Head::default(),
    );
    let id = 9u32.to_le_bytes();
    for (t, body) in [
        (
            EventType::CREATE_FILE,
            vec![&fixed[..], &id, tail, b"/tmp/x\0", b"1\n"],
        ),
        (EventType::APPEND_BLOCK, vec![&id, b"2\n"]),
        (EventType::EXEC_LOAD, vec![&id]),
        (EventType::NEW_LOAD, vec![&fixed[..], tail, b"/tmp/x"]),
    ] {
        log = log.event(t, &body, Head::default());
    }
    assert!(faults(&log).is_empty());
    let trees = trees(&log);
    assert!(trees.iter().all(|t| coverage::unknown_bytes(t) == 0));
    for (n, path, value) in [
        (1, "body.table", "\"t\""),
        (1, "body.file_id", "9"),
        (1, "body.block", "\"1\\n\""),
        (4, "body.post_header.database_length", "4"),
        (4, "body.file_name", "\"/tmp/x\""),
    ] {
        let node = trees[n].find(path).unwrap_or_else(|| panic!("no {path}"));
        assert_eq!(trees[n].nodes[node].value, value);
    }
}

/// 5.1's betas of MariaDB call themselves so.
#[test]
fn maria_is_mariadb() {
    let log = Build::empty(false).description("5.1.38-maria-beta-log", Head::default());
    let bytes = &log.bytes[4..];
    let event = event::decode(
        bytes,
        binlight_parser::bytes::Space::FILE,
        4,
        &Context::default(),
        &mut Silent::default(),
    );
    let Some(Event::Format(format)) = event else {
        panic!("{event:?}")
    };
    assert_eq!(Tool::of(format.flavour), Tool::MariadbBinlog);
}

/// Logs whose text the servers' tools made, beside them in `tests/fixtures` (`make/edges.sh`).
fn edges() -> [(&'static str, Build); 4] {
    let artificial = Head {
        time: 0,
        flags: 0x20,
        end: Some(0),
    };
    let rotate = |log: Build| {
        let body = [&4u64.to_le_bytes()[..], b"source.000001"];
        log.event(EventType::ROTATE, &body, artificial)
    };
    let relay = Build::empty(true)
        .description(MYSQL, flags(RELAY_LOG))
        .previous();
    let relay = rotate(relay).description(MYSQL, ends_at(120));
    let relay = relay.gtid().query("BEGIN").table().insert(true, true).xid();
    let relay = rotate(relay).description(MYSQL, ends_at(0)).gtid();
    let relay = rotate(relay)
        .description(MYSQL, ends_at(120))
        .query("BEGIN");
    let relay = relay.description(MYSQL, flags(RELAY_LOG)).query("COMMIT");
    let unfinished = Build::of(MYSQL)
        .previous()
        .gtid()
        .query("BEGIN")
        .table()
        .insert(true, false);
    let ignored = [28, 50, 101].map(EventType).into_iter();
    let ignored = ignored.fold(Build::of(MYSQL), |log, t| {
        log.event(t, &[b"abc"], flags(IGNORABLE))
    });
    let mariadb = Build::of(MARIADB)
        .query("BEGIN")
        .table()
        .insert(false, false);
    let mariadb = mariadb.query("x").table().insert(false, true);
    let mariadb = mariadb
        .event(EventType(101), &[b"abc"], flags(IGNORABLE))
        .event(EventType::HEARTBEAT, &[b"abc"], flags(IGNORABLE))
        .table()
        .insert(false, false)
        .event(
            EventType::START_ENCRYPTION,
            &[&[1], &1u32.to_le_bytes(), b"nonce of 12b"],
            Head::default(),
        );
    [
        ("mysql-9.7/edge-relay", relay),
        ("mysql-9.7/edge-unfinished", unfinished),
        ("mysql-9.7/edge-ignorable", ignored.query("x")),
        ("mariadb-10.11/edge-unfinished", mariadb),
    ]
}

/// `BLESS=1` writes them anew; then the tools must print them anew.
#[test]
fn the_edge_logs_of_the_fixtures_are_these() {
    for (name, log) in edges() {
        let path = support::repository().join(format!("tests/fixtures/{name}.binlog"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &log.bytes).unwrap();
        }
        assert!(std::fs::read(&path).unwrap() == log.bytes, "{name}");
    }
}
