//! Text of statements, searched in the bytes of the log.
//!
//! ```text
//! undecided ─▶ reads ─ streams ─▶ held ─ transactions that may hold it ─▶ their statements ─▶ decode, decide
//! ```
//!
//! Rule of this folder: a statement is decoded only where its bytes may hold what is searched for;
//! what is compressed or encrypted is opened first. Each byte is read once, in order; between two
//! pieces, and within one that has much to decode, others get their turn.

mod held;
mod reads;

use crate::filter::{Answers, Matcher};
use crate::index::EventNo;
use crate::log::Log;
use crate::session::Session;
use crate::source::ByteSource;
use crate::transactions::Transaction;
use crate::view::{Undecided, ViewId, ViewState};
use binlight_parser::codes::EventType;
use held::{Held, Text};
use reads::Reads;

/// Milliseconds of work between two turns of the event loop.
const TURN: f64 = 30.0;

/// Bytes of a transaction that are held to be looked at together.
const GLANCED: u64 = 4 << 20;

/// Statements, or transactions at a glance, judged between two looks at the clock.
const AT_ONCE: usize = 256;

/// Decides what in view `id` only the text of statements can. `pause` lets others work, and tells
/// whether the view is still wanted; `false` is returned if it is not.
pub async fn search<S: ByteSource>(
    session: &Session<S>,
    id: ViewId,
    undecided: &Undecided,
    clock: &impl Fn() -> f64,
    mut pause: impl AsyncFnMut() -> bool,
) -> bool {
    let mut search = Search::new(&session.log.borrow(), undecided);
    let mut reads = Reads::new(&session.log.borrow(), &session.source, undecided);
    let mut next = reads.next(&session.source);
    let mut began = clock();
    while let Some(mut reading) = next.take() {
        // While this stretch is searched, the next is on its way.
        next = reads.next(&session.source);
        search.held.begin(reading.at);
        while search.held.end() < reading.end {
            let failure = match search.held.read(&mut reading.stream).await {
                Ok(0) => Some("the file has become shorter".to_owned()),
                Ok(_) => None,
                Err(why) => Some(why),
            };
            if let Some(why) = failure {
                session.view.borrow_mut().fail(why);
                return true;
            }
            loop {
                let more = {
                    let (log, mut view) = (session.log.borrow(), session.view.borrow_mut());
                    if view.id != id {
                        return false;
                    }
                    search.judge(session, &log, &mut view)
                };
                if clock() - began >= TURN {
                    if !pause().await {
                        return false;
                    }
                    began = clock();
                }
                if !more {
                    break;
                }
            }
        }
    }
    true
}

/// What is being decided, and how far it is.
struct Search<'u> {
    undecided: &'u Undecided,
    /// The transaction at hand, and the next event, in the lists.
    tx: usize,
    event: usize,
    /// The next event to be looked at.
    next: EventNo,
    /// What the statements of the transaction at hand say so far, and one of them alone.
    answers: Option<(Answers, Answers)>,
    /// Whether some statements do not stand in the log as they are.
    any_packed: bool,
    held: Held,
}

/// Types of events whose statements do not stand in the log as they are.
fn is_packed(t: EventType) -> bool {
    matches!(
        t,
        EventType::QUERY_COMPRESSED | EventType::TRANSACTION_PAYLOAD
    )
}

/// What the bytes of a transaction say without being decoded.
enum Glance {
    /// No statement of it is wanted.
    Nothing,
    /// They are not all here yet.
    Later,
    /// Its statements must be looked at.
    Look,
}

impl<'u> Search<'u> {
    fn new(log: &Log, undecided: &'u Undecided) -> Self {
        let types = log.index().events.types();
        Search {
            any_packed: types.into_iter().map(EventType).any(is_packed),
            undecided,
            tx: 0,
            event: 0,
            next: EventNo(0),
            answers: None,
            held: Held::default(),
        }
    }

