//! The one pass over all files: read ahead, frame, index; split over runners where there are some.

use crate::index::EventNo;
use crate::pass::{self, Part, Task, stops_at};
use crate::session::{Progress, Session};
use crate::source::{self, ByteSource, Files, Piece};
use binlight_parser::crypt::LogFramer;
use binlight_parser::stream::{FileKind, Point, Step};
use std::collections::VecDeque;
use std::future::Future;

/// Bytes per read. One is under way while the one before is used.
pub const PIECE: u64 = 8 << 20;

/// Bytes per read of a runner: several are at work at once.
const RUNNER_PIECE: u64 = 4 << 20;

/// Milliseconds between two progress messages.
const TELL_EVERY: f64 = 100.0;

/// Why a file was not indexed.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// It is no log.
    Kind(FileKind),
    /// It could not be read; the browser's or the system's words.
    Read(String),
}

/// Who reads ranges of a file beside the pass: threads, other workers.
pub trait Runners {
    /// How many work at once; 0: none.
    fn count(&self) -> usize;

    /// Begins to read a range of file number `file` **at once**. `None`: it could not be read, or no
    /// transaction begins in it.
    fn start(&self, file: usize, task: Task) -> impl Future<Output = Option<Box<Part>>> + 'static;
}

/// No runners: the pass reads all by itself.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Runners for Alone {
    fn count(&self) -> usize {
        0
    }

    fn start(&self, _: usize, _: Task) -> impl Future<Output = Option<Box<Part>>> + 'static {
        std::future::ready(None)
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
    runners: &impl Runners,
    clock: impl Fn() -> f64,
    tell: impl FnMut(Progress),
) -> Result<Progress, Failure> {
    let mut scan = Scan {
        session,
        began: clock(),
        clock,
        tell,
        told: None,
        read_ms: 0.0,
    };
    for (i, part) in session.source.parts.iter().enumerate() {
        session.log.borrow_mut().begin_file(&part.name, part.len());
        if !scan.file(i, runners).await? {
            return Ok(scan.progress(None));
        }
    }
    session.whole.set(true);
    Ok(scan.progress(Some(session.source.len())))
}

/// A scan under way.
struct Scan<'s, S, C, T> {
    session: &'s Session<S>,
    clock: C,
    tell: T,
    began: f64,
    told: Option<f64>,
    read_ms: f64,
}

