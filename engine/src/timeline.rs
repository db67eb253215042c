//! Bars over the log: amounts of change per stretch of time or of bytes.

use crate::index::TableName;
use crate::log::Log;
use crate::transactions::{Kind, Transaction, TxNo};
use binlight_parser::codes::event_type::RowOp;

/// What the strip runs along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Axis {
    /// Commit times, microseconds since 1970.
    #[default]
    Time,
    /// Offsets in the log.
    Bytes,
}

/// What a bar's height is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Measure {
    /// Row changes; a statement or definition counts as one.
    #[default]
    Rows,
    /// Bytes in the log.
    Bytes,
    /// Transactions.
    Transactions,
}

/// What a bar is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Stack {
    /// Insert, update, delete, definition, statement.
    #[default]
    Operation,
    /// The tables with the most of it, and the rest.
    Table,
    /// The servers that logged first.
    Server,
}

/// Which bars are wanted.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Wanted {
    /// Along what.
    pub axis: Axis,
    /// Ascending; bar `i` is of `edges[i] .. edges[i + 1]`.
    pub edges: Vec<u64>,
    /// Height.
    pub measure: Measure,
    /// Colours.
    pub stack: Stack,
}

/// Bars, each series a value per bar.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Bins {
    /// As asked for.
    pub edges: Vec<u64>,
    /// Of all transactions.
    pub all: Vec<f64>,
    /// Of those that match, by series, in the same order whatever the edges.
    pub series: Vec<(String, Vec<f64>)>,
}

/// Tables or servers that have a series of their own.
const OWN_SERIES: usize = 7;

/// Names of the series by operation.
pub const OPERATIONS: [&str; 5] = ["insert", "update", "delete", "ddl", "statement"];

/// The bars that `wanted` asks for. `matches`: whether a transaction is in the view.
pub fn bins(log: &Log, wanted: &Wanted, matches: impl Fn(TxNo) -> bool) -> Bins {
    let count = wanted.edges.len().saturating_sub(1);
    let series = Series::new(log, wanted);
    let mut out = Bins {
        edges: wanted.edges.clone(),
        all: vec![0.0; count],
        series: series
            .names
            .iter()
            .map(|n| (n.clone(), vec![0.0; count]))
            .collect(),
    };
    let (Some(low), Some(high)) = (wanted.edges.first().copied(), wanted.edges.last().copied())
    else {
        return out;
    };
    let mut hint = 0;
    let mut parts = Vec::new();
    for (no, tx) in log.transactions().iter() {
        let (from, to) = match wanted.axis {
            Axis::Time => (tx.commit, tx.commit + 1),
            Axis::Bytes => (tx.pos, tx.end_pos.max(tx.pos + 1)),
        };
        if to <= low || from >= high {
            continue;
        }
        series.parts(log, wanted.measure, no, tx, &mut parts);
        let within = matches(no);
        // Nearly in order: the bar of the one before, or the next, is most often right.
        let first = bar_of(&wanted.edges, from.max(low), hint);
        hint = first;
        let mut bar = first;
        while bar < count && wanted.edges[bar] < to {
            let overlap = to.min(wanted.edges[bar + 1]) - from.max(wanted.edges[bar]);
            let share = overlap as f64 / (to - from) as f64;
            for (i, amount) in &parts {
                out.all[bar] += amount * share;
                if within {
                    out.series[*i].1[bar] += amount * share;
                }
            }
            bar += 1;
        }
    }
    out
}

fn bar_of(edges: &[u64], at: u64, hint: usize) -> usize {
    let holds = |i: usize| {
        edges.get(i).is_some_and(|e| *e <= at) && edges.get(i + 1).is_some_and(|e| at < *e)
    };
    if holds(hint) {
        hint
    } else if holds(hint + 1) {
        hint + 1
    } else {
        edges.partition_point(|e| *e <= at).saturating_sub(1)
    }
}

/// Which part of a transaction belongs to which series.
struct Series {
    names: Vec<String>,
    stack: Stack,
    /// Per table, its series.
    of_table: Vec<usize>,
    servers: Vec<u32>,
}

impl Series {
    fn new(log: &Log, wanted: &Wanted) -> Series {
        let mut series = Series {
            names: Vec::new(),
            stack: wanted.stack,
            of_table: Vec::new(),
            servers: Vec::new(),
        };
        match wanted.stack {
            Stack::Operation => series.names = OPERATIONS.map(String::from).to_vec(),
            Stack::Table => series.tables(log, wanted.measure),
            Stack::Server => {
                let all = &log.index().totals.servers;
                series.servers = all.iter().copied().take(OWN_SERIES).collect();
                series.names = series
                    .servers
                    .iter()
                    .map(|s| format!("server {s}"))
                    .collect();
                series.names.push("other servers".into());
            }
        }
        series
    }

