//! A log, or a part of it, in tables and short lists.

use crate::index::{EventNo, TableFacts, TableName};
use crate::limits::{COUNTED_CONNECTIONS, COUNTED_SECONDS, LINES, TOP};
use crate::log::Log;
use crate::transactions::{Kind, Touch, Transaction, TxNo};
use core::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Row changes of many transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Changes {
    /// Rows inserted.
    pub inserts: u64,
    /// Rows updated.
    pub updates: u64,
    /// Rows deleted.
    pub deletes: u64,
    /// Bytes of the rows events.
    pub bytes: u64,
}

impl Changes {
    /// Row changes in all.
    pub fn rows(&self) -> u64 {
        self.inserts + self.updates + self.deletes
    }

    fn add(&mut self, touch: &Touch) {
        self.inserts += u64::from(touch.inserts);
        self.updates += u64::from(touch.updates);
        self.deletes += u64::from(touch.deletes);
        self.bytes += touch.bytes;
    }
}

/// What one table saw.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TableLine {
    /// Its number in [`Index::tables`](crate::index::Index::tables).
    pub table: u32,
    /// Its name.
    pub name: TableName,
    /// Its changes and their bytes.
    pub changes: Changes,
    /// Transactions that changed it.
    pub transactions: u32,
    /// What its latest definition says.
    pub facts: TableFacts,
}

/// What one server or connection did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Share {
    /// Its id.
    pub id: u32,
    /// Transactions.
    pub transactions: u32,
    /// Row changes.
    pub rows: u64,
    /// Bytes in the log.
    pub bytes: u64,
}

/// The summary.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Overview {
    /// Transactions.
    pub transactions: u32,
    /// Row changes of all tables.
    pub changes: Changes,
    /// Bytes of the transactions.
    pub bytes: u64,
    /// Statements logged as text.
    pub statements: u64,
    /// Transactions by kind, in the order of [`Kind::ALL`].
    pub kinds: [u32; 5],
    /// First and last commit, microseconds since 1970.
    pub time: Option<(u64, u64)>,
    /// Most transactions, and most rows, in one second: count and that second.
    pub peaks: [(u64, u64); 2],
    /// Tables by rows.
    pub tables: Vec<TableLine>,
    /// Tables in all, of which the first are listed.
    pub table_count: u32,
    /// Most bytes.
    pub largest: Vec<(TxNo, u64)>,
    /// Most rows.
    pub most_rows: Vec<(TxNo, u64)>,
    /// Longest from first statement to commit, microseconds.
    pub longest: Vec<(TxNo, u64)>,
    /// Most tables.
    pub widest: Vec<(TxNo, u64)>,
    /// Servers by transactions.
    pub servers: Vec<Share>,
    /// Connections by transactions.
    pub threads: Vec<Share>,
    /// Connections in all.
    pub thread_count: u32,
    /// Definitions: event and statement.
    pub ddl: Vec<(EventNo, String)>,
    /// Definitions in all.
    pub ddl_count: u64,
    /// Statements alike: digest, number of them, the first.
    pub digests: Vec<(String, u64, EventNo)>,
    /// What of this is "at least", and why: a sentence each.
    pub caveats: Vec<String>,
}

/// The largest few of what is offered.
struct Top(Vec<(u64, TxNo)>);

impl Top {
    fn offer(&mut self, no: TxNo, amount: u64) {
        let full = self.0.len() >= TOP;
        if amount == 0 || full && self.0.last().is_some_and(|(least, _)| *least >= amount) {
            return;
        }
        let at = self.0.partition_point(|(a, _)| *a >= amount);
        self.0.insert(at, (amount, no));
        self.0.truncate(TOP);
    }

    fn list(self) -> Vec<(TxNo, u64)> {
        self.0
            .into_iter()
            .map(|(amount, no)| (no, amount))
            .collect()
    }
}

