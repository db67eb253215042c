//! What page and worker say to each other.
//!
//! Rule of this folder: closed enums of plain data; `File`s travel beside them. Every message
//! about a log bears its [`SessionId`], every question its [`RequestId`], so that whatever comes
//! late can be told apart and dropped. Both programs come from one commit; [`PROTOCOL_VERSION`]
//! in [`Reply::Ready`] guards against a worker that a cache kept.

pub mod codec;
mod reply;
mod request;

pub use binlight_engine::answer::{
    Calculation, ChangeLine, ChangesPage, Computed, EventLine, Inspection, Listing, Place, RowsOf,
    SetError, SetText, TxLine,
};
pub use binlight_engine::session::{FileLine, FileList, Head, Progress, Summary};
pub use binlight_engine::source::{Lock, Order};
pub use binlight_engine::view::{Shown, Sort, View, ViewId};

pub use reply::{Answer, OpenFailure, Reply};
pub use request::{Question, Request};

use serde::{Deserialize, Serialize};

/// Raised whenever a message changes.
pub const PROTOCOL_VERSION: u32 = 3;

/// One opening of a file.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct SessionId(pub u32);

/// One question.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct RequestId(pub u32);
