//! Making a view: statements are searched where the index cannot decide.

use crate::search::search;
use crate::session::Session;
use crate::source::ByteSource;
use crate::view::{Shown, ViewId};
use std::cell::{Cell, RefCell};

/// Milliseconds between two messages about a view.
const TELL_EVERY: f64 = 100.0;

/// Makes the session's view as far as the log is read: looks at what it has not looked at yet.
/// `tell` is told about it now and then and at the end; it ends early when another view takes the
/// place of this one. `turn` lets other work get in.
pub async fn make<S: ByteSource, T: Future<Output = ()>>(
    session: &Session<S>,
    id: ViewId,
    clock: impl Fn() -> f64,
    turn: impl Fn() -> T,
    tell: impl FnMut(Shown),
) {
    let told = Cell::new(clock());
    let tell = RefCell::new(tell);
    // Lets others work; whether the view is still wanted.
    let pause = async || {
        if clock() - told.get() >= TELL_EVERY {
            told.set(clock());
            report(session, id, false, &mut *tell.borrow_mut());
        }
        turn().await;
        session.view.borrow().id == id
    };
    loop {
        let undecided = {
            let (log, mut view) = (session.log.borrow(), session.view.borrow_mut());
            if view.id != id {
                return;
            }
            view.look(&log, session.whole.get() || session.is_cancelled())
        };
        let Some(undecided) = undecided else { break };
        if !search(session, id, &undecided, &clock, pause).await || !pause().await {
            return;
        }
    }
    report(session, id, true, &mut *tell.borrow_mut());
}

/// Sorts what was found and tells of it.
fn report<S: ByteSource>(
    session: &Session<S>,
    id: ViewId,
    finished: bool,
    tell: &mut impl FnMut(Shown),
) {
    let (log, mut view) = (session.log.borrow(), session.view.borrow_mut());
    if view.id == id {
        // Sorting millions again and again would take longer than finding them.
        if finished || view.is_sorted_at_once() {
            view.sort(&log, &session.budget);
        }
        tell(view.shown(&log, finished));
    }
}
