//! A worker and its messages.

use crate::protocol::{Reply, Request, Unreadable, codec};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{ErrorEvent, Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// A running worker. Dropping it ends the worker.
#[derive(Debug)]
pub struct WorkerPort {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_message_error: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

impl WorkerPort {
    /// Starts a worker; `receive` gets what it says, or why that cannot be read, `died` why it ended.
    ///
    /// # Errors
    /// A sentence, if the browser starts none.
    pub fn spawn(
        receive: impl Fn(Result<Reply, Unreadable>) + Clone + 'static,
        died: impl Fn(String) + 'static,
    ) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("./worker_boot.js", &options)
            .map_err(|e| format!("the worker did not start: {e:?}"))?;
        let not_handed_over = receive.clone();
        let on_message_error = Closure::<dyn Fn(MessageEvent)>::new(move |_| {
            let why = "the browser could not hand it over".to_owned();
            not_handed_over(Err(Unreadable::Malformed(why)));
        });
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            receive(codec::decode::<Reply>(&event.data()).map(|(reply, _)| reply));
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
        worker.set_onmessageerror(Some(on_message_error.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(WorkerPort {
            worker,
            _on_message: on_message,
            _on_message_error: on_message_error,
            _on_error: on_error,
        })
    }

    /// Sends a request, and files beside it.
    ///
    /// # Errors
    /// A sentence, if it cannot be sent.
    pub fn send(&self, request: &Request, files: &[File]) -> Result<(), String> {
        let (message, transfer) = codec::encode(request, files)?;
        self.worker
            .post_message_with_transfer(&message, &transfer)
            .map_err(|e| format!("a request could not be sent: {e:?}"))
    }
}

impl Drop for WorkerPort {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onmessageerror(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
