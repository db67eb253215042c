//! The one pass over a file: read ahead, frame, index.

use crate::index::EventNo;
use crate::session::{Progress, Session};
use crate::source::{ByteSource, Files, Part, Piece};
use binlight_parser::crypt::LogFramer;
use binlight_parser::stream::{FileKind, Step};

/// Bytes per read. One is under way while the one before is used.
pub const PIECE: u64 = 16 << 20;

/// Milliseconds between two progress messages.
const TELL_EVERY: f64 = 100.0;

/// Why a file was not indexed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// It is no log.
    Kind(FileKind),
    /// It could not be read; the browser's words.
    Read(String),
}

/// Bytes read and not yet used up, in one allocation that is never zeroed twice.
#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    fn add(&mut self, piece: &impl Piece) {
        self.bytes.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let needed = self.end + piece.len();
        if self.bytes.len() < needed {
            self.bytes.resize(needed, 0);
        }
        piece.copy_to(&mut self.bytes[self.end..needed]);
        self.end = needed;
    }

    fn unused(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    fn unused_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.end]
    }
}

/// Reads and indexes all files, unless it is cancelled. `clock` gives milliseconds; `tell` is
/// called at most ten times a second.
///
/// # Errors
/// [`Failure`] if a file cannot be read, or if the only file is no log. What was indexed until then
/// stays.
pub async fn scan<S: ByteSource>(
    session: &Session<S>,
    clock: impl Fn() -> f64,
    mut tell: impl FnMut(Progress),
) -> Result<Progress, Failure> {
    let mut pace = Pace {
        began: clock(),
        told: None,
        read_ms: 0.0,
    };
    for part in &session.source.parts {
        session.log.borrow_mut().begin_file(&part.name, part.len());
        if !scan_file(session, part, &clock, &mut tell, &mut pace).await? {
            return Ok(pace.progress(session, &clock, None));
        }
    }
    session.whole.set(true);
    Ok(pace.progress(session, &clock, Some(session.source.len())))
}

/// Times of a scan.
struct Pace {
    began: f64,
    told: Option<f64>,
    read_ms: f64,
}

impl Pace {
    /// `done`: where reading is; else where the index ends.
    fn progress<S: ByteSource>(
        &self,
        session: &Session<S>,
        clock: impl Fn() -> f64,
        done: Option<u64>,
    ) -> Progress {
        let indexed = || {
            let log = session.log.borrow();
            let events = &log.index().events;
            let last = events
                .len()
                .checked_sub(1)
                .and_then(|i| events.get(EventNo(i as u32)));
            last.map_or(0, |r| r.offset + r.size)
        };
        Progress {
            elapsed_ms: clock() - self.began,
            read_ms: self.read_ms,
            ..session.progress(done.unwrap_or_else(indexed))
        }
    }
}

/// Scans one file; `false` if it was cancelled.
async fn scan_file<S: ByteSource>(
    session: &Session<S>,
    part: &Part<S>,
    clock: &impl Fn() -> f64,
    tell: &mut impl FnMut(Progress),
    pace: &mut Pace,
) -> Result<bool, Failure> {
    let size = part.len();
    let mut framer = LogFramer::new(Some(size));
    let mut buffer = Buffer::default();
    let mut next_at = PIECE.min(size);
    let mut next = Some(part.read(0, PIECE));
    loop {
        let eof = next.is_none();
        match use_up(session, part, &mut framer, &mut buffer, eof) {
            // Among others, a file that is no log is passed over; the list of files says so.
            Err(Failure::Kind(_)) if session.source.parts.len() > 1 => return Ok(true),
            other => other?,
        }
        if pace.told.is_none_or(|told| clock() - told >= TELL_EVERY) {
            pace.told = Some(clock());
            tell(pace.progress(session, clock, Some(part.base + framer.at())));
        }
        let Some(reading) = next.take() else {
            return Ok(true);
        };
        let waited = clock();
        let piece = reading.await.map_err(Failure::Read)?;
        pace.read_ms += clock() - waited;
        if session.is_cancelled() {
            return Ok(false);
        }
        if next_at < size {
            next = Some(part.read(next_at, PIECE));
            next_at = (next_at + PIECE).min(size);
        }
        buffer.add(&piece);
    }
}

/// Frames and indexes what is in the buffer, as far as it goes.
fn use_up<S: ByteSource>(
    session: &Session<S>,
    part: &Part<S>,
    framer: &mut LogFramer,
    buffer: &mut Buffer,
    eof: bool,
) -> Result<(), Failure> {
    let mut log = session.log.borrow_mut();
    loop {
        let keys = &session.source.keys;
        let consumed = match framer.step(keys, buffer.unused_mut(), eof) {
            Step::Need(_) | Step::End => break,
            Step::Kind { kind, consumed } => {
                if let Some(file) = log.files.last_mut() {
                    file.kind = kind;
                }
                if !kind.is_log() {
                    return Err(Failure::Kind(kind));
                }
                consumed
            }
            Step::Frame {
                frame,
                consumed,
                held,
            } => {
                let event = if held {
                    &buffer.unused()[..consumed]
                } else {
                    frame.prefix.as_deref().unwrap_or(&[])
                };
                log.observe(&frame, event);
                consumed
            }
            Step::Skip { consumed } => consumed,
        };
        buffer.start += consumed;
    }
    if let Some(locked) = framer.locked() {
        let mut lock = session.source.lock.borrow_mut();
        lock.why.get_or_insert_with(|| locked.clone());
    }
    part.keep(framer.cipher());
    Ok(())
}

/// Reads all files as [`scan`] does and does nothing with them; milliseconds.
///
/// # Errors
/// The browser's words if one cannot be read.
pub async fn read_only<S: ByteSource>(
    files: &Files<S>,
    clock: impl Fn() -> f64,
) -> Result<f64, String> {
    let began = clock();
    for part in &files.parts {
        let mut at = 0;
        let mut next = Some(part.read(0, PIECE));
        while let Some(reading) = next.take() {
            reading.await?;
            at += PIECE;
            if at < part.len() {
                next = Some(part.read(at, PIECE));
            }
        }
    }
    Ok(clock() - began)
}
