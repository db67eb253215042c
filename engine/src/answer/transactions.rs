//! Lines of the transaction list, and the statements of transactions.

use super::TxLine;
use super::events::{event_bytes, event_context};
use crate::index::{EventNo, state};
use crate::limits::{INSPECTED_BYTES, LINE_STATEMENT, LINE_TABLES};
use crate::log::Log;
use crate::session::Session;
use crate::source::ByteSource;
use crate::transactions::{Gtid, Touch, TxNo};
use crate::view::ViewId;
use binlight_parser::bytes::Space;
use binlight_parser::event::{self, Event};
use binlight_parser::gtid::{GtidSet, MariadbGtid};
use binlight_parser::trace::Silent;

/// Lines `first .. first + count` of a view.
///
/// # Errors
/// A sentence for the user if the file cannot be read.
pub async fn lines<S: ByteSource>(
    session: &Session<S>,
    view: ViewId,
    first: u32,
    count: u32,
) -> Result<Vec<TxLine>, String> {
    let mut lines = Vec::new();
    for i in first..first.saturating_add(count) {
        let no = {
            let (log, state) = (session.log.borrow(), session.view.borrow());
            if state.id != view {
                break;
            }
            match state.transaction(i, &log) {
                Some(no) => no,
                None => break,
            }
        };
        if let Some(line) = line(session, no).await? {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// The line of transaction `no`.
pub async fn line<S: ByteSource>(session: &Session<S>, no: TxNo) -> Result<Option<TxLine>, String> {
    let Some(mut line) = known(&session.log.borrow(), no) else {
        return Ok(None);
    };
    // A statement's own words where its digest would hide the values.
    if line.rows == [0; 3] && line.tx.events() < 50 {
        let texts = texts(session, line.tx.first, line.tx.last).await?;
        let own = texts.iter().find(|t| !is_frame(t));
        line.statement = own.map_or(String::new(), |t| clip(t));
    }
    Ok(Some(line))
}

/// What needs no reading.
fn known(log: &Log, no: TxNo) -> Option<TxLine> {
    let all = log.transactions();
    let tx = all.get(no)?;
    let touches = all.touches(no);
    let sum = |of: fn(&Touch) -> u32| touches.iter().map(|t| u64::from(of(t))).sum();
    let name = |t: &Touch| {
        let table = log.index().tables.get(t.table as usize);
        table
            .map(|n| format!("{}.{}", n.database, n.name))
            .unwrap_or_default()
    };
    let relay = log.index().totals.relay;
    Some(TxLine {
        no,
        gtid: all.gtid(&tx).to_string(),
        file: log.file_at(tx.pos).unwrap_or(0) as u32,
        pos: log.in_file(tx.pos),
        end_pos: log.in_file(tx.pos) + tx.size(),
        tables: touches
            .iter()
            .take(LINE_TABLES)
            .map(|t| (name(t), [t.inserts, t.updates, t.deletes]))
            .collect(),
        more_tables: touches.len().saturating_sub(LINE_TABLES) as u32,
        rows: [sum(|t| t.inserts), sum(|t| t.updates), sum(|t| t.deletes)],
        statement: String::new(),
        other_half: log.grouper.gtids.halves.get(&no).copied(),
        faulty: log.index().is_faulty(tx.first, tx.last),
        source_log: relay
            .then(|| log.notes.source_log(tx.first).map(str::to_owned))
            .flatten(),
        tx,
    })
}

/// BEGIN and COMMIT, which say nothing of what was done.
fn is_frame(sql: &str) -> bool {
    ["BEGIN", "COMMIT"]
        .iter()
        .any(|w| sql.trim().eq_ignore_ascii_case(w))
}

/// One line of at most [`LINE_STATEMENT`] characters.
pub(super) fn clip(text: &str) -> String {
    let mut chars = text.chars();
    let mut out: String = chars
        .by_ref()
        .take(LINE_STATEMENT)
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// The statements among events `first ..= last`, as text.
///
/// # Errors
/// A sentence for the user if the file cannot be read.
pub async fn texts<S: ByteSource>(
    session: &Session<S>,
    first: EventNo,
    last: EventNo,
) -> Result<Vec<String>, String> {
    let mut texts = Vec::new();
    for no in (first.0..=last.0).map(EventNo) {
        if let Some(text) = text(session, no).await? {
            texts.push(text);
        }
    }
    Ok(texts)
}

/// The statement in event `no`, if it carries one.
pub(super) async fn text<S: ByteSource>(
    session: &Session<S>,
    no: EventNo,
) -> Result<Option<String>, String> {
    let wanted = {
        let log = session.log.borrow();
        let row = log.index().events.get(no);
        row.is_some_and(|r| r.state & state::DAMAGED == 0 && r.event_type.carries_statement())
    };
    if !wanted {
        return Ok(None);
    }
    let (bytes, at, _) = event_bytes(session, no, INSPECTED_BYTES).await?;
    let context = event_context(session, no);
    let decoded = event::decode(&bytes, Space::FILE, at, &context, &mut Silent::default());
    let statement = decoded.as_ref().and_then(Event::statement);
    Ok(statement.map(|sql| String::from_utf8_lossy(sql).into_owned()))
}

/// A GTID as a user writes it.
pub(super) fn gtid_of(text: &str) -> Option<Gtid> {
    let text = text.trim();
    if let Ok(gtid) = text.parse::<MariadbGtid>() {
        return Some(Gtid::Mariadb(gtid));
    }
    let set: GtidSet = text.parse().ok()?;
    let (source, numbers) = set.sources().next()?;
    Some(Gtid::Mysql(source.clone(), numbers.runs().first()?.first))
}
