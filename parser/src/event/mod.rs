//! Event bodies: one file per record, and the one dispatch table.
//!
//! Rule of this folder: a decoder reads its fields in wire order through a [`Reader`], names each
//! as the server's source does, and returns what the rest of the crate needs of it. To add an
//! event type: the constant in `codes/event_type.rs`, a file here, a line in `dispatch.rs`, a line in
//! [`describe`](crate::describe).

pub mod control;
mod dispatch;
pub mod format_description;
pub mod gtid;
pub mod gtid_tagged;
pub mod load_data;
pub mod mariadb;
pub mod previous_gtids;
pub mod query;
pub mod query_status;
pub mod row_image;
pub mod row_walk;
pub mod rows;
pub mod small;
pub mod table_map;
pub mod table_meta;
pub mod transaction_payload;
pub mod user_var;

pub use dispatch::is_decoded;

use crate::bytes::fit::low32;
use crate::bytes::{Input, Space};
use crate::codes::{EventType, flags};
use crate::context::{Checksum, Context};
use crate::gtid::{GtidSet, MariadbGtid};
use crate::stream::{
    ChecksumState, Header,
    checksum::verify,
    header::{HEADER_LEN, OLD_HEADER_LEN, type_of},
    rules::description_has_checksum,
};
use crate::trace::{Part, Reader, Result, Trace};
use alloc::{format, string::ToString, sync::Arc, vec::Vec};
use dispatch::body;

/// A decoded event body, as far as other code needs it. What it does not carry, the tree shows.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// FORMAT_DESCRIPTION or START_V3.
    Format(Arc<crate::context::Format>),
    /// QUERY, plain or compressed.
    Query(query::Query<'a>),
    /// TABLE_MAP.
    TableMap(Arc<crate::table::Table>),
    /// Any rows event.
    Rows(rows::Rows),
    /// GTID, ANONYMOUS_GTID, GTID_TAGGED.
    Gtid(gtid::Gtid),
    /// PREVIOUS_GTIDS.
    PreviousGtids(GtidSet),
    /// MariaDB's GTID.
    MariadbGtid(mariadb::GroupGtid<'a>),
    /// MariaDB's GTID_LIST.
    GtidList(Vec<MariadbGtid>),
    /// XID.
    Xid(u64),
    /// XA_PREPARE.
    XaPrepare(small::XaPrepare<'a>),
    /// ROTATE.
    Rotate(small::Rotate<'a>),
    /// ROWS_QUERY or ANNOTATE_ROWS: the statement.
    Statement(&'a [u8]),
    /// BINLOG_CHECKPOINT: the log's name.
    Checkpoint(&'a [u8]),
    /// INTVAR: which, value.
    Intvar(small::IntvarKind, u64),
    /// RAND: both seeds.
    Rand(u64, u64),
    /// USER_VAR.
    UserVar(user_var::UserVar<'a>),
    /// TRANSACTION_PAYLOAD: what its header says.
    Payload(transaction_payload::Payload),
    /// BEGIN_LOAD_QUERY, APPEND_BLOCK, DELETE_FILE, EXEC_LOAD.
    Block(load_data::FileBlock<'a>),
    /// INCIDENT: its number.
    Incident(u16),
    /// A body with nothing in it, or one that is not decoded.
    Other,
}

impl Event<'_> {
    /// The statement of a type that [carries one](EventType::carries_statement).
    pub fn statement(&self) -> Option<&[u8]> {
        match self {
            Event::Query(query) => Some(&query.sql),
            Event::Statement(sql) => Some(sql),
            _ => None,
        }
    }
}

/// Decodes one whole event: header, body, checksum. Faults go to the trace; what could be decoded
/// in spite of them is returned.
pub fn decode<'a, T: Trace>(
    bytes: &'a [u8],
    space: Space,
    at: u64,
    context: &Context,
    trace: &mut T,
) -> Option<Event<'a>> {
    let old = context.format.is_old();
    let header = Header::read_in(bytes, &context.format);
    let mut reader = Reader::new(Input::new(bytes, space, at), trace);
    let Some(header) = header else {
        let fault = reader.cut(if old { OLD_HEADER_LEN } else { HEADER_LEN });
        reader.finish(Some(&fault));
        return None;
    };
    let checksum = if space == Space::FILE {
        checksum_len(bytes, &header, context)
    } else {
        0
    };
    let header_len = header_len(&header, context);
    reader.part(Part::Header, |r| {
        let _ = r.window(
            "header",
            "What every event begins with.",
            header_len.min(HEADER_LEN),
            common_header,
        );
        let extra = header_len.saturating_sub(HEADER_LEN).min(r.left());
        if extra > 0 {
            let _ = r.bytes(
                "extra_header",
                "Header bytes beyond the usual 19, as a patched server adds them.",
                extra,
            );
        }
    });
    let body_len = reader.left() - checksum.min(reader.left());
    let result = reader.part(Part::Body, |r| {
        r.window("body", "What this type of event carries.", body_len, |r| {
            body(r, &header, context)
        })
    });
    if checksum > 0 {
        let _ = reader.part(Part::Checksum, |r| {
            r.field_as(
                "checksum",
                "CRC32 (zlib's polynomial) of all bytes before it.",
                crate::int::u32,
                |c| format!("{c:#010x}"),
            )
        });
    }
    reader.finish(None);
    result.ok()
}

/// The body of an event, its faults aside, for who needs a few of millions; of a BEGIN without what
/// its status variables say.
pub fn skim_body<'a>(bytes: &'a [u8], context: &Context) -> Option<Event<'a>> {
    let header = Header::read_in(bytes, &context.format)?;
    if header.event_type == EventType::QUERY {
        let body = body_input(bytes, 0, &header, context);
        if let Some(begin) = query::begin(body.bytes(), context) {
            return Some(Event::Query(begin));
        }
    }
    decode_body(bytes, context)
}

/// The body of an event, its faults aside.
pub fn decode_body<'a>(bytes: &'a [u8], context: &Context) -> Option<Event<'a>> {
    let header = Header::read_in(bytes, &context.format)?;
    let input = body_input(bytes, 0, &header, context);
    let mut silent = crate::trace::Silent::default();
    body(&mut Reader::new(input, &mut silent), &header, context).ok()
}

