//! What the fuzz targets do with bytes: no panic, no hang, no unbounded memory, and what must hold holds.
//! `fuzz/` runs them guided by coverage, `tests/fuzz.rs` replays what was found and a few of the rest.

use binlight_engine::log::Log;
use binlight_parser::bytes::Span;
use binlight_parser::codes::ColumnType;
use binlight_parser::context::Context;
use binlight_parser::crypt::{FileCipher, Keys};
use binlight_parser::event::{self, transaction_payload};
use binlight_parser::gtid::{BinlogState, GtidSet, MariadbGtid};
use binlight_parser::inspect;
use binlight_parser::stream::{Frame, Framer, Step};
use binlight_parser::table::Column;
use binlight_parser::text::{Printer, Tool};
use binlight_parser::trace::coverage;
use binlight_parser::{unpack, value};

/// A target's name and what it does.
type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("framing", framing),
    ("inspect", inspect),
    ("values", values),
    ("json", json),
    ("gtid_sets", gtid_sets),
    ("decompression", decompression),
    ("payload", payload),
    ("text", text),
    ("keys", keys),
];

/// Frames of a log delivered in pieces whose sizes its own first byte tells; they must be those of the
/// log delivered whole.
pub fn framing(data: &[u8]) {
    let Some((piece, log)) = data.split_first() else {
        return;
    };
    let piece = usize::from(*piece).max(1) * 7;
    let spans = |piece: usize| -> Vec<Span> {
        let mut framer = Framer::new(Some(log.len() as u64));
        let (mut spans, mut end) = (Vec::new(), piece.min(log.len()));
        loop {
            let at = (framer.at() as usize).min(end);
            match framer.step(&log[at..end], end == log.len()) {
                Step::Need(_) => end = end.saturating_add(piece).min(log.len()),
                Step::Frame { frame, .. } => spans.push(frame.span),
                Step::Kind { .. } | Step::Skip { .. } => {}
                Step::End => return spans,
            }
        }
    };
    assert_eq!(spans(piece), spans(usize::MAX));
    let mut all = Log::default();
    each_frame(log, |frame, event| all.observe(frame, event));
}

/// Every frame of a log delivered whole, with its bytes; none of one that is not held.
fn each_frame(log: &[u8], mut f: impl FnMut(&Frame, &[u8])) {
    let mut framer = Framer::new(Some(log.len() as u64));
    loop {
        let at = framer.at() as usize;
        match framer.step(&log[at..], true) {
            Step::Frame {
                frame,
                consumed,
                held,
            } => f(&frame, if held { &log[at..at + consumed] } else { &[] }),
            Step::Kind { .. } | Step::Skip { .. } => {}
            Step::Need(_) | Step::End => return,
        }
    }
}

/// A whole log, each event annotated: the leaves tile it.
pub fn inspect(data: &[u8]) {
    let mut context = Context::default();
    each_frame(data, |frame, bytes| {
        if frame.damaged || bytes.is_empty() {
            return;
        }
        let at = frame.span.start;
        let tree = inspect::inspect_capped(bytes, at, &context, &frame.faults, 20_000);
        coverage::tiles(&tree, frame.span).unwrap();
        event::update_context(&mut context, bytes, at);
    });
}

/// A value of a column that the first four bytes describe.
pub fn values(data: &[u8]) {
    let Some(([kind, a, b, flags], rest)) = data.split_first_chunk::<4>().map(|(h, r)| (*h, r))
    else {
        return;
    };
    let column = Column {
        kind: ColumnType(kind),
        meta: u16::from_le_bytes([a, b]),
        unsigned: Some(flags & 1 != 0),
        collation: (flags & 2 != 0).then_some(u64::from(flags >> 2)),
        ..Column::default()
    };
    if let Some(extent) = value::extent::extent(&column, rest) {
        let data = &rest[extent.prefix..extent.len()];
        if let Ok(value) = value::decode(&column, data) {
            let _ = value.to_string();
        }
        let _ = value::likely::likely(&column, data);
    }
}

