//! The one pass over all files: read, frame, index; split over runners where there are some.

mod run;
mod stretch;

pub use run::run;

use crate::index::EventNo;
use crate::pass::{self, Part, Task};
use crate::session::{Progress, Session};
use crate::source::{ByteSource, Files};
use binlight_parser::crypt::LogFramer;
use binlight_parser::stream::{FileKind, Point};
use std::collections::VecDeque;
use std::future::Future;

/// Bytes per read of [`read_only`]. One is under way while the one before is used.
const PIECE: u64 = 8 << 20;

/// Milliseconds between two progress messages in the first second, in which each shows much that is
/// new, and after it: what a page draws of them takes a core that could read.
const TELL_EVERY: [f64; 2] = [100.0, 300.0];

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
/// called ten times in the first second, then more rarely.
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
        let every = TELL_EVERY[usize::from(now - self.began >= 1000.0)];
        if self.told.is_none_or(|told| now - told >= every) {
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
        // What the head holds is shown at once: the first part takes longer.
        self.told = None;
        self.report(part.base + point.at());
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
}

/// Reads all files slice by slice and does nothing with them; milliseconds. The measure that the goals
/// for opening are told in; [`scan`] reads in a faster way, by streams.
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
