//! What a worker has of the browser: its global scope, clock and event loop.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel};

/// The worker's global object.
pub(super) fn global() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Milliseconds on the worker's clock.
pub(super) fn now() -> f64 {
    global().performance().map_or(0.0, |p| p.now())
}

/// How many threads the machine runs at once, as far as the browser says.
pub(super) fn cores() -> usize {
    global().navigator().hardware_concurrency() as usize
}

/// Lets messages that have come get in: comes back after a turn of the event loop. By a message of its own,
/// since browsers make timers wait.
pub(super) async fn turn() {
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

/// The browser's own words about an error.
pub(super) fn words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| format!("{error:?}"), |e| String::from(e.message()))
}
