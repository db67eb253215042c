//! Many hands, one line of output: jobs are done side by side and what they make is written in order.

use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What is written by turns, with whatever the writers tell each other.
#[derive(Debug)]
pub struct Line<S> {
    state: Mutex<State<S>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<S> {
    /// The job whose turn it is.
    turn: u64,
    failed: Option<io::Error>,
    shared: S,
}

/// A job's place in the line.
#[derive(Debug)]
pub struct Turn<'l, S> {
    line: &'l Line<S>,
    number: u64,
}

/// The line while it is this job's turn.
#[derive(Debug)]
pub struct Held<'l, S>(MutexGuard<'l, State<S>>);

impl<S> std::ops::Deref for Held<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0.shared
    }
}

impl<S> std::ops::DerefMut for Held<'_, S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.0.shared
    }
}

impl<'l, S> Turn<'l, S> {
    /// Waits for this job's turn; until it is over nobody else writes.
    ///
    /// # Errors
    /// Another job failed: this one need not go on.
    pub fn take(&self) -> io::Result<Held<'l, S>> {
        let mut state = self.line.lock();
        while state.turn != self.number && state.failed.is_none() {
            let woken = self.line.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        if state.failed.is_some() {
            return Err(io::Error::other("another part failed"));
        }
        Ok(Held(state))
    }

    /// What is shared as it is now, whoever's turn it is.
    pub fn glance<T>(&self, look: impl FnOnce(&S) -> T) -> T {
        look(&self.line.lock().shared)
    }
}

impl<S> Line<S> {
    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes jobs from `next` until there are none and does them on all cores; each job writes when it is its
/// turn. No more jobs are under way than there are threads, so that memory is bounded.
/// Gives back what was shared.
///
/// # Errors
/// The first error, in the order of the jobs, of `next` or `work`.
pub fn in_order<J, S: Send>(
    shared: S,
    next: impl FnMut() -> io::Result<Option<J>> + Send,
    work: impl Fn(J, &Turn<'_, S>) -> io::Result<()> + Sync,
) -> io::Result<S> {
    let line = Line {
        state: Mutex::new(State {
            turn: 0,
            failed: None,
            shared,
        }),
        changed: Condvar::new(),
    };
    // One more than cores: one waits for its turn or writes.
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() + 1);
    let jobs = Mutex::new((next, 0u64, false));
    let hand = || {
        loop {
            let (number, job) = {
                let mut jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
                let (next, number, ended) = &mut *jobs;
                if *ended {
                    return;
                }
                let job = next();
                *ended = !matches!(job, Ok(Some(_)));
                *number += 1;
                (*number - 1, job)
            };
            let turn = Turn {
                line: &line,
                number,
            };
            let done = match job {
                Ok(Some(job)) => work(job, &turn),
                Ok(None) => return,
                Err(e) => Err(e),
            };
            // Those before it are done first, so that the first error is the one that is told.
            let Ok(mut held) = turn.take() else { return };
            let failed = done.is_err();
            held.0.failed = done.err();
            held.0.turn += 1;
            drop(held);
            line.changed.notify_all();
            if failed {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(hand);
        }
        hand();
    });
    let state = line.state.into_inner();
    let state = state.unwrap_or_else(PoisonError::into_inner);
    match state.failed {
        Some(e) => Err(e),
        None => Ok(state.shared),
    }
}

/// Bytes of a job's text that it holds back until it is its turn.
const HELD: usize = 8 << 20;

/// A job's text: held back until it is its turn, or until it is too much.
#[derive(Debug)]
pub struct Text<'t, 'l, W> {
    bytes: Vec<u8>,
    turn: &'t Turn<'l, W>,
    /// Once it is its turn, it stays so.
    held: Option<Held<'l, W>>,
}

impl<'t, 'l, W: Write> Text<'t, 'l, W> {
    /// Nothing yet.
    pub fn new(turn: &'t Turn<'l, W>) -> Self {
        Text {
            bytes: Vec::new(),
            turn,
            held: None,
        }
    }

    /// The text so far, to be added to; [`Text::relieve`] now and then.
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Writes what there is if it has become much.
    ///
    /// # Errors
    /// The system's, or that another job failed.
    pub fn relieve(&mut self) -> io::Result<()> {
        if self.bytes.len() >= HELD {
            self.write()?;
        }
        Ok(())
    }

    /// Writes what there is.
    ///
    /// # Errors
    /// As [`Text::relieve`].
    pub fn write(&mut self) -> io::Result<()> {
        let held = match &mut self.held {
            Some(held) => held,
            none => none.insert(self.turn.take()?),
        };
        held.write_all(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_in_order_whoever_is_first() {
        let mut n = 0..1000u64;
        let next = || Ok(n.next());
        let line = in_order(Vec::new(), next, |n, turn| {
            std::thread::sleep(std::time::Duration::from_micros((n * 7919) % 50));
            turn.take()?.push(n);
            Ok(())
        });
        assert_eq!(line.unwrap(), (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_error_is_told_and_what_is_before_it_written() {
        let written = Mutex::new(Vec::new());
        let mut n = 0..1000u64;
        let failed = in_order(
            (),
            || Ok(n.next()),
            |n, turn| {
                if n == 300 || n == 301 {
                    return Err(io::Error::other(format!("at {n}")));
                }
                let _turn = turn.take()?;
                written.lock().unwrap().push(n);
                Ok(())
            },
        );
        assert_eq!(failed.unwrap_err().to_string(), "at 300");
        assert_eq!(written.into_inner().unwrap(), (0..300).collect::<Vec<_>>());
    }
}
