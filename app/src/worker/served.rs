//! A file that `binlight open` serves beside the page, read by range requests.

use super::scope::words;
use super::source::Slice;
use super::stream::WebStream;
use crate::protocol::ServedFile;
use js_sys::{Promise, Uint8Array};
use std::future::Future;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, Headers, Request, RequestInit, Response};

/// The status of an answer that holds the part that was asked for.
const PARTIAL_CONTENT: u16 = 206;

/// A served file.
#[derive(Debug)]
pub(super) struct ServedSource(pub(super) ServedFile);

impl ServedSource {
    /// Asks for bytes `start .. end`, which are in the file, at once.
    pub(super) fn read(
        &self,
        start: u64,
        end: u64,
    ) -> impl Future<Output = Result<Slice, String>> + 'static {
        let answer = (start < end).then(|| self.ask(start, end));
        async move {
            let Some(answer) = answer else {
                return Ok(Slice(Uint8Array::new_with_length(0)));
            };
            let buffer = answer.await?.array_buffer().map_err(|e| words(&e))?;
            let buffer = JsFuture::from(buffer).await.map_err(|e| words(&e))?;
            Ok(Slice(Uint8Array::new(&buffer)))
        }
    }

    /// Asks for `start ..` at once, to be read in order.
    pub(super) fn stream(&self, start: u64) -> WebStream {
        let answer = (start < self.0.len).then(|| self.ask(start, self.0.len));
        WebStream::new(async move {
            match answer {
                Some(answer) => Ok(answer.await?.body()),
                None => Ok(None),
            }
        })
    }

    fn ask(
        &self,
        start: u64,
        end: u64,
    ) -> impl Future<Output = Result<Response, String>> + 'static {
        let name = self.0.name.clone();
        let asked = request(&self.0.url, start, end);
        async move {
            let answer = JsFuture::from(asked.map_err(|e| words(&e))?).await;
            let answer: Response = answer.map_err(|e| words(&e))?.unchecked_into();
            if answer.status() != PARTIAL_CONTENT {
                let status = answer.status();
                return Err(format!("{name} was asked for, and the answer was {status}"));
            }
            Ok(answer)
        }
    }
}

fn request(url: &str, start: u64, end: u64) -> Result<Promise, JsValue> {
    let headers = Headers::new()?;
    headers.set("Range", &format!("bytes={start}-{}", end - 1))?;
    let init = RequestInit::new();
    init.set_headers(&headers);
    let request = Request::new_with_str_and_init(url, &init)?;
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    Ok(scope.fetch_with_request(&request))
}
