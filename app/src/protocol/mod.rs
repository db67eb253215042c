//! What page and worker say to each other.
//!
//! Rule of this folder: closed enums of plain data; `File`s travel beside them. Every message
//! about a log bears its [`SessionId`], every question its [`RequestId`], so that whatever comes
//! late can be told apart and dropped. Both programs come from one build, and each message says from
//! which ([`PROTOCOL_VERSION`]): a program that a cache kept is found out by its first one.

pub mod codec;
mod ids;
pub mod message;
mod reply;
mod request;

pub use binlight_engine::answer::{
    Calculation, ChangeLine, ChangesPage, Computed, EventLine, Inspection, Listing, Place, RowsOf,
    SetError, SetText, TxLine,
};
pub use binlight_engine::session::{FileLine, FileList, Head, Progress, Summary};
pub use binlight_engine::source::{Lock, Order};
pub use binlight_engine::view::{Shown, Sort, View, ViewId};

pub use ids::{RequestId, SessionId};
pub use message::{PROTOCOL_VERSION, Unreadable};
pub use reply::{Answer, OpenFailure, Reply};
pub use request::{Question, Request, ServedFile};
