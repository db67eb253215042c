//! The page and its worker, as one library behind two small programs.
//!
//! ```text
//! bin/worker ─ worker ── engine ────────┐             the log, its index
//!                                       │ protocol    closed enums; each message says its build
//! bin/app ─ views ─ state ─ client ─────┘             signals, what is shown
//!              └─ model, widgets                      pure layout; parts without knowledge of logs
//! ```
//!
//! Who may use whom, and which files may call the browser, is in `tests/layering.rs`.

pub mod client;
pub mod model;
pub mod platform;
pub mod protocol;
pub mod state;
pub mod views;
pub mod widgets;
pub mod worker;