    /// Over the whole log, so that a table keeps its colour whatever part is shown.
    fn tables(&mut self, log: &Log, measure: Measure) {
        let tables = &log.index().tables;
        let mut amounts = vec![0u64; tables.len()];
        for (no, _) in log.transactions().iter() {
            for touch in log.transactions().touches(no) {
                if let Some(amount) = amounts.get_mut(touch.table as usize) {
                    *amount += match measure {
                        Measure::Rows => touch.rows(),
                        Measure::Bytes => touch.bytes,
                        Measure::Transactions => 1,
                    };
                }
            }
        }
        let mut order: Vec<usize> = (0..tables.len()).filter(|i| amounts[*i] > 0).collect();
        order.sort_by_key(|i| core::cmp::Reverse(amounts[*i]));
        order.truncate(OWN_SERIES);
        let name = |t: &TableName| format!("{}.{}", t.database, t.name);
        self.names = order.iter().map(|i| name(&tables[*i])).collect();
        self.names.push("other".into());
        self.of_table = vec![order.len(); tables.len()];
        for (series, table) in order.iter().enumerate() {
            self.of_table[*table] = series;
        }
    }

    /// Amounts of a transaction by series.
    fn parts(
        &self,
        log: &Log,
        measure: Measure,
        no: TxNo,
        tx: &Transaction,
        out: &mut Vec<(usize, f64)>,
    ) {
        out.clear();
        if self.stack == Stack::Server {
            let server = self
                .servers
                .iter()
                .position(|s| *s == tx.server_id)
                .unwrap_or(self.servers.len());
            out.push((server, amount_of(log, measure, no, tx)));
            return;
        }
        let touches = log.transactions().touches(no);
        for touch in touches {
            let rows = touch.rows();
            let of = |series: usize, part: u32, out: &mut Vec<(usize, f64)>| {
                if part > 0 {
                    let share = f64::from(part) / rows as f64;
                    let amount = if measure == Measure::Bytes {
                        touch.bytes as f64 * share
                    } else {
                        f64::from(part)
                    };
                    add(out, series, amount);
                }
            };
            if self.stack == Stack::Table {
                let series = self
                    .of_table
                    .get(touch.table as usize)
                    .copied()
                    .unwrap_or(self.names.len() - 1);
                add(
                    out,
                    series,
                    if measure == Measure::Bytes {
                        touch.bytes as f64
                    } else {
                        rows as f64
                    },
                );
            } else {
                of(RowOp::Insert as usize, touch.inserts, out);
                of(RowOp::Update as usize, touch.updates, out);
                of(RowOp::Delete as usize, touch.deletes, out);
            }
        }
        // Text: a definition, statements.
        let text = if tx.kind == Kind::Ddl {
            1.0
        } else {
            f64::from(tx.statements)
        };
        if text > 0.0 || out.is_empty() {
            let series = match self.stack {
                Stack::Operation if tx.kind == Kind::Ddl => 3,
                Stack::Operation => 4,
                _ => self.names.len() - 1,
            };
            let share = if measure == Measure::Bytes {
                tx.size() as f64
            } else {
                text
            };
            if touches.is_empty() {
                add(out, series, share);
            } else if measure != Measure::Bytes {
                add(out, series, text);
            }
        }
        let whole = match measure {
            Measure::Rows => return,
            Measure::Bytes => tx.size() as f64,
            Measure::Transactions => 1.0,
        };
        // What goes round the changes (GTID, BEGIN, table maps) is theirs; a transaction is one.
        let sum: f64 = out.iter().map(|(_, a)| a).sum();
        if sum > 0.0 {
            out.iter_mut().for_each(|(_, a)| *a *= whole / sum);
        } else if let Some((_, a)) = out.first_mut() {
            *a = whole;
        }
    }
}

fn add(out: &mut Vec<(usize, f64)>, series: usize, amount: f64) {
    match out.iter_mut().find(|(s, _)| *s == series) {
        Some((_, a)) => *a += amount,
        None => out.push((series, amount)),
    }
}

fn amount_of(log: &Log, measure: Measure, no: TxNo, tx: &Transaction) -> f64 {
    match measure {
        Measure::Rows => {
            let text = if tx.kind == Kind::Ddl {
                1
            } else {
                u64::from(tx.statements)
            };
            (log.transactions().rows_of(no) + text) as f64
        }
        Measure::Bytes => tx.size() as f64,
        Measure::Transactions => 1.0,
    }
}

/// The stretches of time without a commit that are at least `least` microseconds, the `most`
/// longest, in order.
pub fn gaps(log: &Log, least: u64, most: usize) -> Vec<(u64, u64)> {
    let mut times: Vec<u64> = log
        .transactions()
        .iter()
        .map(|(_, t)| t.commit)
        .filter(|t| *t > 0)
        .collect();
    times.sort_unstable();
    let pairs = times.windows(2).map(|p| (p[0], p[1]));
    let mut gaps: Vec<(u64, u64)> = pairs.filter(|(a, b)| b - a >= least.max(1)).collect();
    gaps.sort_by_key(|(a, b)| core::cmp::Reverse(b - a));
    gaps.truncate(most);
    gaps.sort_unstable();
    gaps
}
