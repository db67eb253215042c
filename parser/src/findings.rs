//! What a reader of the log should know: each finding with why it matters and where.
//!
//! Rule of this file: a finding says what the log shows, not what it may mean; nothing is found in
//! a log that is as it should be.

use crate::fault::FaultKind;
use crate::gtid_report::Numbering;
use crate::index::{EventNo, Totals};
use crate::log::Log;
use crate::sql::Hazard;
use crate::transactions::{Disorder, End, Engines, Kind, Source, Transaction, TxNo};
use alloc::{
    borrow::Cow, collections::BTreeMap, format, string::String, string::ToString, vec::Vec,
};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Severity {
    /// Data is damaged, missing, or will differ.
    Bad,
    /// It may cause trouble.
    Warning,
    /// Good to know.
    Note,
}

/// A place that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Place {
    /// The event to look at.
    pub event: Option<EventNo>,
    /// What is there.
    pub what: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Finding {
    /// Stable name, e.g. `gtid-gaps`.
    pub code: Cow<'static, str>,
    /// How much it matters.
    pub severity: Severity,
    /// What was found.
    pub title: String,
    /// Why it matters, and what to do.
    pub why: Cow<'static, str>,
    /// How many places there are.
    pub count: u64,
    /// The first of them.
    pub places: Vec<Place>,
    /// A filter that shows them all, where there is one.
    pub filter: Option<String>,
}

/// Places listed with a finding.
const LISTED: usize = 50;

/// A transaction from this size on is worth knowing of: replicas apply it alone and late.
pub const LARGE_BYTES: u64 = 50 << 20;

/// Rows likewise.
pub const LARGE_ROWS: u64 = 100_000;

/// A transaction open this long, microseconds, holds locks and history as long.
pub const LONG: u64 = 60_000_000;

/// All findings of a log that has been read as far as `whole` says: to its end or not. The gravest
/// first.
pub fn findings(log: &Log, whole: bool) -> Vec<Finding> {
    let mut out = List::default();
    damage(log, &mut out);
    files(log, whole, &mut out);
    gtids(log, &mut out);
    transactions(log, whole, &mut out);
    tables(log, &mut out);
    statements(log, &mut out);
    out.0.sort_by_key(|f| f.severity);
    out.0
}

#[derive(Default)]
struct List(Vec<Finding>);

impl List {
    /// Adds a finding if there is a place for it.
    fn add(
        &mut self,
        code: &'static str,
        severity: Severity,
        count: u64,
        places: impl IntoIterator<Item = Place>,
        title: impl FnOnce(u64) -> String,
        why: &'static str,
    ) {
        if count > 0 {
            let places = places.into_iter().take(LISTED).collect();
            self.0.push(Finding {
                code: code.into(),
                severity,
                title: title(count),
                why: why.into(),
                count,
                places,
                filter: None,
            });
        }
    }

    /// The filter that shows what was added last under `code`.
    fn shown_by(&mut self, code: &str, filter: impl Into<String>) {
        if let Some(last) = self.0.last_mut().filter(|f| f.code == code) {
            last.filter = Some(filter.into());
        }
    }
}

fn at(event: EventNo, what: impl Into<String>) -> Place {
    Place {
        event: Some(event),
        what: what.into(),
    }
}

fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn damage(log: &Log, out: &mut List) {
    let index = log.index();
    let in_file = |no: EventNo| index.events.get(no).map_or(0, |r| log.in_file(r.offset));
    let mut by_code: BTreeMap<&'static str, Vec<Place>> = BTreeMap::new();
    for (no, fault) in &index.faults {
        if fault.kind != FaultKind::Encrypted {
            let what = format!("{} {}, event at {}", fault.code(), fault.kind, in_file(*no));
            by_code
                .entry(group_of(&fault.kind))
                .or_default()
                .push(at(*no, what));
        }
    }
    for (code, places) in by_code {
        let count = places.len() as u64;
        let (title, why): (fn(u64) -> String, _) = match code {
            "checksum" => (
                |n| {
                    plural(
                        n,
                        "event’s checksum does not match",
                        "events’ checksums do not match",
                    )
                },
                "The bytes are not those the server wrote. A replica reading them stops with error 1594 or 1236; fetch the log again, and check the disk.",
            ),
            "truncated" => (
                |n| {
                    if n == 1 {
                        "The log ends inside an event".into()
                    } else {
                        format!("{n} files end inside an event")
                    }
                },
                "A copy that was cut short, or a server that crashed while it wrote. The transaction there is not whole; a server rolls it back when it recovers.",
            ),
            "framing" => (
                |n| plural(n, "stretch is no event", "stretches are no events"),
                "Lengths or headers are damaged there; reading went on at the next place where events chain. What lay between is not decoded.",
            ),
            "compressed" => (
                |n| {
                    plural(
                        n,
                        "compressed event cannot be unpacked",
                        "compressed events cannot be unpacked",
                    )
                },
                "What it holds stays unknown here: its bytes are damaged, or it is larger than a browser can hold.",
            ),
            _ => (
                |n| {
                    plural(
                        n,
                        "event’s body is not as it must be",
                        "events’ bodies are not as they must be",
                    )
                },
                "The event is framed well, yet fields in it contradict each other. A parser of yours may fail there too.",
            ),
        };
        out.add(code, Severity::Bad, count, places, title, why);
        out.shown_by(code, "fault:any");
    }
    if let Some((no, _)) = index
        .faults
        .iter()
        .find(|(_, f)| f.kind == FaultKind::Encrypted)
    {
        let why = "The events after START_ENCRYPTION cannot be read without the server's key.";
        out.add(
            "encrypted",
            Severity::Bad,
            1,
            [at(*no, "START_ENCRYPTION")],
            |_| "The log is encrypted".into(),
            why,
        );
    }
}

