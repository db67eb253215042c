//! One open log.

use crate::budget::Budget;
use crate::index::{EventNo, Totals};
use crate::layout::Layouts;
use crate::log::Log;
use crate::source::cache::BlockCache;
use crate::source::{ByteSource, Files, Lock, Order, Part};
use crate::timeline::Blocks;
use crate::view::ViewState;
use binlight_parser::context::Flavour;
use binlight_parser::stream::FileKind;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A log, what is kept of it so far, and what was read of it lately.
#[derive(Debug)]
pub struct Session<S> {
    /// Its bytes.
    pub source: Files<S>,
    /// What is known of it. Borrowed for moments only, never across an await.
    pub log: RefCell<Log>,
    /// What a view or a list of rows may allocate.
    pub budget: Budget,
    /// What the page's lists show.
    pub view: RefCell<ViewState>,
    /// Where the lines of row changes lie, of what was asked for last.
    pub layouts: RefCell<Layouts>,
    /// Extents and sums of the transactions, as far as they were asked for.
    pub blocks: RefCell<Blocks>,
    /// Blocks of the file read on demand.
    pub cache: RefCell<BlockCache>,
    /// The payload unpacked last: a list of inner events asks for the same again and again.
    pub unpacked: RefCell<Option<(EventNo, Rc<Vec<u8>>)>>,
    /// All files are read to their ends.
    pub whole: Cell<bool>,
    /// First and last commit so far, and how many transactions were looked at for them.
    times: Cell<(Option<(u64, u64)>, u32)>,
    cancelled: Cell<bool>,
}

impl<S: ByteSource> Session<S> {
    /// A session in which nothing is read yet.
    pub fn new(source: Files<S>) -> Self {
        let mut log = Log::default();
        log.absent.clone_from(&source.absent);
        Session {
            source,
            log: RefCell::new(log),
            budget: Budget::default(),
            view: RefCell::default(),
            layouts: RefCell::default(),
            blocks: RefCell::default(),
            cache: RefCell::default(),
            unpacked: RefCell::default(),
            whole: Cell::new(false),
            times: Cell::default(),
            cancelled: Cell::new(false),
        }
    }

    /// Reading is to stop at the next piece.
    pub fn cancel(&self) {
        self.cancelled.set(true);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.get()
    }

    /// What the first format description says.
    pub fn head(&self) -> Option<Head> {
        let log = self.log.borrow();
        let (_, format) = log.index().formats.first()?;
        Some(Head {
            server_version: format.server_version.clone(),
            flavour: format.flavour,
        })
    }

    /// Progress of the index, without times.
    pub fn progress(&self, done: u64) -> Progress {
        let time = self.time_extent();
        let log = self.log.borrow();
        let index = log.index();
        Progress {
            done,
            total: self.source.len(),
            events: index.events.len() as u32,
            transactions: log.transactions().len() as u32,
            time,
            files: self.source.parts.iter().map(|p| p.name.clone()).collect(),
            rows: index.totals.rows,
            head: self.head(),
            ..Progress::default()
        }
    }

    /// First and last commit so far, microseconds since 1970.
    fn time_extent(&self) -> Option<(u64, u64)> {
        let log = self.log.borrow();
        let all = log.transactions();
        let (mut extent, looked) = self.times.get();
        // The last may still be open: it is looked at again.
        let settled = (all.len() as u32).saturating_sub(1);
        for no in looked..all.len() as u32 {
            let Some(tx) = all
                .get(crate::transactions::TxNo(no))
                .filter(|t| t.commit > 0)
            else {
                continue;
            };
            let (a, b) = extent.unwrap_or((tx.commit, tx.commit));
            extent = Some((a.min(tx.commit), b.max(tx.commit)));
            if no < settled {
                self.times.set((extent, no + 1));
            }
        }
        extent
    }

