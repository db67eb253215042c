//! MariaDB's own control events: GTID, GTID_LIST, BINLOG_CHECKPOINT.

use super::small::XaId;
use crate::bytes::fit::in_memory;
use crate::codes::flags::{MariadbGtidExtraFlags as Extra, MariadbGtidFlags as Flags};
use crate::fault::FaultKind;
use crate::gtid::MariadbGtid;
use crate::trace::{Name, Reader, Result, Trace};
use alloc::vec::Vec;

/// What MariaDB's GTID event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupGtid<'a> {
    /// The GTID; its server id is the header's.
    pub gtid: MariadbGtid,
    /// See [`MariadbGtidFlags`](Flags).
    pub flags: u8,
    /// Transactions of one group commit share it.
    pub commit_id: Option<u64>,
    /// The connection's id (11.5 on).
    pub thread_id: Option<u32>,
    /// The XA transaction that is prepared, committed or rolled back.
    pub xid: Option<XaId<'a>>,
    /// A half of an ALTER TABLE logged in two phases.
    pub alter: Option<AlterPhase>,
}

/// Which half of an ALTER TABLE a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum AlterPhase {
    /// It begins.
    Start,
    /// It succeeded; sequence number of its first half.
    Commit(u64),
    /// It failed; sequence number of its first half.
    Rollback(u64),
}

/// `sql/log_event.cc`, `Gtid_log_event`: sequence u64, domain u32, flags u8, then what the flags
/// announce, in this order: commit id u64; XID; extra flags u8 with engines u8, start-alter
/// sequence u64, thread id u32; zero bytes up to the post-header length.
pub fn gtid<'a, T: Trace>(r: &mut Reader<'a, '_, T>, server: u32) -> Result<GroupGtid<'a>> {
    let sequence = r.u64("sequence", "Number of the transaction in its domain.")?;
    let domain = r.u32(
        "domain_id",
        "Stream of transactions that is ordered in itself.",
    )?;
    let raw = r.u8(
        "flags2",
        "What kind of event group this begins, and what follows.",
    )?;
    r.bits(Flags::BITS, raw);
    let flags = Flags::from_bits_retain(raw);
    let mut gtid = GroupGtid {
        gtid: MariadbGtid {
            domain,
            server,
            sequence,
        },
        flags: raw,
        commit_id: None,
        thread_id: None,
        xid: None,
        alter: None,
    };
    if flags.contains(Flags::GROUP_COMMIT_ID) {
        gtid.commit_id = Some(r.u64(
            "commit_id",
            "Shared by transactions that were committed together.",
        )?);
    }
    if flags.intersects(Flags::PREPARED_XA | Flags::COMPLETED_XA) {
        gtid.xid = Some(r.group("xid", "Name of the XA transaction.", |r| {
            let format_id = r.u32("format_id", "Kind of the name.")?;
            let gtrid = r.u8("gtrid_length", "Bytes of the global part.")?;
            let bqual = r.u8("bqual_length", "Bytes of the branch part.")?;
            XaId::check(r, u32::from(gtrid), u32::from(bqual));
            let about = "Name of the global transaction.";
            let gtrid = r.text("gtrid", about, usize::from(gtrid))?;
            let bqual = r.text("bqual", "Name of the branch.", usize::from(bqual))?;
            Ok(XaId {
                format_id,
                gtrid,
                bqual,
            })
        })?);
    }
    // Older servers end here or pad with zero bytes; a zero byte as extra flags announces nothing.
    if r.left() > 0 && r.rest().bytes().iter().any(|b| *b != 0) {
        let raw = r.u8("flags_extra", "What else follows.")?;
        r.bits(Extra::BITS, raw);
        let extra = Extra::from_bits_retain(raw);
        if extra.contains(Extra::MULTI_ENGINE) {
            r.u8(
                "extra_engines",
                "Transactional engines that took part, less one.",
            )?;
        }
        if extra.contains(Extra::START_ALTER) {
            gtid.alter = Some(AlterPhase::Start);
        }
        if extra.intersects(Extra::COMMIT_ALTER | Extra::ROLLBACK_ALTER) {
            let first = r.u64(
                "start_alter_sequence",
                "Sequence number of the first half of this ALTER TABLE.",
            )?;
            gtid.alter = Some(if extra.contains(Extra::COMMIT_ALTER) {
                AlterPhase::Commit(first)
            } else {
                AlterPhase::Rollback(first)
            });
        }
        if extra.contains(Extra::THREAD_ID) {
            gtid.thread_id = Some(r.u32("thread_id", "Connection that ran the transaction.")?);
        }
    }
    padding(r)?;
    Ok(gtid)
}

fn padding<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<()> {
    let len = r.rest().bytes().iter().take_while(|b| **b == 0).count();
    if len > 0 {
        r.bytes("padding", "Zero bytes that fill the event.", len)?;
    }
    Ok(())
}

/// `sql/log_event.cc`, `Gtid_list_log_event`: count (28 bits) and flags u32, then domain u32,
/// server u32, sequence u64 each.
pub fn gtid_list<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<Vec<MariadbGtid>> {
    let raw = r.u32("count_and_flags", "Number of GTIDs (28 bits); bit 28: a replica's UNTIL was reached; bit 29: ignore the list.")?;
    let count = u64::from(raw & 0x0fff_ffff);
    r.note(|| alloc::format!("{count} GTIDs, flags {:#x}", raw >> 28));
    let cap = r.left() as u64 / 16;
    if count > cap {
        return Err(r.wrong(FaultKind::TooMany { count, cap }));
    }
    let list = (0..in_memory(count))
        .map(|i| {
            r.group(
                Name::Item("gtid", i),
                "Last transaction of a domain and server before this log.",
                |r| {
                    let domain = r.u32("domain_id", "The domain.")?;
                    let server = r.u32("server_id", "The server.")?;
                    let sequence = r.u64("sequence", "The transaction's number.")?;
                    r.note(|| alloc::format!("{domain}-{server}-{sequence}"));
                    Ok(MariadbGtid {
                        domain,
                        server,
                        sequence,
                    })
                },
            )
        })
        .collect::<Result<Vec<_>>>()?;
    padding(r)?;
    Ok(list)
}

/// BINLOG_CHECKPOINT: length u32, name of the oldest log that crash recovery needs.
pub fn checkpoint<'a, T: Trace>(r: &mut Reader<'a, '_, T>) -> Result<&'a [u8]> {
    let len = r.u32("name_length", "Bytes of the name.")?;
    let len = r.length(u64::from(len))?;
    r.text("log_name", "The oldest log that crash recovery needs.", len)
}
