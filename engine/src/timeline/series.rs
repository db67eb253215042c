//! Which part of a transaction belongs to which series of bars.

use super::{Measure, OPERATIONS, Stack, Wanted};
use crate::index::TableName;
use crate::limits::SERIES;
use crate::log::Log;
use crate::transactions::{Kind, Transaction, TxNo};
use binlight_parser::codes::event_type::RowOp;

/// Which part of a transaction belongs to which series.
pub(super) struct Series {
    pub(super) names: Vec<String>,
    stack: Stack,
    /// Per table, its series.
    of_table: Vec<usize>,
    servers: Vec<u32>,
}

impl Series {
    pub(super) fn new(log: &Log, wanted: &Wanted) -> Series {
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
                series.servers = all.iter().copied().take(SERIES).collect();
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
        order.truncate(SERIES);
        let name = |t: &TableName| format!("{}.{}", t.database, t.name);
        self.names = order.iter().map(|i| name(&tables[*i])).collect();
        self.names.push("other".into());
        self.of_table = vec![order.len(); tables.len()];
        for (series, table) in order.iter().enumerate() {
            self.of_table[*table] = series;
        }
    }

    /// Amounts of a transaction by series.
    pub(super) fn parts(
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
