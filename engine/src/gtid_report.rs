//! GTIDs of a log by source: what was before it, what it holds, what is missing between.

use crate::limits::{RUNS, SET_TEXT};
use crate::log::Log;
use crate::transactions::{Disorder, Source, SourceNo, TxNo};
use binlight_parser::gtid::{IntervalSet, SourceTag, interval::Interval};
use std::collections::BTreeMap;

/// Who numbers: a MySQL source with its tag, or a MariaDB domain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Numbering {
    /// MySQL.
    Mysql(SourceTag),
    /// MariaDB: servers of one domain number together.
    Domain(u32),
}

impl core::fmt::Display for Numbering {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Numbering::Mysql(source) => write!(f, "{source}"),
            Numbering::Domain(domain) => write!(f, "domain {domain}"),
        }
    }
}

/// The numbers of one source.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SourceReport {
    /// Who.
    pub numbering: Numbering,
    /// MariaDB: servers that logged in the domain.
    pub servers: Vec<u32>,
    /// Before the log, as far as shown.
    pub before: Vec<Interval>,
    /// In the log.
    pub inside: Vec<Interval>,
    /// In neither, between the smallest and the largest of both.
    pub gaps: Vec<Interval>,
    /// How many numbers each of the three has.
    pub counts: [u64; 3],
    /// Smallest and largest of all.
    pub extent: (u64, u64),
}

/// The whole report.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct GtidReport {
    /// By source, those with transactions in the log first.
    pub sources: Vec<SourceReport>,
    /// GTIDs out of place: transaction, its GTID, why.
    pub disorders: Vec<(TxNo, String, Disorder)>,
    /// All of them.
    pub disorder_count: u64,
    /// Transactions without a GTID.
    pub nameless: u64,
    /// The set in the log as the server prints it (MySQL), or the binlog state (MariaDB).
    pub inside: String,
    /// The set before the log, or the GTID_LIST.
    pub before: String,
    /// Whether the flavour is MariaDB.
    pub mariadb: bool,
}

/// What one source numbered.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// Before the log.
    pub before: IntervalSet,
    /// In the log.
    pub inside: IntervalSet,
    /// MariaDB: servers that logged in the domain.
    servers: Vec<u32>,
}

impl Numbers {
    /// In neither, between the smallest and the largest of both.
    pub fn gaps(&self) -> IntervalSet {
        self.before.union(&self.inside).gaps()
    }
}

/// The numbers of each source, those with transactions in the log first.
pub fn by_source(log: &Log) -> Vec<(Numbering, Numbers)> {
    let gtids = &log.grouper.gtids;
    let mut sources: BTreeMap<Numbering, Numbers> = BTreeMap::new();
    for (source, numbers) in gtids.before.sources() {
        let entry = sources.entry(Numbering::Mysql(source.clone())).or_default();
        entry.before = numbers.clone();
    }
    for gtid in &gtids.mariadb_before {
        // A position says how far a domain had come; that all before it was logged is its meaning.
        let entry = sources.entry(Numbering::Domain(gtid.domain)).or_default();
        let until = Interval {
            first: 1,
            last: gtid.sequence.max(1),
        };
        entry.before = entry.before.union(&IntervalSet::of([until].into()));
        entry.servers.push(gtid.server);
    }
    for (i, source) in log.transactions().sources().iter().enumerate() {
        let Some(numbers) = gtids.numbers(SourceNo(i as u32)) else {
            continue;
        };
        let (numbering, server) = match source {
            Source::Mysql(tag) => (Numbering::Mysql(tag.clone()), None),
            Source::Mariadb(domain, server) => (Numbering::Domain(*domain), Some(*server)),
        };
        let entry = sources.entry(numbering).or_default();
        entry.inside = entry.inside.union(&numbers.build());
        entry.servers.extend(server);
    }
    let mut sources: Vec<_> = sources.into_iter().collect();
    sources.sort_by_key(|(_, numbers)| numbers.inside.is_empty());
    sources
}

/// Whether the GTIDs of the log are MariaDB's.
pub fn is_mariadb(log: &Log) -> bool {
    let sources = log.transactions().sources();
    let mut kinds = sources.iter().map(|s| matches!(s, Source::Mariadb(..)));
    !log.grouper.gtids.mariadb_before.is_empty() || kinds.any(|mariadb| mariadb)
}

