//! The calculator: two sets, and what is in which.

use super::{Calculation, Computed, SetError, SetText};
use crate::limits::{COMPUTED_TEXT, EXECUTED_ROWS};
use crate::log::Log;
use binlight_parser::gtid::{BinlogState, GtidSet, MariadbGtid};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Calculates with two sets. A MariaDB position on either side makes it a comparison of positions.
///
/// # Errors
/// [`SetError`] for a set that cannot be read.
pub fn calculate(log: &Log, a: &SetText, b: &SetText) -> Result<Calculation, SetError> {
    if let (Some(a), Some(b)) = (positions(log, a), positions(log, b)) {
        let domains: std::collections::BTreeSet<u32> = a.keys().chain(b.keys()).copied().collect();
        let line = |d: u32| (d, a.get(&d).copied(), b.get(&d).copied());
        return Ok(Calculation {
            domains: domains.into_iter().map(line).collect(),
            a_in_b: a.iter().all(|(d, n)| b.get(d).is_some_and(|m| m >= n)),
            b_in_a: b.iter().all(|(d, n)| a.get(d).is_some_and(|m| m >= n)),
            ..Calculation::default()
        });
    }
    let (a, b) = (set(log, a, false)?, set(log, b, true)?);
    let inside = log.grouper.inside();
    let computed = |set: &GtidSet| {
        let text = set.to_string();
        let text = if text.len() > COMPUTED_TEXT {
            format!("{} …", &text[..COMPUTED_TEXT])
        } else {
            text
        };
        let count = |set: &GtidSet| u64::try_from(set.count()).unwrap_or(u64::MAX);
        Computed {
            text,
            count: count(set),
            in_log: count(&set.intersect(&inside)),
        }
    };
    let rows = a.sources().flat_map(|(source, numbers)| {
        let uuid = Uuid::from_bytes(source.source).to_string();
        let tag = source.tag.as_str().to_owned();
        numbers
            .runs()
            .iter()
            .map(move |r| (uuid.clone(), tag.clone(), r.first, r.last))
    });
    Ok(Calculation {
        rows: rows.take(EXECUTED_ROWS).collect(),
        union: computed(&a.union(&b)),
        both: computed(&a.intersect(&b)),
        only_a: computed(&a.subtract(&b)),
        only_b: computed(&b.subtract(&a)),
        a_in_b: a.is_subset(&b),
        b_in_a: b.is_subset(&a),
        a: computed(&a),
        b: computed(&b),
        domains: Vec::new(),
    })
}

fn set(log: &Log, text: &SetText, second: bool) -> Result<GtidSet, SetError> {
    match text {
        SetText::Inside => Ok(log.grouper.inside()),
        SetText::Before => Ok(log.grouper.gtids.before.clone()),
        SetText::Typed(text) => {
            text.parse()
                .map_err(|e: binlight_parser::gtid::set::ParseError| SetError {
                    second,
                    at: e.at,
                    message: e.to_string(),
                })
        }
    }
}

/// A MariaDB position: the last sequence number of each domain.
fn positions(log: &Log, text: &SetText) -> Option<BTreeMap<u32, u64>> {
    let list: Vec<MariadbGtid> = match text {
        SetText::Typed(text) => {
            let parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
            parts.map(|p| p.parse().ok()).collect::<Option<_>>()?
        }
        SetText::Inside => log.grouper.gtids.binlog_state().position(),
        SetText::Before => {
            let mut state = BinlogState::default();
            for gtid in &log.grouper.gtids.mariadb_before {
                state.add(*gtid);
            }
            state.position()
        }
    };
    let mut out = BTreeMap::new();
    for gtid in &list {
        let last = out.entry(gtid.domain).or_insert(gtid.sequence);
        *last = gtid.sequence.max(*last);
    }
    (!out.is_empty()).then_some(out)
}
