//! What is shown, as plain functions: no signals, no browser; tested natively.

pub mod commands;
pub mod format;
pub mod goto;
pub mod hex_layout;
pub mod link;
pub mod scroll;
pub mod tree_rows;
