//! One event as a whole: its bytes, its fields, what it belongs to.

use super::events::{context_of, event_bytes, line};
use super::{Inspection, transactions};
use crate::index::{EventNo, state};
use crate::limits::{INSPECTED_BYTES, INSPECTED_NODES};
use crate::log::Log;
use crate::session::Session;
use crate::source::ByteSource;
use binlight_parser::bytes::Space;
use binlight_parser::codes::flags::HeaderFlags;
use binlight_parser::fault::{Fault, FaultKind};
use binlight_parser::{inspect, stream};

/// Event `no`, annotated.
///
/// # Errors
/// A sentence for the user if the file cannot be read, or there is no such event.
pub async fn inspected<S: ByteSource>(
    session: &Session<S>,
    no: EventNo,
) -> Result<Inspection, String> {
    let line = line(session, no).await?.ok_or("there is no such event")?;
    let (bytes, at, _) = event_bytes(session, no, INSPECTED_BYTES).await?;
    let context = context_of(session, no).await?;
    let transaction = session.log.borrow().transactions().of_event(no);
    let transaction = match transaction {
        Some(tx) => transactions::line(session, tx).await?,
        None => None,
    };
    let (faults, table_map, payload, source_place) = {
        let log = session.log.borrow();
        let index = log.index();
        let base = index
            .events
            .get(no)
            .map_or(0, |r| r.offset - log.in_file(r.offset));
        let faults: Vec<Fault> = index.faults_of(no).map(|f| in_file(f, base)).collect();
        let payload = index.events.payload_of(no).filter(|p| *p != no);
        (
            faults,
            index.table_map_of(no),
            payload,
            source_place(&log, no, &bytes),
        )
    };
    // The tree finds the body's faults by itself; framing's are E1 and E2, and of the log as a whole are
    // the caps that keep a payload closed.
    let given = |f: &&Fault| {
        let closed = matches!(
            f.kind,
            FaultKind::NotHeld { .. } | FaultKind::InnerEventsOfLog { .. }
        );
        closed || f.code() < "E3"
    };
    let framing: Vec<_> = faults.iter().filter(given).cloned().collect();
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
        transaction,
        source_place,
    })
}

/// A fault of the log as one of its file, which begins at `base`.
fn in_file(fault: &Fault, base: u64) -> Fault {
    let mut fault = fault.clone();
    if fault.span.space == Space::FILE {
        fault.span.start = fault.span.start.saturating_sub(base);
    }
    fault
}

/// Of an event in a relay log: the source's log, and its position there after the event. A replica
/// leaves that position in the header as the source sent it.
fn source_place(log: &Log, no: EventNo, bytes: &[u8]) -> Option<(String, u64)> {
    if !log.index().totals.relay {
        return None;
    }
    let header = stream::Header::read(bytes)?;
    let own = HeaderFlags::from_bits_retain(header.flags)
        .intersects(HeaderFlags::RELAY_LOG | HeaderFlags::ARTIFICIAL);
    let inner = log.index().events.get(no)?.state & state::INNER != 0;
    if own || inner || header.log_pos == 0 {
        return None;
    }
    Some((
        log.notes.source_log(no)?.to_owned(),
        u64::from(header.log_pos),
    ))
}
