//! One open log.

use super::cache::BlockCache;
use super::source::ByteSource;
use crate::protocol::{Head, Progress, Summary};
use binlight_parser::fault::FaultKind;
use binlight_parser::index::{EventNo, IndexBuilder};
use binlight_parser::stream::FileKind;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A log, what is indexed of it so far, and what was read of it lately.
#[derive(Debug)]
pub struct Session<S> {
    /// Its bytes.
    pub source: S,
    /// The index as it grows. Borrowed for moments only, never across an await.
    pub builder: RefCell<IndexBuilder>,
    /// Blocks read on demand.
    pub cache: RefCell<BlockCache>,
    /// The payload unpacked last: a list of inner events asks for the same again and again.
    pub unpacked: RefCell<Option<(EventNo, Rc<Vec<u8>>)>>,
    /// What kind of file it turned out to be.
    pub kind: Cell<FileKind>,
    cancelled: Cell<bool>,
}

impl<S: ByteSource> Session<S> {
    /// A session in which nothing is read yet.
    pub fn new(source: S) -> Self {
        Session {
            source,
            builder: RefCell::default(),
            cache: RefCell::default(),
            unpacked: RefCell::default(),
            kind: Cell::new(FileKind::Unknown),
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
        let builder = self.builder.borrow();
        let (_, format) = builder.index().formats.first()?;
        Some(Head {
            server_version: format.server_version.clone(),
            flavour: format.flavour,
        })
    }

    /// Progress of the index, without times.
    pub fn progress(&self, done: u64) -> Progress {
        let builder = self.builder.borrow();
        let index = builder.index();
        Progress {
            done,
            total: self.source.len(),
            events: index.events.len() as u32,
            rows: index.totals.rows,
            head: self.head(),
            ..Progress::default()
        }
    }

    /// The log in a few numbers.
    pub fn summary(&self) -> Summary {
        let builder = self.builder.borrow();
        let index = builder.index();
        // A relay log begins with the replica's own description; the source's comes last.
        let format = index.formats.last().map(|(_, f)| f);
        Summary {
            size: self.source.len(),
            kind: self.kind.get(),
            server_version: format.map(|f| f.server_version.clone()).unwrap_or_default(),
            flavour: format.map(|f| f.flavour).unwrap_or_default(),
            checksummed: format.is_some_and(|f| !f.checksum.is_empty()),
            tables: index.tables.len() as u32,
            totals: index.totals.clone(),
            encrypted: index
                .faults
                .iter()
                .any(|(_, f)| f.kind == FaultKind::Encrypted),
        }
    }
}
