//! The document: theme, file picker, dropped files, focus, exports for tests.

use gloo_storage::{LocalStorage, Storage};
use js_sys::{Object, Reflect};
use std::future::Future;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;
use web_sys::{Element, File, HtmlElement, HtmlInputElement};

const THEME: &str = "binlight.theme";

/// The theme in force: what was chosen, else what the system prefers. `true` for dark.
pub fn is_dark() -> bool {
    let chosen: Option<String> = LocalStorage::get(THEME).ok();
    match chosen.as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => web_sys::window()
            .and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok().flatten())
            .is_some_and(|m| m.matches()),
    }
}

/// Shows the theme; `remember` keeps it for the next visit.
pub fn show_theme(dark: bool, remember: bool) {
    let name = if dark { "dark" } else { "light" };
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", name);
    }
    if remember {
        let _ = LocalStorage::set(THEME, name);
    }
}

const LOCAL_TIME: &str = "binlight.local-time";

/// Whether times were last shown in the browser's zone.
pub fn is_local_time() -> bool {
    LocalStorage::get(LOCAL_TIME).unwrap_or(false)
}

/// Keeps the choice of zone for the next visit.
pub fn remember_local_time(local: bool) {
    // Without storage it is forgotten, no more.
    let _ = LocalStorage::set(LOCAL_TIME, local);
}

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

/// Sets the document's title.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|w| w.document()) {
        document.set_title(title);
    }
}

/// The files chosen in a file input, which is emptied, so that the same can be chosen again.
pub fn chosen_files(input: &HtmlInputElement) -> Vec<File> {
    let files = input
        .files()
        .map(|list| (0..list.length()).filter_map(|i| list.get(i)).collect());
    input.set_value("");
    files.unwrap_or_default()
}

fn by_testid(id: &str) -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    document
        .query_selector(&format!("[data-testid=\"{id}\"]"))
        .ok()??
        .dyn_into()
        .ok()
}

/// Clicks the element of this test id (the hidden file input).
pub fn click(testid: &str) {
    if let Some(element) = by_testid(testid) {
        element.click();
    }
}

/// Focuses the element of this test id.
pub fn focus(testid: &str) {
    if let Some(element) = by_testid(testid) {
        let _ = element.focus();
    }
}

/// Whether a key typed now goes into a text field.
pub fn is_typing(event: &web_sys::Event) -> bool {
    let target: Option<HtmlElement> = event.target().and_then(|t| t.dyn_into().ok());
    target.is_some_and(|t| {
        // A box to be ticked takes no letters.
        let ticked = t
            .dyn_ref::<HtmlInputElement>()
            .is_some_and(|i| matches!(i.type_().as_str(), "checkbox" | "radio"));
        !ticked && matches!(t.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || t.is_content_editable()
    })
}

/// The offset of the byte whose cell (hex or character) an event happened to.
pub fn event_offset(event: &web_sys::Event) -> Option<u64> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let cell = target.closest("[data-offset], [data-ascii]").ok()??;
    let offset = cell
        .get_attribute("data-offset")
        .or_else(|| cell.get_attribute("data-ascii"))?;
    offset.parse().ok()
}

/// The element gets the pointer's events until it is let go, wherever it goes.
pub fn capture(event: &web_sys::PointerEvent) {
    let target: Option<Element> = event.target().and_then(|t| t.dyn_into().ok());
    if let Some(target) = target {
        // A pointer that is gone meanwhile is nothing to capture.
        let _ = target.set_pointer_capture(event.pointer_id());
    }
}

/// As [`capture`], for the element that listens rather than the one that was hit.
pub fn capture_current(event: &web_sys::PointerEvent) {
    let target: Option<Element> = event.current_target().and_then(|t| t.dyn_into().ok());
    if let Some(target) = target {
        let _ = target.set_pointer_capture(event.pointer_id());
    }
}

/// How far across the element that listens an event happened: 0 at its left edge, 1 at its right.
pub fn share_of_width(event: &web_sys::MouseEvent) -> Option<f64> {
    let target: Element = event.current_target()?.dyn_into().ok()?;
    let edges = target.get_bounding_client_rect();
    Some(((f64::from(event.client_x()) - edges.left()) / edges.width().max(1.0)).clamp(0.0, 1.0))
}

/// Exports a function of `window.binlight`, for tests and benchmarks.
pub fn export(name: &str, f: impl Fn() -> JsValue + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let key = JsValue::from_str("binlight");
    let object = Reflect::get(&window, &key)
        .ok()
        .filter(JsValue::is_object)
        .unwrap_or_else(|| {
            let object: JsValue = Object::new().into();
            let _ = Reflect::set(&window, &key, &object);
            object
        });
    let function = Closure::<dyn Fn() -> JsValue>::new(f);
    let _ = Reflect::set(&object, &JsValue::from_str(name), function.as_ref());
    function.forget(); // exported for as long as the page lives
}

/// A promise of what `f` gives.
pub fn promise(f: impl Future<Output = JsValue> + 'static) -> JsValue {
    future_to_promise(async move { Ok(f.await) }).into()
}

/// A plain object of numbers.
pub fn numbers(pairs: &[(&str, f64)]) -> JsValue {
    let object = Object::new();
    for (key, value) in pairs {
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_f64(*value));
    }
    object.into()
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // Fails only while the page is being left.
        let _ = window.location().reload();
    }
}

/// Shows that the page itself failed, without any of its machinery.
pub fn show_crash(why: &str) {
    let Some(document) = web_sys::window().and_then(|w| w.document()) else {
        return;
    };
    let (Some(body), Ok(panel)) = (document.body(), document.create_element("div")) else {
        return;
    };
    let _ = panel.set_attribute("class", "bi-crash");
    let _ = panel.set_attribute("role", "alert");
    let _ = panel.set_attribute("data-testid", "error");
    panel.set_text_content(Some(&format!(
        "The page stopped working. This is a defect of Binlight, not of your file. Reload the page to go on. It said: {why}"
    )));
    let _ = body.append_child(&panel);
}

/// Puts text on the clipboard; whether that went well.
pub async fn copy(text: &str) -> bool {
    let clipboard = leptos::prelude::window().navigator().clipboard();
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text))
        .await
        .is_ok()
}
