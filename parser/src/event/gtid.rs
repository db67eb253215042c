//! GTID and ANONYMOUS_GTID.

use crate::codes::{EventType, flags::GtidFlags};
use crate::context::Context;
use crate::int;
use crate::trace::{Reader, Result, Trace};
use crate::value::temporal::unix_micros_text;
use alloc::{
    format,
    string::{String, ToString},
};
use core::fmt;
use uuid::Uuid;

/// What all three kinds of GTID event say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gtid {
    /// ANONYMOUS_GTID: source and number mean nothing.
    pub anonymous: bool,
    /// See [`GtidFlags`].
    pub flags: u8,
    /// UUID of the source.
    pub source: Uuid,
    /// Tag, empty for none.
    pub tag: String,
    /// Number of the transaction at its source (and tag).
    pub number: i64,
    /// Sequence number of the last transaction that this one depends on.
    pub last_committed: i64,
    /// Number of the transaction in this log.
    pub sequence_number: i64,
    /// Commit on this server, µs since 1970; 0 if not known.
    pub immediate_commit: u64,
    /// Commit on the first server, µs since 1970; 0 if not known.
    pub original_commit: u64,
    /// Bytes of the transaction in the log, this event included; 0 if not known.
    pub transaction_length: u64,
    /// Version of the server that wrote this log, as a number; 0 if not known.
    pub immediate_version: u32,
    /// Version of the first server; 0 if not known.
    pub original_version: u32,
    /// Commit order group.
    pub ticket: Option<u64>,
}

impl fmt::Display for Gtid {
    /// `uuid:number` or `uuid:tag:number`, as the server writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.anonymous {
            return f.write_str("ANONYMOUS");
        }
        write!(f, "{}:", self.source)?;
        if !self.tag.is_empty() {
            write!(f, "{}:", self.tag)?;
        }
        write!(f, "{}", self.number)
    }
}

pub(super) const FLAGS: &str = "Properties of the transaction.";
pub(super) const SOURCE: &str = "UUID of the server that first committed the transaction.";
pub(super) const NUMBER: &str = "Number of the transaction at its source.";
pub(super) const LAST_COMMITTED: &str = "Sequence number of the youngest transaction that must be committed before this one starts on a replica.";
pub(super) const SEQUENCE_NUMBER: &str = "Number of the transaction in this log, from 1.";
pub(super) const IMMEDIATE: &str =
    "When it was committed on the server that wrote this log, in microseconds since 1970 UTC.";
pub(super) const ORIGINAL: &str =
    "When it was committed on its first server, in microseconds since 1970 UTC.";
pub(super) const LENGTH: &str =
    "Bytes of the whole transaction in the log, from this event to its end.";
pub(super) const IMMEDIATE_VERSION: &str =
    "Version of the server that wrote this log, as a number.";
pub(super) const ORIGINAL_VERSION: &str =
    "Version of the server that first committed the transaction.";
pub(super) const TICKET: &str = "Commit order group (group replication's consistency levels).";

/// `libs/mysql/binlog/event/control_events.h`, `Gtid_event`. Post-header 42 (25 before 5.7):
/// flags u8, SID 16, GNO i64, then type u8 (2), last_committed i64, sequence_number i64. Body, as
/// far as there are bytes: commit timestamps 7 (+7), length, server versions 4 (+4), ticket 8.
pub fn gtid<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    event_type: EventType,
    context: &Context,
) -> Result<Gtid> {
    let mut gtid = Gtid {
        anonymous: event_type == EventType::ANONYMOUS_GTID,
        ..Gtid::default()
    };
    let post_header = context.format.post_header_len(event_type, 42).min(r.left());
    let logical_clock = r.post_header(post_header, |r| {
        gtid.flags = r.u8("gtid_flags", FLAGS)?;
        r.bits(GtidFlags::BITS, gtid.flags);
        gtid.source = uuid(r)?;
        gtid.number = r.i64("gno", NUMBER)?;
        if r.left() < 17 {
            return Ok(false);
        }
        let kind = r.u8("lt_type", "2: a logical clock follows.")?;
        if kind != 2 {
            return Ok(false);
        }
        gtid.last_committed = r.i64("last_committed", LAST_COMMITTED)?;
        gtid.sequence_number = r.i64("sequence_number", SEQUENCE_NUMBER)?;
        Ok(true)
    })?;
    if !logical_clock || r.left() == 0 {
        return Ok(gtid);
    }
    let raw = r.field_as("immediate_commit_timestamp", IMMEDIATE, int::u56, |v| {
        format!("{}", v & !(1 << 55))
    })?;
    gtid.immediate_commit = raw & !(1 << 55);
    let has_original = raw & (1 << 55) != 0;
    r.note(|| {
        let text = unix_micros_text(gtid.immediate_commit);
        if has_original {
            format!("{text}; bit 55 is set: the original timestamp follows")
        } else {
            text
        }
    });
    gtid.original_commit = gtid.immediate_commit;
    if has_original {
        gtid.original_commit = r.field("original_commit_timestamp", ORIGINAL, int::u56)?;
        r.note(|| unix_micros_text(gtid.original_commit));
    }
    if r.left() > 0 {
        gtid.transaction_length = r.lenenc("transaction_length", LENGTH)?;
    }
    if r.left() >= 4 {
        let raw = r.field_as(
            "immediate_server_version",
            IMMEDIATE_VERSION,
            int::u32,
            |v| (v & !(1 << 31)).to_string(),
        )?;
        let has_original = raw & (1 << 31) != 0;
        gtid.immediate_version = raw & !(1 << 31);
        gtid.original_version = gtid.immediate_version;
        r.note(|| {
            let text = version_text(u64::from(raw & !(1 << 31)));
            if has_original {
                format!("{text}; bit 31 is set: the original version follows")
            } else {
                text
            }
        });
        if has_original {
            let original = r.u32("original_server_version", ORIGINAL_VERSION)?;
            gtid.original_version = original;
            r.note(|| version_text(u64::from(original)));
        }
    }
    if r.left() >= 8 {
        gtid.ticket = Some(r.u64("commit_group_ticket", TICKET)?);
    }
    Ok(gtid)
}

/// A source's UUID, 16 bytes as printed.
pub(super) fn uuid<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<Uuid> {
    let bytes = r.field_as("sid", SOURCE, int::take(16), |b| {
        Uuid::from_slice(b).unwrap_or_default().to_string()
    })?;
    Ok(Uuid::from_slice(bytes).unwrap_or_default())
}

/// `90704` → `9.7.4`; 999999 stands for "not known".
pub(super) fn version_text(v: u64) -> String {
    match v {
        0 | 999_999 => "unknown".to_string(),
        v => format!("{}.{}.{}", v / 10_000, v / 100 % 100, v % 100),
    }
}
