//! A view in the making: the transactions (and events) that match so far, in their order.

use super::{Shown, View, ViewId, order};
use crate::budget::Budget;
use crate::filter::{self, Answers, Filter, Matcher, Verdict};
use crate::index::EventNo;
use crate::log::Log;
use crate::timeline::Axis;
use crate::transactions::{Transaction, TxNo};

/// Transactions looked at between two turns of the event loop.
const AT_ONCE: u32 = 100_000;

/// Events likewise.
const EVENTS_AT_ONCE: u32 = 1_000_000;

/// Transactions found that are put in order while more are looked for.
const SORTED_AT_ONCE: usize = 50_000;

/// The view that the page looks at.
#[derive(Debug, Default)]
pub struct ViewState {
    /// Its number.
    pub id: ViewId,
    /// What it is.
    pub view: View,
    filter: Option<Filter>,
    matcher: Option<Matcher>,
    /// The first transaction of those looked at that waits for its text.
    undecided: Option<u32>,
    /// Transactions in order; `None`: all, as they stand in the log.
    order: Option<Vec<u32>>,
    /// A bit per transaction: it is in the view. Empty: all are.
    marks: Vec<u64>,
    /// Events in the view; `None`: all.
    events: Option<Vec<u32>>,
    looked: u32,
    looked_events: u32,
    sorted: bool,
    error: Option<filter::FilterError>,
    failure: Option<String>,
    busy: bool,
}

