//! Question → answer: pure over the session and its source; what tests call.

mod changes;
mod events;
mod gtids;
mod listing;
mod transactions;

pub use changes::Layouts;
pub use events::INSPECTED_BYTES;
pub(super) use transactions::texts;

use super::scan;
use super::session::Session;
use super::source::{self, ByteSource};
use crate::protocol::{Answer, Place, Question};
use binlight_parser::filter::Names;
use binlight_parser::index::EventNo;
use binlight_parser::{findings, gtid_report, overview, timeline};
use std::collections::BTreeSet;

/// Names sent for completion, of each kind.
const NAMES: usize = 5000;

/// Answers `question`, reading what it needs.
///
/// # Errors
/// A sentence for the user if the file cannot be read.
pub async fn answer<S: ByteSource>(
    session: &Session<S>,
    question: Question,
) -> Result<Answer, String> {
    Ok(match question {
        Question::Lines { first, count, view } => {
            let mut lines = Vec::new();
            for i in first..first.saturating_add(count) {
                let no = {
                    let state = session.view.borrow();
                    if view.is_some_and(|v| v == state.id) {
                        state.event(i)
                    } else {
                        EventNo(i)
                    }
                };
                match events::line(session, no).await? {
                    Some(line) => lines.push(line),
                    None => break,
                }
            }
            Answer::Lines { first, lines }
        }
        Question::Transactions { view, first, count } => {
            let lines = transactions::lines(session, view, first, count).await?;
            Answer::Transactions { first, lines }
        }
        Question::Row(view, tx, event) => {
            let state = session.view.borrow();
            let line = (state.id == view).then(|| state.line_of(tx, event, &session.log.borrow()));
            Answer::Row(line.flatten())
        }
        Question::Inspect(no) => Answer::Inspected(Box::new(events::inspected(session, no).await?)),
        Question::Changes { of, first, count } => {
            Answer::Changes(changes::page(session, of, first, count).await?)
        }
        Question::Find(place) => Answer::Found(find(session, &place)),
        Question::Listing(of) => Answer::Listing(listing::listing(session, of).await?),
        Question::Bins(id, wanted) => {
            let (log, view) = (session.log.borrow(), session.view.borrow());
            Answer::Bins(timeline::bins(&log, &wanted, |no| {
                view.id != id || view.has(no)
            }))
        }
        Question::Gaps(least, most) => {
            Answer::Gaps(timeline::gaps(&session.log.borrow(), least, most as usize))
        }
        Question::Gtids => Answer::Gtids(Box::new(gtid_report::report(&session.log.borrow()))),
        Question::GtidWindow(numbering, first, last) => Answer::GtidWindow(gtid_report::zoomed(
            &session.log.borrow(),
            &numbering,
            first,
            last,
        )),
        Question::Calculate(a, b) => {
            Answer::Calculated(gtids::calculate(&session.log.borrow(), &a, &b).map(Box::new))
        }
        Question::Overview(id) => {
            let (log, view) = (session.log.borrow(), session.view.borrow());
            let all = view.id != id;
            let these =
                (0..log.transactions().len() as u32).map(binlight_parser::transactions::TxNo);
            let these = these.filter(|no| all || view.has(*no));
            Answer::Overview(Box::new(overview::overview(&log, these)))
        }
        Question::Findings => Answer::Findings(findings::findings(
            &session.log.borrow(),
            session.whole.get(),
        )),
        Question::Files => Answer::Files(session.files()),
        Question::Names => Answer::Names(names(session)),
        Question::ReadOnly => scan::read_only(&session.source, source::now)
            .await
            .map(Answer::ReadOnly)?,
    })
}

/// The event that `place` names.
pub fn find<S: ByteSource>(session: &Session<S>, place: &Place) -> Option<EventNo> {
    let log = session.log.borrow();
    let all = log.transactions();
    match place {
        Place::Transaction(no) => all.get(*no).map(|t| t.first),
        Place::Gtid(text) => {
            let gtid = transactions::gtid_of(text)?;
            all.named(&gtid).and_then(|no| all.get(no)).map(|t| t.first)
        }
        Place::Time(at) => {
            // The next in time, which need not be the next in the log.
            let later = all
                .iter()
                .filter(|(_, t)| t.commit >= *at)
                .min_by_key(|(_, t)| t.commit);
            later.map(|(_, t)| t.first)
        }
        other => events::find(&log, other),
    }
}

fn names<S: ByteSource>(session: &Session<S>) -> Names {
    let log = session.log.borrow();
    let index = log.index();
    let types: BTreeSet<u8> = index.events.types();
    let codes: BTreeSet<&str> = index.faults.iter().map(|(_, f)| f.code()).collect();
    let tables = index.tables.iter().take(NAMES);
    Names {
        tables: tables
            .map(|t| format!("{}.{}", t.database, t.name))
            .collect(),
        servers: index.totals.servers.iter().copied().take(NAMES).collect(),
        types: types
            .into_iter()
            .map(|t| binlight_parser::codes::EventType(t).to_string())
            .collect(),
        sources: log
            .transactions()
            .sources()
            .iter()
            .take(NAMES)
            .map(ToString::to_string)
            .collect(),
        files: log
            .files
            .iter()
            .take(NAMES)
            .map(|f| f.name.clone())
            .collect(),
        faults: codes.into_iter().map(str::to_owned).collect(),
    }
}
