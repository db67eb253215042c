//! Where a transaction begins, what it holds, how it ends.

use super::{Awaits, Grouper};
use crate::index::{EventNo, EventRow, state};
use crate::transactions::{End, Engines, Kind, Transaction};

impl Grouper {
    pub(super) fn engines(&mut self, engines: Engines) {
        if let Some(tx) = self.transactions.last_mut() {
            tx.engines = engines;
        }
    }

    /// Begins a transaction at `no`; one that is open stays incomplete.
    pub(super) fn open(&mut self, no: EventNo, row: &EventRow) {
        self.transactions.push(Transaction {
            first: no,
            pos: row.offset,
            server_id: row.server_id,
            start: row.timestamp,
            commit: u64::from(row.timestamp) * 1_000_000,
            ..Transaction::default()
        });
        (self.transactional, self.alter) = (None, None);
        self.include(no, row);
    }

    /// The event belongs to the transaction under way; without one it begins one. A payload is one
    /// transaction: what follows its commit inside is of it all the same.
    pub(super) fn ensure(&mut self, no: EventNo, row: &EventRow) {
        let inside = row.state & state::INNER != 0 && !self.transactions.is_empty();
        if self.awaits == Awaits::Nothing && !inside {
            self.open(no, row);
            self.awaits = Awaits::Statement;
        } else {
            self.include(no, row);
        }
    }

    pub(super) fn include(&mut self, no: EventNo, row: &EventRow) {
        if let Some(tx) = self
            .transactions
            .last_mut()
            .filter(|t| t.end == End::Incomplete || row.state & state::INNER != 0)
        {
            tx.last = no;
            tx.end_pos = self.file_end;
            if tx.start == 0 {
                tx.start = row.timestamp;
            }
        }
    }

    pub(super) fn close(&mut self, no: EventNo, row: &EventRow, end: End) {
        self.include(no, row);
        self.awaits = Awaits::Nothing;
        if let Some(tx) = self.transactions.last_mut() {
            tx.end = end;
            if !tx.precise && row.timestamp != 0 {
                tx.commit = u64::from(row.timestamp) * 1_000_000;
            }
        }
    }

    pub(super) fn kind(&mut self, kind: Kind) {
        if let Some(tx) = self.transactions.last_mut() {
            tx.kind = tx.kind.with(kind);
        }
    }
}
