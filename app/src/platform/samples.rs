//! The logs that come with the page.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, Response};

/// A bundled log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its file in `samples/`.
    pub file: &'static str,
    /// What the button says.
    pub title: &'static str,
    /// What is in it.
    pub about: &'static str,
}

/// All of them.
pub const SAMPLES: &[Sample] = &[
    Sample {
        file: "mysql-9.7.binlog",
        title: "MySQL 9.7",
        about: "A small shop: inserts, updates, JSON, a compressed transaction.",
    },
    Sample {
        file: "mariadb-10.11.binlog",
        title: "MariaDB 10.11",
        about: "The same shop: GTID domains, annotated rows, compressed events.",
    },
];

/// Fetches a sample from beside the page.
///
/// # Errors
/// A sentence for the user.
pub async fn fetch(sample: Sample) -> Result<File, String> {
    let failed = |_| format!("the sample {} could not be loaded", sample.file);
    let window = web_sys::window().ok_or("no window")?;
    let response = JsFuture::from(window.fetch_with_str(&format!("samples/{}", sample.file)))
        .await
        .map_err(failed)?;
    let response: Response = response.dyn_into().map_err(failed)?;
    if !response.ok() {
        return Err(format!(
            "the sample {} is missing ({})",
            sample.file,
            response.status()
        ));
    }
    let buffer = JsFuture::from(response.array_buffer().map_err(failed)?)
        .await
        .map_err(failed)?;
    File::new_with_u8_array_sequence(&Array::of1(&Uint8Array::new(&buffer)), sample.file)
        .map_err(failed)
}
