//! Events that no log at hand has, built by hand after the servers' sources: every byte named, and
//! any cut or flipped byte survived.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::bytes::Span;
use binlight_parser::codes::EventType;
use binlight_parser::context::{Context, Flavour, Format};
use binlight_parser::inspect;
use binlight_parser::text::{Printer, Tool};
use binlight_parser::trace::{FieldTree, coverage};
use std::sync::Arc;

/// An event of type `t` without checksum: its header and `body`.
fn event(t: EventType, body: &[&[u8]]) -> Vec<u8> {
    let body = body.concat();
    let size = 19 + body.len() as u32;
    let mut bytes = vec![0; 4];
    bytes.push(t.0);
    bytes.extend(7u32.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(body);
    bytes
}

fn inspected(bytes: &[u8], flavour: Flavour) -> FieldTree {
    let format = Format {
        binlog_version: 4,
        flavour,
        header_len: 19,
        ..Format::default()
    };
    let context = Context::new(Arc::new(format));
    inspect::inspect(bytes, 0, &context, &[])
}

/// Checks the fields by path and shown value, and that every byte belongs to one of them.
fn check(t: EventType, flavour: Flavour, body: &[&[u8]], fields: &[(&str, &str)]) {
    let bytes = event(t, body);
    let tree = inspected(&bytes, flavour);
    assert_eq!(tree.faults, [], "{t}");
    coverage::tiles(&tree, Span::file(0, bytes.len() as u64)).unwrap();
    assert_eq!(coverage::unknown_bytes(&tree), 0, "{t}: a byte has no name");
    for (path, shown) in fields {
        let node = tree.find(path).unwrap_or_else(|| panic!("{t}: no {path}"));
        assert_eq!(&tree.nodes[node].value, shown, "{t}: {path}");
    }
    // Whatever happens to it, it is shown, and nothing panics.
    for end in 0..bytes.len() {
        inspected(&bytes[..end], flavour);
    }
    for i in 19..bytes.len() {
        for value in [0, 0x7f, 0xff] {
            let mut flipped = bytes.clone();
            flipped[i] = value;
            let tree = inspected(&flipped, flavour);
            coverage::tiles(&tree, Span::file(0, bytes.len() as u64)).unwrap();
        }
    }
}

const MYSQL: Flavour = Flavour::Mysql;

#[test]
fn load_data_of_old_servers() {
    let fixed: &[&[u8]] = &[
        &11u32.to_le_bytes(),
        &2u32.to_le_bytes(),
        &1u32.to_le_bytes(),
        &[2, 4],
        &2u32.to_le_bytes(),
    ];
    let names: &[&[u8]] = &[&[1, 2], b"a\0", b"bc\0", b"t1\0", b"test\0"];
    let texts: &[&[u8]] = &[b"\x01,", b"\x01\"", b"\x01\n", b"\x00", b"\x01\\", &[4]];
    let new = [fixed, texts, names, &[b"/tmp/x.txt"]].concat();
    let fields = [
        ("body.post_header.skip_lines", "1"),
        ("body.separators.field_terminator", "\",\""),
        ("body.field[1]", "\"bc\""),
        ("body.table", "\"t1\""),
        ("body.database", "\"test\""),
        ("body.file_name", "\"/tmp/x.txt\""),
    ];
    check(EventType::NEW_LOAD, MYSQL, &new, &fields);
    let old = [fixed, &[b",\"\n\0\\", &[4], &[8]], names, &[b"/tmp/x.txt"]].concat();
    check(EventType::LOAD, MYSQL, &old, &fields);
    let id = 9u32.to_le_bytes();
    let create = [fixed, &[&id], texts, names, &[b"/tmp/x.txt\0", b"1,2\n"]].concat();
    check(EventType::CREATE_FILE, MYSQL, &create, &fields);
    check(
        EventType::CREATE_FILE,
        MYSQL,
        &create,
        &[("body.file_id", "9"), ("body.block", "\"1,2\\n\"")],
    );
    check(
        EventType::APPEND_BLOCK,
        MYSQL,
        &[&id, b"3,4\n"],
        &[("body.file_id", "9")],
    );
    check(
        EventType::DELETE_FILE,
        MYSQL,
        &[&id],
        &[("body.file_id", "9")],
    );
    check(
        EventType::EXEC_LOAD,
        MYSQL,
        &[&id],
        &[("body.file_id", "9")],
    );
}

#[test]
fn group_replication() {
    let uuid = b"3e11fa47-71ca-11e1-9e33-c80aa9429562";
    let context: &[&[u8]] = &[
        &[36],
        &5u32.to_le_bytes(),
        &[0],
        &3u32.to_le_bytes(),
        &2u32.to_le_bytes(),
        &0u32.to_le_bytes(),
        uuid,
        b"abc",
        b"\x02\x00hi",
        b"\x01\x00x",
    ];
    check(
        EventType::TRANSACTION_CONTEXT,
        MYSQL,
        context,
        &[("body.post_header.write_set_size", "2")],
    );
    let view: &[&[u8]] = &[
        &[b'v'; 40],
        &77u64.to_le_bytes(),
        &1u32.to_le_bytes(),
        b"\x03\x00key",
        b"\x05\x00\x00\x00value",
    ];
    check(
        EventType::VIEW_CHANGE,
        MYSQL,
        view,
        &[("body.post_header.seq_number", "77")],
    );
}

#[test]
fn others() {
    check(
        EventType::INCIDENT,
        MYSQL,
        &[&[1, 0], b"\x04lost"],
        &[("body.message", "\"lost\"")],
    );
    check(EventType::IGNORABLE, MYSQL, &[b"\x01\x02"], &[]);
    check(
        EventType::SLAVE,
        MYSQL,
        &[
            &4u64.to_le_bytes(),
            &3306u16.to_le_bytes(),
            b"host\0",
            b"bin.1",
        ],
        &[("body.master_port", "3306")],
    );
    let large: &[&[u8]] = &[&[1], &1000u64.to_le_bytes(), &[16], &[0; 9]];
    check(
        EventType::LARGE_TRANSACTION_HEADER,
        MYSQL,
        large,
        &[("body.terminating_event_offset", "1000")],
    );
    let fragment: &[&[u8]] = &[
        &2u32.to_le_bytes(),
        &1u32.to_le_bytes(),
        &[1],
        &99u64.to_le_bytes(),
        b"rows",
    ];
    check(
        EventType::PARTIAL_ROW_DATA,
        Flavour::Mariadb,
        fragment,
        &[("body.original_size", "99")],
    );
    let encryption: &[&[u8]] = &[&[1], &1u32.to_le_bytes(), &[9; 12]];
    check(
        EventType::START_ENCRYPTION,
        Flavour::Mariadb,
        encryption,
        &[("body.key_version", "1")],
    );
}

#[test]
fn rows_before_ga_and_perconas_encryption() {
    check(
        EventType::PRE_GA_UPDATE_ROWS,
        Flavour::Mysql,
        &[&[9, 0, 0, 0, 0, 0], &[1, 0], &[3], &[7], b"records"],
        &[
            ("body.post_header.table_id", "9"),
            ("body.column_count", "3"),
            ("body.columns", "111"),
        ],
    );
    check(
        EventType::START_ENCRYPTION,
        Flavour::Mysql,
        &[&[1], &2u32.to_le_bytes(), b"nonce of 12b"],
        &[("body.key_version", "2")],
    );
}

/// A log of MySQL 3.23: headers of 13 bytes, no positions, no flags.
#[test]
fn a_log_of_3_23_is_read_and_printed() {
    let event = |t: EventType, time: u32, body: &[&[u8]]| -> Vec<u8> {
        let body = body.concat();
        let mut bytes = time.to_le_bytes().to_vec();
        bytes.push(t.0);
        bytes.extend(1u32.to_le_bytes());
        bytes.extend((13 + body.len() as u32).to_le_bytes());
        bytes.extend(body);
        bytes
    };
    let mut version = b"3.23.58-log".to_vec();
    version.resize(50, 0);
    let created = 1_000_000_000u32.to_le_bytes();
    let log = [
        b"\xfebin".to_vec(),
        event(
            EventType::START_V3,
            1_000_000_000,
            &[&[1, 0], &version, &created],
        ),
        event(
            EventType::QUERY,
            1_000_000_001,
            &[
                &7u32.to_le_bytes(),
                &[0; 4],
                &[4],
                &[0, 0],
                b"shop\0",
                b"DELETE FROM t",
            ],
        ),
        event(
            EventType::INTVAR,
            1_000_000_001,
            &[&[2], &9u64.to_le_bytes()],
        ),
        event(EventType::ROTATE, 1_000_000_002, &[b"log.002"]),
        event(EventType::STOP, 1_000_000_003, &[]),
    ]
    .concat();
    let types = |log: &[u8], piece: usize| -> Vec<EventType> {
        let frames = support::frames(log, piece).1;
        frames
            .iter()
            .filter(|f| !f.damaged)
            .map(|f| f.header.event_type)
            .collect()
    };
    let all = [
        EventType::START_V3,
        EventType::QUERY,
        EventType::INTVAR,
        EventType::ROTATE,
        EventType::STOP,
    ];
    for piece in [1, 13, 20, usize::MAX] {
        assert_eq!(types(&log, piece), all);
    }
    let (mut shown, mut out) = (Vec::new(), Vec::new());
    let mut printer = Printer::new(Tool::Mysqlbinlog, Context::default(), false);
    support::each_tree(&log, |frame, bytes, tree| {
        assert_eq!(tree.faults, [], "{:?}", frame.header);
        coverage::tiles(tree, frame.span).unwrap();
        assert_eq!(coverage::unknown_bytes(tree), 0);
        shown.push(tree.find("header.log_pos").is_some());
        printer.event(&mut out, bytes, frame.span.start);
    });
    assert_eq!(shown, [false; 5]);
    let text = String::from_utf8(out).unwrap();
    assert!(
        text.contains("Start: binlog v 1, server v 3.23.58-log created 010909  1:46:40 at startup")
    );
    assert!(text.contains("use `shop`/*!*/;\nSET TIMESTAMP=1000000001/*!*/;"));
    assert!(text.contains("DELETE FROM t\n/*!*/;"));
    assert!(text.contains("Rotate to log.002  pos: 4"));
    // Cut and flipped, it comes to an end, and what is before the damage is there.
    for at in 4..log.len() {
        assert!(types(&log[..at], usize::MAX).len() <= 5);
        let mut flipped = log.clone();
        flipped[at] ^= 0xff;
        let _ = types(&flipped, 64);
    }
}

/// A TRANSACTION_PAYLOAD with these fields (type, value) before `payload`.
fn payload_event(fields: &[(u8, u64)], payload: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, value) in fields {
        let mut number = vec![0xfe];
        number.extend(value.to_le_bytes());
        body.extend([*kind, number.len() as u8]);
        body.extend(number);
    }
    body.push(0);
    body.extend(payload);
    event(EventType::TRANSACTION_PAYLOAD, &[&body])
}

