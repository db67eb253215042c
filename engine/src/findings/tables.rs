//! Tables without keys or names; statements that a replica may run differently; definitions.

use super::{List, Place, Severity, at, at_least, clip, plural};
use crate::index::EventNo;
use crate::log::Log;
use crate::sql::Hazard;
use crate::transactions::{Touch, Transaction};

/// Row changes by table: how many, and the first event of the first transaction that made some.
pub(super) struct Tables {
    /// Updates and deletes.
    rewritten: Vec<(u64, Option<EventNo>)>,
    /// All.
    changed: Vec<(u64, Option<EventNo>)>,
}

impl Tables {
    pub(super) fn of(log: &Log) -> Tables {
        let none = vec![(0, None); log.index().tables.len()];
        Tables {
            rewritten: none.clone(),
            changed: none,
        }
    }

    /// Looks at the row changes of a transaction.
    pub(super) fn see(&mut self, tx: &Transaction, touches: &[Touch]) {
        for touch in touches {
            let i = touch.table as usize;
            if let (Some(r), Some(c)) = (self.rewritten.get_mut(i), self.changed.get_mut(i)) {
                let rows = u64::from(touch.updates) + u64::from(touch.deletes);
                if rows > 0 {
                    (r.0, r.1) = (r.0 + rows, r.1.or(Some(tx.first)));
                }
                (c.0, c.1) = (c.0 + touch.rows(), c.1.or(Some(tx.first)));
            }
        }
    }

    /// Says what was found.
    pub(super) fn tell(self, log: &Log, out: &mut List) {
        let index = log.index();
        let Tables { rewritten, changed } = self;
        let name = |i: usize| format!("{}.{}", index.tables[i].database, index.tables[i].name);
        let listed =
            |list: &[(u64, Option<EventNo>)], meant: &dyn Fn(usize) -> bool| -> Vec<Place> {
                let hit = list
                    .iter()
                    .enumerate()
                    .filter(|(i, (rows, _))| *rows > 0 && meant(*i));
                hit.map(|(i, (rows, no))| Place {
                    event: *no,
                    what: format!("{}: {}", name(i), plural(*rows, "row", "rows")),
                })
                .collect()
            };
        let keyless = listed(&rewritten, &|i| index.table_facts[i].key == Some(false));
        let why = "To find the row to change, a replica must read the whole table for each, unless another index helps. Add a primary key.";
        out.add(
            "no-primary-key",
            Severity::Warning,
            keyless.len() as u64,
            keyless,
            |n| {
                plural(
                    n,
                    "table without primary key is updated or deleted from",
                    "tables without primary key are updated or deleted from",
                )
            },
            why,
        );
        let unnamed = listed(&changed, &|i| !index.table_facts[i].named);
        let why = "The log has no column names (binlog_row_metadata=MINIMAL, or a server before it); columns are shown as @1, @2 …, and whether there is a primary key is not known.";
        out.add(
            "names-unknown",
            Severity::Note,
            unnamed.len() as u64,
            unnamed,
            |n| {
                plural(
                    n,
                    "table’s column names are not in the log",
                    "tables’ column names are not in the log",
                )
            },
            why,
        );
        let fk = log.notes.fk_only.iter().map(|(table, places)| Place {
            event: places.kept.first().copied(),
            what: format!(
                "{}: {}",
                index
                    .tables
                    .get(*table as usize)
                    .map_or(String::new(), |t| format!("{}.{}", t.database, t.name)),
                plural(places.count, "time", "times")
            ),
        });
        let why = "A table map without rows names a table that a foreign key refers to, so that parallel replicas keep the order. Changes that a cascade makes in it are not in the log: each server makes them by itself.";
        out.add(
            "foreign-key-maps",
            Severity::Note,
            log.notes.fk_only.len() as u64,
            fk,
            |n| {
                plural(
                    n,
                    "table is named for a foreign key alone",
                    "tables are named for a foreign key alone",
                )
            },
            why,
        );
    }
}

pub(super) fn statements(log: &Log, out: &mut List) {
    let mut counts = vec![0u64; log.notes.statements.digests.len()];
    for (_, digest) in log.notes.statements.iter() {
        if let Some(count) = counts.get_mut(digest as usize) {
            *count += 1;
        }
    }
    // Past the cap one digest stands for statements of all kinds: they were not judged.
    let other = log.notes.other_digest();
    let unjudged = other.and_then(|d| counts.get(d as usize)).copied();
    let hazardous = || {
        let digests = log.notes.statements.digests.iter().zip(&counts).enumerate();
        digests
            .filter(|(i, (d, _))| other != Some(*i as u32) && !d.hazards.is_empty())
            .map(|(_, of)| of)
    };
    let more = other.is_some() || log.notes.statements.digests.iter().any(|d| d.cut);
    let count = hazardous().map(|(_, n)| n).sum();
    let places = hazardous().map(|(digest, n)| {
        at(
            digest.first,
            format!(
                "{}, {}: {}",
                plural(*n, "time", "times"),
                Hazard::list(&digest.hazards),
                clip(&digest.text)
            ),
        )
    });
    let why = "Logged as text, they may leave other data on a replica than on the source. Use binlog_format=ROW (or MIXED).";
    out.add(
        "unsafe-statements",
        Severity::Warning,
        count,
        places,
        |n| {
            at_least(
                more,
                n,
                "statement may come out differently on a replica",
                "statements may come out differently on a replica",
            )
        },
        why,
    );
    let first = other.and_then(|d| log.notes.statements.digests.get(d as usize));
    let why = "The statements of this log differ in more ways than are kept. Those after the first were not looked at for what a replica may run differently.";
    out.add(
        "statements-not-judged",
        Severity::Note,
        unjudged.unwrap_or(0),
        first.map(|d| at(d.first, "the first of them")),
        |n| plural(n, "statement was not judged", "statements were not judged"),
        why,
    );
    let ddl = &log.notes.ddl;
    let places = ddl.kept.iter().map(|d| at(d.no, clip(&d.sql)));
    let why = "Definitions change within this log. Row changes before and after may have other columns; a replica or consumer must apply them in order.";
    out.add(
        "ddl",
        Severity::Note,
        ddl.count,
        places,
        |n| plural(n, "definition changes", "definitions change"),
        why,
    );
    out.shown_by("ddl", "op:ddl");
}
