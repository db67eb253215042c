//! Transactions that are large, long, cut off, or mix engines; XA transactions that stay prepared.

use super::{LARGE_BYTES, LARGE_ROWS, LONG, List, Place, Severity, at, at_least, plural};
use crate::limits::PLACES;
use crate::log::Log;
use crate::transactions::{End, Engines, Kind, Touch, Transaction, TxNo};

/// How many there are, and the first of them.
#[derive(Default)]
struct Found(u64, Vec<Place>);

impl Found {
    fn note(&mut self, place: impl FnOnce() -> Place) {
        self.0 += 1;
        if self.1.len() < PLACES {
            self.1.push(place());
        }
    }
}

/// What is found of transactions, one after the other.
#[derive(Default)]
pub(super) struct Transactions {
    large: Found,
    long: Found,
    cut: Found,
    both: Found,
    other: Found,
    prepared: Found,
    /// Of some prepared ones it is not known whether they stay so.
    not_followed: bool,
}

impl Transactions {
    /// Looks at transaction `no`, which `has_end` or may still be on its way.
    pub(super) fn see(
        &mut self,
        log: &Log,
        (no, tx, touches): (TxNo, &Transaction, &[Touch]),
        has_end: bool,
    ) {
        let name = || name(log, tx);
        let rows: u64 = touches.iter().map(Touch::rows).sum();
        if tx.size() >= LARGE_BYTES || rows >= LARGE_ROWS {
            let what = || format!("{}: {} bytes, {rows} rows", name(), tx.size());
            self.large.note(|| at(tx.first, what()));
        }
        if tx.duration() >= LONG && tx.kind != Kind::Ddl {
            let what = || format!("{}: {} s", name(), tx.duration() / 1_000_000);
            self.long.note(|| at(tx.first, what()));
        }
        if tx.end == End::Incomplete && has_end {
            self.cut.note(|| at(tx.first, name()));
        }
        match tx.engines {
            Engines::Both => self.both.note(|| at(tx.first, name())),
            Engines::Other if matches!(tx.kind, Kind::Row | Kind::Statement | Kind::Mixed) => {
                self.other.note(|| at(tx.first, name()));
            }
            _ => {}
        }
        if tx.end == End::XaPrepare {
            match log.grouper.gtids.stays_prepared(no) {
                Some(true) => self.prepared.note(|| at(tx.first, name())),
                Some(false) => {}
                None => self.not_followed = true,
            }
        }
    }

    /// Says what was found.
    pub(super) fn tell(self, out: &mut List) {
        let Transactions {
            large,
            long,
            cut,
            both,
            other,
            prepared,
            not_followed,
        } = self;
        let why = "Its commit is not in the log: the log ends before it, or another transaction begins before it ended. Its changes may not have been kept.";
        out.add(
            "cut",
            Severity::Warning,
            cut.0,
            cut.1,
            |n| plural(n, "transaction has no end", "transactions have no end"),
            why,
        );
        out.shown_by("cut", "end:incomplete");
        let why = "Replicas receive and apply it as a whole; those behind it wait, and memory and temporary files grow. Change rows in batches.";
        out.add(
            "large",
            Severity::Warning,
            large.0,
            large.1,
            |n| {
                plural(
                    n,
                    "transaction is very large",
                    "transactions are very large",
                )
            },
            why,
        );
        out.shown_by("large", "size>50MiB or rows>=100000");
        let why =
            "As long as it was open it held locks, and kept old row versions from being purged.";
        out.add(
            "long",
            Severity::Warning,
            long.0,
            long.1,
            |n| {
                plural(
                    n,
                    "transaction was open for a minute or longer",
                    "transactions were open for a minute or longer",
                )
            },
            why,
        );
        out.shown_by("long", "duration>=60s");
        let why = "It was rolled back, or mixes engines, yet stands in the log: tables of an engine without transactions had changed already. Such changes cannot be undone, and a replica that fails amid them is left in between.";
        out.add(
            "mixed-engines",
            Severity::Warning,
            both.0,
            both.1,
            |n| {
                plural(
                    n,
                    "transaction changes tables with and without transactions",
                    "transactions change tables with and without transactions",
                )
            },
            why,
        );
        let why = "They end in COMMIT, not in an XID: the tables' engine has no transactions (MyISAM, MEMORY, Aria). A crash between table and log leaves the two different.";
        out.add(
            "non-transactional",
            Severity::Note,
            other.0,
            other.1,
            |n| {
                plural(
                    n,
                    "transaction changes tables without transactions",
                    "transactions change tables without transactions",
                )
            },
            why,
        );
        let why = "They were prepared here, and neither committed nor rolled back in this log. Until that happens they hold their locks, on replicas too.";
        out.add(
            "xa-prepared",
            Severity::Note,
            prepared.0,
            prepared.1,
            |n| {
                at_least(
                    not_followed,
                    n,
                    "XA transaction stays prepared",
                    "XA transactions stay prepared",
                )
            },
            why,
        );
        out.shown_by("xa-prepared", "end:xa-prepare");
    }
}

/// Its GTID, or where it lies.
fn name(log: &Log, tx: &Transaction) -> String {
    match log.transactions().gtid(tx).to_string() {
        gtid if gtid.is_empty() || gtid == "ANONYMOUS" => {
            format!("transaction at {}", log.in_file(tx.pos))
        }
        gtid => gtid,
    }
}
