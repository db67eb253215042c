//! The URL's fragment and the browser's history.

use wasm_bindgen::JsValue;

/// The fragment, with its `#`, or nothing.
pub fn read() -> String {
    web_sys::window()
        .and_then(|w| w.location().hash().ok())
        .unwrap_or_default()
}

/// Shows `fragment`. `push`: as a new step, so that Back returns to the one before.
pub fn write(fragment: &str, push: bool) {
    let Some(history) = web_sys::window().and_then(|w| w.history().ok()) else {
        return;
    };
    // Fails only when a page writes hundreds of times a second.
    let _ = if push {
        history.push_state_with_url(&JsValue::NULL, "", Some(fragment))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(fragment))
    };
}
