//! Asking a filter about transactions and events.

use super::Filter;
use super::changes::table_of_map;
use super::facts::{Subject, Verdict, fit};
use super::pattern::Pattern;
use super::prepare::{Node, Tests, Types, end_name};
use super::value::Number;
use crate::index::{EventNo, EventRef};
use crate::limits::FAULT_CODES;
use crate::log::Log;
use crate::transactions::{Kind, Transaction, TxNo};
use binlight_parser::codes::EventType;

/// A filter prepared for a log. What the log has names for is looked up when it is made; as the log
/// grows, [`extend`](Self::extend) looks up what is new.
#[derive(Debug)]
pub struct Matcher {
    node: Node,
    tests: Tests,
    /// Types of events that may match: the rest need not be looked at.
    types: Types,
}

/// What the statements read so far say to the filter's tests on text.
#[derive(Clone, Debug)]
pub struct Answers {
    patterns: Vec<bool>,
    changes: Vec<bool>,
}

impl Answers {
    /// Whether no statement more can add to them.
    pub fn are_full(&self) -> bool {
        self.patterns.iter().chain(&self.changes).all(|a| *a)
    }

    /// Forgets what was read.
    pub fn clear(&mut self) {
        self.patterns.fill(false);
        self.changes.fill(false);
    }

    /// These, and those of other statements of the same transaction.
    pub fn add(&mut self, other: &Answers) {
        let mine = self.patterns.iter_mut().chain(&mut self.changes);
        let others = other.patterns.iter().chain(&other.changes);
        mine.zip(others).for_each(|(a, b)| *a |= *b);
    }
}

impl Matcher {
    /// Prepares `filter` for `log`.
    pub fn new(filter: &Filter, log: &Log) -> Self {
        let mut tests = Tests::default();
        let node = Node::new(&filter.expr, &mut tests);
        let types = node.types_that_may();
        let mut matcher = Matcher { node, tests, types };
        matcher.extend(log);
        matcher
    }

    /// The log has grown.
    pub fn extend(&mut self, log: &Log) {
        self.node.extend(log);
        self.tests.changes.iter_mut().for_each(|c| c.extend(log));
    }

    /// What the index says of a transaction.
    pub fn transaction(&self, log: &Log, no: TxNo, tx: &Transaction) -> Verdict {
        self.ask(&self.node, log, Subject::Transaction(no, tx), None)
    }

    /// Whether transaction `no` matches, given what its statements say.
    pub fn transaction_with(&self, log: &Log, no: TxNo, answers: &Answers) -> bool {
        let tx = log.transactions().get(no);
        tx.is_some_and(|tx| {
            let of = Subject::Transaction(no, &tx);
            self.ask(&self.node, log, of, Some(answers)) == Verdict::Yes
        })
    }

    /// What the index says of an event of transaction `tx`.
    pub fn event(&self, log: &Log, event: EventRef, tx: Option<(TxNo, &Transaction)>) -> Verdict {
        if !self.types[usize::from(event.event_type().0)] {
            return Verdict::No;
        }
        self.ask(&self.node, log, Subject::Event(event, tx), None)
    }

    /// Whether event `no` of transaction `tx` matches, given what its statement says.
    pub fn event_with(&self, log: &Log, no: EventNo, tx: Option<TxNo>, answers: &Answers) -> bool {
        let tx = tx.and_then(|t| Some((t, log.transactions().get(t)?)));
        let tx = tx.as_ref().map(|(no, tx)| (*no, tx));
        log.index().events.at(no).is_some_and(|event| {
            let of = Subject::Event(event, tx);
            self.ask(&self.node, log, of, Some(answers)) == Verdict::Yes
        })
    }

    /// What the log no longer tells of what is asked, if so: a sentence.
    pub fn caveat(&self, log: &Log) -> Option<String> {
        let left_out = log.index().fault_codes.left_out();
        (self.node.asks_for_codes() && left_out).then(|| {
            format!("Of faults after the first {FAULT_CODES} the code is not kept: “fault:” with a code finds events among the first alone. “fault:any” finds them all.")
        })
    }

    /// Answers before anything is read.
    pub fn no_answers(&self) -> Answers {
        Answers {
            patterns: vec![false; self.tests.patterns.len()],
            changes: vec![false; self.tests.changes.len()],
        }
    }

    /// Whether the statement of event `no` must be decoded: its bytes (not compressed) may hold what
    /// is searched for, or the index does not know what it changes.
    pub fn wants(&self, log: &Log, no: EventNo, bytes: &[u8]) -> bool {
        let mut patterns = self.tests.patterns.iter().flatten();
        patterns.any(|p| p.may_be_in(bytes)) || self.wants_names(log, no)
    }

