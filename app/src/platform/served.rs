//! What the server of this page was told to show. Only `binlight open` writes it into the page; the page of
//! a static host has no such mark, and asks nobody.

use crate::protocol::ServedFile;
use serde::Deserialize;

/// The files, and the password of a key file among them.
#[derive(Debug, Default, Deserialize)]
pub struct Told {
    /// None on a static host.
    pub files: Vec<ServedFile>,
    /// Opens a key file that is encrypted itself.
    pub password: Option<String>,
}

/// What this page was told.
pub fn told() -> Told {
    let document = web_sys::window().and_then(|w| w.document());
    let mark = document.and_then(|d| {
        let found = d.query_selector("meta[name=binlight-logs]");
        found.ok().flatten()?.get_attribute("content")
    });
    mark.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}