impl ViewState {
    /// Whether making it may begin: nobody is at it.
    pub fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.busy, true)
    }

    /// Making view `id` has come to its end for now.
    pub fn end(&mut self, id: ViewId) {
        if self.id == id {
            self.busy = false;
        }
    }

    /// A view of which nothing is made yet.
    pub fn new(id: ViewId, view: View) -> Self {
        let parsed = filter::parse(&view.filter, view.utc_offset);
        let (filter, error) = match parsed {
            Ok(filter) => (filter, None),
            Err(error) => (None, Some(error)),
        };
        let narrowed = filter.is_some() || view.range.is_some();
        ViewState {
            id,
            filter,
            error,
            order: (!view.is_plain()).then(Vec::new),
            marks: Vec::new(),
            events: (narrowed && view.events).then(Vec::new),
            view,
            ..ViewState::default()
        }
    }

    /// How far it is made: what is laid out by it holds for as long as this does.
    pub fn progress(&self) -> (u32, usize) {
        (
            self.looked,
            self.marks.iter().map(|m| m.count_ones() as usize).sum(),
        )
    }

    /// Whether it leaves transactions out.
    pub fn is_narrowed(&self) -> bool {
        self.filter.is_some() || self.view.range.is_some()
    }

    /// Whether transaction `no` is in the view.
    pub fn has(&self, no: TxNo) -> bool {
        !self.is_narrowed()
            || self
                .marks
                .get(no.0 as usize / 64)
                .is_some_and(|m| m & (1 << (no.0 % 64)) != 0)
    }

    /// The transaction in line `i`.
    pub fn transaction(&self, i: u32, log: &Log) -> Option<TxNo> {
        match &self.order {
            Some(order) => order.get(i as usize).map(|n| TxNo(*n)),
            None => ((i as usize) < log.transactions().len()).then_some(TxNo(i)),
        }
    }

    /// The event in line `i`.
    pub fn event(&self, i: u32) -> EventNo {
        match &self.events {
            Some(events) => EventNo(events.get(i as usize).copied().unwrap_or(u32::MAX)),
            None => EventNo(i),
        }
    }

    /// The line of a transaction, or of an event.
    pub fn line_of(&self, tx: TxNo, event: Option<EventNo>, log: &Log) -> Option<u32> {
        if let Some(event) = event {
            return match &self.events {
                Some(events) => events.binary_search(&event.0).ok().map(|i| i as u32),
                None => Some(event.0),
            };
        }
        match &self.order {
            Some(order) => order.iter().position(|n| *n == tx.0).map(|i| i as u32),
            None => ((tx.0 as usize) < log.transactions().len()).then_some(tx.0),
        }
    }

    /// Its transactions, in the order of the log.
    pub fn transactions<'s>(&'s self, log: &'s Log) -> impl Iterator<Item = TxNo> + 's {
        (0..log.transactions().len() as u32)
            .map(TxNo)
            .filter(|no| self.has(*no))
    }

    fn mark(&mut self, no: u32) {
        let word = no as usize / 64;
        if self.marks.len() <= word {
            self.marks.resize(word + 1, 0);
        }
        self.marks[word] |= 1 << (no % 64);
        if let Some(order) = &mut self.order {
            order.push(no);
        }
        self.sorted = false;
    }

    /// Sorts what was found.
    pub(crate) fn sort(&mut self, log: &Log, budget: &Budget) {
        let (sort, descending) = (self.view.sort, self.view.descending);
        if let Some(events) = &mut self.events {
            // Those that were found by their text come late.
            events.sort_unstable();
        }
        let Some(order) = self.order.as_mut().filter(|_| !self.sorted) else {
            return;
        };
        self.sorted = true;
        order::sort(order, sort, descending, log, budget);
    }

    /// The filter's tests, as far as the view was looked at.
    pub(crate) fn matcher(&self) -> Option<&Matcher> {
        self.matcher.as_ref()
    }

    /// Judges transaction `no`, given what its statements say.
    pub(crate) fn decide(&mut self, log: &Log, no: TxNo, answers: &Answers) {
        self.undecided = Some(no.0 + 1);
        let matcher = self.matcher.as_ref();
        if matcher.is_some_and(|m| m.transaction_with(log, no, answers)) {
            self.mark(no.0);
        }
    }

    /// Judges event `no`, given what its statement says.
    pub(crate) fn decide_event(&mut self, log: &Log, no: EventNo, answers: &Answers) {
        let tx = log.transactions().of_event(no);
        let matcher = self.matcher.as_ref();
        if matcher.is_some_and(|m| m.event_with(log, no, tx, answers))
            && let Some(events) = &mut self.events
        {
            events.push(no.0);
        }
    }

    /// Something in the log could not be read for it.
    pub(crate) fn fail(&mut self, why: String) {
        self.failure.get_or_insert(why);
    }

    fn in_range(&self, tx: &Transaction) -> bool {
        lies_in(self.view.range, tx)
    }

    /// Looks at the next stretch of the log by its index, transactions and their events side by side;
    /// what needs its text is returned. `None`: there is nothing left to look at.
    pub(crate) fn look(&mut self, log: &Log, whole: bool) -> Option<Undecided> {
        let all = log.transactions();
        self.undecided = None;
        // The last may still be open while the log is read.
        let end = (all.len() as u32).saturating_sub(u32::from(!whole));
        if self.order.is_none() {
            self.looked = end;
        }
        match (&mut self.matcher, &self.filter) {
            (Some(matcher), _) => matcher.extend(log),
            (none, Some(filter)) => *none = Some(Matcher::new(filter, log)),
            (_, None) => {}
        }
        let from = self.looked.min(end);
        let mut to = end.min(self.looked.saturating_add(AT_ONCE));
        if self.events.is_some() {
            // No more events than may be looked at between two turns, but for a single transaction.
            let until = EventNo(self.looked_events.saturating_add(EVENTS_AT_ONCE));
            let last = all.of_event(until).map_or(to, |t| t.0.max(from + 1));
            to = to.min(last);
        }
        let mut undecided = Undecided::default();
        let mut cursor = all.cursor();
        for no in (from..to).map(TxNo) {
            let Some((tx, _)) = cursor.at(no).filter(|(tx, _)| self.in_range(tx)) else {
                continue;
            };
            let matcher = self.matcher.as_ref();
            match matcher.map_or(Verdict::Yes, |m| m.transaction(log, no, &tx)) {
                Verdict::Yes => self.mark(no.0),
                Verdict::No => {}
                Verdict::Body => undecided.transactions.push(no),
            }
        }
        self.looked = to;
        let looked_events = self.look_at_events(log, (from, to), whole, &mut undecided);
        self.undecided = undecided.transactions.first().map(|t| t.0);
        (from < to || looked_events).then_some(undecided)
    }

    /// Looks at the events up to where transaction `to` begins; `false`: there are none left.
    fn look_at_events(
        &mut self,
        log: &Log,
        (from, to): (u32, u32),
        whole: bool,
        undecided: &mut Undecided,
    ) -> bool {
        let (all, events) = (log.transactions(), &log.index().events);
        let Some(found) = &mut self.events else {
            return false;
        };
        let end = match all.get(TxNo(to)) {
            Some(next) => next.first.0,
            None if whole => events.len() as u32,
            None => self.looked_events,
        };
        // Without transactions at hand, or after the last, a stretch at a time.
        let end = if from < to {
            end
        } else {
            end.min(self.looked_events.saturating_add(EVENTS_AT_ONCE))
        };
        let start = self.looked_events.min(end);
        let mut cursor = all.cursor();
        // Side by side: the transaction at hand, or the next.
        let mut next = from.saturating_sub(1);
        let mut at_hand = cursor.at(TxNo(next)).map(|(tx, _)| tx);
        let mut within = at_hand.is_some_and(|tx| lies_in(self.view.range, &tx));
        for event in events.between(EventNo(start), EventNo(end)) {
            let no = event.no();
            while at_hand.is_some_and(|tx| tx.last < no) {
                next += 1;
                at_hand = cursor.at(TxNo(next)).map(|(tx, _)| tx);
                within = at_hand.is_some_and(|tx| lies_in(self.view.range, &tx));
            }
            let own = at_hand.as_ref().filter(|tx| tx.first <= no);
            if self.view.range.is_some() && !(within && own.is_some()) {
                continue;
            }
            let own = own.map(|tx| (TxNo(next), tx));
            let matcher = self.matcher.as_ref();
            match matcher.map_or(Verdict::Yes, |m| m.event(log, event, own)) {
                Verdict::Yes => found.push(no.0),
                Verdict::No => {}
                Verdict::Body => undecided.events.push(no),
            }
        }
        self.looked_events = end;
        start < end
    }

    /// Whether sorting it takes no time worth telling.
    pub(crate) fn is_sorted_at_once(&self) -> bool {
        self.order
            .as_ref()
            .is_none_or(|o| o.len() <= SORTED_AT_ONCE)
    }

    /// How far it is, for the page.
    pub(crate) fn shown(&self, log: &Log, finished: bool) -> Shown {
        let (transactions, events) = (
            log.transactions().len() as u64,
            log.index().events.len() as u64,
        );
        let of = if self.events.is_some() {
            transactions + events
        } else {
            transactions
        };
        Shown {
            transactions: match &self.order {
                Some(order) => order.len() as u32,
                None => transactions as u32,
            },
            events: self.events.as_ref().map(|e| e.len() as u32),
            looked: u64::from(self.undecided.unwrap_or(self.looked))
                + u64::from(self.looked_events),
            of,
            finished,
            error: self.error.clone(),
            failure: self.failure.clone().or_else(|| {
                let matcher = self.matcher.as_ref()?;
                matcher.caveat(log)
            }),
        }
    }
}

/// Whether a transaction lies in a stretch of the timeline.
fn lies_in(range: Option<(Axis, u64, u64)>, tx: &Transaction) -> bool {
    match range {
        None => true,
        Some((Axis::Time, from, to)) => (from..to).contains(&tx.commit),
        Some((Axis::Bytes, from, to)) => tx.pos < to && tx.end_pos > from,
    }
}

/// What only the text of statements can decide, in the order of the log.
#[derive(Clone, Debug, Default)]
pub struct Undecided {
    /// Transactions.
    pub transactions: Vec<TxNo>,
    /// Events.
    pub events: Vec<EventNo>,
}
