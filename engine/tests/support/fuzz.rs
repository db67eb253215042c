//! What the fuzz targets do with bytes: no panic, no hang, no unbounded memory, and what must hold holds.
//! `fuzz/` runs them guided by coverage, `tests/fuzz.rs` replays what was found and a few of the rest.

#[path = "split.rs"]
mod passes;

use binlight_engine::log::Log;
use binlight_parser::codes::ColumnType;
use binlight_parser::context::Context;
use binlight_parser::crypt::{FileCipher, Keys, LogFramer};
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
    ("split", split),
    ("inspect", inspect),
    ("values", values),
    ("json", json),
    ("gtid_sets", gtid_sets),
    ("decompression", decompression),
    ("payload", payload),
    ("text", text),
    ("keys", keys),
];

/// Frames and index of a log delivered in pieces, whose size its own first byte tells, are those of the
/// log delivered whole; with keys, too, with which the events of a log may be encrypted.
pub fn framing(data: &[u8]) {
    let Some((piece, log)) = data.split_first() else {
        return;
    };
    let piece = usize::from(*piece).max(1);
    let whole = delivered(log, usize::MAX);
    assert_eq!(delivered(log, piece), whole);
    assert_eq!(delivered(log, piece * 61), whole);
}

/// Frames and index of a log that comes in pieces of so many bytes.
fn delivered(log: &[u8], piece: usize) -> (Vec<Frame>, String) {
    const KEYS: &[u8] = include_bytes!("../../../tests/fixtures/mariadb-10.11-encrypted/keys.txt");
    let mut keys = Keys::default();
    keys.read(KEYS, None).unwrap();
    let mut framer = LogFramer::new(Some(log.len() as u64));
    let mut bytes = log.to_vec();
    let (mut all, mut frames) = (Log::default(), Vec::new());
    let mut end = piece.min(bytes.len());
    loop {
        let at = framer.at() as usize;
        match framer.step(&keys, &mut bytes[at..end.max(at)], end == log.len()) {
            Step::Need(_) if end == log.len() => break,
            Step::Need(_) => end = end.saturating_add(piece).min(log.len()),
            Step::Frame {
                frame,
                consumed,
                held,
            } => {
                let event = if held { &bytes[at..at + consumed] } else { &[] };
                all.observe(&frame, event);
                frames.push(frame);
            }
            Step::Kind { .. } | Step::Skip { .. } => {}
            Step::End => break,
        }
    }
    (frames, passes::told(&all))
}

/// A log read by parts is the log read by one pass. The first bytes say what is put before the rest,
/// whether its positions and checksums are mended, and where it is cut.
pub fn split(data: &[u8]) {
    let Some(([kind, low, high, cuts], rest)) = data.split_first_chunk::<4>() else {
        return;
    };
    let Some((cuts, rest)) = rest.split_at_checked(usize::from(cuts % 8) * 2) else {
        return;
    };
    let mut log = match kind % 4 {
        0 => Vec::new(),
        1 => beginning(MYSQL, true),
        2 => beginning(MYSQL, false),
        _ => beginning(MARIADB, true),
    };
    let (head, checksums) = (log.len(), kind % 4 != 2);
    log.extend(rest);
    if kind & 4 != 0 {
        mend(&mut log, head.max(4), checksums);
    }
    let place =
        |low: u8, high: u8| u64::from(u16::from_le_bytes([low, high])) % (log.len() as u64 + 1);
    let mut cuts: Vec<u64> = cuts.chunks_exact(2).map(|c| place(c[0], c[1])).collect();
    cuts.sort_unstable();
    let piece = [usize::MAX, 700, 61, 19][usize::from(kind >> 3) % 4];
    let one = passes::told(&passes::single(&log));
    let (many, _) = passes::split(&log, place(*low, *high), &cuts, piece);
    assert_eq!(passes::told(&many), one);
}

const MYSQL: &[u8] = include_bytes!("../../../public/samples/mysql-9.7.binlog");
const MARIADB: &[u8] = include_bytes!("../../../public/samples/mariadb-10.11.binlog");

/// The magic bytes and the format description of a log, which may say that there are no checksums.
fn beginning(log: &[u8], checksums: bool) -> Vec<u8> {
    let size = u32::from_le_bytes(*log[13..].first_chunk().unwrap()) as usize;
    let mut log = log[..4 + size].to_vec();
    if !checksums {
        let end = log.len();
        log[end - 5] = 0;
        mend(&mut log, 4, true);
    }
    log
}

/// Makes end positions and checksums of the events from `at` on right, as far as their sizes chain.
fn mend(log: &mut [u8], mut at: usize, checksums: bool) {
    while let Some(size) = log.get(at + 9..).and_then(|s| s.first_chunk()) {
        let size = u32::from_le_bytes(*size) as usize;
        let Some(event) = log
            .get_mut(at..at.saturating_add(size))
            .filter(|e| e.len() >= 23)
        else {
            return;
        };
        at += size;
        event[13..17].copy_from_slice(&(at as u32).to_le_bytes());
        if checksums {
            let sum = crc32fast::hash(&event[..size - 4]);
            event[size - 4..].copy_from_slice(&sum.to_le_bytes());
        }
    }
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
