//! GTID_TAGGED: a GTID event written with MySQL's serialization library.

use super::gtid::{self, Gtid, version_text};
use crate::bytes::fit::{low8, low32};
use crate::bytes::{Input, Space};
use crate::codes::flags::GtidFlags;
use crate::fault::{Fault, FaultKind, Field};
use crate::int;
use crate::trace::{Reader, Result, Trace};
use crate::value::temporal::unix_micros_text;
use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use uuid::Uuid;

/// `libs/mysql/binlog/event/control_events.h`, `Gtid_event` fields; `libs/mysql/serialization`.
/// Version, message size and last non-ignorable field id, then pairs of field id and value, all
/// varints: the trailing 1-bits of the first byte count the bytes that follow it.
pub fn gtid_tagged<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<Gtid> {
    let start = r.at();
    r.field(
        "serialization_version",
        "Version of the serialization format.",
        int::varint,
    )?;
    let size = r.field(
        "message_size",
        "Bytes of the message, from the version byte on.",
        int::varint,
    )?;
    r.field(
        "last_non_ignorable_field",
        "A reader that does not know a field up to this id must stop.",
        int::varint,
    )?;
    let inside = size.saturating_sub(r.at() - start);
    let len = r.length(inside)?;
    let mut gtid = Gtid::default();
    r.window(
        "fields",
        "Pairs of field id and value; a field with its default value is left out.",
        len,
        |r| {
            while r.left() > 0 {
                let before = r.rest();
                let id = r.field("field_id", "Which field follows.", int::varint)?;
                r.note(|| field_name(id).to_string());
                one(r, id, &mut gtid).map_err(|f| match f.kind {
                    FaultKind::BadValue {
                        what: Field::TaggedGtidField,
                    } => Fault::new(f.kind, before.span_of(1)),
                    _ => f,
                })?;
            }
            Ok(())
        },
    )?;
    if gtid.original_commit == 0 {
        gtid.original_commit = gtid.immediate_commit;
    }
    if gtid.original_version == 0 {
        gtid.original_version = gtid.immediate_version;
    }
    Ok(gtid)
}

fn field_name(id: u64) -> &'static str {
    const NAMES: [&str; 12] = [
        "gtid_flags",
        "uuid",
        "gno",
        "tag",
        "last_committed",
        "sequence_number",
        "immediate_commit_timestamp",
        "original_commit_timestamp",
        "transaction_length",
        "immediate_server_version",
        "original_server_version",
        "commit_group_ticket",
    ];
    usize::try_from(id)
        .ok()
        .and_then(|i| NAMES.get(i))
        .copied()
        .unwrap_or("unknown field")
}

fn one<T: Trace>(r: &mut Reader<'_, '_, T>, id: u64, gtid: &mut Gtid) -> Result<()> {
    match id {
        0 => {
            gtid.flags = r.field("gtid_flags", gtid::FLAGS, int::varint).map(low8)?;
            r.bits(GtidFlags::BITS, gtid.flags);
        }
        1 => gtid.source = uuid_of_varints(r)?,
        2 => gtid.number = r.field("gno", gtid::NUMBER, int::varint_signed)?,
        3 => {
            let len = r.field("tag_length", "Bytes of the tag.", int::varint)?;
            let len = r.length(len)?;
            let tag = r.text("tag", "Tag that groups transactions of one source.", len)?;
            gtid.tag = String::from_utf8_lossy(tag).into_owned();
        }
        4 => {
            gtid.last_committed =
                r.field("last_committed", gtid::LAST_COMMITTED, int::varint_signed)?;
        }
        5 => {
            gtid.sequence_number =
                r.field("sequence_number", gtid::SEQUENCE_NUMBER, int::varint_signed)?;
        }
        6 => {
            gtid.immediate_commit =
                r.field("immediate_commit_timestamp", gtid::IMMEDIATE, int::varint)?;
            r.note(|| unix_micros_text(gtid.immediate_commit));
        }
        7 => {
            gtid.original_commit =
                r.field("original_commit_timestamp", gtid::ORIGINAL, int::varint)?;
            r.note(|| unix_micros_text(gtid.original_commit));
        }
        8 => gtid.transaction_length = r.field("transaction_length", gtid::LENGTH, int::varint)?,
        9 => {
            let v = r.field(
                "immediate_server_version",
                gtid::IMMEDIATE_VERSION,
                int::varint,
            )?;
            gtid.immediate_version = low32(v);
            r.note(|| version_text(v));
        }
        10 => {
            let v = r.field(
                "original_server_version",
                gtid::ORIGINAL_VERSION,
                int::varint,
            )?;
            gtid.original_version = low32(v);
            r.note(|| version_text(v));
        }
        11 => {
            gtid.ticket = Some(r.field("commit_group_ticket", gtid::TICKET, int::varint)?);
        }
        _ => {
            return Err(r.wrong(FaultKind::BadValue {
                what: Field::TaggedGtidField,
            }));
        }
    }
    Ok(())
}

/// The UUID's 16 bytes are a fixed array of varints: a byte from 0x80 on takes two.
fn uuid_of_varints<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<Uuid> {
    let bytes = r.field_as("uuid", gtid::SOURCE, sixteen_varints, |b| {
        from_varints(b).to_string()
    })?;
    Ok(from_varints(bytes))
}

/// The bytes of 16 varints together: one leaf.
fn sixteen_varints(from: Input<'_>) -> int::PResult<'_, &[u8]> {
    let mut i = from;
    for _ in 0..16 {
        i = int::varint(i)?.0;
    }
    int::take(from.len() - i.len())(from)
}

fn from_varints(bytes: &[u8]) -> Uuid {
    let mut rest = Input::new(bytes, Space::FILE, 0);
    let mut out: Vec<u8> = Vec::with_capacity(16);
    while let Ok((next, value)) = int::varint(rest) {
        out.push(low8(value));
        rest = next;
    }
    Uuid::from_slice(&out).unwrap_or_default()
}
