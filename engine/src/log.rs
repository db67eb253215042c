//! One opened log, of one file or several: everything that the one pass over it keeps.

use crate::file_name::{base_name, stem};
use crate::index::{EventNo, EventRow, Index, IndexBuilder, Observer};
use crate::notes::Notes;
use crate::transactions::{Grouper, Transactions};
use binlight_parser::context::{Context, Format};
use binlight_parser::event;
use binlight_parser::stream::{FileKind, Frame};
use std::sync::Arc;

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
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
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
    /// Offset at which the current file begins.
    base: u64,
}

impl Log {
    /// A part of a log that begins with a GTID event in the middle of a file, which begins at offset
    /// `base` of the log.
    pub(crate) fn amid(context: Context, base: u64) -> Log {
        Log {
            builder: IndexBuilder::amid(context),
            grouper: Grouper::amid(),
            notes: Notes::amid(),
            base,
            ..Log::default()
        }
    }

    /// The format description in force after what was read so far.
    pub fn format(&self) -> Arc<Format> {
        Arc::clone(&self.builder.context().format)
    }

    /// Takes over a part that was read by itself and follows, if it is as it would be if it had been
    /// read after this; else gives it back.
    ///
    /// # Errors
    /// The part, where something in it depends on what came before it.
    pub fn join(&mut self, part: Log) -> Result<(), Box<Log>> {
        let room = u32::MAX as usize - self.index().events.len();
        if !self.builder.admits(&part.builder)
            || !self.notes.admits(&part.notes)
            || self.index().totals.relay
            || part.index().events.len() >= room
        {
            return Err(Box::new(part));
        }
        let shift = self.index().events.next().0;
        let tables = self.builder.append(part.builder);
        self.grouper.append(part.grouper, shift, &tables);
        self.notes.append(part.notes, shift, &tables);
        Ok(())
    }

    /// The frames that follow are of this file.
    pub fn begin_file(&mut self, name: &str, size: u64) {
        let base = self.files.last().map_or(0, |f| f.base + f.size);
        self.base = base;
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
        let base = self.base;
        let mut listener = Listener {
            grouper: &mut self.grouper,
            notes: &mut self.notes,
        };
        self.builder.observe(frame, bytes, base, &mut listener);
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

/// Those beside the index who want to know of each event.
struct Listener<'l> {
    grouper: &'l mut Grouper,
    notes: &'l mut Notes,
}

impl Observer for Listener<'_> {
    fn event(&mut self, index: &Index, no: EventNo, row: &EventRow, bytes: &[u8], in_: &Context) {
        let t = row.event_type;
        let wanted = !bytes.is_empty() && (Grouper::needs_body(t) || Notes::needs_body(t));
        let event = if wanted {
            event::skim_body(bytes, in_)
        } else {
            None
        };
        let statement = self.grouper.observe(index, no, row, event.as_ref());
        self.notes
            .observe(index, (no, row), bytes, event.as_ref(), statement);
    }

    fn unopened(&mut self) {
        self.grouper.unopened();
    }
}
