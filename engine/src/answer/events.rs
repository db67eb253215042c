//! Events: their lines, their bytes, their trees.

use super::{EventLine, Place};
use crate::index::{EventNo, EventRow, state};
use crate::limits::LINE_BYTES;
use crate::log::Log;
use crate::session::Session;
use crate::source::{ByteSource, cache};
use crate::view::ViewId;
use binlight_parser::bytes::Space;
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::{self, Event, transaction_payload as payload};
use binlight_parser::trace::Silent;
use binlight_parser::{describe, stream};
use std::rc::Rc;

fn row_of<S: ByteSource>(session: &Session<S>, no: EventNo) -> Option<EventRow> {
    session.log.borrow().index().events.get(no)
}

/// The event that `place` names, by number, offset or fault.
pub(super) fn find(log: &Log, place: &Place) -> Option<EventNo> {
    let index = log.index();
    let last = (index.events.len() as u32).checked_sub(1)?;
    let of_log = |file: u32, at: u64| {
        let file = log.files.get(file as usize)?;
        (at < file.size).then_some(file.base + at)
    };
    match place {
        Place::Offset(file, offset) => index.event_at(of_log(*file, *offset)?),
        Place::Number(n) => (*n <= last).then_some(EventNo(*n)),
        Place::Inner(file, offset, i) => {
            let payload = index.event_at(of_log(*file, *offset)?)?;
            let no = EventNo(payload.0.checked_add(*i)?.checked_add(1)?);
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
                .chain(0..=*after.min(&last))
                .find(faulty)
                .map(EventNo)
        }
        Place::Transaction(_) | Place::Gtid(_) | Place::Time(_) => None,
    }
}

/// At most `most` bytes of event `no`, the offset of the first, and whether they are all.
pub(super) async fn event_bytes<S: ByteSource>(
    session: &Session<S>,
    no: EventNo,
    most: u64,
) -> Result<(Vec<u8>, u64, bool), String> {
    let row = row_of(session, no).ok_or("there is no such event")?;
    if row.state & state::INNER == 0 {
        let len = row.size.min(most);
        let bytes = read(session, row.offset, len).await?;
        let at = session.log.borrow().in_file(row.offset);
        return Ok((bytes, at, len == row.size));
    }
    let (events, at) = payload_around(session, no).await?;
    let start = (at as usize).min(events.len());
    let end = start
        .saturating_add(row.size.min(most) as usize)
        .min(events.len());
    Ok((events[start..end].to_vec(), at, row.size <= most))
}

/// The event at offset `at` of the log, or its first `len` bytes, decrypted.
async fn read<S: ByteSource>(session: &Session<S>, at: u64, len: u64) -> Result<Vec<u8>, String> {
    let mut bytes = cache::read(&session.source, &session.cache, at, len).await?;
    session.source.decrypt_event(at, &mut bytes);
    Ok(bytes)
}

/// The unpacked payload that inner event `no` lies in, and its offset there.
async fn payload_around<S: ByteSource>(
    session: &Session<S>,
    no: EventNo,
) -> Result<(Rc<Vec<u8>>, u64), String> {
    let gone = "there is no such event";
    let (outer, at, context) = {
        let log = session.log.borrow();
        let index = log.index();
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
    let bytes = read(session, row.offset, row.size).await?;
    let events = Rc::new(payload::unpack_event(&bytes, 0, &context).map_err(|f| f.to_string())?);
    *session.unpacked.borrow_mut() = Some((outer, Rc::clone(&events)));
    Ok((events, at))
}

/// The format description that event `no` is decoded by.
pub(super) fn event_context<S: ByteSource>(session: &Session<S>, no: EventNo) -> Context {
    let log = session.log.borrow();
    let index = log.index();
    let context = Context::new(index.format_at(no));
    let inner = index
        .events
        .get(no)
        .is_some_and(|r| r.state & state::INNER != 0);
    if inner {
        payload::inner_context(&context)
    } else {
        context
    }
}

/// What decoding event `no` needs: its format description and, for a rows event, its table map.
pub(super) async fn context_of<S: ByteSource>(
    session: &Session<S>,
    no: EventNo,
) -> Result<Context, String> {
    let mut context = event_context(session, no);
    let map = session.log.borrow().index().table_map_of(no);
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

/// The line of event `no`.
///
/// # Errors
/// A sentence for the user if the file cannot be read.
pub async fn line<S: ByteSource>(
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
            let context = event_context(session, no);
            let mut silent = Silent::default();
            let decoded = event::decode(&bytes, Space::FILE, at, &context, &mut silent);
            match (decoded, stream::Header::read(&bytes)) {
                (Some(event), Some(header)) => describe::describe(&header, &event),
                _ => String::new(),
            }
        }
    };
    let log = session.log.borrow();
    let index = log.index();
    let fault = index
        .fault_codes
        .between(no, no)
        .next()
        .map(|c| c.to_string());
    let inner = (row.state & state::INNER != 0).then(|| {
        let payload = index.events.payload_of(no).map_or(no.0, |p| p.0);
        (
            no.0 - payload - 1,
            index.events.inner_offset(no).unwrap_or(0),
        )
    });
    Ok(Some(EventLine {
        no,
        file: log.file_at(row.offset).unwrap_or(0) as u32,
        row: EventRow {
            offset: log.in_file(row.offset),
            ..row
        },
        inner,
        info,
        fault,
    }))
}

/// Lines `first .. first + count` of the events, or of those in the session's view if it is `view`.
///
/// # Errors
/// A sentence for the user if the file cannot be read.
pub async fn lines<S: ByteSource>(
    session: &Session<S>,
    view: Option<ViewId>,
    first: u32,
    count: u32,
) -> Result<Vec<EventLine>, String> {
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
        match line(session, no).await? {
            Some(line) => lines.push(line),
            None => break,
        }
    }
    Ok(lines)
}

/// Info that the index alone gives.
fn known_info<S: ByteSource>(session: &Session<S>, no: EventNo, row: &EventRow) -> Option<String> {
    let log = session.log.borrow();
    let index = log.index();
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
