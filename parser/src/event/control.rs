//! Events that carry no change: incidents, group replication's, encryption, proposals.

use crate::codes::EventType;
use crate::context::Context;
use crate::trace::{Name, Reader, Result, Trace};
use alloc::{borrow::ToOwned, string::ToString};

/// INCIDENT: number u16, message with its length u8 (`control_events.h`, `Incident_event`).
pub fn incident<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<u16> {
    let number = r.u16("incident", "What happened.")?;
    r.note(|| {
        if number == 1 {
            "LOST_EVENTS: events may be missing"
        } else {
            "unknown"
        }
        .to_owned()
    });
    // A message may be missing.
    if r.left() > 0 {
        let len = r.u8("message_length", "Bytes of the message.")?;
        let len = r.length(u64::from(len))?;
        r.text("message", "The server's words.", len)?;
    }
    Ok(number)
}

/// IGNORABLE: whatever its writer meant.
pub fn ignorable<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<()> {
    let len = r.left();
    r.bytes("data", "For who knows this event; others skip it.", len)?;
    Ok(())
}

/// SLAVE (never written since 4.0): position u64, port u16, host with a zero byte, log.
pub fn slave<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<()> {
    r.u64("master_pos", "Position in the source's log.")?;
    r.u16("master_port", "Port of the source.")?;
    let len = r
        .rest()
        .bytes()
        .iter()
        .position(|b| *b == 0)
        .unwrap_or(r.left());
    r.text("master_host", "The source.", len)?;
    if r.left() > 0 {
        r.u8("host_end", "Zero byte that ends the name.")?;
        let len = r.left();
        r.text("master_log", "The source's log.", len)?;
    }
    Ok(())
}

/// TRANSACTION_CONTEXT (`control_events.h`): lengths and counts, then the server's UUID, the snapshot
/// version, and the hashes written and read, each with its length u16.
pub fn transaction_context<T: Trace>(r: &mut Reader<'_, '_, T>, context: &Context) -> Result<()> {
    let post_header = context
        .format
        .post_header_len(EventType::TRANSACTION_CONTEXT, 18)
        .min(r.left());
    let (uuid, snapshot, written, read) = r.post_header(post_header, |r| {
        let uuid = r.u8("server_uuid_length", "Bytes of the server's UUID.")?;
        r.u32("thread_id", "Connection that ran the transaction.")?;
        r.u8("gtid_specified", "1: the client named the GTID.")?;
        let snapshot = r.u32("snapshot_length", "Bytes of the snapshot version.")?;
        let written = r.u32("write_set_size", "Rows written.")?;
        Ok((
            uuid,
            snapshot,
            written,
            r.u32("read_set_size", "Rows read.")?,
        ))
    })?;
    r.text(
        "server_uuid",
        "Server that ran the transaction.",
        usize::from(uuid),
    )?;
    let len = r.length(u64::from(snapshot))?;
    r.bytes(
        "snapshot_version",
        "GTIDs that the transaction saw, encoded as in PREVIOUS_GTIDS.",
        len,
    )?;
    for (name, count) in [("write_set", written), ("read_set", read)] {
        r.group(name, "Hashes of keys, for certification.", |r| {
            for i in 0..count as usize {
                let len = r.u16("length", "Bytes of the hash.")?;
                r.bytes(Name::Item("hash", i), "Hash of a key.", usize::from(len))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// VIEW_CHANGE (`control_events.h`): view id in 40 bytes, sequence number u64, number of entries u32;
/// then key (length u16) and value (length u32) each.
pub fn view_change<T: Trace>(r: &mut Reader<'_, '_, T>, context: &Context) -> Result<()> {
    let post_header = context
        .format
        .post_header_len(EventType::VIEW_CHANGE, 52)
        .min(r.left());
    let count = r.post_header(post_header, |r| {
        r.text(
            "view_id",
            "Name of the view, filled up with zero bytes.",
            40,
        )?;
        r.u64("seq_number", "Sequence number at the change.")?;
        r.u32(
            "certification_count",
            "Entries of certification information.",
        )
    })?;
    for i in 0..count as usize {
        r.group(Name::Item("entry", i), "Certification information.", |r| {
            let len = r.u16("key_length", "Bytes of the key.")?;
            r.bytes("key", "What it is about.", usize::from(len))?;
            let len = r.u32("value_length", "Bytes of the value.")?;
            let len = r.length(u64::from(len))?;
            r.bytes("value", "What is known of it.", len)?;
            Ok(())
        })?;
    }
    Ok(())
}

/// MariaDB's START_ENCRYPTION (`log_event.h`): scheme u8, key version u32, nonce of 12 bytes.
pub fn start_encryption<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<()> {
    let scheme = r.u8("scheme", "How events are encrypted.")?;
    r.note(|| {
        if scheme == 1 {
            "AES-CBC, key of binlog"
        } else {
            "unknown"
        }
        .to_owned()
    });
    r.u32("key_version", "Version of the key (of key id 1).")?;
    r.bytes(
        "nonce",
        "Part of each event's initialisation vector; the event's position is the rest.",
        12,
    )?;
    Ok(())
}

/// LARGE_TRANSACTION_HEADER, proposed in MySQL pull request 722: version u8, offset of the event that
/// ends the transaction u64, that event's type u8, padding.
pub fn large_transaction<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<()> {
    r.u8("version", "Version of the proposal.")?;
    r.u64("terminating_event_offset", "Where the transaction ends.")?;
    let t = r.u8("terminating_event_type", "By which event.")?;
    r.note(|| EventType(t).to_string());
    if r.left() > 0 {
        let len = r.left();
        r.bytes("padding", "Room that was kept for the header.", len)?;
    }
    Ok(())
}

/// MariaDB's PARTIAL_ROW_DATA (12.3, documented only): fragments in all u32, number of this one u32,
/// flags u8, size of the whole event u64 if flag 1 is set, the fragment.
pub fn partial_row_data<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<()> {
    r.u32(
        "total_fragments",
        "Fragments that the rows event was cut into.",
    )?;
    r.u32("seq_no", "Number of this one, from 1.")?;
    let flags = r.u8("flags", "1: the size of the whole event follows.")?;
    if flags & 1 != 0 {
        r.u64("original_size", "Bytes of the rows event that was cut.")?;
    }
    let len = r.left();
    r.bytes("fragment", "A stretch of the rows event.", len)?;
    Ok(())
}