/// Everything about the log's GTIDs.
pub fn report(log: &Log) -> GtidReport {
    let (grouper, mariadb) = (&log.grouper, is_mariadb(log));
    let reports = by_source(log).into_iter().map(|(n, of)| one(n, of));
    let all = log.transactions();
    let disorders = grouper.gtids.disorders.iter().take(RUNS);
    let list: Vec<String> = grouper
        .gtids
        .mariadb_before
        .iter()
        .map(ToString::to_string)
        .collect();
    GtidReport {
        sources: reports.collect(),
        disorders: disorders
            .filter_map(|(no, why)| Some((*no, all.gtid(&all.get(*no)?).to_string(), *why)))
            .collect(),
        disorder_count: grouper.gtids.disorder_count,
        nameless: all
            .iter()
            .filter(|(_, t)| t.source >= SourceNo::ANONYMOUS)
            .count() as u64,
        inside: if mariadb {
            grouper.gtids.binlog_state().to_string()
        } else {
            clipped(grouper.inside().to_string())
        },
        before: if mariadb {
            list.join(",")
        } else {
            clipped(grouper.gtids.before.to_string())
        },
        mariadb,
    }
}

fn clipped(text: String) -> String {
    if text.len() <= SET_TEXT {
        return text;
    }
    format!("{} … ({} characters)", &text[..SET_TEXT], text.len())
}

fn one(numbering: Numbering, of: Numbers) -> SourceReport {
    let (before, inside, mut servers) = (&of.before, &of.inside, of.servers);
    let both = before.union(inside);
    let gaps = both.gaps();
    let extent = match (both.runs().first(), both.runs().last()) {
        (Some(first), Some(last)) => (first.first, last.last),
        _ => (0, 0),
    };
    servers.sort_unstable();
    servers.dedup();
    SourceReport {
        numbering,
        servers,
        before: window(before, extent.0, extent.1),
        inside: window(inside, extent.0, extent.1),
        gaps: window(&gaps, extent.0, extent.1),
        counts: [before.count(), inside.count(), gaps.count()],
        extent,
    }
}

/// The runs of `set` within `first ..= last`; of very many, those too close to be told apart at
/// `RUNS` to the window are one.
pub fn window(set: &IntervalSet, first: u64, last: u64) -> Vec<Interval> {
    let runs = set.runs();
    let from = runs.partition_point(|r| r.last < first);
    let to = runs.partition_point(|r| r.first <= last);
    let within = runs.get(from..to).unwrap_or(&[]);
    let close = if within.len() > RUNS {
        (last - first) / RUNS as u64
    } else {
        0
    };
    let mut out: Vec<Interval> = Vec::new();
    for run in within {
        match out.last_mut() {
            Some(before) if close > 0 && run.first - before.last <= close => before.last = run.last,
            _ => out.push(*run),
        }
    }
    out
}

/// The runs of one source in a window: before, inside, gaps.
pub fn zoomed(log: &Log, numbering: &Numbering, first: u64, last: u64) -> [Vec<Interval>; 3] {
    let (mut before, mut inside) = (IntervalSet::default(), IntervalSet::default());
    if let Numbering::Mysql(tag) = numbering {
        before = log
            .grouper
            .gtids
            .before
            .of(tag)
            .cloned()
            .unwrap_or_default();
    }
    if let Numbering::Domain(domain) = numbering {
        for gtid in log
            .grouper
            .gtids
            .mariadb_before
            .iter()
            .filter(|g| g.domain == *domain)
        {
            before = before.union(&IntervalSet::of(
                [Interval {
                    first: 1,
                    last: gtid.sequence.max(1),
                }]
                .into(),
            ));
        }
    }
    for (i, source) in log.transactions().sources().iter().enumerate() {
        let same = match (source, numbering) {
            (Source::Mysql(a), Numbering::Mysql(b)) => a == b,
            (Source::Mariadb(a, _), Numbering::Domain(b)) => a == b,
            _ => false,
        };
        if let Some(numbers) = log
            .grouper
            .gtids
            .numbers(SourceNo(i as u32))
            .filter(|_| same)
        {
            inside = inside.union(&numbers.build());
        }
    }
    let gaps = before.union(&inside).gaps();
    [before, inside, gaps].map(|set| window(&set, first, last))
}
