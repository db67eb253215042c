//! How far reading is: a bar, where somebody looks at one.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A bar on standard error if that is a terminal and the answer goes elsewhere; else nothing.
#[derive(Clone, Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// Of a log of `len` bytes.
    pub fn new(len: u64) -> Self {
        let seen = std::io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(
            Some(len),
            if seen {
                ProgressDrawTarget::stderr_with_hz(10)
            } else {
                ProgressDrawTarget::hidden()
            },
        );
        let form = "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// Nothing is shown: the answer itself appears on the terminal.
    pub fn hidden() -> Self {
        Progress(ProgressBar::hidden())
    }

    /// For an answer that is written while the log is read.
    pub fn beside_output(len: u64) -> Self {
        if std::io::stdout().is_terminal() {
            Self::hidden()
        } else {
            Self::new(len)
        }
    }

    /// Read up to byte `at`.
    pub fn at(&self, at: u64) {
        self.0.set_position(at);
    }

    /// Clears the bar.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
