//! A log that was read whole, for answers that need all of it. **The seam**: how the pass is spread over
//! threads is decided here and nowhere else.

use crate::input::FileSource;
use crate::progress::Progress;
use crate::threads::Threads;
use binlight_engine::scan::{self, Failure};
use binlight_engine::session::Session;
use binlight_engine::source::Files;
use std::io;
use std::time::Instant;

/// Reads `files` and keeps what answers need.
///
/// # Errors
/// The system's if one cannot be read; what it is, if the only file is no log.
pub fn open_log(files: Files<FileSource>, progress: &Progress) -> io::Result<Session<FileSource>> {
    let threads = Threads::new(&files);
    let session = Session::new(files);
    let scanned = futures::executor::block_on(scan::scan(&session, &threads, clock(), |p| {
        progress.at(p.done);
    }));
    progress.end();
    match scanned {
        Ok(_) => Ok(session),
        Err(Failure::Read(why)) => Err(io::Error::other(why)),
        Err(Failure::Kind(kind)) => Err(io::Error::other(format!(
            "{}. {}",
            kind.name(),
            kind.advice()
        ))),
    }
}

/// Milliseconds since now.
pub fn clock() -> impl Fn() -> f64 {
    let began = Instant::now();
    move || began.elapsed().as_secs_f64() * 1000.0
}
