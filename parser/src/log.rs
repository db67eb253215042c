//! One opened log, of one file or several: everything that the one pass over it keeps.

use crate::bytes::Space;
use crate::codes::EventType;
use crate::event;
use crate::index::{EventNo, Index, IndexBuilder};
use crate::notes::Notes;
use crate::stream::{FileKind, Frame};
use crate::trace::Silent;
use crate::transactions::{Grouper, Transactions};
use alloc::{string::String, vec::Vec};

/// A file of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LogFile {
    /// Its name.
    pub name: String,
    /// Offset in the log at which it begins: the sizes of those before it.
    pub base: u64,
    /// Bytes.
    pub size: u64,
    /// Number of its first event.
    pub first: EventNo,
    /// What it turned out to be; [`FileKind::Unknown`] until it is read.
    pub kind: FileKind,
}

/// Index, transactions and notes of a log. Offsets in them are the log's: the first file's own, the
/// second's after all of the first's, and so on.
#[derive(Debug, Default)]
pub struct Log {
    builder: IndexBuilder,
    /// Transactions and GTIDs.
    pub grouper: Grouper,
    /// For overview and findings.
    pub notes: Notes,
    /// Its files, in order; none where the caller has but one and did not say.
    pub files: Vec<LogFile>,
}

impl Log {
    /// The frames that follow are of this file.
    pub fn begin_file(&mut self, name: &str, size: u64) {
        let base = self.files.last().map_or(0, |f| f.base + f.size);
        self.files.push(LogFile {
            name: name.into(),
            base,
            size,
            first: self.index().events.next(),
            kind: FileKind::Unknown,
        });
    }

    /// Adds a frame, whose span is the log's, in order. `bytes`: its own, or the first of them if it
    /// was too long to be held.
    pub fn observe(&mut self, frame: &Frame, bytes: &[u8]) {
        let (grouper, notes) = (&mut self.grouper, &mut self.notes);
        self.builder
            .observe_each(frame, bytes, &mut |index, no, bytes, context| {
                let t = index
                    .events
                    .get(no)
                    .map_or(EventType::UNKNOWN, |r| r.event_type);
                let wanted = Grouper::needs_body(t) || Notes::needs_body(t);
                let event = if wanted && !bytes.is_empty() {
                    event::decode(bytes, Space::FILE, 0, context, &mut Silent::default())
                } else {
                    None
                };
                let statement = grouper.observe(index, no, event.as_ref());
                notes.observe(index, no, bytes, event.as_ref(), statement);
            });
    }

    /// The index so far.
    pub fn index(&self) -> &Index {
        self.builder.index()
    }

    /// The transactions so far.
    pub fn transactions(&self) -> &Transactions {
        &self.grouper.transactions
    }

    /// The file that holds offset `at` of the log, by number.
    pub fn file_at(&self, at: u64) -> Option<usize> {
        self.files.partition_point(|f| f.base <= at).checked_sub(1)
    }

    /// Offset `at` of the log as the offset in its file.
    pub fn in_file(&self, at: u64) -> u64 {
        self.file_at(at).map_or(at, |i| at - self.files[i].base)
    }
}
