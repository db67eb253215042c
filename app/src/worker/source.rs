//! Where a log's bytes come from.

use js_sys::{ArrayBuffer, Uint8Array};
use std::future::Future;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

/// Bytes by range, read when asked for.
pub trait ByteSource {
    /// What a read gives before it is copied into memory.
    type Piece: Piece;

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

/// A file that the user chose: a handle; the browser reads it slice by slice.
#[derive(Debug)]
pub struct FileSource {
    file: File,
    len: u64,
}

impl FileSource {
    /// A source for `file`.
    pub fn new(file: File) -> Self {
        let len = file.size() as u64;
        FileSource { file, len }
    }
}

impl ByteSource for FileSource {
    type Piece = Uint8Array;

    fn len(&self) -> u64 {
        self.len
    }

    fn read(
        &self,
        start: u64,
        len: u64,
    ) -> impl Future<Output = Result<Uint8Array, String>> + 'static {
        let end = start.saturating_add(len).min(self.len);
        // Offsets are exact in f64 up to 8 PiB.
        let slice = self.file.slice_with_f64_and_f64(start as f64, end as f64);
        let promise = slice.map(|blob: Blob| blob.array_buffer());
        async move {
            let text = |e: wasm_bindgen::JsValue| {
                e.dyn_ref::<js_sys::Error>()
                    .map_or_else(|| format!("{e:?}"), |e| String::from(e.message()))
            };
            let buffer = JsFuture::from(promise.map_err(text)?).await.map_err(text)?;
            let buffer: ArrayBuffer = buffer.unchecked_into();
            Ok(Uint8Array::new(&buffer))
        }
    }
}

impl Piece for Uint8Array {
    fn len(&self) -> usize {
        self.length() as usize
    }

    fn copy_to(&self, into: &mut [u8]) {
        Uint8Array::copy_to(self, into);
    }
}

/// A log in memory, for tests.
#[derive(Clone, Debug)]
pub struct MemorySource(pub std::rc::Rc<[u8]>);

impl ByteSource for MemorySource {
    type Piece = Vec<u8>;

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
}

impl Piece for Vec<u8> {
    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn copy_to(&self, into: &mut [u8]) {
        into.copy_from_slice(self);
    }
}

/// Milliseconds on the worker's clock.
pub fn now() -> f64 {
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope.performance().map_or(0.0, |p| p.now())
}
