//! The page and its worker, as one library behind two small programs.
//!
//! ```text
//! bin/worker ─ worker ── scan, answer ──┐             the log, its index
//!                                       │ protocol    closed enums, versioned
//! bin/app ─ views ─ state ─ client ─────┘             signals, what is shown
//!              └─ model, widgets                      pure layout; parts without knowledge of logs
//! ```
//!
//! Who may use whom is in `tests/layering.rs`. Browser calls live in `platform`, `widgets`,
//! `protocol::codec`, `worker::{mod, source}` alone.

pub mod client;
pub mod model;
pub mod platform;
pub mod protocol;
pub mod state;
pub mod views;
pub mod widgets;
pub mod worker;
