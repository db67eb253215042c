//! Telling key files from logs, by their first bytes.

use binlight_parser::stream::{FileKind, magic::PROBE_LEN};
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Key files are small.
const MOST: f64 = 1_048_576.0;

/// Whether all of `files` hold keys.
pub async fn all_are(files: &[File]) -> bool {
    for file in files {
        if !is_key_file(file).await {
            return false;
        }
    }
    !files.is_empty()
}

async fn is_key_file(file: &File) -> bool {
    if file.size() > MOST {
        return false;
    }
    let Ok(head) = file.slice_with_f64_and_f64(0.0, PROBE_LEN as f64) else {
        return false;
    };
    let Ok(buffer) = JsFuture::from(head.array_buffer()).await else {
        return false;
    };
    FileKind::detect(&Uint8Array::new(&buffer).to_vec()) == FileKind::Keyring
}