fn group_of(kind: &FaultKind) -> &'static str {
    match kind {
        FaultKind::Checksum { .. } => "checksum",
        FaultKind::HeaderCut { .. } | FaultKind::EventCut { .. } => "truncated",
        FaultKind::EventSize { .. }
        | FaultKind::LogPos { .. }
        | FaultKind::Garbage
        | FaultKind::EventType { .. } => "framing",
        FaultKind::Compressed
        | FaultKind::Unpacked { .. }
        | FaultKind::Algorithm { .. }
        | FaultKind::UnpackedSize { .. } => "compressed",
        _ => "body",
    }
}

fn files(log: &Log, whole: bool, out: &mut List) {
    let index = log.index();
    let Totals { in_use, closed, .. } = index.totals;
    if in_use && !closed && whole {
        let why = "Its first event says that it is in use: the server was still writing when it was copied, or it crashed. More may follow.";
        out.add(
            "in-use",
            Severity::Note,
            1,
            [at(EventNo(0), "in-use flag of the format description")],
            |_| "The log was not closed".into(),
            why,
        );
    }
    let missing: Vec<Place> = log
        .missing_files()
        .into_iter()
        .map(|(event, name)| Place { event, what: name })
        .collect();
    let why = "Files before and after are here, this one is not: transactions in it are missing from everything shown.";
    out.add(
        "missing-files",
        Severity::Bad,
        missing.len() as u64,
        missing,
        |n| plural(n, "file is missing", "files are missing"),
        why,
    );
    let lost = log
        .grouper
        .missing
        .iter()
        .map(|(no, set)| at(*no, clip(&set.to_string().replace('\n', ""))));
    let why = "PREVIOUS_GTIDS of a file lists transactions that neither the files before it nor their own lists hold.";
    out.add(
        "gtids-between-files",
        Severity::Bad,
        log.grouper.missing.len() as u64,
        lost,
        |n| {
            plural(
                n,
                "file follows on transactions that are not here",
                "files follow on transactions that are not here",
            )
        },
        why,
    );
    let own = &log.notes.own;
    let why = "In a ring of servers a replica gets its own transactions back and must skip them. Were it to run them (replicate_same_server_id), they would be there twice.";
    out.add(
        "own-server-id",
        Severity::Warning,
        own.count,
        own.kept
            .iter()
            .map(|no| at(*no, "event with the replica’s own server id")),
        |n| {
            plural(
                n,
                "event bears the replica’s own server id",
                "events bear the replica’s own server id",
            )
        },
        why,
    );
    let back = &log.notes.clock_back;
    let why = "Commit times go backwards: the server's clock was set back. Point-in-time recovery by time is not safe across it; use positions or GTIDs.";
    let places = back
        .kept
        .iter()
        .map(|(no, from, to)| at(*no, format!("back by {:.3} s", (from - to) as f64 / 1e6)));
    out.add(
        "clock",
        Severity::Warning,
        back.count,
        places,
        |n| plural(n, "step of the clock back", "steps of the clock back"),
        why,
    );
}