    /// Where in `bytes`, from `from` on, something stands that any statement must hold that this asks for;
    /// `None` if statements must be looked at one by one.
    pub fn next_wanted(&self, bytes: &[u8], from: usize) -> Option<Option<usize>> {
        if !self.tests.changes.is_empty() {
            return None;
        }
        let patterns = self.tests.patterns.iter().flatten();
        patterns
            .map(|p| p.next_in(bytes, from))
            .try_fold(None, |first: Option<usize>, next| {
                let next = next?;
                Some(match (first, next) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                })
            })
    }

    /// Bytes that [`next_wanted`](Self::next_wanted) looks at together, at most.
    pub fn wanted_span(&self) -> usize {
        let patterns = self.tests.patterns.iter().flatten();
        patterns.map(Pattern::span).max().unwrap_or(0)
    }

    fn wants_names(&self, log: &Log, no: EventNo) -> bool {
        if self.tests.changes.is_empty() {
            return false;
        }
        let events = &log.index().events;
        let all = log.transactions();
        let tx = all.of_event(no).and_then(|t| Some((t, all.get(t)?)));
        let tx = tx.as_ref().map(|(no, tx)| (*no, tx));
        events.at(no).is_some_and(|event| {
            let of = Subject::Event(event, tx);
            let mut changes = self.tests.changes.iter();
            changes.any(|c| c.verdict(log, of) == Verdict::Body)
        })
    }

    /// Adds what the statement of event `no` says.
    pub fn read(&self, log: &Log, no: EventNo, database: &[u8], sql: &[u8], into: &mut Answers) {
        for (answer, patterns) in into.patterns.iter_mut().zip(&self.tests.patterns) {
            *answer = *answer || patterns.iter().any(|p| p.fits(sql));
        }
        for (answer, changes) in into.changes.iter_mut().zip(&self.tests.changes) {
            *answer = *answer || changes.hold_of(log, no, database, sql);
        }
    }

    fn ask(&self, node: &Node, log: &Log, of: Subject, answers: Option<&Answers>) -> Verdict {
        match node {
            Node::And(all) => {
                let mut verdict = Verdict::Yes;
                for node in all {
                    match self.ask(node, log, of, answers) {
                        Verdict::No => return Verdict::No,
                        Verdict::Body => verdict = Verdict::Body,
                        Verdict::Yes => {}
                    }
                }
                verdict
            }
            Node::Or(any) => {
                let mut verdict = Verdict::No;
                for node in any {
                    verdict = verdict.or(self.ask(node, log, of, answers));
                    if verdict == Verdict::Yes {
                        break;
                    }
                }
                verdict
            }
            Node::Not(node) => self.ask(node, log, of, answers).not(),
            Node::Changes(i) => {
                let told = answers.and_then(|a| a.changes.get(*i));
                match (self.tests.changes[*i].verdict(log, of), told) {
                    (Verdict::Body, Some(told)) => Verdict::of(*told),
                    (verdict, _) => verdict,
                }
            }
            Node::Numbers(field, ranges) => {
                let within = |(low, high): (Number, Number)| {
                    ranges.iter().any(|(a, b)| low <= *b && high >= *a)
                };
                Verdict::of(of.number(log, *field).is_some_and(within))
            }
            Node::Types(types, kinds) => Verdict::of(match of {
                Subject::Event(event, _) => types[usize::from(event.event_type().0)],
                Subject::Transaction(_, tx) => kinds[tx.kind as usize] || has_type(log, tx, types),
            }),
            Node::Ends(globs) => Verdict::of(
                of.transaction()
                    .is_some_and(|(_, t)| fit(globs, end_name(t.end))),
            ),
            Node::Files(_, fits) => {
                let at = of.extent().0;
                let file = log.file_at(at).and_then(|i| fits.get(i));
                Verdict::of(file.copied().unwrap_or(false))
            }
            Node::Faults { none, any, codes } => Verdict::of(of.has_fault(log, *none, *any, codes)),
            Node::Gtids(_, sets) => Verdict::of(of.transaction().is_some_and(|(_, tx)| {
                sets.get(tx.source.0 as usize)
                    .is_some_and(|s| s.contains(tx.number))
            })),
            Node::GtidGlobs(globs) => Verdict::of(of.transaction().is_some_and(|(_, tx)| {
                let gtid = log.transactions().gtid(tx).to_string();
                !gtid.is_empty() && fit(globs, &gtid)
            })),
            Node::Sql(i) => match answers {
                Some(answers) => Verdict::of(answers.patterns[*i]),
                None => may_have_text(log, of),
            },
            Node::Text {
                text,
                types,
                tables,
                pattern,
            } => {
                if names_contain(log, of, text, types, tables) {
                    return Verdict::Yes;
                }
                match answers {
                    Some(answers) => Verdict::of(answers.patterns[*pattern]),
                    None => may_have_text(log, of),
                }
            }
        }
    }
}

fn has_type(log: &Log, tx: &Transaction, types: &Types) -> bool {
    let mut own = log.index().events.types_in(tx.first, tx.last);
    own.any(|t| types[usize::from(t.0)])
}

/// Whether there is a statement to be read.
fn may_have_text(log: &Log, of: Subject) -> Verdict {
    let has = match of {
        Subject::Transaction(_, tx) => {
            let events = &log.index().events;
            tx.statements > 0
                || matches!(tx.kind, Kind::Ddl | Kind::Statement)
                || events
                    .types_in(tx.first, tx.last)
                    .any(EventType::carries_statement)
        }
        Subject::Event(event, _) => event.event_type().carries_statement(),
    };
    if has { Verdict::Body } else { Verdict::No }
}

fn names_contain(log: &Log, of: Subject, text: &str, types: &Types, tables: &[bool]) -> bool {
    let known = |t: u32| tables.get(t as usize).copied().unwrap_or(false);
    if let Subject::Event(event, _) = of {
        let map = log.index().table_map_of(event.no()).unwrap_or(event.no());
        return types[usize::from(event.event_type().0)]
            || table_of_map(log, map).is_some_and(known);
    }
    let Some((no, tx)) = of.transaction() else {
        return false;
    };
    let all = log.transactions();
    all.touches(no).iter().any(|t| known(t.table))
        || (text.contains(|c: char| c.is_ascii_digit()) && all.gtid(tx).to_string().contains(text))
}
