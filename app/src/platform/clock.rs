//! Time and turns of the event loop.

use wasm_bindgen_futures::JsFuture;

/// Milliseconds since the page began.
pub fn now() -> f64 {
    web_sys::window()
        .and_then(|w| w.performance())
        .map_or(0.0, |p| p.now())
}

/// Comes back after the browser has drawn a frame. Hidden pages draw none: then after 50 ms.
pub async fn next_frame() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.request_animation_frame(&resolve);
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 50);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Minutes east of UTC of the browser's clock at a time (seconds since 1970).
pub fn offset_minutes(seconds: i64) -> i32 {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(seconds as f64 * 1000.0));
    -(date.get_timezone_offset() as i32)
}