/// Takes note of what an event says about those after it: a format description begins a new
/// context, a table map joins it. For who reads a log in order; others ask an
/// index that they made of it.
pub fn update_context(context: &mut Context, bytes: &[u8], at: u64) {
    let tells = [
        EventType::FORMAT_DESCRIPTION,
        EventType::START_V3,
        EventType::TABLE_MAP,
    ];
    if !type_of(bytes).is_some_and(|t| tells.contains(&t)) {
        return;
    }
    match decode(
        bytes,
        Space::FILE,
        at,
        context,
        &mut crate::trace::Silent::default(),
    ) {
        Some(Event::Format(format)) => *context = Context::new(format),
        Some(Event::TableMap(table)) => context.map_table(table),
        _ => {}
    }
}

/// Bytes of this event's header.
fn header_len(header: &Header, context: &Context) -> usize {
    if header.begins_old_log() {
        OLD_HEADER_LEN
    } else {
        context.format.header_len_of(header.event_type)
    }
}

/// Where in `event` its body lies: after the header, before the checksum.
pub fn body_range(event: &[u8], header: &Header, context: &Context) -> core::ops::Range<usize> {
    let start = header_len(header, context).min(event.len());
    let end = event
        .len()
        .saturating_sub(checksum_len(event, header, context));
    start..end.max(start)
}

/// The body of `event`, which begins at offset `at` of its log.
pub fn body_input<'a>(event: &'a [u8], at: u64, header: &Header, context: &Context) -> Input<'a> {
    let range = body_range(event, header, context);
    let start = at + range.start as u64;
    Input::new(event.get(range).unwrap_or_default(), Space::FILE, start)
}

/// Bytes at the end of `event` that are no body.
pub fn checksum_len(event: &[u8], header: &Header, context: &Context) -> usize {
    if event.len() < header.size as usize {
        return 0; // cut off: what there is is body
    }
    match header.event_type {
        EventType::FORMAT_DESCRIPTION => {
            if description_has_checksum(event) {
                4
            } else {
                0
            }
        }
        // In a log without a format description each event tells by itself.
        _ if context.format.is_unknown()
            && verify(event, header, Checksum::Crc32) == ChecksumState::Ok =>
        {
            Checksum::Crc32.len()
        }
        _ => context.format.checksum.len(),
    }
}

fn common_header<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<()> {
    let start = r.at();
    let timestamp = r.u32(
        "timestamp",
        "Seconds since 1970-01-01 UTC when the statement began; 0 for what a server makes up.",
    )?;
    r.note(|| crate::value::temporal::unix_text(timestamp));
    let event_type = r.u8(
        "event_type",
        "What the event is; it decides how the body is read.",
    )?;
    r.note(|| EventType(event_type).to_string());
    r.u32("server_id", "The server that first logged the event.")?;
    let size = r.u32(
        "event_size",
        "Bytes of the whole event, this header and the checksum included.",
    )?;
    if r.left() == 0 {
        return Ok(()); // MySQL 3.23
    }
    let log_pos = r.u32(
        "log_pos",
        "Offset of the next event in the log that first held this one, low 32 bits.",
    )?;
    r.note(|| {
        let end = start + u64::from(size);
        if end > u64::from(u32::MAX) && low32(end) == log_pos {
            format!("wrapped: the low 32 bits of {end}")
        } else {
            format!("{log_pos:#x}")
        }
    });
    let flags = r.field_as(
        "flags",
        "Properties common to all types.",
        crate::int::u16,
        |f| format!("{f:#06x}"),
    )?;
    r.bits(flags::HeaderFlags::BITS, flags);
    Ok(())
}

/// How an unknown checksum algorithm byte reads.
pub(crate) fn checksum_name(algorithm: u8) -> &'static str {
    match algorithm {
        0 => "none",
        1 => "CRC32",
        255 => "undefined",
        _ => "unknown",
    }
}

/// The checksum an algorithm byte stands for.
pub(crate) fn checksum_of(algorithm: u8) -> Checksum {
    if algorithm == 1 {
        Checksum::Crc32
    } else {
        Checksum::None
    }
}
