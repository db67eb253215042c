//! Question → answer: which function of the engine answers which question.

use super::scope;
use crate::protocol::{Answer, Question};
use binlight_engine::answer as about;
use binlight_engine::scan;
use binlight_engine::session::Session;
use binlight_engine::source::ByteSource;
use binlight_engine::transactions::TxNo;
use binlight_engine::{findings, gtid_report, overview, timeline};

/// Answers `question`, reading what it needs.
///
/// # Errors
/// A sentence for the user if the file cannot be read.
pub async fn answer<S: ByteSource>(
    session: &Session<S>,
    question: Question,
) -> Result<Answer, String> {
    Ok(match question {
        Question::Lines { first, count, view } => Answer::Lines {
            first,
            lines: about::lines(session, view, first, count).await?,
        },
        Question::Transactions { view, first, count } => Answer::Transactions {
            first,
            lines: about::transaction_lines(session, view, first, count).await?,
        },
        Question::Row(view, tx, event) => {
            let state = session.view.borrow();
            let line = (state.id == view).then(|| state.line_of(tx, event, &session.log.borrow()));
            Answer::Row(line.flatten())
        }
        Question::Inspect(no) => Answer::Inspected(Box::new(about::inspected(session, no).await?)),
        Question::Changes { of, first, count } => {
            Answer::Changes(about::changes(session, of, first, count).await?)
        }
        Question::Find(place) => Answer::Found(about::find(session, &place)),
        Question::Listing(of) => Answer::Listing(about::listing(session, of).await?),
        Question::Bins(id, wanted) => {
            let (log, view) = (session.log.borrow(), session.view.borrow());
            let narrowed = view.id == id && view.is_narrowed();
            let mut blocks = session.blocks.borrow_mut();
            let has = |no| view.has(no);
            let has = narrowed.then_some(&has);
            Answer::Bins(timeline::bins(&log, &mut blocks, &wanted, has))
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
            Answer::Calculated(about::calculate(&session.log.borrow(), &a, &b).map(Box::new))
        }
        Question::Overview(id) => {
            let (log, view) = (session.log.borrow(), session.view.borrow());
            let all = view.id != id;
            let these = (0..log.transactions().len() as u32).map(TxNo);
            let these = these.filter(|no| all || view.has(*no));
            Answer::Overview(Box::new(overview::overview(&log, these)))
        }
        Question::Findings => Answer::Findings(findings::findings(
            &session.log.borrow(),
            session.whole.get(),
        )),
        Question::Files => Answer::Files(session.files()),
        Question::Names => Answer::Names(about::names(session)),
        Question::ReadOnly => scan::read_only(&session.source, scope::now)
            .await
            .map(Answer::ReadOnly)?,
    })
}