fn gtids(log: &Log, out: &mut List) {
    let all = log.transactions();
    let report = crate::gtid_report::report(log);
    let mut places = Vec::new();
    let mut count = 0;
    for source in &report.sources {
        // What was missing before the log began is the business of the logs before it.
        let first_inside = source.inside.first().map_or(u64::MAX, |r| r.first);
        for gap in source.gaps.iter().filter(|g| {
            g.last > first_inside || source.before.last().is_some_and(|b| b.last < g.first)
        }) {
            count += gap.last - gap.first + 1;
            // The transaction after the gap is where to look; beyond those listed nobody does.
            let event = (places.len() < LISTED)
                .then(|| {
                    all.iter().find(|(_, t)| {
                        t.number == gap.last + 1 && numbered_by(log, t, &source.numbering)
                    })
                })
                .flatten()
                .map(|(_, t)| t.first);
            let what = if gap.first == gap.last {
                format!("{}:{}", source.numbering, gap.first)
            } else {
                format!("{}:{}-{}", source.numbering, gap.first, gap.last)
            };
            places.push(Place { event, what });
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
            .disorders
            .iter()
            .filter(|(_, d)| wanted(d))
            .filter_map(|(no, d)| {
                let tx = all.get(*no)?;
                let after = match d {
                    Disorder::After(n) => format!(" after {n}"),
                    Disorder::Duplicate => String::new(),
                };
                Some(at(tx.first, format!("{}{after}", all.gtid(tx))))
            })
            .collect();
        list
    };
    let twice = of(|d| *d == Disorder::Duplicate);
    let why = "The same GTID stands in the log, or in the list of those before it, already. A replica runs the first and skips the rest.";
    out.add(
        "gtid-duplicates",
        Severity::Bad,
        twice.len() as u64,
        twice,
        |n| plural(n, "GTID comes again", "GTIDs come again"),
        why,
    );
    let order = of(|d| matches!(d, Disorder::After(_)));
    let (severity, why) = if report.mariadb {
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
            plural(
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

fn transactions(log: &Log, whole: bool, out: &mut List) {
    let all = log.transactions();
    let mut large = (0, Vec::new());
    let mut long = (0, Vec::new());
    let mut cut = (0, Vec::new());
    let mut both = (0, Vec::new());
    let mut other = (0, Vec::new());
    let mut prepared = (0, Vec::new());
    let note = |list: &mut (u64, Vec<Place>), place: &dyn Fn() -> Place| {
        list.0 += 1;
        if list.1.len() < LISTED {
            list.1.push(place());
        }
    };
    let last = all.last_no();
    for (no, tx) in all.iter() {
        let name = || match all.gtid(tx).to_string() {
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
        if tx.end == End::XaPrepare && !log.grouper.halves.contains_key(&no) {
            note(&mut prepared, &|| at(tx.first, name()));
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
            plural(
                n,
                "XA transaction stays prepared",
                "XA transactions stay prepared",
            )
        },
        why,
    );
    out.shown_by("xa-prepared", "end:xa-prepare");
}

fn tables(log: &Log, out: &mut List) {
    let index = log.index();
    let all = log.transactions();
    let mut rewritten = alloc::vec![(0u64, None::<TxNo>); index.tables.len()];
    let mut changed = alloc::vec![(0u64, None::<TxNo>); index.tables.len()];
    for (no, _) in all.iter() {
        for touch in all.touches(no) {
            let i = touch.table as usize;
            if let (Some(r), Some(c)) = (rewritten.get_mut(i), changed.get_mut(i)) {
                let rows = u64::from(touch.updates) + u64::from(touch.deletes);
                if rows > 0 {
                    (r.0, r.1) = (r.0 + rows, r.1.or(Some(no)));
                }
                (c.0, c.1) = (c.0 + touch.rows(), c.1.or(Some(no)));
            }
        }
    }
    let name = |i: usize| format!("{}.{}", index.tables[i].database, index.tables[i].name);
    let first = |no: Option<TxNo>| no.and_then(|n| all.get(n)).map(|t| t.first);
    let listed = |list: &[(u64, Option<TxNo>)], meant: &dyn Fn(usize) -> bool| -> Vec<Place> {
        let hit = list
            .iter()
            .enumerate()
            .filter(|(i, (rows, _))| *rows > 0 && meant(*i));
        hit.map(|(i, (rows, no))| Place {
            event: first(*no),
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

fn statements(log: &Log, out: &mut List) {
    let mut counts = alloc::vec![0u64; log.notes.digests.len()];
    for (_, digest) in log.notes.statements.iter() {
        if let Some(count) = counts.get_mut(*digest as usize) {
            *count += 1;
        }
    }
    let hazardous = || {
        log.notes
            .digests
            .iter()
            .zip(&counts)
            .filter(|(d, _)| !d.hazards.is_empty())
    };
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
            plural(
                n,
                "statement may come out differently on a replica",
                "statements may come out differently on a replica",
            )
        },
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

fn clip(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(160)
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}
