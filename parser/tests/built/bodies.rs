//! Event bodies that servers of the present do not write.

use super::support::build::{self, Build, Head, flags};
use super::{IGNORABLE, MARIADB, MYSQL, faults, frames, text, trees};
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::row_image::Cell;
use binlight_parser::event::{self, Event};
use binlight_parser::rows;
use binlight_parser::text::Tool;
use binlight_parser::trace::{Silent, coverage};
use binlight_parser::value::Value;

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
    let shown = super::trees(&text);
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
