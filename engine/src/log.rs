//! One opened log, of one file or several: everything that the one pass over it keeps.

use crate::file_name::{base_name, stem};
use crate::index::{EventNo, Index, IndexBuilder};
use crate::notes::Notes;
use crate::transactions::{Grouper, Transactions};
use binlight_parser::event;
use binlight_parser::stream::{FileKind, Frame};

/// A file of the log.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    /// Files that an index names and that are not here.
    pub absent: Vec<String>,
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

    /// Adds a frame of the current file, in order. `bytes`: its own, or the first of them if it was
    /// too long to be held.
    pub fn observe(&mut self, frame: &Frame, bytes: &[u8]) {
        match self.files.last().map(|f| f.base).filter(|b| *b > 0) {
            Some(base) => self.observe_at(&moved(frame, base), bytes),
            None => self.observe_at(frame, bytes),
        }
    }

    fn observe_at(&mut self, frame: &Frame, bytes: &[u8]) {
        let (grouper, notes) = (&mut self.grouper, &mut self.notes);
        self.builder
            .observe_each(frame, bytes, &mut |index, no, bytes, context| {
                let Some(row) = index.events.get(no) else {
                    return;
                };
                let t = row.event_type;
                let wanted = Grouper::needs_body(t) || Notes::needs_body(t);
                let event = if wanted && !bytes.is_empty() {
                    event::skim_body(bytes, context)
                } else {
                    None
                };
                let statement = grouper.observe(index, no, &row, event.as_ref());
                notes.observe(index, (no, &row), bytes, event.as_ref(), statement);
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

    /// The log that file `i` says comes next: the name in its last ROTATE.
    pub fn next_of(&self, i: usize) -> Option<&str> {
        let file = self.files.get(i)?;
        let after = self.files.get(i + 1).map_or(EventNo(u32::MAX), |f| f.first);
        let rotations = self.notes.rotations.iter().rev();
        let mut own = rotations.filter(|r| !r.artificial && r.no >= file.first && r.no < after);
        // In a relay log those of the source stand among the replica's own: they name other files.
        own.find(|r| stem(&r.next) == stem(&file.name))
            .map(|r| r.next.as_str())
    }

    /// Files that should be here and are not: named by the index, or by the ROTATE of the file
    /// before, with the event that says so.
    pub fn missing_files(&self) -> Vec<(Option<EventNo>, String)> {
        let mut missing: Vec<(Option<EventNo>, String)> =
            self.absent.iter().map(|n| (None, n.clone())).collect();
        for i in 1..self.files.len() {
            let Some(next) = self.next_of(i - 1) else {
                continue;
            };
            let here = &self.files[i];
            if base_name(&here.name) != base_name(next)
                && stem(&here.name) == stem(next)
                && !missing.iter().any(|(_, n)| n == next)
            {
                let event = self
                    .notes
                    .rotations
                    .iter()
                    .rev()
                    .find(|r| r.next == next)
                    .map(|r| r.no);
                missing.push((event, next.into()));
            }
        }
        missing
    }
}

/// The frame as one of the log, whose file begins at `base`.
fn moved(frame: &Frame, base: u64) -> Frame {
    let mut frame = frame.clone();
    frame.span.start += base;
    for fault in &mut frame.faults {
        fault.span.start += base;
    }
    frame
}