    /// Judges the next statements; `false` if none is left among the bytes held.
    fn judge<S: ByteSource>(
        &mut self,
        session: &Session<S>,
        log: &Log,
        view: &mut ViewState,
    ) -> bool {
        let Some(matcher) = view.matcher() else {
            return false;
        };
        let (mut all, mut one) = self
            .answers
            .take()
            .unwrap_or_else(|| (matcher.no_answers(), matcher.no_answers()));
        let mut judged = 0;
        let more = loop {
            if judged >= AT_ONCE {
                break true;
            }
            let tx = self.undecided.transactions.get(self.tx);
            let tx = tx.and_then(|no| Some((*no, log.transactions().get(*no)?)));
            let event = self.undecided.events.get(self.event).copied();
            if let Some((no, tx)) = tx.filter(|(_, tx)| self.next > tx.last) {
                debug_assert!(self.next.0 == tx.last.0 + 1 || self.next > tx.last);
                view.decide(log, no, &all);
                all.clear();
                self.tx += 1;
                continue;
            }
            if let Some((no, tx)) = tx.filter(|(_, tx)| self.next <= tx.first)
                && event.is_none_or(|e| e >= tx.first)
                && let Some(matcher) = view.matcher()
            {
                match self.glance(session, log, matcher, &tx) {
                    Glance::Look => {}
                    Glance::Later => break false,
                    Glance::Nothing => {
                        while let Some(event) = self.undecided.events.get(self.event)
                            && *event <= tx.last
                        {
                            view.decide_event(log, *event, &all);
                            self.event += 1;
                        }
                        view.decide(log, no, &all);
                        self.next = EventNo(tx.last.0 + 1);
                        self.tx += 1;
                        judged += 1;
                        continue;
                    }
                }
            }
            // The next event of the transaction, or the next event, whichever comes first.
            let in_tx = tx.map(|(_, tx)| self.next.max(tx.first));
            let no = match (in_tx, event) {
                (Some(a), Some(b)) => a.min(b),
                (Some(a), None) => a,
                (None, Some(b)) => b,
                (None, None) => break false,
            };
            one.clear();
            let Some(matcher) = view.matcher() else {
                break false;
            };
            match self.read(session, log, matcher, no, &mut one) {
                Read::Later => break false,
                Read::Done => judged += 1,
                Read::Nothing => {}
                Read::Failed(why) => view.fail(why),
            }
            if tx.is_some_and(|(_, tx)| tx.first <= no) {
                all.add(&one);
            }
            if event == Some(no) {
                view.decide_event(log, no, &one);
                self.event += 1;
            }
            self.next = EventNo(no.0 + 1);
        };
        self.answers = Some((all, one));
        more
    }

    /// Looks at all bytes of a transaction at once: rows and headers may hold what is searched for, but
    /// where nothing does, no statement does.
    fn glance<S: ByteSource>(
        &mut self,
        session: &Session<S>,
        log: &Log,
        matcher: &Matcher,
        tx: &Transaction,
    ) -> Glance {
        let (from, to) = (tx.pos, tx.end_pos);
        let source = &session.source;
        let events = &log.index().events;
        let is_plain = to.saturating_sub(from) <= GLANCED
            && to <= source.end_of(from)
            && !source.has_encrypted_events(from)
            && !(self.any_packed && events.types_in(tx.first, tx.last).any(is_packed));
        if !is_plain {
            return Glance::Look;
        }
        if !self.held.has(from, to) {
            return Glance::Later;
        }
        if self.held.is_clear(matcher, from, to) {
            Glance::Nothing
        } else {
            Glance::Look
        }
    }

    /// Reads the statement of event `no`, if it has one that may matter.
    fn read<S: ByteSource>(
        &mut self,
        session: &Session<S>,
        log: &Log,
        matcher: &Matcher,
        no: EventNo,
        into: &mut Answers,
    ) -> Read {
        let wants = |bytes: &[u8]| matcher.wants(log, no, bytes);
        match self.held.text(session, log, no, wants) {
            Text::None => Read::Nothing,
            Text::Later => Read::Later,
            Text::Closed(why) => Read::Failed(why),
            Text::Unwanted => Read::Done,
            Text::Of(database, sql) => {
                matcher.read(log, no, &database, &sql, into);
                Read::Done
            }
        }
    }
}

/// What came of reading a statement.
enum Read {
    /// There is none.
    Nothing,
    /// It was judged.
    Done,
    /// Its bytes are not here yet.
    Later,
    /// It cannot be read: why.
    Failed(String),
}
