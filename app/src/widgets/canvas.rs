//! A canvas that is drawn anew whenever what it shows changes.

use super::resize;
use leptos::html::Canvas as CanvasElement;
use leptos::prelude::*;
use plotters_canvas::CanvasBackend;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// What is drawn on: a backend of so many device pixels, and how many of them make one of CSS.
pub struct Surface {
    /// For plotters.
    pub backend: CanvasBackend,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
}

impl std::fmt::Debug for Surface {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surface")
            .field("ratio", &self.ratio)
            .finish_non_exhaustive()
    }
}

/// Draws; called in an effect, so that it is called anew when a signal that it reads changes.
pub type Draw = Arc<dyn Fn(Surface) + Send + Sync>;

/// A canvas as wide as its place and `height` CSS pixels high.
#[component]
pub fn Canvas(
    /// CSS pixels.
    #[prop(into)]
    height: Signal<f64>,
    /// Told of the width in CSS pixels when that changes.
    width: RwSignal<f64>,
    /// Draws.
    draw: Draw,
    /// Accessible name.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let element = NodeRef::<CanvasElement>::new();
    resize::watch(
        move || element.get().map(JsCast::unchecked_into),
        |e| e.client_width(),
        width,
    );
    // Effects run once for all that changed in a turn of the event loop: at most one drawing per move
    // of the pointer, which browsers tell once a frame.
    Effect::new(move |_| {
        let Some(canvas) = element.get() else { return };
        let canvas: HtmlCanvasElement = canvas.unchecked_into();
        let ratio = web_sys::window()
            .map_or(1.0, |w| w.device_pixel_ratio())
            .clamp(1.0, 3.0);
        let (w, h) = (
            (width.get() * ratio).round() as u32,
            (height.get() * ratio).round() as u32,
        );
        if (canvas.width(), canvas.height()) != (w, h) {
            canvas.set_width(w);
            canvas.set_height(h);
        }
        if let Some(backend) = CanvasBackend::with_canvas_object(canvas) {
            draw(Surface { backend, ratio });
        }
    });
    view! {
        <canvas class="bi-canvas" node_ref=element role="img" aria-label=move || label.get()
            style:height=move || format!("{}px", height.get())></canvas>
    }
}
