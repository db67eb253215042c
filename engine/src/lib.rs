//! What makes binary logs answer questions.
//!
//! ```text
//! ByteSource ─▶ source ─▶ scan ─▶ log { index, transactions, notes }     one pass keeps all of it
//!                 ▲                 │
//!                 │                 ├─▶ timeline, overview, findings, gtid_report     plain reports
//!                 │                 └─▶ filter ─▶ view, layout                        what lists show
//!                 └──── session ◀── answer                             read and decoded when asked for
//! ```
//!
//! No browser, no files, no threads of its own: who calls it brings a source of bytes and a clock.
//! The page's worker and the command `binlight` are shells round it. Who may use whom is in
//! `tests/layering.rs`.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod answer;
pub mod budget;
mod bytes;
pub mod column;
pub mod digests;
pub mod file_name;
pub mod filter;
pub mod findings;
pub mod gtid_report;
pub mod index;
pub mod layout;
pub mod limits;
pub mod log;
pub mod notes;
pub mod overview;
pub mod pass;
pub mod scan;
pub mod search;
pub mod session;
pub mod source;
pub mod sql;
pub mod timeline;
pub mod transactions;
pub mod view;
