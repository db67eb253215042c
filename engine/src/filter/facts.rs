//! What is asked about, and what the index knows of it: numbers and faults.

use super::Field;
use super::value::{Glob, Number};
use crate::index::{EventRef, FaultCode, state};
use crate::log::Log;
use crate::transactions::{Transaction, TxNo};

/// What the index says of a transaction or an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It matches.
    Yes,
    /// It does not.
    No,
    /// The text of its statements decides.
    Body,
}

impl Verdict {
    pub(super) fn of(yes: bool) -> Verdict {
        if yes { Verdict::Yes } else { Verdict::No }
    }

    /// Of two of which one is enough.
    pub(super) fn or(self, other: Verdict) -> Verdict {
        match (self, other) {
            (Verdict::Yes, _) | (_, Verdict::Yes) => Verdict::Yes,
            (Verdict::Body, _) | (_, Verdict::Body) => Verdict::Body,
            _ => Verdict::No,
        }
    }

    pub(super) fn not(self) -> Verdict {
        match self {
            Verdict::Yes => Verdict::No,
            Verdict::No => Verdict::Yes,
            Verdict::Body => Verdict::Body,
        }
    }
}

/// What is asked about.
#[derive(Clone, Copy)]
pub(super) enum Subject<'l> {
    Transaction(TxNo, &'l Transaction),
    Event(EventRef<'l>, Option<(TxNo, &'l Transaction)>),
}

impl<'l> Subject<'l> {
    pub(super) fn transaction(self) -> Option<(TxNo, &'l Transaction)> {
        match self {
            Subject::Transaction(no, tx) => Some((no, tx)),
            Subject::Event(_, tx) => tx,
        }
    }
}

pub(super) fn fit(globs: &[Glob], text: &str) -> bool {
    globs.iter().any(|g| g.matches(text))
}

impl Subject<'_> {
    /// Offset in the log, and bytes.
    pub(super) fn extent(&self) -> (u64, u64) {
        match self {
            Subject::Event(event, _) => (event.offset(), event.size()),
            Subject::Transaction(_, t) => (t.pos, t.size()),
        }
    }

    /// The value of a field as the range it covers.
    pub(super) fn number(self, log: &Log, field: Field) -> Option<(Number, Number)> {
        let same = |n: Number| Some((n, n));
        let tx = self.transaction();
        match (field, self) {
            (Field::Time, Subject::Event(event, _)) => {
                let second = Number::from(event.timestamp()) * 1_000_000;
                (event.timestamp() != 0).then_some((second, second + 999_999))
            }
            (Field::Time, _) => tx
                .filter(|(_, t)| t.commit != 0)
                .and_then(|(_, t)| same(t.commit.into())),
            (Field::Rows, Subject::Event(event, _)) => same(event.rows().into()),
            (Field::Rows, _) => tx.and_then(|(no, _)| same(log.transactions().rows_of(no).into())),
            (Field::Size, Subject::Event(event, _)) => same(event.size().into()),
            (Field::Size, _) => tx.and_then(|(_, t)| same(t.size().into())),
            (Field::Server, Subject::Event(event, _)) => same(event.server_id().into()),
            (Field::Server, _) => tx.and_then(|(_, t)| same(t.server_id.into())),
            (Field::Pos, _) => {
                let (at, size) = self.extent();
                let at = Number::from(log.in_file(at));
                Some((at, at + Number::from(size.max(1)) - 1))
            }
            (Field::Thread, _) => tx.and_then(|(_, t)| same(t.thread_id()?.into())),
            (Field::Xid, _) => tx
                .filter(|(_, t)| t.xid != 0)
                .and_then(|(_, t)| same(t.xid.into())),
            (Field::Duration, _) => tx.and_then(|(_, t)| same(t.duration().into())),
            (Field::Lag, _) => tx.and_then(|(_, t)| same(t.lag()?.into())),
            (Field::Events, _) => tx.and_then(|(_, t)| same(t.events().into())),
            _ => None,
        }
    }

    /// `fault:`: whether there is none, any, or one of a code that fits, by its number.
    pub(super) fn has_fault(self, log: &Log, none: bool, any: bool, codes: &[bool]) -> bool {
        let (first, last) = match self {
            Subject::Event(event, _) => (event.no(), event.no()),
            Subject::Transaction(_, t) => (t.first, t.last),
        };
        let index = log.index();
        if let (Subject::Event(event, _), true) = (self, none || any) {
            return (event.state() & state::FAULT != 0) != none;
        }
        if none || any {
            return index.is_faulty(first, last) != none;
        }
        let fits = |c: FaultCode| codes.get(usize::from(c.0)).copied().unwrap_or(false);
        index.totals.faults > 0 && index.fault_codes.between(first, last).any(fits)
    }
}
