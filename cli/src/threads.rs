//! Ranges of a file read on threads, beside the pass.

use crate::input::FileSource;
use binlight_engine::pass::{Part, Task};
use binlight_engine::scan::{self, Runners};
use binlight_engine::source::{self, Files};
use futures::channel::oneshot;
use std::future::Future;
use std::num::NonZero;

/// As many threads as the machine runs at once, each with its own handle of a file.
#[derive(Debug)]
pub struct Threads {
    count: usize,
    files: Vec<source::Part<FileSource>>,
}

impl Threads {
    /// Threads for these files; none where the machine runs but one.
    pub fn new(files: &Files<FileSource>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Threads {
            count: if cores > 1 { cores } else { 0 },
            files: files.parts.iter().map(source::Part::another).collect(),
        }
    }
}

impl Runners for Threads {
    fn count(&self) -> usize {
        self.count
    }

    fn start(&self, file: usize, task: Task) -> impl Future<Output = Option<Box<Part>>> + 'static {
        let (sender, receiver) = oneshot::channel();
        if let Some(file) = self.files.get(file).map(source::Part::another) {
            std::thread::spawn(move || {
                // What cannot be read the pass meets, too, and says why.
                let part = futures::executor::block_on(scan::run(&file, task));
                // Nobody waits where the scan has ended: the part is dropped.
                let _ = sender.send(part.unwrap_or_default());
            });
        }
        async { receiver.await.ok().flatten() }
    }
}
