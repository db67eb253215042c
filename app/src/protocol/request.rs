//! Page → worker.

use super::{RequestId, SessionId};
use binlight_parser::index::EventNo;
use serde::{Deserialize, Serialize};

/// What the page asks of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Open the file that travels beside this message; any earlier one is closed.
    Open(SessionId),
    /// Stop reading; what was indexed so far stays.
    Cancel(SessionId),
    /// A question about the open log, answered by [`Reply::Answer`](super::Reply::Answer).
    Ask(SessionId, RequestId, Question),
}

/// Questions about the open log; each may be asked while it is still being read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// List lines `first .. first + count`.
    Lines {
        /// Number of the first event.
        first: u32,
        /// How many.
        count: u32,
    },
    /// One event, annotated.
    Inspect(EventNo),
    /// Row changes `first .. first + count` of a rows event.
    Rows {
        /// The event.
        no: EventNo,
        /// Number of the first change.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Which event is meant.
    Find(Place),
    /// Read the whole file as opening does, and do nothing with it: how long does it take?
    ReadOnly,
}

/// A way to name an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The event that holds this byte of the file.
    Offset(u64),
    /// An event inside the payload at this offset, by its index there.
    Inner(u64, u32),
    /// By number.
    Number(u32),
    /// The next event after this one that has a fault, from the start again after the last.
    NextFault(EventNo),
}
