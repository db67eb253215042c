//! A stretch of a file that the pass reads by itself.

use super::{Failure, Scan};
use crate::pass::stops_at;
use crate::session::Progress;
use crate::source::{Buffer, ByteSource, Stream};
use binlight_parser::crypt::LogFramer;
use binlight_parser::stream::Step;

/// How far bytes at hand were used up.
enum Used {
    /// To the end of the stretch.
    There,
    /// As far as they go: so many are wanted at once.
    Need(usize),
}

impl<S: ByteSource, C: Fn() -> f64, T: FnMut(Progress)> Scan<'_, S, C, T> {
    /// Reads file `i` by itself from where `framer` is to the first transaction at `until` or after,
    /// or to the end; `None` if it was cancelled.
    pub(super) async fn stretch(
        &mut self,
        i: usize,
        mut framer: LogFramer,
        until: u64,
    ) -> Result<Option<LogFramer>, Failure> {
        let Some(part) = self.session.source.parts.get(i) else {
            return Ok(Some(framer));
        };
        let mut stream = part.stream(framer.at());
        let mut buffer = Buffer::default();
        let mut wanted = 0;
        self.report(part.base + framer.at());
        loop {
            let waited = (self.clock)();
            let added = stream.next(&mut buffer).await.map_err(Failure::Read)?;
            self.read_ms += (self.clock)() - waited;
            if self.session.is_cancelled() {
                return Ok(None);
            }
            let eof = added == 0;
            if !eof && buffer.unused().len() < wanted {
                continue;
            }
            let used = self.use_up(i, &mut framer, &mut buffer, eof, until)?;
            self.report(part.base + framer.at());
            match used {
                Used::Need(n) if !eof => wanted = n,
                _ => return Ok(Some(framer)),
            }
        }
    }

    /// Frames and indexes what is in the buffer, as far as it goes.
    fn use_up(
        &self,
        i: usize,
        framer: &mut LogFramer,
        buffer: &mut Buffer,
        eof: bool,
        until: u64,
    ) -> Result<Used, Failure> {
        let source = &self.session.source;
        let Some(part) = source.parts.get(i) else {
            return Ok(Used::There);
        };
        let mut log = self.session.log.borrow_mut();
        let used = loop {
            if stops_at(framer.at(), buffer.unused(), until) && framer.point().is_some() {
                break Used::There;
            }
            let consumed = match framer.step(&source.keys, buffer.unused_mut(), eof) {
                Step::Need(n) => break Used::Need(n),
                Step::End => break Used::There,
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
            buffer.consume(consumed);
        };
        if let Some(locked) = framer.locked() {
            let mut lock = source.lock.borrow_mut();
            lock.why.get_or_insert_with(|| locked.clone());
        }
        part.keep(framer.cipher());
        Ok(used)
    }
}
