//! The worker: a shell without decisions round functions that tests call directly.
//!
//! ```text
//! onmessage ─ Request ─▶ Session::open ─▶ scan   (a task of its own, yields at every read)
//!                     └▶ answer          (pure over the session and its source)
//! ```

pub mod answer;
pub mod cache;
mod reader;
pub mod scan;
pub mod session;
pub mod source;

use crate::protocol::{Answer, OpenFailure, PROTOCOL_VERSION, Reply, Request, SessionId, codec};
use session::Session;
use source::FileSource;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

type Open = Rc<RefCell<Option<Rc<Session<FileSource>>>>>;

/// Starts answering. Called once, by the worker's program.
pub fn run() {
    std::panic::set_hook(Box::new(|info| post(&Reply::Crashed(info.to_string()))));
    let open: Open = Rc::default();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Ok((request, file)) = codec::decode::<Request>(&event.data()) {
            receive(&open, request, file);
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget(); // lives as long as the worker
    post(&Reply::Ready(PROTOCOL_VERSION));
}

fn receive(open: &Open, request: Request, file: Option<File>) {
    match request {
        Request::Open(id) => {
            let Some(file) = file else { return };
            if let Some(old) = open.borrow_mut().take() {
                old.cancel();
            }
            let session = Rc::new(Session::new(FileSource::new(file)));
            *open.borrow_mut() = Some(Rc::clone(&session));
            spawn_local(scan_and_tell(id, session));
        }
        Request::Cancel(_) => {
            if let Some(session) = open.borrow().as_ref() {
                session.cancel();
            }
        }
        Request::Ask(id, request, question) => {
            let Some(session) = open.borrow().clone() else {
                return;
            };
            spawn_local(async move {
                let answer = answer::answer(&session, question).await;
                post(&Reply::Answer(
                    id,
                    request,
                    Box::new(answer.unwrap_or_else(Answer::Unanswered)),
                ));
            });
        }
    }
}

async fn scan_and_tell(id: SessionId, session: Rc<Session<FileSource>>) {
    let outcome = scan::scan(&session, source::now, |progress| {
        post(&Reply::Progress(id, progress));
    })
    .await;
    post(&match outcome {
        Ok(progress) => Reply::Indexed(id, progress, Box::new(session.summary())),
        Err(scan::Failure::Kind(kind)) => Reply::Failed(id, OpenFailure::NotALog(kind)),
        Err(scan::Failure::Read(why)) => Reply::Failed(id, OpenFailure::Unreadable(why)),
    });
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(reply: &Reply) {
    let (message, transfer) = codec::encode(reply, None);
    // Fails only when the page is gone.
    let _ = scope().post_message_with_transfer(&message, &transfer);
}
