//! Question → answer: pure over the session and its source; what tests call.

use super::session::Session;
use super::source::ByteSource;
use super::{cache, scan, source};
use crate::protocol::{Answer, EventLine, Inspection, Place, Question};
use binlight_parser::bytes::Space;
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::{self, Event, transaction_payload as payload};
use binlight_parser::index::{EventNo, EventRow, state};
use binlight_parser::trace::Silent;
use binlight_parser::{describe, inspect, rows, stream};
use std::rc::Rc;

/// Bytes of an event that its line's info is made from.
const LINE_BYTES: u64 = 4096;

/// Bytes of one event that the inspector shows; a longer event is shown this far.
pub const INSPECTED_BYTES: u64 = 16 << 20;

/// Fields of one tree sent to the page.
const INSPECTED_NODES: usize = 60_000;

/// Answers `question`, reading what it needs.
///
/// # Errors
/// A sentence for the user if the file cannot be read.
pub async fn answer<S: ByteSource>(
    session: &Session<S>,
    question: Question,
) -> Result<Answer, String> {
    match question {
        Question::Lines { first, count } => {
            let mut lines = Vec::new();
            for no in first..first.saturating_add(count) {
                match line(session, EventNo(no)).await? {
                    Some(line) => lines.push(line),
                    None => break,
                }
            }
            Ok(Answer::Lines { first, lines })
        }
        Question::Inspect(no) => Ok(Answer::Inspected(Box::new(inspected(session, no).await?))),
        Question::Rows { no, first, count } => {
            let (bytes, at, _) = event_bytes(session, no, u64::MAX).await?;
            let context = context_of(session, no).await?;
            Ok(Answer::Rows(
                no,
                rows::page(&bytes, at, &context, first, count),
            ))
        }
        Question::Find(place) => Ok(Answer::Found(find(session, place))),
        Question::ReadOnly => scan::read_only(&session.source, source::now)
            .await
            .map(Answer::ReadOnly),
    }
}

fn row_of<S: ByteSource>(session: &Session<S>, no: EventNo) -> Option<EventRow> {
    session.builder.borrow().index().events.get(no)
}

/// The event that `place` names.
pub fn find<S: ByteSource>(session: &Session<S>, place: Place) -> Option<EventNo> {
    let builder = session.builder.borrow();
    let index = builder.index();
    let last = (index.events.len() as u32).checked_sub(1)?;
    match place {
        Place::Offset(offset) => index.event_at(offset),
        Place::Number(n) => (n <= last).then_some(EventNo(n)),
        Place::Inner(offset, i) => {
            let payload = index.event_at(offset)?;
            let no = EventNo(payload.0.checked_add(i)?.checked_add(1)?);
            (index.events.payload_of(no)? == payload && no != payload).then_some(no)
        }
        Place::NextFault(EventNo(after)) => {
            let faulty = |n: &u32| {
                index
                    .events
                    .get(EventNo(*n))
                    .is_some_and(|r| r.state & state::FAULT != 0)
            };
            // Most logs have few faults or none: the kept ones answer at once.
            if index.totals.faults == 0 {
                return None;
            }
            (after + 1..=last)
                .chain(0..=after.min(last))
                .find(faulty)
                .map(EventNo)
        }
    }
}

/// At most `most` bytes of event `no`, the offset of the first, and whether they are all.
async fn event_bytes<S: ByteSource>(
    session: &Session<S>,
    no: EventNo,
    most: u64,
) -> Result<(Vec<u8>, u64, bool), String> {
    let row = row_of(session, no).ok_or("there is no such event")?;
    if row.state & state::INNER == 0 {
        let len = row.size.min(most);
        let bytes = cache::read(&session.source, &session.cache, row.offset, len).await?;
        return Ok((bytes, row.offset, len == row.size));
    }
    let (events, at) = payload_around(session, no).await?;
    let start = (at as usize).min(events.len());
    let end = start
        .saturating_add(row.size.min(most) as usize)
        .min(events.len());
    Ok((events[start..end].to_vec(), at, row.size <= most))
}

/// The unpacked payload that inner event `no` lies in, and its offset there.
async fn payload_around<S: ByteSource>(
    session: &Session<S>,
    no: EventNo,
) -> Result<(Rc<Vec<u8>>, u64), String> {
    let gone = "there is no such event";
    let (outer, at, context) = {
        let builder = session.builder.borrow();
        let index = builder.index();
        let outer = index.events.payload_of(no).ok_or(gone)?;
        let at = index.events.inner_offset(no).ok_or(gone)?;
        (outer, at, Context::new(index.format_at(outer)))
    };
    if let Some((known, events)) = session.unpacked.borrow().as_ref()
        && *known == outer
    {
        return Ok((Rc::clone(events), at));
    }
    let row = row_of(session, outer).ok_or(gone)?;
    let bytes = cache::read(&session.source, &session.cache, row.offset, row.size).await?;
    let events =
        Rc::new(payload::unpack_event(&bytes, row.offset, &context).map_err(|f| f.to_string())?);
    *session.unpacked.borrow_mut() = Some((outer, Rc::clone(&events)));
    Ok((events, at))
}

