//! Transactions → bars.

use super::blocks::Blocks;
use super::series::Series;
use super::{Axis, Bins, Stack, Wanted};
use crate::log::Log;
use crate::transactions::TxNo;

/// The bars that `wanted` asks for. `matches`: whether a transaction is in the view; `None`: all are.
pub fn bins(
    log: &Log,
    blocks: &mut Blocks,
    wanted: &Wanted,
    matches: Option<&impl Fn(TxNo) -> bool>,
) -> Bins {
    blocks.extend(log);
    let sums = wanted.stack == Stack::Operation && matches.is_none();
    if sums {
        blocks.sum(log, wanted.measure);
    }
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
    for part in blocks.within(log, wanted.axis, wanted.measure, (low, high)) {
        if let Some((from, to, amounts)) = part.whole.filter(|_| sums) {
            // A block within one bar is added as a whole.
            let bar = bar_of(&wanted.edges, from, hint);
            if from >= low && bar < count && to <= wanted.edges[bar + 1] {
                hint = bar;
                for (i, amount) in amounts.iter().enumerate() {
                    out.all[bar] += amount;
                    out.series[i].1[bar] += amount;
                }
                continue;
            }
        }
        for no in part.transactions() {
            let Some(tx) = log.transactions().get(no) else {
                continue;
            };
            let (from, to) = match wanted.axis {
                Axis::Time => (tx.commit, tx.commit + 1),
                Axis::Bytes => (tx.pos, tx.end_pos.max(tx.pos + 1)),
            };
            if to <= low || from >= high {
                continue;
            }
            series.parts(log, wanted.measure, no, &tx, &mut parts);
            let within = matches.is_none_or(|m| m(no));
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
