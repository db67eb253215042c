//! What was given on the command line, as the engine's sources of bytes.

use crate::args;
use binlight_engine::source::{Buffer, ByteSource, Files, Stream, arrange};
use binlight_parser::crypt::Keys;
use std::fs::File;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files taken from the folders that were given: as many as the page takes.
const MOST: usize = 10_000;

/// A file on disk. Reads are done when they are asked for: the futures are ready.
#[derive(Clone, Debug)]
pub struct FileSource {
    file: Arc<File>,
    len: u64,
}

impl FileSource {
    /// The file at `path`; standard input, copied to a file without a name, for `-`.
    ///
    /// # Errors
    /// The system's, with the path.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = if path == Path::new("-") {
            spooled()
        } else {
            File::open(path)
        };
        let open = file.and_then(|file| {
            let len = file.metadata()?.len();
            Ok(FileSource {
                file: Arc::new(file),
                len,
            })
        });
        open.map_err(|e| named(path, &e))
    }

    /// Bytes `start .. start + into.len()`, all of them.
    ///
    /// # Errors
    /// The system's; among others, that the file has become shorter.
    pub fn read_at(&self, start: u64, into: &mut [u8]) -> io::Result<()> {
        read_exact_at(&self.file, start, into)
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, start: u64, into: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, start)
}

/// Where there is no reading at a place: one read at a time, since they share the file's position.
#[cfg(not(unix))]
fn read_exact_at(file: &File, start: u64, into: &mut [u8]) -> io::Result<()> {
    use std::io::{Read, Seek};
    static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = ONE.lock();
    let mut file = file;
    file.seek(io::SeekFrom::Start(start))?;
    file.read_exact(into)
}

/// A file read in order.
#[derive(Debug)]
pub struct FileStream {
    file: FileSource,
    at: u64,
}

/// Bytes per read of a stream: they stay in a core's cache until they are used.
const PIECE: u64 = 1 << 20;

impl Stream for FileStream {
    fn next(&mut self, into: &mut Buffer) -> impl Future<Output = Result<usize, String>> {
        let len = PIECE.min(self.file.len.saturating_sub(self.at)) as usize;
        let read = self.file.read_at(self.at, into.room(len));
        into.added(len);
        self.at += len as u64;
        std::future::ready(read.map(|()| len).map_err(|e| e.to_string()))
    }
}

impl ByteSource for FileSource {
    type Piece = Vec<u8>;
    type Stream = FileStream;

    fn len(&self) -> u64 {
        self.len
    }

    fn read(
        &self,
        start: u64,
        len: u64,
    ) -> impl Future<Output = Result<Vec<u8>, String>> + 'static {
        let len = len.min(self.len.saturating_sub(start));
        // Nobody asks for more than fits: the engine reads by pieces.
        let mut bytes = vec![0; usize::try_from(len).unwrap_or(usize::MAX)];
        let read = self.read_at(start, &mut bytes);
        std::future::ready(read.map(|()| bytes).map_err(|e| e.to_string()))
    }

    fn stream(&self, start: u64) -> FileStream {
        FileStream {
            file: self.clone(),
            at: start,
        }
    }
}

/// Standard input as a file that goes when the program ends: logs are read more than once, and at places.
fn spooled() -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    Ok(file)
}

/// An error that says of which file.
fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// The files that are meant: those of folders, at any depth, in their place. What could not be read of
/// them is told and left out; `false` if there was such.
pub fn files(given: &[PathBuf]) -> (Vec<PathBuf>, bool) {
    let (mut found, mut all) = (Vec::new(), true);
    let mut left: Vec<PathBuf> = given.iter().rev().cloned().collect();
    while let Some(path) = left.pop() {
        if found.len() >= MOST {
            eprintln!("binlight: {MOST} files are read; the others are left out");
            return (found, false);
        }
        if !path.is_dir() {
            found.push(path);
            continue;
        }
        match std::fs::read_dir(&path) {
            Ok(entries) => {
                let mut entries: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
                entries.sort();
                left.extend(entries.into_iter().rev());
            }
            Err(e) => {
                eprintln!("binlight: {}", named(&path, &e));
                all = false;
            }
        }
    }
    (found, all)
}

/// The given files as one log in order, and whether all of them could be opened (what could not is told).
///
/// # Errors
/// That none could be read, that none is a log, or what is wrong with a key file.
pub fn arranged(given: &args::Given) -> io::Result<(Files<FileSource>, bool)> {
    let (paths, mut all) = files(&given.files);
    let keys = keys(&given.keys)?;
    let (mut sources, mut first_error) = (Vec::new(), None);
    for path in paths {
        match FileSource::open(&path) {
            Ok(source) => sources.push((path.display().to_string(), source)),
            Err(e) => {
                all = false;
                if let Some(e) = first_error.replace(e) {
                    eprintln!("binlight: {e}");
                }
            }
        }
    }
    if sources.is_empty() {
        let none = || io::Error::other("there are no files");
        return Err(first_error.unwrap_or_else(none));
    }
    if let Some(e) = first_error {
        eprintln!("binlight: {e}");
    }
    let arranged = arrange(sources, keys, given.keys.password.as_deref());
    let files = futures::executor::block_on(arranged).map_err(io::Error::other)?;
    tell(&files);
    if files.parts.is_empty() {
        return Err(io::Error::other("none of these files is a log"));
    }
    Ok((files, all))
}

/// Says what is not read, and why.
fn tell(files: &Files<FileSource>) {
    for (name, kind) in &files.skipped {
        eprintln!("binlight: {name}: {}. {}", kind.name(), kind.advice());
    }
    let lock = files.lock.borrow();
    if let Some((name, why)) = &lock.key_file {
        eprintln!("binlight: {name}: {why}");
    }
    if let Some(why) = &lock.why {
        eprintln!("binlight: {why}");
    }
}

/// The keys in the key files.
///
/// # Errors
/// What is wrong with one.
pub fn keys(given: &args::Keys) -> io::Result<Keys> {
    let mut keys = Keys::default();
    for path in &given.key {
        let bytes = std::fs::read(path).map_err(|e| named(path, &e))?;
        let read = keys.read(&bytes, given.password.as_deref());
        read.map_err(|why| io::Error::other(format!("{}: {why}", path.display())))?;
    }
    Ok(keys)
}
