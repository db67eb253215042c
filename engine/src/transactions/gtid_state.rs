//! What spans transactions: GTIDs and their order, halves that find each other.

use super::{Source, SourceNo, Transaction, Transactions, TxNo, XaName};
use crate::index::EventNo;
use crate::limits::{DISORDERS, PREPARED};
use binlight_parser::gtid::{BinlogState, GtidSet, IntervalBuilder, MariadbGtid, Order};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A GTID that does not follow from those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Disorder {
    /// It is in the log already, or in the set of those before the log.
    Duplicate,
    /// A larger one of its source (MariaDB: of its domain) came before it: this.
    After(u64),
}

/// Something beyond the transaction under way that an event says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Remark {
    /// PREVIOUS_GTIDS, in this event.
    Previous(EventNo, GtidSet),
    /// GTID_LIST.
    List(Vec<MariadbGtid>),
    /// The last transaction is prepared under this name, as far as it can be read.
    Prepared(Option<XaName>),
    /// The last transaction ends the one that was prepared under this name.
    Finished(XaName),
    /// The last transaction begins the ALTER TABLE of this domain and number.
    AlterBegun(u32, u64),
    /// The last transaction ends it.
    AlterEnded(u32, u64),
}

impl Remark {
    /// The remark of a part of a log, in its place: so many events later.
    pub(super) fn moved(self, shift: u32) -> Remark {
        match self {
            Remark::Previous(no, set) => Remark::Previous(EventNo(no.0 + shift), set),
            other => other,
        }
    }
}

/// GTIDs before and in the log, and what is remembered from one transaction to another.
#[derive(Debug, Default)]
pub struct GtidState {
    /// GTIDs in all logs before this one (PREVIOUS_GTIDS).
    pub before: GtidSet,
    /// GTIDs before this log (GTID_LIST).
    pub mariadb_before: Vec<MariadbGtid>,
    /// GTIDs that are out of place, in order: the first [`DISORDERS`].
    pub disorders: Vec<(TxNo, Disorder)>,
    /// All of them.
    pub disorder_count: u64,
    /// What a later file says was logged before it, and no earlier file nor `before` holds.
    pub missing: Vec<(EventNo, GtidSet)>,
    /// Of half an XA transaction, or half an ALTER TABLE in two phases: the other half.
    pub halves: BTreeMap<TxNo, TxNo>,
    /// Numbers in this log, by source.
    inside: Vec<IntervalBuilder>,
    state: BinlogState,
    prepared: BTreeMap<XaName, TxNo>,
    /// Prepared transactions whose name is not remembered, in order: whether they are finished in this
    /// log is not known.
    unfollowed: Vec<TxNo>,
    altering: BTreeMap<(u32, u64), TxNo>,
    lists_seen: u32,
}

impl GtidState {
    /// MySQL GTIDs in this log.
    pub fn inside(&self, all: &Transactions) -> GtidSet {
        let mut set = GtidSet::default();
        for (source, numbers) in all.sources().iter().zip(&self.inside) {
            if let Source::Mysql(source) = source {
                set.add(source.clone(), &numbers.build());
            }
        }
        set
    }

    /// Whether transaction `no`, which is prepared, is neither committed nor rolled back in this log; `None`
    /// if that is not known.
    pub fn stays_prepared(&self, no: TxNo) -> Option<bool> {
        let followed = self.unfollowed.binary_search(&no).is_err();
        followed.then(|| !self.halves.contains_key(&no))
    }

    /// Numbers in this log of source `no`.
    pub fn numbers(&self, no: SourceNo) -> Option<&IntervalBuilder> {
        self.inside.get(no.0 as usize)
    }

    /// MariaDB: the last GTID of each domain and server, those before the log included.
    pub fn binlog_state(&self) -> &BinlogState {
        &self.state
    }

    /// Takes note of a remark made while `last` is the last transaction.
    pub(super) fn remark(&mut self, remark: Remark, last: Option<TxNo>, all: &Transactions) {
        match remark {
            Remark::Previous(no, set) => self.previous(no, &set, all),
            Remark::List(list) => {
                if self.lists_seen == 0 {
                    for gtid in &list {
                        self.state.add(*gtid);
                    }
                    self.mariadb_before = list;
                }
                self.lists_seen += 1;
            }
            Remark::Prepared(name) => match (name, last) {
                (Some(name), Some(no)) if self.prepared.len() < PREPARED => {
                    self.prepared.insert(name, no);
                }
                (_, last) => self.unfollowed.extend(last),
            },
            Remark::Finished(name) => {
                let first = self.prepared.remove(&name);
                self.link(first, last);
            }
            Remark::AlterBegun(domain, number) => {
                if let Some(no) = last.filter(|_| self.altering.len() < PREPARED) {
                    self.altering.insert((domain, number), no);
                }
            }
            Remark::AlterEnded(domain, number) => {
                let first = self.altering.remove(&(domain, number));
                self.link(first, last);
            }
        }
    }

    /// The first says what was before the log; a later one of another file what should be known.
    fn previous(&mut self, no: EventNo, set: &GtidSet, all: &Transactions) {
        let known = self.before.union(&self.inside(all));
        let missing = set.subtract(&known);
        if self.lists_seen > 0 && !missing.is_empty() {
            self.missing.push((no, missing.clone()));
        }
        // Of files in another order some are inside already.
        self.before = self.before.union(&missing);
        self.lists_seen += 1;
    }

    /// `second` is the other half of `first`.
    fn link(&mut self, first: Option<TxNo>, second: Option<TxNo>) {
        if let (Some(first), Some(second)) = (first, second) {
            self.halves.insert(first, second);
            self.halves.insert(second, first);
        }
    }

    /// Takes note of a transaction's GTID, if it has one, and sees whether it is one that may come now.
    pub(super) fn number(&mut self, no: TxNo, tx: &Transaction, all: &Transactions) {
        let number = tx.number;
        let Some(source) = all.sources().get(tx.source.0 as usize) else {
            return;
        };
        let in_domain = match source {
            Source::Mysql(_) => None,
            Source::Mariadb(domain, server) => match self.state.add(MariadbGtid {
                domain: *domain,
                server: *server,
                sequence: number,
            }) {
                Order::OutOfOrder { after } => Some(after),
                Order::InOrder => None,
            },
        };
        let before = match source {
            Source::Mysql(tag) => !self.before.is_empty() && self.before.contains(tag, number),
            Source::Mariadb(..) => false,
        };
        let i = tx.source.0 as usize;
        if self.inside.len() <= i {
            self.inside.resize_with(i + 1, IntervalBuilder::default);
        }
        let Some(numbers) = self.inside.get_mut(i) else {
            return;
        };
        let largest = numbers.last();
        let new = numbers.insert(number);
        let disorder = if !new || before {
            Some(Disorder::Duplicate)
        } else if in_domain.is_some() {
            in_domain.map(Disorder::After)
        } else {
            largest.filter(|l| *l > number).map(Disorder::After)
        };
        if let Some(disorder) = disorder {
            self.disorder_count += 1;
            if self.disorders.len() < DISORDERS {
                self.disorders.push((no, disorder));
            }
        }
    }
}
