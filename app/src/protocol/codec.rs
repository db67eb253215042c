//! Messages as what is posted: `[Uint8Array, File…]`, the buffer transferred, not copied.

use super::message::{self, Unreadable};
use js_sys::{Array, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

/// `message` (and files beside it) as a value to post, and what of it to transfer.
///
/// # Errors
/// A sentence, if the message cannot be written.
pub fn encode<M: Serialize>(message: &M, files: &[File]) -> Result<(JsValue, JsValue), String> {
    let bytes = Uint8Array::from(message::to_bytes(message)?.as_slice());
    let parts = Array::of1(&bytes);
    for file in files {
        parts.push(file);
    }
    Ok((parts.into(), Array::of1(&bytes.buffer()).into()))
}

/// The message in what was posted, and the files beside it.
///
/// # Errors
/// Why there is none: it comes from a program of another build.
pub fn decode<M: DeserializeOwned>(posted: &JsValue) -> Result<(M, Vec<File>), Unreadable> {
    let other = |what: &str| Unreadable::Malformed(what.to_owned());
    let parts: &Array = posted.dyn_ref().ok_or_else(|| other("no list"))?;
    let bytes: Uint8Array = parts
        .get(0)
        .dyn_into()
        .map_err(|_| other("no bytes in it"))?;
    let held = bytes.to_vec();
    release(&bytes);
    let message = message::from_bytes(&held)?;
    let files = parts.iter().skip(1).filter_map(|f| f.dyn_into().ok());
    Ok((message, files.collect()))
}

/// Gives back the memory of a large message now, not when the browser gets round to it: the parts of a log
/// come faster than that. Where a browser cannot, it does later.
fn release(bytes: &Uint8Array) {
    const LARGE: u32 = 1 << 16;
    if bytes.length() < LARGE {
        return;
    }
    let buffer = bytes.buffer();
    let transfer = js_sys::Reflect::get(&buffer, &JsValue::from_str("transfer"));
    if let Ok(transfer) = transfer.and_then(JsCast::dyn_into::<js_sys::Function>) {
        // Into a buffer of no bytes.
        let _ = transfer.call1(&buffer, &JsValue::from(0));
    }
}
