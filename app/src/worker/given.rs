//! A file of the log, whoever gave it.

use super::served::ServedSource;
use super::source::{FileSource, Slice, name_of};
use super::stream::WebStream;
use crate::protocol::ServedFile;
use binlight_engine::source::ByteSource;
use std::future::Future;
use web_sys::File;

/// A file that the user chose, or one that `binlight open` serves.
#[derive(Debug)]
pub(super) enum Given {
    Chosen(FileSource),
    Served(ServedSource),
}

impl Given {
    /// A file that the user chose, with its name.
    pub(super) fn chosen(file: File) -> (String, Given) {
        (name_of(&file), Given::Chosen(FileSource::new(file)))
    }

    /// A served file, with its name.
    pub(super) fn served(file: ServedFile) -> (String, Given) {
        (file.name.clone(), Given::Served(ServedSource(file)))
    }
}

/// What names a file to another worker.
#[derive(Clone, Debug)]
pub(super) enum Handle {
    Chosen(File),
    Served(ServedFile),
}

impl Given {
    /// What names it to another worker.
    pub(super) fn handle(&self) -> Handle {
        match self {
            Given::Chosen(file) => Handle::Chosen(file.file().clone()),
            Given::Served(file) => Handle::Served(file.0.clone()),
        }
    }

    /// The file that has this handle.
    pub(super) fn of(handle: Handle) -> Given {
        match handle {
            Handle::Chosen(file) => Given::Chosen(FileSource::new(file)),
            Handle::Served(file) => Given::Served(ServedSource(file)),
        }
    }
}

impl ByteSource for Given {
    type Piece = Slice;
    type Stream = WebStream;

    fn len(&self) -> u64 {
        match self {
            Given::Chosen(file) => file.len(),
            Given::Served(file) => file.0.len,
        }
    }

    fn read(&self, start: u64, len: u64) -> impl Future<Output = Result<Slice, String>> + 'static {
        let (chosen, served) = match self {
            Given::Chosen(file) => (Some(file.read(start, len)), None),
            Given::Served(file) => {
                let end = start.saturating_add(len).min(file.0.len);
                (None, Some(file.read(start, end)))
            }
        };
        async move {
            match (chosen, served) {
                (Some(reading), _) => reading.await,
                (None, Some(reading)) => reading.await,
                (None, None) => Err("there is no file".to_owned()),
            }
        }
    }
    fn stream(&self, start: u64) -> WebStream {
        match self {
            Given::Chosen(file) => file.stream(start),
            Given::Served(file) => file.stream(start),
        }
    }
}
