//! Page → worker.

use super::ids::{RequestId, SessionId};
use binlight_engine::answer::{Place, RowsOf, SetText};
use binlight_engine::gtid_report::Numbering;
use binlight_engine::index::EventNo;
use binlight_engine::timeline::Wanted;
use binlight_engine::transactions::TxNo;
use binlight_engine::view::{View, ViewId};
use serde::{Deserialize, Serialize};

/// What the page asks of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Open the files that `binlight open` serves and those that travel beside this message as one log,
    /// key files among them; any earlier one is closed. The text opens a key file that is encrypted itself.
    Open(SessionId, Vec<ServedFile>, Option<String>),
    /// Make this view, and tell how far it is; any earlier one is dropped.
    Show(SessionId, ViewId, View),
    /// Stop reading; what was indexed so far stays.
    Cancel(SessionId),
    /// A question about the open log, answered by [`Reply::Answer`](super::Reply::Answer).
    Ask(SessionId, RequestId, Question),
}

/// A file that `binlight open` serves beside the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedFile {
    /// Where, relative to the page.
    pub url: String,
    /// Its name.
    pub name: String,
    /// Bytes.
    pub len: u64,
}

/// Questions about the open log; each may be asked while it is still being read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// Events `first .. first + count`.
    Lines {
        /// Number of the first event; in a view, of the line.
        first: u32,
        /// How many.
        count: u32,
        /// Of the events in this view rather than of all.
        view: Option<ViewId>,
    },
    /// Transactions `first .. first + count` of a view.
    Transactions {
        /// The view.
        view: ViewId,
        /// Number of the first line.
        first: u32,
        /// How many.
        count: u32,
    },
    /// The line of a view in which a transaction (or its event) stands.
    Row(ViewId, TxNo, Option<EventNo>),
    /// One event, annotated.
    Inspect(EventNo),
    /// Lines `first .. first + count` of row changes.
    Changes {
        /// Whose.
        of: RowsOf,
        /// Number of the first line.
        first: u64,
        /// How many.
        count: u64,
    },
    /// An event or a transaction as the server's own tool prints it.
    Listing(RowsOf),
    /// Bars of the timeline; those of the view in colour.
    Bins(ViewId, Wanted),
    /// Stretches of time without a commit: at least so many microseconds, at most so many of them.
    Gaps(u64, u32),
    /// Everything about the log's GTIDs.
    Gtids,
    /// The numbers of one source within a window.
    GtidWindow(Numbering, u64, u64),
    /// Two sets, calculated with.
    Calculate(SetText, SetText),
    /// A view in tables and short lists.
    Overview(ViewId),
    /// What a reader should know.
    Findings,
    /// The files.
    Files,
    /// Names that may be typed into a filter.
    Names,
    /// Which event is meant.
    Find(Place),
    /// Read the whole file as opening does, and do nothing with it: how long does it take?
    ReadOnly,
}
