//! A log in chunks of events that can be decoded by themselves: each brings the format description and
//! the table maps in force where it begins.

use crate::input::FileSource;
use crate::progress::Progress;
use crate::tables::Learner;
use binlight_engine::source::{Files, Piece};
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::crypt::LogFramer;
use binlight_parser::stream::{FileKind, Frame, Step};
use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::Arc;

/// Bytes per read, and of a chunk, about.
const PIECE: u64 = 1 << 20;

/// Framed bytes that are a chunk.
const ENOUGH: usize = 1 << 19;

/// Events before a chunk that tell what the settings are where it begins.
const LEAD_IN: usize = 16;

/// Bytes of them that are worth decoding twice.
const LEAD_IN_LEN: usize = 1 << 15;

/// Events that follow each other in one file.
#[derive(Debug)]
pub struct Chunk {
    /// The file.
    pub file: Arc<FileName>,
    /// Number of the first event in its file.
    pub first: u64,
    /// What is in force before the first event.
    pub context: Context,
    /// Statements, GTIDs and ends of transactions before it, the last ones, with their offsets.
    pub lead_in: Vec<(u64, Vec<u8>)>,
    bytes: Vec<u8>,
    frames: Vec<(Frame, Option<Range<usize>>)>,
}

/// A file as lines of answers name it.
#[derive(Debug)]
pub struct FileName {
    /// Its number in the log.
    pub number: usize,
    /// Its name, in JSON, if there are others.
    pub json: Option<String>,
}

impl Chunk {
    /// The events, each with its bytes: of one too long to be held, the first ones; of a damaged stretch,
    /// none.
    pub fn events(&self) -> impl Iterator<Item = (&Frame, &[u8])> {
        self.frames.iter().map(|(frame, range)| {
            let held = range.clone().and_then(|r| self.bytes.get(r));
            let prefix = frame.prefix.as_deref();
            (frame, held.or(prefix).unwrap_or(&[]))
        })
    }
}

/// What a file turned out to be.
#[derive(Debug)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
}

/// Cuts a log into chunks.
#[derive(Debug)]
pub struct Chunks {
    files: Files<FileSource>,
    /// What the files read so far are.
    pub kinds: Vec<Kind>,
    file: Arc<FileName>,
    framer: LogFramer,
    /// Offset in the file of the next read.
    at: u64,
    ended: bool,
    bytes: Vec<u8>,
    /// Bytes that are framed.
    used: usize,
    frames: Vec<(Frame, Option<Range<usize>>)>,
    /// Number of the first of `frames`.
    first: u64,
    learner: Learner,
    lead_in: Vec<(u64, Vec<u8>)>,
    /// Each file's context begins anew: for checks, which speak of files.
    apart: bool,
    progress: Progress,
}

impl Chunks {
    /// Of these files; `apart`: as if each were the only one.
    pub fn new(files: Files<FileSource>, apart: bool, progress: Progress) -> Self {
        let mut chunks = Chunks {
            kinds: Vec::new(),
            file: Arc::new(FileName {
                number: 0,
                json: None,
            }),
            framer: LogFramer::new(None),
            at: 0,
            ended: false,
            bytes: Vec::new(),
            used: 0,
            frames: Vec::new(),
            first: 0,
            learner: Learner::default(),
            lead_in: Vec::new(),
            apart,
            progress,
            files,
        };
        chunks.begin(0);
        chunks
    }

    fn begin(&mut self, number: usize) {
        let parts = &self.files.parts;
        let json = |name: &str| serde_json::Value::from(name).to_string();
        self.file = Arc::new(FileName {
            number,
            json: parts
                .get(number)
                .filter(|_| parts.len() > 1)
                .map(|p| json(&p.name)),
        });
        let len = parts.get(number).map(binlight_engine::source::Part::len);
        self.framer = LogFramer::new(len);
        (self.at, self.ended, self.used, self.first) = (0, false, 0, 0);
        self.bytes.clear();
        if self.apart {
            self.learner = Learner::default();
        }
    }

    /// The next chunk; `None` after the last.
    ///
    /// # Errors
    /// The system's, with the file's name.
    pub fn next_chunk(&mut self) -> io::Result<Option<Chunk>> {
        loop {
            if self.file.number >= self.files.parts.len() {
                return Ok(None);
            }
            let more = self.frame();
            if !self.frames.is_empty() && (self.used >= ENOUGH || !more) {
                return Ok(Some(self.cut()));
            }
            if !more {
                self.end_file();
                continue;
            }
            if self.frames.is_empty() {
                self.bytes.drain(..self.used);
                self.used = 0;
            }
            self.read()?;
        }
    }

