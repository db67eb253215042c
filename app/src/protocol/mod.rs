//! What page and worker say to each other.
//!
//! Rule of this folder: closed enums of plain data; a `File` travels beside them. Every message
//! about a log bears its [`SessionId`], every question its [`RequestId`], so that whatever comes
//! late can be told apart and dropped. Both programs come from one commit; [`PROTOCOL_VERSION`]
//! in [`Reply::Ready`] guards against a worker that a cache kept.

pub mod codec;
mod reply;
mod request;

pub use reply::{Answer, EventLine, Head, Inspection, OpenFailure, Progress, Reply, Summary};
pub use request::{Place, Question, Request};

use serde::{Deserialize, Serialize};

/// Raised whenever a message changes.
pub const PROTOCOL_VERSION: u32 = 1;

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
