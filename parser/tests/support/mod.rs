//! What the tests share: the fixtures, the corpus, a plain way to frame and to annotate.
#![allow(dead_code, reason = "each test uses a part")]

pub mod build;
pub mod encrypted;
#[path = "../../../tests/support/skip.rs"]
pub mod skip;

use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::{self, transaction_payload as payload};
use binlight_parser::inspect;
use binlight_parser::stream::{FileKind, Frame, Framer, Step};
use binlight_parser::trace::FieldTree;
use std::path::{Path, PathBuf};

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The project's own logs, samples included.
pub fn fixtures() -> Vec<PathBuf> {
    let root = repository();
    let mut logs = Vec::new();
    for folder in ["public/samples", "tests/fixtures"] {
        find(
            &root.join(folder),
            &|p| p.extension().is_some_and(|e| e == "binlog"),
            &mut logs,
        );
    }
    assert!(logs.len() >= 6, "fixtures are missing: {logs:?}");
    logs
}

/// A small fixture with most kinds of events.
pub fn small() -> Vec<u8> {
    std::fs::read(repository().join("public/samples/mysql-9.7.binlog")).unwrap()
}

/// The real logs beside the repository, where they are; where not, the test is said to leave them out.
pub fn corpus() -> Option<PathBuf> {
    let shared = repository().join("../shared/corpus");
    if !shared.is_dir() {
        skip::skipped("no ../shared/corpus");
        return None;
    }
    Some(shared)
}

/// The folders of this name with encrypted logs and their keys: our own, and the corpus's where it is.
pub fn encrypted_folders(name: &str) -> Vec<PathBuf> {
    let own = repository().join("tests/fixtures").join(name);
    let corpus = corpus().map(|c| c.join(name));
    std::iter::once(own).chain(corpus).collect()
}

/// All logs below `folder` of the corpus: every file that is no text beside one.
pub fn corpus_logs(folder: &str) -> Vec<PathBuf> {
    let Some(corpus) = corpus() else {
        return Vec::new();
    };
    let text = [
        "mysqlbinlog",
        "mariadb-binlog",
        "hexdump",
        "sql",
        "md",
        "tsv",
        "txt",
        "pcap",
    ];
    let mut logs = Vec::new();
    find(
        &corpus.join(folder),
        &|p| !p.extension().is_some_and(|e| text.iter().any(|t| e == *t)),
        &mut logs,
    );
    logs
}

/// Our own logs, each with what its server's tool prints for it.
///
/// Without those of logs made to end in the middle: there the tools leave rows out.
pub fn own_texts() -> Vec<(PathBuf, PathBuf)> {
    let mut texts = with_texts(fixtures());
    texts.retain(|(log, _)| !log.to_string_lossy().contains("/edge-"));
    texts
}

/// The same of the corpus's servers of today.
pub fn corpus_texts() -> Vec<(PathBuf, PathBuf)> {
    let folders = ["mysql-9.7", "mariadb-10.11", "mariadb-11.8"];
    folders.into_iter().flat_map(texts_of).collect()
}

/// The logs of a folder of the corpus that a tool reads, with what it prints.
pub fn texts_of(folder: &str) -> Vec<(PathBuf, PathBuf)> {
    with_texts(corpus_logs(folder))
}

fn with_texts(logs: Vec<PathBuf>) -> Vec<(PathBuf, PathBuf)> {
    let text = |log: PathBuf| text_of(&log).map(|text| (log, text));
    logs.into_iter().filter_map(text).collect()
}

/// What the log's server's tool prints for it: the file beside it, a sample's with the fixtures.
pub fn text_of(log: &Path) -> Option<PathBuf> {
    let name = log.file_name()?.to_str()?;
    let stem = name.strip_suffix(".binlog").unwrap_or(name);
    let samples = repository().join("tests/fixtures/samples");
    let tools = ["mysqlbinlog", "mariadb-binlog"];
    let beside = tools.map(|tool| log.with_file_name(format!("{stem}.{tool}")));
    let of_sample = tools.map(|tool| samples.join(format!("{stem}.{tool}")));
    let mut texts = beside.into_iter().chain(of_sample);
    texts.find(|p| p.is_file())
}

/// Every file below `folder`.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    find(folder, &|_| true, &mut files);
    files
}

fn find(folder: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            find(&path, wanted, found);
        } else if wanted(&path) {
            found.push(path);
        }
    }
}

/// Frames `bytes`, delivered `piece` at a time.
pub fn frames(bytes: &[u8], piece: usize) -> (FileKind, Vec<Frame>) {
    frames_of(bytes, piece, Some(bytes.len() as u64))
}

/// As [`frames`], with the length told or not.
pub fn frames_of(bytes: &[u8], piece: usize, len: Option<u64>) -> (FileKind, Vec<Frame>) {
    let mut framer = Framer::new(len);
    let (mut kind, mut frames, mut end) = (FileKind::Empty, Vec::new(), piece.min(bytes.len()));
    let mut steps = 0u64;
    loop {
        steps += 1;
        assert!(
            steps < 100 + 40 * bytes.len() as u64,
            "the framer does not come to an end"
        );
        let eof = end == bytes.len();
        let at = framer.at() as usize;
        match framer.step(&bytes[at.min(end)..end], eof) {
            Step::Need(_) if eof => panic!("needs more than there is at {at}"),
            Step::Need(n) => {
                assert!(n > end - at, "needs {n}, has {}", end - at);
                end = (end + piece).min(bytes.len());
            }
            Step::Kind { kind: found, .. } => kind = found,
            Step::Frame { frame, .. } => frames.push(frame),
            Step::Skip { .. } => {}
            Step::End => return (kind, frames),
        }
    }
}

/// Annotates every event of a log and hands each tree to `f`.
pub fn each_tree(bytes: &[u8], mut f: impl FnMut(&Frame, &[u8], &FieldTree)) {
    let mut context = Context::default();
    for frame in frames(bytes, usize::MAX).1 {
        let event = &bytes[frame.span.start as usize..frame.span.end() as usize];
        let tree = if frame.damaged {
            inspect::damaged(event, frame.span.start, &frame.faults)
        } else {
            event::update_context(&mut context, event, frame.span.start);
            inspect::inspect_capped(event, frame.span.start, &context, &frame.faults, usize::MAX)
        };
        f(&frame, event, &tree);
    }
}

/// Calls `f` with every event, those inside payloads included, and its context.
pub fn each_event(bytes: &[u8], mut f: impl FnMut(EventType, &[u8], u64, &Context)) {
    let mut context = Context::default();
    for frame in frames(bytes, usize::MAX).1.iter().filter(|f| !f.damaged) {
        let (event, at) = (
            &bytes[frame.span.start as usize..frame.span.end() as usize],
            frame.span.start,
        );
        event::update_context(&mut context, event, at);
        f(frame.header.event_type, event, at, &context);
        if frame.header.event_type == EventType::TRANSACTION_PAYLOAD
            && let Ok(unpacked) = payload::unpack_event(event, at, &context)
        {
            let mut inner = payload::inner_context(&context);
            for frame in payload::frames(&unpacked) {
                let event = &unpacked[frame.span.start as usize..frame.span.end() as usize];
                event::update_context(&mut inner, event, frame.span.start);
                f(frame.header.event_type, event, frame.span.start, &inner);
            }
        }
    }
}
