//! What page and worker say to each other.
//!
//! Rule of this folder: closed enums of plain data; `File`s travel beside them. Every message
//! about a log bears its [`SessionId`], every question its [`RequestId`], so that whatever comes
//! late can be told apart and dropped. Both programs come from one commit; [`PROTOCOL_VERSION`]
//! in [`Reply::Ready`] guards against a worker that a cache kept.

mod changes;
pub mod codec;
mod gtids;
mod reply;
mod request;
mod view;

pub use changes::{ChangeLine, ChangesPage, RowsOf};
pub use gtids::{Calculation, Computed, SetError, SetText};
pub use view::{FileLine, FileList, Order, Shown, Sort, TxLine, View, ViewId};

pub use reply::{
    Answer, EventLine, Head, Inspection, Listing, Lock, OpenFailure, Progress, Reply, Summary,
};
pub use request::{Place, Question, Request};

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
