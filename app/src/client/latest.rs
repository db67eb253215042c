//! Run one, keep only the newest waiting.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Runs asynchronous jobs one at a time; of those that come meanwhile only the newest is run.
///
/// For questions that follow the user's moves: the answer to an old move is of no use.
#[derive(Debug)]
pub struct Latest<J>(Rc<State<J>>);

#[derive(Debug)]
struct State<J> {
    running: Cell<bool>,
    waiting: RefCell<Option<J>>,
}

impl<J> Clone for Latest<J> {
    fn clone(&self) -> Self {
        Latest(Rc::clone(&self.0))
    }
}

impl<J> Default for Latest<J> {
    fn default() -> Self {
        Latest(Rc::new(State {
            running: Cell::new(false),
            waiting: RefCell::new(None),
        }))
    }
}

impl<J: 'static> Latest<J> {
    /// Runs `job` through `run`, now or when the one under way is done.
    pub fn run<F: Future<Output = ()> + 'static>(&self, job: J, run: impl Fn(J) -> F + 'static) {
        *self.0.waiting.borrow_mut() = Some(job);
        if self.0.running.replace(true) {
            return;
        }
        let state = Rc::clone(&self.0);
        spawn_local(async move {
            loop {
                let Some(job) = state.waiting.borrow_mut().take() else {
                    break;
                };
                run(job).await;
            }
            state.running.set(false);
        });
    }

    /// Whether a job runs or waits.
    pub fn is_busy(&self) -> bool {
        self.0.running.get()
    }
}
