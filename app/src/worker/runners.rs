//! Workers that read ranges of a file beside the pass: this program again, each under the name
//! [`NAME`].

use super::given::{Given, Handle};
use super::scope;
use crate::protocol::{ServedFile, codec};
use binlight_engine::pass::{self, Part, Task};
use binlight_engine::scan::{self, Runners};
use binlight_engine::source::{self as bytes, Files};
use futures_channel::oneshot;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Name of a worker that is a runner.
pub(super) const NAME: &str = "runner";

/// Runners at most: each has a memory of its own, some 40 MiB.
const MOST: usize = 8;

/// Cores that the browser takes to read a file. On two cores the pass and the reading fill both: two
/// runners took as long and 150 MiB more.
const READING: usize = 1;

/// What a runner answers: nothing if the range could not be read, or no transaction begins in it.
type Found = Option<Box<Part>>;

/// What a runner is told: the range and, if the file is not beside the message, where it is served.
type Order = (Task, Option<ServedFile>);

/// A range that waits for a runner.
struct Job {
    task: Task,
    file: Handle,
    found: oneshot::Sender<Found>,
}

/// One runner, and what it is at.
struct Slot {
    worker: Worker,
    /// Its program has started: a message posted before would be lost.
    ready: bool,
    job: Option<oneshot::Sender<Found>>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

#[derive(Default)]
struct Pool {
    slots: Vec<Option<Slot>>,
    waiting: VecDeque<Job>,
}

/// As many workers as the machine runs at once beside the reading. They start while the head of the
/// first file is read. Dropping them ends them.
pub(super) struct Workers {
    count: usize,
    /// The files that they can read: those that are not encrypted.
    files: Vec<Option<Handle>>,
    pool: Rc<RefCell<Pool>>,
}

impl Workers {
    /// Workers for these files.
    pub(super) fn new(files: &Files<Given>) -> Self {
        let cores = scope::cores();
        let plain = |part: &bytes::Part<Given>| part.is_plain().then(|| part.source().handle());
        let splits = |part: &bytes::Part<Given>| part.is_plain() && part.len() > pass::HEAD;
        let pool = Rc::<RefCell<Pool>>::default();
        let mut count = cores.saturating_sub(READING).min(MOST);
        if count < pass::LEAST_RUNNERS || !files.parts.iter().any(splits) {
            count = 0;
        }
        pool.borrow_mut().slots = (0..count).map(|i| spawn(&pool, i)).collect();
        Workers {
            count,
            files: files.parts.iter().map(plain).collect(),
            pool,
        }
    }
}

impl Runners for Workers {
    fn count(&self) -> usize {
        self.count
    }

    fn start(&self, file: usize, task: Task) -> impl Future<Output = Found> + 'static {
        let (found, receiver) = oneshot::channel();
        if let Some(Some(file)) = self.files.get(file) {
            let mut pool = self.pool.borrow_mut();
            let file = file.clone();
            pool.waiting.push_back(Job { task, file, found });
            pool.give_out();
        }
        async { receiver.await.ok().flatten() }
    }
}

impl Pool {
    /// Gives what waits to those who have nothing to do; where there is no runner left it is dropped,
    /// and the pass reads it itself.
    fn give_out(&mut self) {
        let idle = |s: &&mut Slot| s.ready && s.job.is_none();
        for slot in self.slots.iter_mut().flatten().filter(idle) {
            let Some(job) = self.waiting.pop_front() else {
                return;
            };
            let encoded = match job.file {
                Handle::Chosen(file) => codec::encode(&(job.task, None::<ServedFile>), &[file]),
                Handle::Served(file) => codec::encode(&(job.task, Some(file)), &[]),
            };
            let posted = encoded.is_ok_and(|(message, transfer)| {
                slot.worker
                    .post_message_with_transfer(&message, &transfer)
                    .is_ok()
            });
            if posted {
                slot.job = Some(job.found);
            }
        }
        if self.slots.iter().all(Option::is_none) {
            self.waiting.clear();
        }
    }
}

/// Starts runner number `i`; `None` where the browser starts none inside another worker.
fn spawn(pool: &Rc<RefCell<Pool>>, i: usize) -> Option<Slot> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(NAME);
    let worker = Worker::new_with_options("./worker_boot.js", &options).ok()?;
    let for_messages = Rc::downgrade(pool);
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let found = codec::decode::<Found>(&event.data()).map_or(None, |(found, _)| found);
        let Some(pool) = for_messages.upgrade() else {
            return;
        };
        let mut pool = pool.borrow_mut();
        if let Some(slot) = pool.slots.get_mut(i).and_then(Option::as_mut) {
            // Its first message says that it has started.
            slot.ready = true;
            if let Some(sender) = slot.job.take() {
                // The scan may have ended meanwhile.
                let _ = sender.send(found);
            }
        }
        pool.give_out();
    });
    let for_errors = Rc::downgrade(pool);
    // It did not start, or it died: the pass reads its range.
    let on_error = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        event.prevent_default();
        let Some(pool) = for_errors.upgrade() else {
            return;
        };
        let mut pool = pool.borrow_mut();
        // Dropped after this closure has returned: it is the slot's own.
        let dead = pool.slots.get_mut(i).and_then(Option::take);
        spawn_local(async move { drop(dead) });
        pool.give_out();
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Some(Slot {
        worker,
        ready: false,
        job: None,
        _on_message: on_message,
        _on_error: on_error,
    })
}

/// The program of a runner: reads the ranges that it is given, one after the other.
pub(super) fn run() {
    std::panic::set_hook(Box::new(|_| post(&None)));
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let order = codec::decode::<Order>(&event.data());
        spawn_local(async move {
            let Ok(((task, served), files)) = order else {
                return post(&None);
            };
            let chosen = files.into_iter().next().map(Handle::Chosen);
            let Some(file) = served.map(Handle::Served).or(chosen) else {
                return post(&None);
            };
            let part = bytes::Part::plain(String::new(), Given::of(file));
            // What cannot be read the pass meets, too, and says why.
            let found = scan::run(&part, task).await.unwrap_or_default();
            post(&found);
        });
    });
    scope::global().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It lives as long as the worker.
    on_message.forget();
    post(&None);
}

fn post(found: &Found) {
    let encoded = codec::encode(found, &[]).or_else(|_| codec::encode(&Found::None, &[]));
    if let Ok((message, transfer)) = encoded {
        // Fails only when the page is gone.
        let _ = scope::global().post_message_with_transfer(&message, &transfer);
    }
}
