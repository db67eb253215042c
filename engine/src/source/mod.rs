//! Where a log's bytes come from: files in order as one log, decrypted as they are read.
//!
//! Rule of this folder: bytes are handed on, not understood. Who calls the engine brings a
//! [`ByteSource`]: the page a `Blob`, the command a file.

mod buffer;
pub mod cache;
pub mod files;
pub mod part;

pub use buffer::Buffer;
pub use files::{Files, Lock, Order, arrange};
pub use part::Part;

use std::future::Future;

/// Bytes by range, read when asked for.
pub trait ByteSource {
    /// What a read gives before it is copied into memory.
    type Piece: Piece;

    /// A read from one place on to the end.
    type Stream: Stream;

    /// Bytes in all.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Begins to read `start .. start + len` (clamped to the end) **at once**, so that a read can
    /// be under way while the one before is used. The error is the browser's own words.
    fn read(
        &self,
        start: u64,
        len: u64,
    ) -> impl Future<Output = Result<Self::Piece, String>> + 'static;

    /// Begins to read `start ..` in order **at once**, until it is dropped: much faster than piece by
    /// piece, since what comes next is read while what came is used.
    fn stream(&self, start: u64) -> Self::Stream;
}

/// A source read in order.
pub trait Stream {
    /// Adds what has come since, or waits for more: at least a byte unless the source has ended. The
    /// number of bytes, or the browser's or the system's own words.
    fn next(&mut self, into: &mut Buffer) -> impl Future<Output = Result<usize, String>>;
}

/// Bytes that were read, perhaps not in this program's memory yet.
pub trait Piece {
    /// Number of bytes.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies them into `into`, which is of the same length.
    fn copy_to(&self, into: &mut [u8]);
}

/// A log in memory, for tests.
#[derive(Clone, Debug)]
pub struct MemorySource(pub std::rc::Rc<[u8]>);

/// A log in memory, read in order by pieces of many sizes.
#[derive(Debug)]
pub struct MemoryStream {
    bytes: std::rc::Rc<[u8]>,
    at: usize,
}

/// Sizes of the pieces in which a log in memory comes: what is said of it must not depend on them.
const PIECES: [usize; 5] = [4096, 1, 777, 65_536, 19];

impl Stream for MemoryStream {
    fn next(&mut self, into: &mut Buffer) -> impl Future<Output = Result<usize, String>> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let piece = &rest[..rest.len().min(PIECES[self.at % PIECES.len()])];
        into.room(piece.len()).copy_from_slice(piece);
        into.added(piece.len());
        self.at += piece.len();
        std::future::ready(Ok(piece.len()))
    }
}

impl ByteSource for MemorySource {
    type Piece = Vec<u8>;
    type Stream = MemoryStream;

    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(
        &self,
        start: u64,
        len: u64,
    ) -> impl Future<Output = Result<Vec<u8>, String>> + 'static {
        let start = usize::try_from(start)
            .unwrap_or(usize::MAX)
            .min(self.0.len());
        let end = start
            .saturating_add(usize::try_from(len).unwrap_or(usize::MAX))
            .min(self.0.len());
        std::future::ready(Ok(self.0[start..end].to_vec()))
    }

    fn stream(&self, start: u64) -> MemoryStream {
        MemoryStream {
            bytes: std::rc::Rc::clone(&self.0),
            at: usize::try_from(start).unwrap_or(usize::MAX),
        }
    }
}

impl Piece for Vec<u8> {
    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn copy_to(&self, into: &mut [u8]) {
        into.copy_from_slice(self);
    }
}
