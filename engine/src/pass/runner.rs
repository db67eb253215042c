//! One range of a file, read by itself.

use crate::log::Log;
use binlight_parser::codes::EventType;
use binlight_parser::context::{Context, Format};
use binlight_parser::stream::{self, Begin, Framer, Point};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// A range to be read, and what is taken for granted there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Task {
    /// Offsets in the file. What begins in the range is read to its end, beyond the range if need be.
    pub range: Range<u64>,
    /// Offset in the log at which the file begins.
    pub base: u64,
    /// How events are framed.
    pub point: Point,
    /// The format description in force.
    pub format: Arc<Format>,
}

/// What a range holds, from the first transaction that begins in it to the first that begins after it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Part {
    /// Where it begins.
    pub begun: Point,
    /// The format description that was taken to be in force.
    pub format: Arc<Format>,
    /// Times that were taken for near.
    pub taken: Option<(u32, u32)>,
    /// Where it ends; `None`: at the end of the file.
    pub end: Option<Point>,
    /// Its events and transactions.
    pub log: Log,
}

/// What a runner makes of bytes.
#[derive(Debug)]
pub enum Step {
    /// The first so many are used; give the rest again, with more.
    More(usize),
    /// The range is read; `None` if no transaction begins in it.
    Done(Option<Box<Part>>),
}

/// Reads one range, pushed whatever bytes there are.
#[derive(Debug)]
pub struct Runner {
    task: Task,
    begun: Option<(Point, Framer)>,
    at: u64,
    log: Log,
}

impl Runner {
    /// A runner for `task`.
    pub fn new(task: Task) -> Self {
        let context = Context::new(Arc::clone(&task.format));
        Runner {
            at: task.range.start,
            begun: None,
            log: Log::amid(context, task.base),
            task,
        }
    }

    /// Offset in the file of the first byte that the next step wants to see.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Looks at `bytes`, which begin at [`at`](Self::at). `eof`: the file ends after them.
    pub fn step(&mut self, bytes: &[u8], eof: bool) -> Step {
        let mut used = 0;
        if self.begun.is_none() {
            match self.task.point.begin_in(bytes, self.at, eof) {
                Begin::At(i) if self.at + i as u64 >= self.task.range.end => {
                    return Step::Done(None);
                }
                Begin::At(i) => {
                    used = i;
                    self.at += i as u64;
                    let begun = self.task.point.moved(self.at);
                    let framer = Framer::resume(&begun);
                    self.begun = Some((begun, framer));
                }
                Begin::NotBefore(n) => {
                    self.at += n as u64;
                    if eof || self.at >= self.task.range.end {
                        return Step::Done(None);
                    }
                    return Step::More(n);
                }
            }
        }
        let Some((_, framer)) = &mut self.begun else {
            return Step::More(used);
        };
        loop {
            let rest = bytes.get(used..).unwrap_or(&[]);
            if stops_at(self.at, rest, self.task.range.end)
                && let Some(end) = framer.point()
            {
                return self.done(Some(end));
            }
            let consumed = match framer.step(rest, eof) {
                stream::Step::Need(_) => return Step::More(used),
                stream::Step::End => return self.done(None),
                stream::Step::Kind { consumed, .. } | stream::Step::Skip { consumed } => consumed,
                stream::Step::Frame {
                    frame,
                    consumed,
                    held,
                } => {
                    let event = if held {
                        rest.get(..consumed).unwrap_or(&[])
                    } else {
                        frame.prefix.as_deref().unwrap_or(&[])
                    };
                    self.log.observe(&frame, event);
                    consumed
                }
            };
            used += consumed;
            self.at += consumed as u64;
        }
    }

    fn done(&mut self, end: Option<Point>) -> Step {
        let part = self.begun.take().map(|(begun, framer)| {
            Box::new(Part {
                begun,
                format: Arc::clone(&self.task.format),
                taken: framer.taken(),
                end,
                log: std::mem::take(&mut self.log),
            })
        });
        Step::Done(part)
    }
}

/// Whether a pass that is to end at `until` or later ends before the event that begins at offset `at`
/// with `bytes`: a transaction begins there.
pub fn stops_at(at: u64, bytes: &[u8], until: u64) -> bool {
    let begins = |t: &u8| EventType(*t).begins_transaction();
    at >= until && bytes.get(4).is_some_and(begins)
}