#[test]
fn payloads_that_are_plain_nested_or_lie() {
    let xid = event(EventType::XID, &[&7u64.to_le_bytes()]);
    let inside = |tree: &FieldTree| tree.spaces.len() == 1;
    // Type NONE: the events as they are.
    let size = xid.len() as u64;
    let plain = payload_event(&[(1, size), (2, 255), (3, size)], &xid);
    let tree = inspected(&plain, Flavour::Mysql);
    assert_eq!(tree.faults, []);
    assert!(inside(&tree) && tree.spaces[0] == xid);
    coverage::tiles(&tree, Span::file(0, plain.len() as u64)).unwrap();
    // A size that lies is said to, and the events are there all the same.
    let lying = payload_event(&[(1, size), (2, 255), (3, size + 5)], &xid);
    let tree = inspected(&lying, Flavour::Mysql);
    assert_eq!(
        tree.faults.iter().map(|f| f.code()).collect::<Vec<_>>(),
        ["E504"]
    );
    assert!(inside(&tree));
    // One in another stays closed: no server nests them.
    let nested = payload_event(&[(2, 255)], &plain);
    let tree = inspected(&nested, Flavour::Mysql);
    assert_eq!(tree.spaces.len(), 1, "the inner payload is not opened");
    coverage::tiles(&tree, Span::file(0, nested.len() as u64)).unwrap();
    // An unknown algorithm, and zstd that is none.
    for (algorithm, code) in [(9, "E503"), (0, "E501")] {
        let tree = inspected(&payload_event(&[(2, algorithm)], &xid), Flavour::Mysql);
        assert_eq!(tree.faults[0].code(), code);
    }
    for end in 0..nested.len() {
        inspected(&nested[..end], Flavour::Mysql);
    }
}
