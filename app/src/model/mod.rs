//! What is shown, as plain functions: no signals, no browser; tested natively.

pub mod commands;
pub mod expansion;
pub mod format;
pub mod goto;
pub mod hex_layout;
pub mod json_patch;
pub mod json_text;
pub mod link;
pub mod scroll;
pub mod text_diff;
pub mod time;
pub mod timeline;
pub mod tree_rows;
