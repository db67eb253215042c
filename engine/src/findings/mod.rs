//! What a reader of the log should know: each finding with why it matters and where.
//!
//! Rule of this folder: a finding says what the log shows, not what it may mean; nothing is found in
//! a log that is as it should be.

mod damage;
mod gtids;
mod tables;
mod transactions;

use crate::index::EventNo;
use crate::limits::PLACES;
use crate::log::Log;
use std::borrow::Cow;

/// How much it matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum Severity {
    /// Data is damaged, missing, or will differ.
    Bad,
    /// It may cause trouble.
    Warning,
    /// Good to know.
    Note,
}

/// A place that shows it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The event to look at.
    pub event: Option<EventNo>,
    /// What is there.
    pub what: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    damage::damage(log, &mut out);
    damage::files(log, whole, &mut out);
    gtids::gtids(log, &mut out);
    let all = log.transactions();
    let mut of_transactions = transactions::Transactions::default();
    let mut of_tables = tables::Tables::of(log);
    let last = all.last_no();
    for (no, tx, touches) in all.with_touches() {
        // The last may still be on its way while the log is read.
        let has_end = whole || Some(no) != last;
        of_transactions.see(log, (no, &tx, touches), has_end);
        of_tables.see(&tx, touches);
    }
    of_transactions.tell(&mut out);
    of_tables.tell(log, &mut out);
    tables::statements(log, &mut out);
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
            let places = places.into_iter().take(PLACES).collect();
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

/// As [`plural`], where a cap was met: there may be more.
fn at_least(more: bool, n: u64, one: &str, many: &str) -> String {
    let text = plural(n, one, many);
    if more {
        format!("at least {text}")
    } else {
        text
    }
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