    /// The log in a few numbers.
    pub fn summary(&self) -> Summary {
        let log = self.log.borrow();
        let index = log.index();
        // A relay log begins with the replica's own description; the source's comes last.
        let format = index.formats.last().map(|(_, f)| f);
        Summary {
            size: self.source.len(),
            kind: log.files.first().map_or(FileKind::Unknown, |f| f.kind),
            server_version: format.map(|f| f.server_version.clone()).unwrap_or_default(),
            flavour: format.map(|f| f.flavour).unwrap_or_default(),
            checksummed: format.is_some_and(|f| !f.checksum.is_empty()),
            tables: index.tables.len() as u32,
            totals: index.totals.clone(),
            lock: self.source.lock.borrow().clone(),
        }
    }

    /// The files, those read so far with their events.
    pub fn files(&self) -> FileList {
        let log = self.log.borrow();
        let index = log.index();
        let line = |(i, part): (usize, &Part<S>)| {
            let first = log.files.get(i).map_or(index.events.next(), |f| f.first);
            let end = log
                .files
                .get(i + 1)
                .map_or(index.events.next(), |f| f.first);
            let time = |no: EventNo| index.events.get(no).map(|r| r.timestamp).filter(|t| *t > 0);
            // A few events from each end: the first and last may have no time.
            let near_first = (first.0..end.0).take(16).find_map(|n| time(EventNo(n)));
            let near_last = (first.0..end.0)
                .rev()
                .take(16)
                .find_map(|n| time(EventNo(n)));
            let from = index.faults.partition_point(|(no, _)| *no < first);
            let to = index.faults.partition_point(|(no, _)| *no < end);
            FileLine {
                name: part.name.clone(),
                size: part.len(),
                base: part.base,
                first,
                events: end.0 - first.0,
                time: near_first.zip(near_last),
                next: log.next_of(i).map(str::to_owned),
                server_version: if end > first {
                    index.format_at(EventNo(end.0 - 1)).server_version.clone()
                } else {
                    String::new()
                },
                faults: (to - from) as u32,
            }
        };
        FileList {
            files: self.source.parts.iter().enumerate().map(line).collect(),
            missing: log
                .missing_files()
                .into_iter()
                .map(|(_, name)| name)
                .collect(),
            skipped: self
                .source
                .skipped
                .iter()
                .map(|(n, k)| (n.clone(), k.name().to_owned()))
                .collect(),
            order: self.source.order,
        }
    }
}

/// Reading so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes framed and indexed.
    pub done: u64,
    /// Bytes of the file.
    pub total: u64,
    /// Events listed, those inside payloads included.
    pub events: u32,
    /// Transactions.
    pub transactions: u32,
    /// First and last commit, microseconds since 1970.
    pub time: Option<(u64, u64)>,
    /// Names of the files, in order.
    pub files: Vec<String>,
    /// Row changes.
    pub rows: u64,
    /// Milliseconds since the opening.
    pub elapsed_ms: f64,
    /// Of these, spent waiting for bytes.
    pub read_ms: f64,
    /// What the log is, as soon as it is known.
    pub head: Option<Head>,
}

/// What the first events say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Version of the server.
    pub server_version: String,
    /// Its family.
    pub flavour: Flavour,
}

/// The whole log in a few numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Bytes of the file.
    pub size: u64,
    /// What it is.
    pub kind: FileKind,
    /// Version of the server that wrote it; empty without a format description.
    pub server_version: String,
    /// Its family.
    pub flavour: Flavour,
    /// Whether its events have checksums.
    pub checksummed: bool,
    /// Number of tables it mentions.
    pub tables: u32,
    /// Counts.
    pub totals: Totals,
    /// Why a part of it stays closed, if one does.
    pub lock: Lock,
}

/// One file of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileLine {
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Offset in the log at which it begins.
    pub base: u64,
    /// Its first event.
    pub first: EventNo,
    /// Its events.
    pub events: u32,
    /// Times of its first and last event, seconds since 1970.
    pub time: Option<(u32, u32)>,
    /// The log that its end names.
    pub next: Option<String>,
    /// Server that wrote it.
    pub server_version: String,
    /// Faults in it, as far as they were kept.
    pub faults: u32,
}

/// The files of the log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileList {
    /// In order.
    pub files: Vec<FileLine>,
    /// Names of files that should be here, before or between them.
    pub missing: Vec<String>,
    /// What was given and is no log: name, what it is.
    pub skipped: Vec<(String, String)>,
    /// How the order was found.
    pub order: Order,
}
