//! Making a view: statements are read where the index cannot decide.

use super::texts;
use crate::session::Session;
use crate::source::ByteSource;
use crate::view::{Shown, ViewId};

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
    mut tell: impl FnMut(Shown),
) {
    let mut told = clock();
    loop {
        let undecided = {
            let (log, mut view) = (session.log.borrow(), session.view.borrow_mut());
            if view.id != id {
                return;
            }
            view.look(&log, session.whole.get() || session.is_cancelled())
        };
        let Some(undecided) = undecided else { break };
        for batch in undecided.chunks(BATCH) {
            let mut read = Vec::new();
            for subject in batch {
                let (first, last) = subject.events();
                read.push(texts(session, first, last).await);
            }
            {
                let (log, mut view) = (session.log.borrow(), session.view.borrow_mut());
                if view.id != id {
                    return;
                }
                view.decide(&log, batch, read);
            }
            if clock() - told >= TELL_EVERY {
                told = clock();
                report(session, id, false, &mut tell);
                turn().await;
            }
        }
        if clock() - told >= TELL_EVERY {
            told = clock();
            report(session, id, false, &mut tell);
        }
        turn().await;
    }
    report(session, id, true, &mut tell);
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
            view.sort(&log);
        }
        tell(view.shown(&log, finished));
    }
}

/// Subjects whose texts are read before they are judged.
const BATCH: usize = 256;
