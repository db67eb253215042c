//! Statements as text: what they do to the transaction around them, what makes two of them alike,
//! what makes a replica run them differently.
//!
//! Rule of this folder: it reads tokens, not grammar. A binlog holds what a server has accepted
//! already; telling `BEGIN` from `BEGINNING`, text from strings and comments, is all it takes.

mod classify;
mod digest;
mod functions;
mod hazards;
mod tokens;

pub use classify::{Statement, classify};
pub use digest::{digest, fingerprint};
pub use hazards::{Hazard, hazards};
pub use tokens::{Token, tokens};