impl<S: ByteSource, C: Fn() -> f64, T: FnMut(Progress)> Scan<'_, S, C, T> {
    /// `done`: where reading is; else where the index ends.
    fn progress(&self, done: Option<u64>) -> Progress {
        let indexed = || {
            let log = self.session.log.borrow();
            let events = &log.index().events;
            let last = events.len().checked_sub(1);
            let last = last.and_then(|i| events.get(EventNo(i as u32)));
            last.map_or(0, |r| r.offset + r.size)
        };
        Progress {
            elapsed_ms: (self.clock)() - self.began,
            read_ms: self.read_ms,
            ..self.session.progress(done.unwrap_or_else(indexed))
        }
    }

    fn report(&mut self, done: u64) {
        let now = (self.clock)();
        if self.told.is_none_or(|told| now - told >= TELL_EVERY) {
            self.told = Some(now);
            let progress = self.progress(Some(done));
            (self.tell)(progress);
        }
    }

    /// Scans one file; `false` if it was cancelled.
    async fn file(&mut self, i: usize, runners: &impl Runners) -> Result<bool, Failure> {
        let Some(part) = self.session.source.parts.get(i) else {
            return Ok(true);
        };
        let split = runners.count() >= pass::LEAST_RUNNERS && part.len() > pass::HEAD;
        let until = if split { pass::HEAD } else { u64::MAX };
        let framer = LogFramer::new(Some(part.len()));
        let framer = match self.stretch(i, framer, until).await {
            Ok(Some(framer)) => framer,
            Ok(None) => return Ok(false),
            // Among others, a file that is no log is passed over; the list of files says so.
            Err(Failure::Kind(_)) if self.session.source.parts.len() > 1 => return Ok(true),
            Err(failure) => return Err(failure),
        };
        let Some(point) = framer.point().filter(|p| split && p.at() < part.len()) else {
            return Ok(true);
        };
        self.split(i, runners, point).await
    }

    /// Reads the rest of file `i`, from `point` on, by way of the runners.
    async fn split(
        &mut self,
        i: usize,
        runners: &impl Runners,
        mut point: Point,
    ) -> Result<bool, Failure> {
        let Some(file) = self.session.source.parts.get(i) else {
            return Ok(true);
        };
        let len = file.len();
        let format = self.session.log.borrow().format();
        let mut ranges = pass::plan(point.at(), len, runners.count()).into_iter();
        let begun = point.clone();
        let mut start = || {
            let task = Task {
                range: ranges.next()?,
                base: file.base,
                point: begun.clone(),
                format: format.clone(),
            };
            Some((task.range.clone(), runners.start(i, task)))
        };
        // One more than there are runners, so that none waits for the join.
        let mut under_way: VecDeque<_> = (0..=runners.count()).filter_map(|_| start()).collect();
        while let Some((range, running)) = under_way.pop_front() {
            let part = running.await;
            under_way.extend(start());
            if self.session.is_cancelled() {
                return Ok(false);
            }
            let Some(part) = part.filter(|p| p.begun.at() >= point.at()) else {
                continue;
            };
            if part.begun.at() > point.at() {
                let until = part.begun.at();
                match self.stretch(i, LogFramer::resume(&point), until).await? {
                    None => return Ok(false),
                    Some(framer) => match framer.point() {
                        Some(now) if now.at() < len => point = now,
                        _ => return Ok(true),
                    },
                }
            }
            let end = part.end.clone();
            if self.join(&point, *part) {
                match end {
                    Some(end) => point = end,
                    None => {
                        self.report(file.base + len);
                        return Ok(true);
                    }
                }
            } else {
                match self
                    .stretch(i, LogFramer::resume(&point), range.end)
                    .await?
                {
                    None => return Ok(false),
                    Some(framer) => match framer.point() {
                        Some(now) if now.at() < len => point = now,
                        _ => return Ok(true),
                    },
                }
            }
            self.report(file.base + point.at());
        }
        let rest = self.stretch(i, LogFramer::resume(&point), u64::MAX).await?;
        Ok(rest.is_some())
    }

    /// Takes over a part, if the pass came to where it began knowing what it took for granted.
    fn join(&self, point: &Point, part: Part) -> bool {
        let mut log = self.session.log.borrow_mut();
        point.confirms(&part.begun, part.taken)
            && log.format() == part.format
            && log.join(part.log).is_ok()
    }

    /// Reads file `i` by itself from where `framer` is to the first transaction at `until` or after,
    /// or to the end; `None` if it was cancelled.
    async fn stretch(
        &mut self,
        i: usize,
        mut framer: LogFramer,
        until: u64,
    ) -> Result<Option<LogFramer>, Failure> {
        let Some(part) = self.session.source.parts.get(i) else {
            return Ok(Some(framer));
        };
        let size = part.len();
        // Of a short stretch no more than it needs.
        let most = until.saturating_sub(framer.at()).saturating_add(1 << 16);
        let piece = PIECE.min(most);
        let mut buffer = Buffer::default();
        let mut next_at = framer.at();
        let mut next = None;
        self.report(part.base + framer.at());
        loop {
            if next.is_none() && next_at < size {
                next = Some(part.read(next_at, piece));
                next_at = (next_at + piece).min(size);
            }
            let Some(reading) = next.take() else {
                self.use_up(i, &mut framer, &mut buffer, true, until)?;
                self.report(part.base + framer.at());
                return Ok(Some(framer));
            };
            let waited = (self.clock)();
            let bytes = reading.await.map_err(Failure::Read)?;
            self.read_ms += (self.clock)() - waited;
            if self.session.is_cancelled() {
                return Ok(None);
            }
            if next_at < size && piece == PIECE {
                next = Some(part.read(next_at, piece));
                next_at = (next_at + piece).min(size);
            }
            buffer.add(&bytes);
            if self.use_up(i, &mut framer, &mut buffer, false, until)? {
                return Ok(Some(framer));
            }
            self.report(part.base + framer.at());
        }
    }

    /// Frames and indexes what is in the buffer, as far as it goes; whether it came to `until`.
    fn use_up(
        &self,
        i: usize,
        framer: &mut LogFramer,
        buffer: &mut Buffer,
        eof: bool,
        until: u64,
    ) -> Result<bool, Failure> {
        let source = &self.session.source;
        let Some(part) = source.parts.get(i) else {
            return Ok(true);
        };
        let mut log = self.session.log.borrow_mut();
        let mut there = false;
        loop {
            if stops_at(framer.at(), buffer.unused(), until) && framer.point().is_some() {
                there = true;
                break;
            }
            let consumed = match framer.step(&source.keys, buffer.unused_mut(), eof) {
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
            let mut lock = source.lock.borrow_mut();
            lock.why.get_or_insert_with(|| locked.clone());
        }
        part.keep(framer.cipher());
        Ok(there)
    }
}

/// Bytes read and not yet used up, in one allocation that is never zeroed twice.
#[derive(Debug, Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    /// Adds bytes that were read.
    pub fn add(&mut self, piece: &impl Piece) {
        self.bytes.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        let needed = self.end + piece.len();
        if self.bytes.len() < needed {
            self.bytes.resize(needed, 0);
        }
        piece.copy_to(&mut self.bytes[self.end..needed]);
        self.end = needed;
    }

    /// What is not used up yet.
    pub fn unused(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// The first `n` bytes are used.
    pub fn consume(&mut self, n: usize) {
        self.start = (self.start + n).min(self.end);
    }

    fn unused_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.end]
    }
}

/// Reads a range as a runner does, from any source of its file: for threads and workers, which each
/// have their own.
///
/// # Errors
/// The browser's or the system's words if it cannot be read.
pub async fn run<S: ByteSource>(
    source: &source::Part<S>,
    task: Task,
) -> Result<Option<Box<Part>>, String> {
    let size = source.len();
    let mut runner = pass::Runner::new(task);
    let mut buffer = Buffer::default();
    let mut next_at = runner.at();
    let read = |at: &mut u64| {
        (*at < size).then(|| {
            let reading = source.read(*at, RUNNER_PIECE);
            *at = (*at + RUNNER_PIECE).min(size);
            reading
        })
    };
    let mut next = read(&mut next_at);
    loop {
        let Some(reading) = next.take() else {
            return Ok(match runner.step(buffer.unused(), true) {
                pass::Step::Done(part) => part,
                pass::Step::More(_) => None,
            });
        };
        let bytes = reading.await?;
        next = read(&mut next_at);
        buffer.add(&bytes);
        match runner.step(buffer.unused(), false) {
            pass::Step::Done(part) => return Ok(part),
            pass::Step::More(n) => buffer.consume(n),
        }
    }
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
