use super::*;
use crate::limits::INNER_EVENTS;
use binlight_parser::stream::{Framer, Step};

/// A payload of so many STOP events of 19 bytes, without FORMAT_DESCRIPTION before it.
fn payload(events: usize) -> Vec<u8> {
    let event = |t: EventType, body: &[u8]| {
        let size = (19 + body.len()) as u32;
        let head = [&[0; 4][..], &[t.0], &[1, 0, 0, 0], &size.to_le_bytes()];
        [head.concat().as_slice(), &[0; 6], body].concat()
    };
    let events = event(EventType::STOP, &[]).repeat(events);
    let body = [&[2, 3, 0xfc, 255, 0, 0][..], &events].concat();
    event(EventType::TRANSACTION_PAYLOAD, &body)
}

#[derive(Default)]
struct Told {
    events: usize,
    unopened: usize,
}

impl Observer for Told {
    fn event(&mut self, _: &Index, _: EventNo, _: &EventRow, _: &[u8], _: &Context) {
        self.events += 1;
    }

    fn unopened(&mut self) {
        self.unopened += 1;
    }
}

/// A builder to which so many payloads of 1000 events came after `before` other events in payloads.
fn built(before: u64, payloads: usize) -> (IndexBuilder, Told) {
    let bytes = payload(1000).repeat(payloads);
    let (mut builder, mut told) = (IndexBuilder::default(), Told::default());
    builder.index.totals.inner_events = before;
    let mut framer = Framer::bare(bytes.len() as u64);
    while let Step::Frame { frame, .. } = framer.step(&bytes[framer.at() as usize..], true) {
        builder.observe(&frame, &bytes[frame.span.in_memory()], 0, &mut told);
    }
    (builder, told)
}

#[test]
fn payloads_past_the_cap_of_a_log_stay_closed() {
    let (builder, told) = built(INNER_EVENTS - 1500, 50);
    assert_eq!((told.events, told.unopened), (50 + 2 * 1000, 48));
    let index = builder.index();
    assert_eq!(index.events.len(), told.events);
    let codes = |f: &(EventNo, Fault)| f.1.code() == "E506";
    assert_eq!(index.faults.iter().filter(|f| codes(f)).count(), 48);
    // The last of them, which was opened, is without fault.
    assert_eq!(index.faults_of(EventNo(1001)).count(), 0);
    assert_eq!(index.faults_of(EventNo(2002)).count(), 1);
}

#[test]
fn a_part_with_more_events_in_payloads_than_there_is_room_for_is_not_taken() {
    let (part, _) = built(0, 1);
    assert!(built(INNER_EVENTS - 1001, 0).0.admits(&part));
    assert!(!built(INNER_EVENTS - 1000, 0).0.admits(&part));
}
