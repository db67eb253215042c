//! The pass over a file, split: ranges are read side by side, each by itself, and joined in order.
//!
//! ```text
//! one pass ── head ──▶ Point ─┬─ Task ▶ Runner ▶ Part ─┐
//!                             ├─ Task ▶ Runner ▶ Part ─┼─ in order ─▶ Log::join
//!                             └─ Task ▶ Runner ▶ Part ─┘   refused: the one pass goes on from there
//! ```
//!
//! Rule of this folder: speculation may cost time and never truth. A part counts only if the pass
//! before it ended exactly where it began, in a state that it took for granted, and if nothing in it
//! depends on what it could not know. Else its range is read again in its place.

mod runner;

pub use runner::{Part, Runner, Step, Task, stops_at};

use std::ops::Range;

/// Bytes of one range.
pub const RANGE: u64 = 16 << 20;

/// Bytes of a file that are read before it is split: enough to show something at once.
pub const HEAD: u64 = 4 << 20;

/// Runners from which on a file is split: one beside the pass gains nothing.
pub const LEAST_RUNNERS: usize = 2;

/// The ranges into which `from .. len` of a file is split for `runners` at once; none where splitting
/// would cost more than it gains.
pub fn plan(from: u64, len: u64, runners: usize) -> Vec<Range<u64>> {
    let left = len.saturating_sub(from);
    if runners == 0 || left < HEAD {
        return Vec::new();
    }
    let size = (left / runners as u64 + 1).clamp(1 << 20, RANGE);
    let starts = (from..len).step_by(usize::try_from(size).unwrap_or(usize::MAX));
    starts.map(|s| s..(s + size).min(len)).collect()
}
