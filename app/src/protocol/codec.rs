//! Messages as bytes: `[Uint8Array, File…]`, the buffer transferred, not copied.

use js_sys::{Array, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

/// `message` (and files beside it) as a value to post, and what of it to transfer.
pub fn encode<M: Serialize>(message: &M, files: &[File]) -> (JsValue, JsValue) {
    // Plain data of known size cannot fail to serialise; an empty message is refused on arrival.
    let bytes = Uint8Array::from(
        postcard::to_allocvec(message)
            .unwrap_or_default()
            .as_slice(),
    );
    let parts = Array::of1(&bytes);
    for file in files {
        parts.push(file);
    }
    (parts.into(), Array::of1(&bytes.buffer()).into())
}

/// The message in what was posted, or why there is none.
///
/// # Errors
/// What is wrong with it: it comes from a program of another version.
pub fn decode<M: DeserializeOwned>(posted: &JsValue) -> Result<(M, Vec<File>), String> {
    let parts: &Array = posted.dyn_ref().ok_or("not a message")?;
    let bytes: Uint8Array = parts
        .get(0)
        .dyn_into()
        .map_err(|_| "no bytes in the message")?;
    let message = postcard::from_bytes(&bytes.to_vec()).map_err(|e| e.to_string())?;
    let files = parts.iter().skip(1).filter_map(|f| f.dyn_into().ok());
    Ok((message, files.collect()))
}