    /// Frames what was read; `false` at the end of the file.
    fn frame(&mut self) -> bool {
        loop {
            let bytes = self.bytes.get_mut(self.used..).unwrap_or(&mut []);
            match self.framer.step(&self.files.keys, bytes, self.ended) {
                Step::Need(_) => return !self.ended,
                Step::Kind { kind, consumed } => {
                    let part = self.files.parts.get(self.file.number);
                    let name = part.map_or_else(String::new, |p| p.name.clone());
                    if !kind.is_log() {
                        eprintln!("binlight: {name}: {}. {}", kind.name(), kind.advice());
                    }
                    self.kinds.push(Kind { name, kind });
                    self.used += consumed;
                }
                Step::Frame {
                    frame,
                    consumed,
                    held,
                } => {
                    let range = self.used..self.used + consumed;
                    self.frames.push((frame, held.then_some(range)));
                    self.used += consumed;
                }
                Step::Skip { consumed } => self.used += consumed,
                Step::End => return false,
            }
        }
    }

    fn read(&mut self) -> io::Result<()> {
        let Some(part) = self.files.parts.get(self.file.number) else {
            return Ok(());
        };
        let len = PIECE.min(part.len() - self.at);
        if len == 0 {
            self.ended = true;
            return Ok(());
        }
        let reading = futures::executor::block_on(part.read(self.at, len));
        let piece = reading.map_err(|e| io::Error::other(format!("{}: {e}", part.name)))?;
        let end = self.bytes.len();
        self.bytes.resize(end + piece.len(), 0);
        piece.copy_to(&mut self.bytes[end..]);
        self.at += piece.len() as u64;
        self.progress.at(part.base + self.at);
        Ok(())
    }

    fn end_file(&mut self) {
        if let Some(why) = self.framer.locked() {
            let part = self.files.parts.get(self.file.number);
            let name = part.map_or("", |p| p.name.as_str());
            eprintln!("binlight: {name}: {why}");
        }
        self.begin(self.file.number + 1);
    }

    /// The frames at hand as a chunk, those from the last beginning of a transaction on kept for the next:
    /// what is in force there is little, and easily known.
    fn cut(&mut self) -> Chunk {
        let begins = |(frame, _): &(Frame, _)| !frame.damaged && begins(frame.header.event_type);
        let last = self.frames.iter().rposition(begins).filter(|i| *i > 0);
        let kept = self.frames.split_off(last.unwrap_or(self.frames.len()));
        let held = kept.iter().find_map(|(_, range)| range.as_ref());
        let end = held.map_or(self.used, |range| range.start);
        let rest = self.bytes.get(end..).unwrap_or(&[]).to_vec();
        let mut bytes = std::mem::replace(&mut self.bytes, rest);
        bytes.truncate(end);
        self.used -= end;
        let kept = kept
            .into_iter()
            .map(|(frame, range)| (frame, range.map(|r| r.start - end..r.end - end)));
        let frames = std::mem::replace(&mut self.frames, kept.collect());
        let chunk = Chunk {
            file: Arc::clone(&self.file),
            first: self.first,
            context: self.learner.context.clone(),
            lead_in: self.lead_in.clone(),
            bytes,
            frames,
        };
        self.first += chunk.frames.len() as u64;
        self.learn(&chunk);
        chunk
    }

    /// What is in force after the chunk.
    fn learn(&mut self, chunk: &Chunk) {
        let mut settings = VecDeque::new();
        for (frame, bytes) in chunk.events() {
            if frame.damaged || frame.prefix.is_some() {
                continue;
            }
            self.learner.learn(bytes, frame.span.start);
            if tells_settings(frame.header.event_type) {
                settings.push_back((frame.span.start, bytes));
                if settings.len() > LEAD_IN {
                    settings.pop_front();
                }
            }
        }
        let owned = settings.into_iter().map(|(at, b)| (at, b.to_vec()));
        self.lead_in.extend(owned);
        let mut room = LEAD_IN_LEN;
        let last_ones = self.lead_in.iter().rev().take(LEAD_IN);
        let few = last_ones.take_while(|(_, b)| {
            let fits = b.len() <= room;
            room = room.saturating_sub(b.len());
            fits
        });
        let few = few.count();
        self.lead_in.drain(..self.lead_in.len() - few);
    }
}

/// Whether it may tell the settings of what follows.
fn tells_settings(t: EventType) -> bool {
    let never = [
        EventType::TABLE_MAP,
        EventType::ROWS_QUERY,
        EventType::ANNOTATE_ROWS,
    ];
    t.rows_shape().is_none() && !never.contains(&t)
}

/// Whether transactions begin with it.
fn begins(t: EventType) -> bool {
    [
        EventType::GTID,
        EventType::ANONYMOUS_GTID,
        EventType::GTID_TAGGED,
        EventType::MARIADB_GTID,
    ]
    .contains(&t)
}
