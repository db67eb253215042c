//! What a view or a list of rows may allocate, so that it is refused with a reason before memory ends.

use std::cell::Cell;

/// Bytes that one question may take beside what is kept of the log. The shell sets them: a browser's
/// worker has an end of memory past which the tab is lost.
#[derive(Debug)]
pub struct Budget(Cell<u64>);

impl Default for Budget {
    /// No end.
    fn default() -> Self {
        Budget(Cell::new(u64::MAX))
    }
}

impl Budget {
    /// Sets the bytes that one question may take.
    pub fn set(&self, bytes: u64) {
        self.0.set(bytes);
    }

    /// How many entries of `size` bytes fit, while a list of them grows to twice its size.
    pub fn entries(&self, size: usize) -> u64 {
        self.0.get() / (3 * size as u64).max(1)
    }

    /// Why something is not shown: what it is, and that a filter helps.
    pub fn refusal(&self, what: &str) -> String {
        format!(
            "{what} needs more than the {} MiB that are free for it; narrow the view by a filter or a stretch of the timeline",
            self.0.get() >> 20
        )
    }
}
