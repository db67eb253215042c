//! GTIDs that are missing, come again, or out of order.

use super::{List, Place, Severity, at, at_least, plural};
use crate::gtid_report::{Numbering, by_source, is_mariadb};
use crate::limits::PLACES;
use crate::log::Log;
use crate::timeline::Blocks;
use crate::transactions::{Disorder, Source, Transaction};

pub(super) fn gtids(log: &Log, out: &mut List) {
    let all = log.transactions();
    let mut places = Vec::new();
    let (mut count, mut blocks) = (0, None);
    for (numbering, numbers) in by_source(log) {
        // What was missing before the log began is the business of the logs before it.
        let first_inside = numbers.inside.runs().first().map_or(u64::MAX, |r| r.first);
        let last_before = numbers.before.runs().last().map(|r| r.last);
        let gaps = numbers.gaps();
        let own = gaps.runs().iter().filter(|g| {
            g.last > first_inside || last_before.is_some_and(|before| before < g.first)
        });
        for gap in own {
            count = u64::saturating_add(count, gap.count());
            if places.len() >= PLACES {
                continue;
            }
            // The transaction after the gap is where to look.
            let blocks = blocks.get_or_insert_with(|| Blocks::of(log));
            let after = blocks.numbered(log, gap.last.saturating_add(1), |t| {
                numbered_by(log, t, &numbering)
            });
            let what = if gap.first == gap.last {
                format!("{numbering}:{}", gap.first)
            } else {
                format!("{numbering}:{}-{}", gap.first, gap.last)
            };
            places.push(Place {
                event: after.and_then(|no| all.get(no)).map(|t| t.first),
                what,
            });
        }
    }
    let why = "Numbers between those in the log (or before it) are missing. On the server that gave them they were committed elsewhere, skipped, or are in a log that is not here. A replica that holds them has errant or extra transactions.";
    out.add(
        "gtid-gaps",
        Severity::Warning,
        count,
        places,
        |n| {
            plural(
                n,
                "GTID is missing in the log’s ranges",
                "GTIDs are missing in the log’s ranges",
            )
        },
        why,
    );
    let of = |wanted: fn(&Disorder) -> bool| {
        let list: Vec<Place> = log
            .grouper
            .gtids
            .disorders
            .iter()
            .filter(|(_, d)| wanted(d))
            .filter_map(|(no, d)| {
                let tx = all.get(*no)?;
                let after = match d {
                    Disorder::After(n) => format!(" after {n}"),
                    Disorder::Duplicate => String::new(),
                };
                Some(at(tx.first, format!("{}{after}", all.gtid(&tx))))
            })
            .collect();
        list
    };
    // Of those that were not kept it is not known what they are.
    let more = log.grouper.gtids.disorder_count > log.grouper.gtids.disorders.len() as u64;
    let twice = of(|d| *d == Disorder::Duplicate);
    let why = "The same GTID stands in the log, or in the list of those before it, already. A replica runs the first and skips the rest.";
    out.add(
        "gtid-duplicates",
        Severity::Bad,
        twice.len() as u64,
        twice,
        |n| at_least(more, n, "GTID comes again", "GTIDs come again"),
        why,
    );
    let order = of(|d| matches!(d, Disorder::After(_)));
    let (severity, why) = if is_mariadb(log) {
        (
            Severity::Bad,
            "In a domain numbers must grow. With gtid_strict_mode=ON the server would have stopped here; without it, a replica that reconnects by GTID may skip or repeat transactions.",
        )
    } else {
        (
            Severity::Note,
            "A replica with several workers and replica_preserve_commit_order=OFF commits in another order than its source. GTIDs make that safe; positions and point-in-time recovery do not.",
        )
    };
    out.add(
        "gtid-order",
        severity,
        order.len() as u64,
        order,
        |n| {
            at_least(
                more,
                n,
                "GTID comes after a larger one",
                "GTIDs come after larger ones",
            )
        },
        why,
    );
}

fn numbered_by(log: &Log, tx: &Transaction, numbering: &Numbering) -> bool {
    match (
        log.transactions().sources().get(tx.source.0 as usize),
        numbering,
    ) {
        (Some(Source::Mysql(a)), Numbering::Mysql(b)) => a == b,
        (Some(Source::Mariadb(a, _)), Numbering::Domain(b)) => a == b,
        _ => false,
    }
}
