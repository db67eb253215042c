//! The page's end of the conversation with the worker.
//!
//! Rule of this folder: questions go out with an id and come back as futures; what belongs to a
//! session that is over is dropped here and nowhere else.

mod latest;

pub use latest::Latest;

use crate::platform::worker_port::WorkerPort;
use crate::protocol::{
    Answer, OpenFailure, Progress, Question, Reply, Request, RequestId, ServedFile, SessionId,
    Shown, Summary, View, ViewId,
};
use futures_channel::oneshot;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::File;

/// What the worker tells unasked.
#[derive(Debug)]
pub enum Event {
    /// Reading goes on.
    Progress(Progress),
    /// Reading ended.
    Indexed(Progress, Box<Summary>),
    /// How far the view is.
    Shown(Shown),
    /// The file is no log.
    Failed(OpenFailure),
    /// The worker ended; the next [`Client::open`] starts another.
    Died(WorkerEnd),
}

/// Why there is no worker any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkerEnd {
    /// It stopped, or did not start; its words.
    Crashed(String),
    /// It and the page do not understand each other.
    Misunderstood(String),
}

/// The connection to the worker, which is started when a file is opened.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    port: RefCell<Option<WorkerPort>>,
    ready: Cell<bool>,
    /// Sent before the worker was ready.
    waiting: RefCell<Vec<(Request, Vec<File>)>>,
    session: Cell<SessionId>,
    view: Cell<ViewId>,
    next_request: Cell<u32>,
    asked: RefCell<BTreeMap<RequestId, oneshot::Sender<Answer>>>,
    on_event: Box<dyn Fn(Event)>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("session", &self.0.session)
            .field("ready", &self.0.ready)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client that tells `on_event` what the worker says unasked.
    pub fn new(on_event: impl Fn(Event) + 'static) -> Self {
        Client(Rc::new(Inner {
            port: RefCell::default(),
            ready: Cell::new(false),
            waiting: RefCell::default(),
            session: Cell::default(),
            view: Cell::default(),
            next_request: Cell::default(),
            asked: RefCell::default(),
            on_event: Box::new(on_event),
        }))
    }

    /// Opens `served` and `files` as one log; whatever was open is closed, its answers are dropped.
    /// `password`: of a key file among them.
    pub fn open(&self, served: Vec<ServedFile>, files: &[File], password: Option<String>) {
        let session = SessionId(self.0.session.get().0 + 1);
        self.0.session.set(session);
        self.0.asked.borrow_mut().clear();
        if self.0.port.borrow().is_none() {
            self.spawn();
        }
        self.send(Request::Open(session, served, password), files.to_vec());
    }

    /// Asks for a view to be made; how far it is comes as [`Event::Shown`]. What comes for an
    /// earlier one is dropped.
    pub fn show(&self, view: View) -> ViewId {
        let id = ViewId(self.0.view.get().0 + 1);
        self.0.view.set(id);
        self.send(Request::Show(self.0.session.get(), id, view), Vec::new());
        id
    }

    /// Stops reading; what is indexed stays.
    pub fn cancel(&self) {
        self.send(Request::Cancel(self.0.session.get()), Vec::new());
    }

    /// Asks about the open log; `None` if another was opened, or the worker ended, before the answer.
    pub async fn ask(&self, question: Question) -> Option<Answer> {
        if self.0.port.borrow().is_none() {
            return None;
        }
        let id = RequestId(self.0.next_request.get());
        self.0.next_request.set(id.0.wrapping_add(1));
        let (sender, receiver) = oneshot::channel();
        self.0.asked.borrow_mut().insert(id, sender);
        self.send(Request::Ask(self.0.session.get(), id, question), Vec::new());
        receiver.await.ok()
    }

    /// Questions without an answer yet.
    pub fn pending(&self) -> usize {
        self.0.asked.borrow().len()
    }

    fn send(&self, request: Request, files: Vec<File>) {
        if self.0.port.borrow().is_none() {
            return; // whoever began what this belongs to was told that the worker ended
        }
        self.0.waiting.borrow_mut().push((request, files));
        if self.0.ready.get() {
            self.send_waiting();
        }
    }

    fn send_waiting(&self) {
        let waiting = self.0.waiting.take();
        let sent = match self.0.port.borrow().as_ref() {
            Some(port) => waiting
                .iter()
                .try_for_each(|(request, files)| port.send(request, files)),
            None => Ok(()),
        };
        if let Err(why) = sent {
            self.ended(WorkerEnd::Crashed(why));
        }
    }

    fn spawn(&self) {
        let (receiver, dead) = (Rc::downgrade(&self.0), Rc::downgrade(&self.0));
        let port = WorkerPort::spawn(
            move |reply| {
                let Some(inner) = receiver.upgrade() else {
                    return;
                };
                match reply {
                    Ok(reply) => Client(inner).receive(reply),
                    // Whatever it was, someone waits for it.
                    Err(why) => Client(inner).ended(WorkerEnd::Misunderstood(why.to_string())),
                }
            },
            move |why| {
                if let Some(inner) = dead.upgrade() {
                    Client(inner).ended(WorkerEnd::Crashed(why));
                }
            },
        );
        match port {
            Ok(port) => *self.0.port.borrow_mut() = Some(port),
            Err(why) => self.ended(WorkerEnd::Crashed(why)),
        }
    }

    fn receive(&self, reply: Reply) {
        let current = self.0.session.get();
        match reply {
            Reply::Ready => {
                self.0.ready.set(true);
                self.send_waiting();
            }
            Reply::Unreadable(why) => self.ended(WorkerEnd::Misunderstood(why)),
            Reply::Crashed(why) => self.ended(WorkerEnd::Crashed(why)),
            Reply::Progress(session, progress) if session == current => {
                (self.0.on_event)(Event::Progress(progress));
            }
            Reply::Indexed(session, progress, summary) if session == current => {
                (self.0.on_event)(Event::Indexed(progress, summary));
            }
            Reply::Failed(session, failure) if session == current => {
                // There is no log to ask: what was asked is never answered.
                self.0.asked.borrow_mut().clear();
                (self.0.on_event)(Event::Failed(failure));
            }
            Reply::Shown(session, view, shown) if session == current => {
                if view == self.0.view.get() {
                    (self.0.on_event)(Event::Shown(shown));
                }
            }
            Reply::Answer(session, id, answer) => {
                let sender = self.0.asked.borrow_mut().remove(&id);
                if let Some(sender) = sender.filter(|_| session == current) {
                    // Whoever asked may have lost interest.
                    let _ = sender.send(*answer);
                }
            }
            Reply::Progress(..) | Reply::Indexed(..) | Reply::Failed(..) | Reply::Shown(..) => {}
        }
    }

    fn ended(&self, why: WorkerEnd) {
        self.0.port.take();
        self.0.ready.set(false);
        self.0.waiting.take();
        self.0.asked.borrow_mut().clear();
        (self.0.on_event)(Event::Died(why));
    }
}
