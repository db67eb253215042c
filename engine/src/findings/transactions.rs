//! Transactions that are large, long, cut off, or mix engines; XA transactions that stay prepared.

use super::{LARGE_BYTES, LARGE_ROWS, LONG, List, Place, Severity, at, at_least, plural};
use crate::limits::PLACES;
use crate::log::Log;
use crate::transactions::{End, Engines, Kind};

pub(super) fn transactions(log: &Log, whole: bool, out: &mut List) {
    let all = log.transactions();
    let mut large = (0, Vec::new());
    let mut long = (0, Vec::new());
    let mut cut = (0, Vec::new());
    let mut both = (0, Vec::new());
    let mut other = (0, Vec::new());
    let mut prepared = (0, Vec::new());
    let mut not_followed = false;
    let note = |list: &mut (u64, Vec<Place>), place: &dyn Fn() -> Place| {
        list.0 += 1;
        if list.1.len() < PLACES {
            list.1.push(place());
        }
    };
    let last = all.last_no();
    for (no, tx) in all.iter() {
        let name = || match all.gtid(&tx).to_string() {
            gtid if gtid.is_empty() || gtid == "ANONYMOUS" => {
                format!("transaction at {}", log.in_file(tx.pos))
            }
            gtid => gtid,
        };
        let rows = all.rows_of(no);
        if tx.size() >= LARGE_BYTES || rows >= LARGE_ROWS {
            note(&mut large, &|| {
                at(
                    tx.first,
                    format!("{}: {} bytes, {rows} rows", name(), tx.size()),
                )
            });
        }
        if tx.duration() >= LONG && tx.kind != Kind::Ddl {
            note(&mut long, &|| {
                at(
                    tx.first,
                    format!("{}: {} s", name(), tx.duration() / 1_000_000),
                )
            });
        }
        // The last may still be on its way while the log is read.
        if tx.end == End::Incomplete && (whole || Some(no) != last) {
            note(&mut cut, &|| at(tx.first, name()));
        }
        match tx.engines {
            Engines::Both => note(&mut both, &|| at(tx.first, name())),
            Engines::Other if matches!(tx.kind, Kind::Row | Kind::Statement | Kind::Mixed) => {
                note(&mut other, &|| at(tx.first, name()));
            }
            _ => {}
        }
        if tx.end == End::XaPrepare {
            match log.grouper.gtids.stays_prepared(no) {
                Some(true) => note(&mut prepared, &|| at(tx.first, name())),
                Some(false) => {}
                None => not_followed = true,
            }
        }
    }
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
    let why = "As long as it was open it held locks, and kept old row versions from being purged.";
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
