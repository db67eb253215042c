//! The files that the user chose, as sources of bytes.

use super::reader::Reader;
use binlight_engine::source::{ByteSource, Piece};
use js_sys::{ArrayBuffer, Uint8Array};
use std::future::Future;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

/// A file that the user chose: a handle; the browser reads it slice by slice.
#[derive(Debug)]
pub struct FileSource {
    file: File,
    len: u64,
    /// For the large slices of a scan. Small ones, read on demand, come sooner without a detour.
    reader: Option<Reader>,
}

/// Bytes from which on a read goes to the reading worker.
const LARGE: u64 = 4 << 20;

impl FileSource {
    /// A source for `file`.
    pub fn new(file: File) -> Self {
        let len = file.size() as u64;
        let reader = (len >= LARGE).then(Reader::spawn).flatten();
        FileSource { file, len, reader }
    }

    /// A source for `file` that reads on this thread.
    pub fn direct(file: File) -> Self {
        FileSource {
            len: file.size() as u64,
            file,
            reader: None,
        }
    }

    /// The file.
    pub fn file(&self) -> &File {
        &self.file
    }
}

impl ByteSource for FileSource {
    type Piece = Slice;

    fn len(&self) -> u64 {
        self.len
    }

    fn read(&self, start: u64, len: u64) -> impl Future<Output = Result<Slice, String>> + 'static {
        let end = start.saturating_add(len).min(self.len);
        // Offsets are exact in f64 up to 8 PiB.
        let (start, end) = (start as f64, end as f64);
        let reader = self.reader.as_ref().filter(|_| len >= LARGE);
        let elsewhere = reader.map(|r| r.read(&self.file, start, end));
        let here = if elsewhere.is_none() {
            Some(slice(&self.file, start, end))
        } else {
            None
        };
        let file = self.file.clone();
        async move {
            if let Some(Ok(bytes)) = match elsewhere {
                Some(receiver) => Some(receiver.await),
                None => None,
            } {
                return bytes.map(Slice);
            }
            let promise = here.unwrap_or_else(|| slice(&file, start, end))?;
            let buffer = JsFuture::from(promise).await.map_err(|e| words(&e))?;
            let buffer: ArrayBuffer = buffer.unchecked_into();
            Ok(Slice(Uint8Array::new(&buffer)))
        }
    }
}

fn slice(file: &File, start: f64, end: f64) -> Result<js_sys::Promise, String> {
    let slice = file.slice_with_f64_and_f64(start, end);
    slice
        .map(|blob: Blob| blob.array_buffer())
        .map_err(|e| words(&e))
}

/// The browser's own words about an error.
pub(super) fn words(error: &wasm_bindgen::JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| format!("{error:?}"), |e| String::from(e.message()))
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

/// Lets messages that have come get in: comes back after a turn of the event loop.
pub async fn turn() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        // Without a timer the promise would never come back; then go on at once.
        if scope
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 0)
            .is_err()
        {
            let _ = resolve.call0(&wasm_bindgen::JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Milliseconds on the worker's clock.
pub fn now() -> f64 {
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope.performance().map_or(0.0, |p| p.now())
}

/// How many threads the machine runs at once, as far as the browser says.
pub fn cores() -> usize {
    let scope: web_sys::DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope.navigator().hardware_concurrency() as usize
}
