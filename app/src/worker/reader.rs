//! A second worker that only reads: `public/reader.js`.

use futures_channel::oneshot;
use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{File, MessageEvent, Worker};

type Bytes = Result<Uint8Array, String>;
type Waiting = Rc<RefCell<BTreeMap<u32, oneshot::Sender<Bytes>>>>;

/// The reading worker of one file. Dropping it ends the worker.
#[derive(Debug)]
pub(super) struct Reader {
    worker: Worker,
    waiting: Waiting,
    next: Cell<u32>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn()>,
}

impl Reader {
    /// Starts the worker; `None` where the browser starts none inside another.
    pub(super) fn spawn() -> Option<Self> {
        let worker = Worker::new("./reader.js").ok()?;
        let waiting = Waiting::default();
        let for_messages = Rc::clone(&waiting);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let get = |key: &str| Reflect::get(&event.data(), &JsValue::from_str(key)).ok();
            let Some(id) = get("id").and_then(|id| id.as_f64()) else {
                return;
            };
            let buffer = get("buffer").and_then(|b| b.dyn_into::<ArrayBuffer>().ok());
            let bytes = buffer
                .map(|b| Uint8Array::new(&b))
                .ok_or_else(|| get("error").and_then(|e| e.as_string()).unwrap_or_default());
            if let Some(sender) = for_messages.borrow_mut().remove(&(id as u32)) {
                // Whoever asked may be gone: the file was closed.
                let _ = sender.send(bytes);
            }
        });
        let for_errors = Rc::clone(&waiting);
        // Its program did not load: those who wait read for themselves.
        let on_error = Closure::<dyn Fn()>::new(move || for_errors.borrow_mut().clear());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Reader {
            worker,
            waiting,
            next: Cell::new(0),
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Asks for bytes `start .. end` of `file`. The receiver is cancelled if the worker fails.
    pub(super) fn read(&self, file: &File, start: f64, end: f64) -> oneshot::Receiver<Bytes> {
        let (sender, receiver) = oneshot::channel();
        let id = self.next.replace(self.next.get().wrapping_add(1));
        let message = Object::new();
        let fields = [
            ("id", f64::from(id).into()),
            ("file", file.into()),
            ("start", start.into()),
            ("end", end.into()),
        ];
        for (key, value) in fields {
            // Setting a property of a plain object cannot fail.
            let _: Result<bool, JsValue> = Reflect::set(&message, &JsValue::from_str(key), &value);
        }
        if self.worker.post_message(&message).is_ok() {
            self.waiting.borrow_mut().insert(id, sender);
        }
        receiver
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
