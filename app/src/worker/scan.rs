//! The one pass over a file: read ahead, frame, index.

use super::session::Session;
use super::source::{ByteSource, Piece};
use crate::protocol::Progress;
use binlight_parser::stream::{FileKind, Framer, Step};

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
}

/// Reads and indexes the whole file, unless it is cancelled. `clock` gives milliseconds; `tell` is
/// called at most ten times a second.
///
/// # Errors
/// [`Failure`] if the file is no log or cannot be read. What was indexed until then stays.
pub async fn scan<S: ByteSource>(
    session: &Session<S>,
    clock: impl Fn() -> f64,
    mut tell: impl FnMut(Progress),
) -> Result<Progress, Failure> {
    let began = clock();
    let (mut read_ms, mut told) = (0.0, began);
    let size = session.source.len();
    let mut framer = Framer::new(Some(size));
    let mut buffer = Buffer::default();
    let mut next_at = PIECE.min(size);
    let mut next = Some(session.source.read(0, PIECE));
    loop {
        let eof = next.is_none();
        use_up(session, &mut framer, &mut buffer, eof)?;
        let finished = |read_ms| Progress {
            elapsed_ms: clock() - began,
            read_ms,
            ..session.progress(framer.at())
        };
        if told == began || clock() - told >= TELL_EVERY {
            told = clock();
            tell(finished(read_ms));
        }
        let Some(reading) = next.take() else {
            return Ok(finished(read_ms));
        };
        let waited = clock();
        let piece = reading.await.map_err(Failure::Read)?;
        read_ms += clock() - waited;
        if session.is_cancelled() {
            return Ok(finished(read_ms));
        }
        if next_at < size {
            next = Some(session.source.read(next_at, PIECE));
            next_at = (next_at + PIECE).min(size);
        }
        buffer.add(&piece);
    }
}

/// Frames and indexes what is in the buffer, as far as it goes.
fn use_up<S: ByteSource>(
    session: &Session<S>,
    framer: &mut Framer,
    buffer: &mut Buffer,
    eof: bool,
) -> Result<(), Failure> {
    let mut builder = session.builder.borrow_mut();
    loop {
        let unused = buffer.unused();
        let consumed = match framer.step(unused, eof) {
            Step::Need(_) | Step::End => return Ok(()),
            Step::Kind { kind, consumed } => {
                session.kind.set(kind);
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
                    &unused[..consumed]
                } else {
                    frame.prefix.as_deref().unwrap_or(&[])
                };
                builder.observe(&frame, event);
                consumed
            }
            Step::Skip { consumed } => consumed,
        };
        buffer.start += consumed;
    }
}

/// Reads the whole file as [`scan`] does and does nothing with it; milliseconds.
///
/// # Errors
/// The browser's words if it cannot be read.
pub async fn read_only<S: ByteSource>(source: &S, clock: impl Fn() -> f64) -> Result<f64, String> {
    let began = clock();
    let mut at = 0;
    let mut next = Some(source.read(0, PIECE));
    while let Some(reading) = next.take() {
        reading.await?;
        at += PIECE;
        if at < source.len() {
            next = Some(source.read(at, PIECE));
        }
    }
    Ok(clock() - began)
}
