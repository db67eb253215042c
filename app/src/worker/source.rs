//! The files that the user chose, as sources of bytes.

use super::stream::WebStream;
use binlight_engine::source::Piece;
use js_sys::{ArrayBuffer, Uint8Array};
use std::future::Future;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, MessageChannel, Response};

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

/// The browser's own words about an error.
pub(super) fn words(error: &JsValue) -> String {
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

/// Lets messages that have come get in: comes back after a turn of the event loop. By a message of its own,
/// since browsers make timers wait.
pub async fn turn() {
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    let (here, there) = (channel.port1(), channel.port2());
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        here.set_onmessage(Some(&resolve));
        if there.post_message(&JsValue::NULL).is_err() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(promise).await;
    here.close();
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