/// A JSON document, and a list of changes.
pub fn json(data: &[u8]) {
    let _ = value::json::text(data);
    let _ = value::json_layout::parts(data);
    if let Ok(diffs) = value::json_diff::decode(data) {
        diffs.iter().for_each(|d| drop(d.to_string()));
    }
}

/// GTID sets and positions as text: what is printed is read again as the same.
pub fn gtid_sets(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(set) = text.parse::<GtidSet>() {
        let again: GtidSet = set.to_string().parse().unwrap();
        assert_eq!(again, set);
        assert_eq!(set.union(&set), set);
        assert!(set.gaps().union(&set).to_string().len() < 1 << 24);
    }
    let mut state = BinlogState::default();
    for part in text.split(',') {
        if let Ok(gtid) = part.trim().parse::<MariadbGtid>() {
            assert_eq!(gtid.to_string().parse::<MariadbGtid>().unwrap(), gtid);
            state.add(gtid);
        }
    }
    let _ = state.to_string();
}

/// The three compressions, and what a payload holds.
pub fn decompression(data: &[u8]) {
    const CAP: usize = 1 << 20;
    if let Ok(out) = unpack::zstd(data, CAP) {
        assert!(out.len() <= CAP);
        let _ = transaction_payload::frames(&out).count();
    }
    if let Ok(out) = unpack::zlib(data, CAP) {
        assert!(out.len() <= CAP);
    }
    let _ = unpack::mariadb_column(data);
}

/// A payload of events that `data` describes, each 8 bytes: type, times it is repeated (a power of two),
/// size of its body, what the body is of, and what its header gets wrong. Its log is indexed, printed and
/// shown as a tree, all within bounds.
pub fn payload(data: &[u8]) {
    let mut events = Vec::new();
    for chunk in data.chunks_exact(8).take(64) {
        let (size, wrong) = (usize::from(chunk[2]), chunk[4]);
        let claimed = (19 + size) as u32 ^ if wrong == 1 { u32::from(chunk[5]) } else { 0 };
        let mut event = vec![0, 0, 0, 0, chunk[0], 1, 0, 0, 0];
        event.extend(claimed.to_le_bytes());
        event.extend([0, 0, 0, 0, chunk[6], chunk[7]]);
        event.extend(data.iter().skip(usize::from(chunk[3])).take(size));
        event.resize(19 + size, chunk[3]);
        let times = 1usize << (chunk[1] % 12);
        events.extend(event.iter().cycle().take(event.len() * times));
        events.truncate(64 << 10);
    }
    // Of type NONE: what unpacking does is for `decompression`.
    let fields = [2, 3, 0xfc, 255, 0, 0];
    let size = (19 + fields.len() + events.len()) as u32;
    let mut log = b"\xfebin\0\0\0\0\x28\x01\0\0\0".to_vec();
    log.extend(size.to_le_bytes());
    log.extend((4 + size).to_le_bytes());
    log.extend([0, 0]);
    log.extend(fields);
    log.extend(&events);
    let mut all = Log::default();
    each_frame(&log, |frame, event| all.observe(frame, event));
    let inner = all.index().totals.inner_events;
    assert!(inner <= events.len() as u64 / 19 + 1, "{inner} events");
    assert_eq!(inner == 0, events.is_empty());
    inspect(&log);
    text(&log);
}

/// A log as both tools print it.
pub fn text(data: &[u8]) {
    for tool in [Tool::Mysqlbinlog, Tool::MariadbBinlog] {
        let mut printer = Printer::new(tool, Context::default(), data.len().is_multiple_of(2));
        let mut out = Vec::new();
        each_frame(data, |frame, bytes| {
            if !frame.damaged && !bytes.is_empty() {
                printer.event(&mut out, bytes, frame.span.start);
                out.clear();
            }
        });
        printer.end(&mut out);
    }
}

/// Key files, and headers of encrypted logs.
pub fn keys(data: &[u8]) {
    let mut keys = Keys::default();
    let _ = keys.read(data, Some("password"));
    let _ = FileCipher::open(data, &keys);
}
