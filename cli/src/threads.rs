//! Ranges of a file read on threads, beside the pass.

use crate::input::FileSource;
use binlight_engine::pass::{Part, Runner, Step, Task};
use binlight_engine::scan::Runners;
use binlight_engine::source::{self, Files};
use futures::channel::oneshot;
use std::future::Future;
use std::num::NonZero;

/// Bytes per read: they stay in a core's cache until they are used.
const PIECE: u64 = 1 << 20;

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
                // Nobody waits where the scan has ended: the part is dropped.
                let _ = sender.send(run(&file, task));
            });
        }
        async { receiver.await.ok().flatten() }
    }
}

/// Reads a range; `None` if it cannot be read: the pass then meets the same error and says so.
fn run(file: &source::Part<FileSource>, task: Task) -> Option<Box<Part>> {
    let size = file.len();
    let mut runner = Runner::new(task);
    let mut buffer = Vec::new();
    let mut read = runner.at();
    loop {
        let held = buffer.len();
        let len = PIECE.min(size - read.min(size));
        buffer.resize(held + usize::try_from(len).ok()?, 0);
        let piece = buffer.get_mut(held..)?;
        file.source().read_at(read + file.skipped(), piece).ok()?;
        file.decipher(read, piece);
        read += len;
        match runner.step(&buffer, read >= size) {
            Step::Done(part) => return part,
            Step::More(_) if read >= size => return None,
            Step::More(used) => {
                buffer.drain(..used);
            }
        }
    }
}
