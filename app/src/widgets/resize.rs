//! Keeping a signal at an element's size.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{HtmlElement, ResizeObserver};

/// Sets `size` to what `measure` says of the element, now and whenever its size changes. An element
/// that is not shown has no size: the last one stays.
pub(super) fn watch(
    element: impl Fn() -> Option<HtmlElement> + 'static,
    measure: fn(&HtmlElement) -> i32,
    size: RwSignal<f64>,
) {
    Effect::new(move |_| {
        let Some(element) = element() else { return };
        let measured = element.clone();
        let on_resize = Closure::<dyn Fn()>::new(move || {
            let now = f64::from(measure(&measured));
            if now > 0.0 {
                let _ = size.try_set(now);
            }
        });
        let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&element);
        let kept = StoredValue::new_local((observer, on_resize));
        on_cleanup(move || {
            kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
}
