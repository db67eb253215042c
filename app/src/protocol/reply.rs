//! Worker → page.

use super::ids::{RequestId, SessionId};
use binlight_engine::answer::{
    Calculation, ChangesPage, EventLine, Inspection, Listing, SetError, TxLine,
};
use binlight_engine::filter::Names;
use binlight_engine::findings::Finding;
use binlight_engine::gtid_report::GtidReport;
use binlight_engine::index::EventNo;
use binlight_engine::overview::Overview;
use binlight_engine::session::{FileList, Progress, Summary};
use binlight_engine::source::Lock;
use binlight_engine::timeline::Bins;
use binlight_engine::view::{Shown, ViewId};
use binlight_parser::gtid::interval::Interval;
use binlight_parser::stream::FileKind;
use serde::{Deserialize, Serialize};

/// What the worker tells the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Reply {
    /// The worker runs.
    Ready,
    /// The worker could not read a request, and why.
    Unreadable(String),
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
