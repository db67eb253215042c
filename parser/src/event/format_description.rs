//! FORMAT_DESCRIPTION, the first event of a log, and START_V3, its forerunner.

use super::{checksum_name, checksum_of};
use crate::codes::EventType;
use crate::context::{Checksum, Format};
use crate::fault::{FaultKind, Field};
use crate::int;
use crate::trace::{Name, Reader, Result, Trace};
use crate::value::temporal::unix_text;
use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};

const BINLOG_VERSION: &str = "Version of the log's format: 4 since MySQL 5.0.";
const SERVER_VERSION: &str = "Version of the server that wrote the log, padded with zero bytes.";
const CREATED: &str = "When the server started, if this is its first log since then; else 0.";

/// MySQL manual, "Format Description Event"; `libs/mysql/binlog/event/control_events.h`.
/// Body: version u16, server version 50, created u32, header length u8, one post-header length
/// byte per type, then (servers with checksums) the algorithm u8.
pub fn format_description<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<Format> {
    let binlog_version = r.u16("binlog_version", BINLOG_VERSION)?;
    let server_version = server_version(r)?;
    let created = r.u32("create_timestamp", CREATED)?;
    r.note(|| {
        if created == 0 {
            "not the first log since the server's start".to_owned()
        } else {
            unix_text(created)
        }
    });
    let header_len = r.u8("header_length", "Bytes of the common header: 19.")?;
    if !(1..=4).contains(&binlog_version) || header_len < 19 {
        return Err(r.wrong(FaultKind::BadValue { what: Field::Body }));
    }
    let has_checksum = Format::has_checksum_byte(&server_version) && r.left() > 0;
    let types = r.left() - usize::from(has_checksum);
    let post_header = r.group(
        "post_header_lengths",
        "Bytes of the fixed part of each event type's body, from type 1 on.",
        |r| {
            (1..=types)
                .map(|t| {
                    let name = u8::try_from(t)
                        .ok()
                        .and_then(|t| EventType(t).name())
                        .unwrap_or("reserved");
                    r.field(
                        Name::Item("type", t),
                        "Post-header length of this event type.",
                        int::u8,
                    )
                    .inspect(|_| {
                        r.note(|| name.to_string());
                    })
                })
                .collect::<Result<Vec<u8>>>()
        },
    )?;
    let checksum = if has_checksum {
        let algorithm = r.u8("checksum_algorithm", "How the events of this log end.")?;
        r.note(|| checksum_name(algorithm).to_owned());
        checksum_of(algorithm)
    } else {
        Checksum::None
    };
    let flavour = Format::flavour_of(&server_version);
    Ok(Format {
        binlog_version,
        server_version,
        flavour,
        header_len,
        post_header,
        checksum,
    })
}

/// MySQL 3.23 (version 1) to 4.1 (version 3): version, server version and creation time alone.
pub fn start_v3<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<Format> {
    let binlog_version = r.u16("binlog_version", BINLOG_VERSION)?;
    let server_version = server_version(r)?;
    let created = r.u32("create_timestamp", CREATED)?;
    r.note(|| unix_text(created));
    let post_header = lengths_before_4(binlog_version).to_vec();
    Ok(Format {
        binlog_version,
        header_len: if binlog_version == 1 { 13 } else { 19 },
        server_version,
        post_header,
        ..Format::default()
    })
}

/// The post-header lengths of versions 1 and 3, which have no table of their own: types 1 to 14
/// (`Format_description_event` of these versions; MySQL 5.1 `sql/log_event.h`, `*_HEADER_LEN`).
fn lengths_before_4(binlog_version: u16) -> [u8; 14] {
    const LOAD: u8 = 4 + 4 + 4 + 1 + 1 + 4;
    const FILE_ID: u8 = 4;
    let mut lengths = [0; 14];
    for (t, len) in [
        (EventType::START_V3, 2 + 50 + 4),
        (EventType::QUERY, 4 + 4 + 1 + 2),
        // Version 1 has no position in ROTATE.
        (EventType::ROTATE, if binlog_version == 1 { 0 } else { 8 }),
        (EventType::LOAD, LOAD),
        (EventType::CREATE_FILE, FILE_ID),
        (EventType::APPEND_BLOCK, FILE_ID),
        (EventType::EXEC_LOAD, FILE_ID),
        (EventType::DELETE_FILE, FILE_ID),
        (EventType::NEW_LOAD, LOAD),
    ] {
        if let Some(slot) = lengths.get_mut(usize::from(t.0) - 1) {
            *slot = len;
        }
    }
    lengths
}

fn server_version<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<String> {
    let trimmed = |b: &[u8]| {
        b.iter()
            .take_while(|c| **c != 0)
            .map(|c| char::from(*c))
            .collect::<String>()
    };
    let bytes = r.field_as("server_version", SERVER_VERSION, int::take(50), |b| {
        format!("\"{}\"", trimmed(b))
    })?;
    Ok(trimmed(bytes))
}

/// When the log's server was started, in seconds since 1970, in a body of a format description; 0 in
/// those of later logs, and where it is not all there.
pub(crate) fn created(body: &[u8]) -> u32 {
    let after_version = body.get(2 + 50..).and_then(|b| b.first_chunk());
    after_version.map_or(0, |b| u32::from_le_bytes(*b))
}
