//! A worker and its messages.

use crate::protocol::{Reply, Request, codec};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{ErrorEvent, Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// A running worker. Dropping it ends the worker.
#[derive(Debug)]
pub struct WorkerPort {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

impl WorkerPort {
    /// Starts a worker; `receive` gets what it says, `died` why it ended.
    ///
    /// # Errors
    /// A sentence, if the browser starts none.
    pub fn spawn(
        receive: impl Fn(Reply) + 'static,
        died: impl Fn(String) + 'static,
    ) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("./worker_boot.js", &options)
            .map_err(|e| format!("the worker did not start: {e:?}"))?;
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            // What cannot be read comes from a worker of another version: its handshake fails.
            if let Ok((reply, _)) = codec::decode::<Reply>(&event.data()) {
                receive(reply);
            }
        });
        let on_error = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            event.prevent_default();
            // A script that does not load is an event without a message.
            let message = event
                .dyn_ref::<ErrorEvent>()
                .map(ErrorEvent::message)
                .filter(|m| !m.is_empty());
            died(message.unwrap_or_else(|| "the worker's program could not be loaded".to_owned()));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(WorkerPort {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Sends a request, and files beside it.
    pub fn send(&self, request: &Request, files: &[File]) {
        let (message, transfer) = codec::encode(request, files);
        // A worker that cannot be posted to has ended, which `died` has told.
        let _ = self.worker.post_message_with_transfer(&message, &transfer);
    }
}

impl Drop for WorkerPort {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