/// What decoding event `no` needs: its format description and, for a rows event, its table map.
async fn context_of<S: ByteSource>(session: &Session<S>, no: EventNo) -> Result<Context, String> {
    let (mut context, map) = {
        let builder = session.builder.borrow();
        let index = builder.index();
        let mut context = Context::new(index.format_at(no));
        if index
            .events
            .get(no)
            .is_some_and(|r| r.state & state::INNER != 0)
        {
            context = payload::inner_context(&context);
        }
        (context, index.table_map_of(no))
    };
    if let Some(map) = map {
        // Boxed by the caller's depth: a table map needs no table map.
        let (bytes, at, _) = event_bytes(session, map, u64::MAX).await?;
        let mut silent = Silent::default();
        if let Some(Event::TableMap(table)) =
            event::decode(&bytes, Space::FILE, at, &context, &mut silent)
        {
            context.map_table(table);
        }
    }
    Ok(context)
}

async fn line<S: ByteSource>(
    session: &Session<S>,
    no: EventNo,
) -> Result<Option<EventLine>, String> {
    let Some(row) = row_of(session, no) else {
        return Ok(None);
    };
    let info = match known_info(session, no, &row) {
        Some(info) => info,
        None => {
            let (bytes, at, _) = event_bytes(session, no, LINE_BYTES).await?;
            let (format, inner) = (
                session.builder.borrow().index().format_at(no),
                row.state & state::INNER != 0,
            );
            let mut context = Context::new(format);
            if inner {
                context = payload::inner_context(&context);
            }
            let mut silent = Silent::default();
            let decoded = event::decode(&bytes, Space::FILE, at, &context, &mut silent);
            match (decoded, stream::Header::read(&bytes)) {
                (Some(event), Some(header)) => describe::describe(&header, &event),
                _ => String::new(),
            }
        }
    };
    let builder = session.builder.borrow();
    let index = builder.index();
    let fault = index.faults_of(no).next().map(|f| f.code().to_owned());
    let inner = (row.state & state::INNER != 0).then(|| {
        let payload = index.events.payload_of(no).map_or(no.0, |p| p.0);
        (
            no.0 - payload - 1,
            index.events.inner_offset(no).unwrap_or(0),
        )
    });
    Ok(Some(EventLine {
        no,
        row,
        inner,
        info,
        fault,
    }))
}

/// Info that the index alone gives.
fn known_info<S: ByteSource>(session: &Session<S>, no: EventNo, row: &EventRow) -> Option<String> {
    let builder = session.builder.borrow();
    let index = builder.index();
    let table = index
        .table_of(no)
        .map(|t| format!("{}.{}", t.database, t.name));
    if row.state & state::DAMAGED != 0 {
        return Some(
            index
                .faults_of(no)
                .next()
                .map(|f| f.kind.to_string())
                .unwrap_or_default(),
        );
    }
    if row.event_type.rows_shape().is_some() {
        let partly = if row.state & state::PARTLY_SEEN != 0 {
            "at least "
        } else {
            ""
        };
        let plural = if row.rows == 1 { "row" } else { "rows" };
        return Some(format!(
            "{}: {partly}{} {plural}",
            table.unwrap_or_else(|| "table unknown".to_owned()),
            row.rows
        ));
    }
    match row.event_type {
        EventType::TABLE_MAP => table,
        EventType::STOP => Some(String::new()),
        _ => None,
    }
}

async fn inspected<S: ByteSource>(session: &Session<S>, no: EventNo) -> Result<Inspection, String> {
    let line = line(session, no).await?.ok_or("there is no such event")?;
    let (bytes, at, _) = event_bytes(session, no, INSPECTED_BYTES).await?;
    let context = context_of(session, no).await?;
    let (faults, table_map, payload) = {
        let builder = session.builder.borrow();
        let index = builder.index();
        let faults: Vec<_> = index.faults_of(no).cloned().collect();
        (
            faults,
            index.table_map_of(no),
            index.events.payload_of(no).filter(|p| *p != no),
        )
    };
    // The tree finds the body's faults by itself; framing's are E1 and E2.
    let framing: Vec<_> = faults.iter().filter(|f| f.code() < "E3").cloned().collect();
    let tree = if line.row.state & state::DAMAGED != 0 {
        inspect::damaged(&bytes, at, &framing)
    } else {
        inspect::inspect_capped(&bytes, at, &context, &framing, INSPECTED_NODES)
    };
    let faults = tree.faults.clone();
    Ok(Inspection {
        line,
        bytes,
        at,
        tree,
        faults,
        table_map,
        payload,
    })
}
