//! A range as a runner reads it, from any source of its file.

use crate::pass::{Part, Runner, Step, Task};
use crate::source::{self, Buffer, ByteSource, Stream};

/// Reads a range: for threads and workers, each of which has a handle of the file of its own. `None` if
/// no transaction begins in it.
///
/// # Errors
/// The browser's or the system's words if it cannot be read.
pub async fn run<S: ByteSource>(
    file: &source::Part<S>,
    task: Task,
) -> Result<Option<Box<Part>>, String> {
    let mut runner = Runner::new(task);
    let mut stream = file.stream(runner.at());
    let mut buffer = Buffer::default();
    loop {
        let eof = stream.next(&mut buffer).await? == 0;
        match runner.step(buffer.unused(), eof) {
            Step::Done(part) => return Ok(part),
            Step::More(_) if eof => return Ok(None),
            Step::More(used) => buffer.consume(used),
        }
    }
}
