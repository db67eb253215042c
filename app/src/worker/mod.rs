//! The worker: a shell without decisions round functions that tests call directly.
//!
//! ```text
//! onmessage ─ Request ─▶ Session::open ─▶ scan   (a task of its own, yields at every read)
//!                     └▶ answer          (pure over the session and its source)
//! ```

pub mod answer;
mod given;
mod runners;
mod scope;
mod served;
mod source;
mod stream;

use crate::protocol::{Answer, OpenFailure, Reply, Request, SessionId, ViewId, codec};
use binlight_engine::answer::view;
use binlight_engine::scan;
use binlight_engine::session::Session;
use binlight_engine::source::arrange;
use binlight_engine::view::ViewState;
use binlight_parser::crypt::Keys;
use binlight_parser::stream::FileKind;
use given::Given;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, MessageEvent};

/// Bytes that one question may take beside what is kept of the log: a browser gives a worker 4 GiB at
/// most, often 2, and the index of a log of 10 GiB takes one of them.
const QUESTION_BYTES: u64 = 768 << 20;

type FileSession = Rc<Session<Given>>;

/// What is open: a session, or the files of one that is being put in order.
#[derive(Default)]
struct Open {
    id: SessionId,
    session: Option<FileSession>,
    /// Asked before the files were in order.
    waiting: Vec<Request>,
}

type Shared = Rc<RefCell<Open>>;

/// Starts answering. Called once, by the worker's program.
pub fn run() {
    if scope::global().name() == runners::NAME {
        return runners::run();
    }
    std::panic::set_hook(Box::new(|info| post(&Reply::Crashed(info.to_string()))));
    let open = Shared::default();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match codec::decode::<Request>(&event.data()) {
            Ok((request, files)) => receive(&open, request, files),
            // The page waits for an answer to it.
            Err(why) => post(&Reply::Unreadable(why.to_string())),
        }
    });
    let on_message_error = Closure::<dyn Fn(MessageEvent)>::new(|_| {
        post(&Reply::Unreadable(
            "the browser could not hand over a message".to_owned(),
        ));
    });
    scope::global().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    scope::global().set_onmessageerror(Some(on_message_error.as_ref().unchecked_ref()));
    // They live as long as the worker.
    on_message.forget();
    on_message_error.forget();
    post(&Reply::Ready);
}

fn receive(open: &Shared, request: Request, files: Vec<File>) {
    if let Request::Open(id, served, password) = request {
        let old = std::mem::replace(
            &mut *open.borrow_mut(),
            Open {
                id,
                ..Open::default()
            },
        );
        if let Some(old) = old.session {
            old.cancel();
        }
        let given = served.into_iter().map(Given::served);
        let chosen = files.into_iter().map(Given::chosen);
        let given = given.chain(chosen).collect();
        spawn_local(open_files(Rc::clone(open), id, given, password));
        return;
    }
    let session = open.borrow().session.clone();
    let Some(session) = session else {
        open.borrow_mut().waiting.push(request);
        return;
    };
    match request {
        Request::Open(..) => {}
        Request::Cancel(_) => session.cancel(),
        Request::Show(id, view_id, view) => {
            *session.view.borrow_mut() = ViewState::new(view_id, view);
            spawn_local(make_view(id, view_id, session));
        }
        Request::Ask(id, request, question) => spawn_local(async move {
            let answer = answer::answer(&session, question).await;
            post(&Reply::Answer(
                id,
                request,
                Box::new(answer.unwrap_or_else(Answer::Unanswered)),
            ));
        }),
    }
}

/// Puts the files in order and reads them.
async fn open_files(
    open: Shared,
    id: SessionId,
    given: Vec<(String, Given)>,
    password: Option<String>,
) {
    let arranged = match arrange(given, Keys::default(), password.as_deref()).await {
        Ok(arranged) => arranged,
        Err(why) => return post(&Reply::Failed(id, OpenFailure::Unreadable(why))),
    };
    if arranged.parts.is_empty() {
        let kind = arranged
            .skipped
            .first()
            .map_or(FileKind::Empty, |(_, kind)| *kind);
        return post(&Reply::Failed(id, OpenFailure::NotALog(kind)));
    }
    if open.borrow().id != id {
        return;
    }
    let session = Rc::new(Session::new(arranged));
    session.budget.set(QUESTION_BYTES);
    let waiting = {
        let mut open = open.borrow_mut();
        open.session = Some(Rc::clone(&session));
        std::mem::take(&mut open.waiting)
    };
    for request in waiting {
        receive(&open, request, Vec::new());
    }
    scan_and_tell(id, session).await;
}

async fn scan_and_tell(id: SessionId, session: FileSession) {
    let runners = runners::Workers::new(&session.source);
    let outcome = scan::scan(&session, &runners, scope::now, |progress| {
        post(&Reply::Progress(id, progress));
        let view = session.view.borrow().id;
        spawn_local(make_view(id, view, Rc::clone(&session)));
    })
    .await;
    drop(runners);
    let done = outcome.is_ok();
    post(&match outcome {
        Ok(progress) => Reply::Indexed(id, progress, Box::new(session.summary())),
        Err(scan::Failure::Kind(FileKind::EncryptedMysql)) => Reply::Failed(
            id,
            OpenFailure::Locked(session.source.lock.borrow().clone()),
        ),
        Err(scan::Failure::Kind(kind)) => Reply::Failed(id, OpenFailure::NotALog(kind)),
        Err(scan::Failure::Read(why)) => Reply::Failed(id, OpenFailure::Unreadable(why)),
    });
    if done {
        let view = session.view.borrow().id;
        make_view(id, view, session).await;
    }
}

async fn make_view(id: SessionId, view: ViewId, session: FileSession) {
    // One at a time: the one under way sees what was read meanwhile.
    if session.view.borrow_mut().begin() {
        view::make(&session, view, scope::now, scope::turn, |shown| {
            post(&Reply::Shown(id, view, shown));
        })
        .await;
        session.view.borrow_mut().end(view);
    }
}

fn post(reply: &Reply) {
    let posted = match codec::encode(reply, &[]) {
        Ok(posted) => Ok(posted),
        // The page waits for this one: it is told why it does not come.
        Err(why) => codec::encode(
            &Reply::Crashed(format!("a reply cannot be written: {why}")),
            &[],
        ),
    };
    if let Ok((message, transfer)) = posted {
        // Fails only when the page is gone.
        let _ = scope::global().post_message_with_transfer(&message, &transfer);
    }
}