/// Summarises `these` transactions, given in order.
pub fn overview(log: &Log, these: impl Iterator<Item = TxNo>) -> Overview {
    let all = log.transactions();
    let tables = &log.index().tables;
    let mut out = Overview::default();
    let mut by_table = vec![(Changes::default(), 0u32); tables.len()];
    let [mut largest, mut rows_most, mut longest, mut widest] = [(); 4].map(|()| Top(Vec::new()));
    let (mut servers, mut threads) = (HashMap::new(), HashMap::new());
    let mut threads_left_out = false;
    let mut digests: BTreeMap<u32, (u64, EventNo)> = BTreeMap::new();
    let mut seconds = Seconds::default();
    for no in these {
        let Some(tx) = all.get(no) else { continue };
        let touches = all.touches(no);
        let rows: u64 = touches.iter().map(Touch::rows).sum();
        for touch in touches {
            out.changes.add(touch);
            if let Some((sum, transactions)) = by_table.get_mut(touch.table as usize) {
                sum.add(touch);
                *transactions += 1;
            }
        }
        out.transactions += 1;
        out.bytes += tx.size();
        out.statements += u64::from(tx.statements);
        out.kinds[tx.kind as usize] += 1;
        largest.offer(no, tx.size());
        rows_most.offer(no, rows);
        longest.offer(no, tx.duration());
        widest.offer(
            no,
            if touches.len() > 1 {
                touches.len() as u64
            } else {
                0
            },
        );
        share(&mut servers, tx.server_id, &tx, rows);
        if let Some(thread) = tx.thread_id() {
            if threads.len() < COUNTED_CONNECTIONS || threads.contains_key(&thread) {
                share(&mut threads, thread, &tx, rows);
            } else {
                threads_left_out = true;
            }
        }
        if tx.commit > 0 {
            let (a, b) = out.time.unwrap_or((tx.commit, tx.commit));
            out.time = Some((a.min(tx.commit), b.max(tx.commit)));
            seconds.add(tx.commit / 1_000_000, rows);
        }
        if tx.statements > 0 {
            for (event, digest) in log.notes.statements_in(tx.first, tx.last) {
                digests.entry(digest).or_insert((0, event)).0 += 1;
            }
        }
        if tx.kind == Kind::Ddl {
            out.ddl_count += 1;
            let ddl = &log.notes.ddl.kept;
            let at = ddl.partition_point(|d| d.no < tx.first);
            let found = ddl
                .get(at)
                .filter(|d| d.no <= tx.last && out.ddl.len() < LINES);
            out.ddl.extend(found.map(|d| (d.no, d.sql.clone())));
        }
    }
    seconds.put();
    out.caveats = caveats(log, &out, threads_left_out, seconds.left_out);
    out.peaks = seconds.peaks();
    out.tables = by_table
        .iter()
        .enumerate()
        .filter(|(_, (sum, _))| sum.rows() > 0)
        .map(|(i, (changes, transactions))| TableLine {
            name: tables[i].clone(),
            table: i as u32,
            changes: *changes,
            transactions: *transactions,
            facts: log.index().table_facts.get(i).copied().unwrap_or_default(),
        })
        .collect();
    out.tables.sort_by_key(|t| Reverse(t.changes.rows()));
    out.table_count = out.tables.len() as u32;
    out.tables.truncate(LINES);
    (out.largest, out.most_rows, out.longest, out.widest) = (
        largest.list(),
        rows_most.list(),
        longest.list(),
        widest.list(),
    );
    out.servers = ranked(servers);
    out.thread_count = threads.len() as u32;
    out.threads = ranked(threads);
    let mut digests: Vec<_> = digests.into_iter().collect();
    digests.sort_by_key(|(_, (count, _))| Reverse(*count));
    digests.truncate(LINES);
    let text = |n: u32| {
        log.notes
            .statements
            .digests
            .get(n as usize)
            .map(|d| d.text.clone())
            .unwrap_or_default()
    };
    out.digests = digests
        .into_iter()
        .map(|(n, (count, first))| (text(n), count, first))
        .collect();
    out
}

fn caveats(log: &Log, of: &Overview, threads: bool, seconds: bool) -> Vec<String> {
    let mut out = Vec::new();
    if threads {
        out.push(format!(
            "There are more than {COUNTED_CONNECTIONS} connections: those after them are not counted."
        ));
    }
    if seconds {
        out.push(format!(
            "There are commits in more than {COUNTED_SECONDS} seconds: the busiest is that of the first of them."
        ));
    }
    if of.statements > 0 && log.notes.other_digest().is_some() {
        out.push(
            "The statements differ in more ways than are kept: those in the list are the first that differ, and their counts are “at least”."
                .into(),
        );
    }
    out
}

fn share(of: &mut HashMap<u32, Share>, id: u32, tx: &Transaction, rows: u64) {
    let share = of.entry(id).or_insert(Share {
        id,
        ..Share::default()
    });
    share.transactions += 1;
    share.rows += rows;
    share.bytes += tx.size();
}

fn ranked(of: HashMap<u32, Share>) -> Vec<Share> {
    let mut all: Vec<Share> = of.into_values().collect();
    all.sort_by_key(|s| (Reverse(s.transactions), s.id));
    all.truncate(LINES);
    all
}

/// Counts per second, of commits that come nearly in order.
#[derive(Default)]
struct Seconds {
    counts: BTreeMap<u64, (u64, u64)>,
    /// The second at hand, and its counts so far.
    now: (u64, (u64, u64)),
    left_out: bool,
}

impl Seconds {
    fn add(&mut self, second: u64, rows: u64) {
        if self.now.0 != second {
            self.put();
            self.now = (second, (0, 0));
        }
        let counts = &mut self.now.1;
        *counts = (counts.0 + 1, counts.1 + rows);
    }

    fn put(&mut self) {
        let (second, (transactions, rows)) = self.now;
        if transactions == 0 {
            return;
        }
        if self.counts.len() < COUNTED_SECONDS || self.counts.contains_key(&second) {
            let entry = self.counts.entry(second).or_default();
            *entry = (entry.0 + transactions, entry.1 + rows);
        } else {
            self.left_out = true;
        }
        self.now.1 = (0, 0);
    }

    fn peaks(&self) -> [(u64, u64); 2] {
        let most = |of: fn(&(u64, u64)) -> u64| {
            self.counts
                .iter()
                .map(|(s, n)| (of(n), *s))
                .max_by_key(|(n, s)| (*n, Reverse(*s)))
                .unwrap_or_default()
        };
        [most(|n| n.0), most(|n| n.1)]
    }
}
