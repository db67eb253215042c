//! Payload events: how many events one may hold, and why one stays closed.

use super::support::build::{self, Build, Head, ends_at};
use super::{MYSQL, frames};
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::{self, transaction_payload as payload};
use binlight_parser::stream::Frame;
use binlight_parser::text::{Printer, Tool};
use binlight_parser::trace::coverage;
use binlight_parser::{inspect, limits};

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
