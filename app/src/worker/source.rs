//! The files that the user chose, as sources of bytes.

use super::scope::words;
use super::stream::WebStream;
use binlight_engine::source::Piece;
use js_sys::{ArrayBuffer, Uint8Array};
use std::future::Future;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, Response};

/// A file that the user chose: a handle; the browser reads it when it is asked to.
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

    /// The file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Bytes in all.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Begins to read `start .. start + len` as one slice.
    pub(super) fn read(
        &self,
        start: u64,
        len: u64,
    ) -> impl Future<Output = Result<Slice, String>> + 'static {
        let end = start.saturating_add(len).min(self.len);
        let slice = slice(&self.file, start, end).map(|blob| blob.array_buffer());
        async move {
            let buffer = JsFuture::from(slice?).await.map_err(|e| words(&e))?;
            let buffer: ArrayBuffer = buffer.unchecked_into();
            Ok(Slice(Uint8Array::new(&buffer)))
        }
    }

    /// Begins to read `start ..` in order.
    pub(super) fn stream(&self, start: u64) -> WebStream {
        let body = slice(&self.file, start, self.len).and_then(|blob| {
            let answer = Response::new_with_opt_blob(Some(&blob)).map_err(|e| words(&e))?;
            Ok(answer.body())
        });
        WebStream::new(std::future::ready(body))
    }
}

/// Bytes `start .. end` of a file. Offsets are exact in f64 up to 8 PiB.
fn slice(file: &File, start: u64, end: u64) -> Result<Blob, String> {
    let slice = file.slice_with_f64_and_f64(start as f64, end as f64);
    slice.map_err(|e| words(&e))
}

/// Bytes in the browser's memory.
#[derive(Debug)]
pub struct Slice(pub(super) Uint8Array);

impl Piece for Slice {
    fn len(&self) -> usize {
        self.0.length() as usize
    }

    fn copy_to(&self, into: &mut [u8]) {
        self.0.copy_to(into);
    }
}

/// A file's name; of one from a folder that was dropped or picked, its path there.
pub fn name_of(file: &File) -> String {
    let path = js_sys::Reflect::get(file, &"webkitRelativePath".into())
        .ok()
        .and_then(|p| p.as_string());
    path.filter(|p| !p.is_empty())
        .unwrap_or_else(|| file.name())
}
