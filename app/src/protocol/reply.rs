//! Worker → page.

use super::{
    Calculation, ChangesPage, FileList, RequestId, RowsOf, SessionId, SetError, Shown, TxLine,
    ViewId,
};
use binlight_parser::context::Flavour;
use binlight_parser::crypt::{KeyFileFault, Locked};
use binlight_parser::fault::Fault;
use binlight_parser::filter::Names;
use binlight_parser::findings::Finding;
use binlight_parser::gtid::interval::Interval;
use binlight_parser::gtid_report::GtidReport;
use binlight_parser::index::{EventNo, EventRow, Totals};
use binlight_parser::overview::Overview;
use binlight_parser::stream::FileKind;
use binlight_parser::timeline::Bins;
use binlight_parser::trace::FieldTree;
use serde::{Deserialize, Serialize};

/// What the worker tells the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The worker runs and speaks this version of the protocol.
    Ready(u32),
    /// The worker is about to die of this; sent by its panic hook.
    Crashed(String),
    /// How far reading has come; at most ten times a second.
    Progress(SessionId, Progress),
    /// The file could not be opened as a log.
    Failed(SessionId, OpenFailure),
    /// All has been read, or reading was cancelled (then `progress.done < summary.size`).
    Indexed(SessionId, Progress, Box<Summary>),
    /// How far a view is; at most ten times a second.
    Shown(SessionId, ViewId, Shown),
    /// The answer to a question.
    Answer(SessionId, RequestId, Box<Answer>),
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

/// What keeps an encrypted log closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The key that is missing or wrong; `None` if nothing is closed.
    pub why: Option<Locked>,
    /// A key file that could not be read, and why.
    pub key_file: Option<(String, KeyFileFault)>,
}

/// Why a file is no log, or could not be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum OpenFailure {
    /// It is something else.
    NotALog(FileKind),
    /// It is encrypted, and stays closed.
    Locked(Lock),
    /// The browser could not read it (moved, changed, no permission).
    Unreadable(String),
}

/// Answers, one kind per [`Question`](super::Question).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// Lines from `first` on; fewer than asked for at the end.
    Lines {
        /// Number of the first.
        first: u32,
        /// The lines.
        lines: Vec<EventLine>,
    },
    /// Transactions from line `first` on; fewer than asked for at the end.
    Transactions {
        /// Number of the first line.
        first: u32,
        /// The lines.
        lines: Vec<TxLine>,
    },
    /// The line, if the view has it.
    Row(Option<u32>),
    /// The event, annotated.
    Inspected(Box<Inspection>),
    /// Row changes.
    Changes(ChangesPage),
    /// The text.
    Listing(Listing),
    /// Bars.
    Bins(Bins),
    /// Stretches of time, from and to.
    Gaps(Vec<(u64, u64)>),
    /// GTIDs.
    Gtids(Box<GtidReport>),
    /// Before the log, in it, in neither.
    GtidWindow([Vec<Interval>; 3]),
    /// What came of the sets.
    Calculated(Result<Box<Calculation>, SetError>),
    /// The summary.
    Overview(Box<Overview>),
    /// The findings.
    Findings(Vec<Finding>),
    /// The files.
    Files(FileList),
    /// Names.
    Names(Names),
    /// The event, if there is one.
    Found(Option<EventNo>),
    /// Milliseconds.
    ReadOnly(f64),
    /// It cannot be answered, and why.
    Unanswered(String),
}

/// Events as the server's own tool prints them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// Whose text.
    pub of: RowsOf,
    /// The tool's name.
    pub tool: String,
    /// The text; bytes that are no UTF-8 are replaced.
    pub text: String,
    /// Whether it is all.
    pub whole: bool,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventLine {
    /// Its number.
    pub no: EventNo,
    /// Its columns; the offset is that in its file.
    pub row: EventRow,
    /// Number of its file.
    pub file: u32,
    /// Of an inner event: index in its payload, and offset there.
    pub inner: Option<(u32, u64)>,
    /// Info as SHOW BINLOG EVENTS has it.
    pub info: String,
    /// Code of its first fault.
    pub fault: Option<String>,
}

/// One event, annotated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Inspection {
    /// Its line.
    pub line: EventLine,
    /// Its bytes; of a very long event the first ones.
    pub bytes: Vec<u8>,
    /// Offset of the first: in the file, or in the unpacked payload.
    pub at: u64,
    /// Its fields.
    pub tree: FieldTree,
    /// Faults of the event.
    pub faults: Vec<Fault>,
    /// Of a rows event: the table map that governs it.
    pub table_map: Option<EventNo>,
    /// Of an inner event: the payload it lies in.
    pub payload: Option<EventNo>,
    /// The transaction it belongs to.
    pub transaction: Option<TxLine>,
    /// In a relay log: the source's log and position after the event.
    pub source_place: Option<(String, u64)>,
}
