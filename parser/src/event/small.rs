//! Events of a few fields: XID, XA_PREPARE, ROTATE, INTVAR, RAND, ROWS_QUERY, ANNOTATE_ROWS,
//! HEARTBEAT.

use crate::codes::EventType;
use crate::context::Context;
use crate::fault::FaultKind;
use crate::trace::{Reader, Result, Trace};
use alloc::{borrow::ToOwned, format};

/// XID: `xid` u64 (`control_events.h`, `Xid_event`).
pub fn xid<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<u64> {
    r.u64(
        "xid",
        "Number that the server's transaction coordinator gave the transaction; its commit.",
    )
}

/// The name of an XA transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct XaId<'a> {
    /// Kind of name; 1 unless the client said otherwise.
    pub format_id: u32,
    /// Global part.
    pub gtrid: &'a [u8],
    /// Branch part.
    pub bqual: &'a [u8],
}

impl XaId<'_> {
    /// Bytes that a part may have (both servers' `sql/xa.h`, `MAXGTRIDSIZE`, `MAXBQUALSIZE`).
    pub const PART: u32 = 64;

    /// Tells of a part that is too long. The servers' tools take such an event for broken; here the name
    /// is shown all the same.
    pub(super) fn check<T: Trace>(r: &mut Reader<'_, '_, T>, gtrid: u32, bqual: u32) {
        if let Some(len) = [gtrid, bqual].into_iter().find(|n| *n > Self::PART) {
            let fault = r.wrong(FaultKind::BadLength {
                value: u64::from(len),
                max: u64::from(Self::PART),
            });
            r.trace().fault(&fault);
        }
    }
}

/// XA PREPARE, or the commit in one phase.
#[derive(Clone, Copy, Debug)]
pub struct XaPrepare<'a> {
    /// XA COMMIT … ONE PHASE: committed at once.
    pub one_phase: bool,
    /// The transaction.
    pub xid: XaId<'a>,
}

/// XA_PREPARE: one_phase u8, format id u32, lengths u32 each, both parts (`control_events.h`,
/// `XA_prepare_event`; MariaDB `log_event.h`, whose document says 1 byte for a length: it is 4).
pub fn xa_prepare<'a, T: Trace>(r: &mut Reader<'a, '_, T>) -> Result<XaPrepare<'a>> {
    let one_phase = r.u8(
        "one_phase",
        "1: committed in one phase, so this is the commit.",
    )? != 0;
    let format_id = r.u32("format_id", "Kind of the transaction's name.")?;
    let gtrid_len = r.u32("gtrid_length", "Bytes of the global part, at most 64.")?;
    let bqual_len = r.u32("bqual_length", "Bytes of the branch part, at most 64.")?;
    XaId::check(r, gtrid_len, bqual_len);
    let gtrid_len = r.length(u64::from(gtrid_len))?;
    let gtrid = r.text("gtrid", "Name of the global transaction.", gtrid_len)?;
    let bqual_len = r.length(u64::from(bqual_len))?;
    let bqual = r.text("bqual", "Name of the branch.", bqual_len)?;
    Ok(XaPrepare {
        one_phase,
        xid: XaId {
            format_id,
            gtrid,
            bqual,
        },
    })
}

/// Where the log goes on.
#[derive(Clone, Copy, Debug)]
pub struct Rotate<'a> {
    /// Offset in the next log.
    pub position: u64,
    /// Its file name.
    pub next_log: &'a [u8],
}

/// ROTATE: position u64 (absent before 4.0), name to the end.
pub fn rotate<'a, T: Trace>(r: &mut Reader<'a, '_, T>, context: &Context) -> Result<Rotate<'a>> {
    let post_header = context.format.post_header_len(EventType::ROTATE, 8);
    let position = if post_header >= 8 {
        r.post_header(post_header.min(r.left()), |r| {
            r.u64("position", "Offset of the first event in the next log.")
        })?
    } else {
        4
    };
    let len = r.left();
    let next_log = r.text("next_log", "File name of the next log.", len)?;
    Ok(Rotate { position, next_log })
}

/// Which value an INTVAR carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntvarKind {
    /// LAST_INSERT_ID().
    LastInsertId,
    /// The first AUTO_INCREMENT value.
    InsertId,
    /// Neither.
    Other(u8),
}

/// INTVAR: kind u8, value u64.
pub fn intvar<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<(IntvarKind, u64)> {
    let code = r.u8("type", "Which value the next statement finds.")?;
    let kind = match code {
        1 => IntvarKind::LastInsertId,
        2 => IntvarKind::InsertId,
        n => IntvarKind::Other(n),
    };
    r.note(|| format!("{kind:?}"));
    let value = r.u64("value", "The value.")?;
    Ok((kind, value))
}

/// RAND: two seeds u64.
pub fn rand<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<(u64, u64)> {
    let seed1 = r.u64("seed1", "First seed of RAND() in the next statement.")?;
    let seed2 = r.u64("seed2", "Second seed of RAND() in the next statement.")?;
    Ok((seed1, seed2))
}

/// ROWS_QUERY: a length byte that is ignored (texts are longer than 255), the statement.
pub fn rows_query<'a, T: Trace>(r: &mut Reader<'a, '_, T>) -> Result<&'a [u8]> {
    r.u8(
        "length",
        "Low byte of the text's length; of no use, since the text goes to the end.",
    )?;
    let len = r.left();
    r.text(
        "query",
        "The statement behind the rows events that follow.",
        len,
    )
}

/// MariaDB's ANNOTATE_ROWS: the statement alone.
pub fn annotate_rows<'a, T: Trace>(r: &mut Reader<'a, '_, T>) -> Result<&'a [u8]> {
    let len = r.left();
    r.text(
        "query",
        "The statement behind the rows events that follow.",
        len,
    )
}

/// HEARTBEAT: the source's log by name.
pub fn heartbeat<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<()> {
    let len = r.left();
    r.text(
        "log_name",
        "The log that the source would send from; the header has the position.",
        len,
    )?;
    Ok(())
}

/// HEARTBEAT_V2: fields of type, length and value (`codecs/binary.cpp`, `heartbeat`).
pub fn heartbeat_v2<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<()> {
    while r.left() > 0 {
        let kind = r.u8("field_type", "0 ends, 1 is the log's name, 2 its position.")?;
        r.note(|| {
            ["end", "log name", "position"]
                .get(usize::from(kind))
                .copied()
                .unwrap_or("unknown")
                .to_owned()
        });
        if kind == 0 {
            break;
        }
        let len = r.lenenc("field_length", "Bytes of the field.")?;
        let len = r.length(len)?;
        match kind {
            1 => {
                r.text("log_name", "The log that the source would send from.", len)?;
            }
            2 => {
                r.window(
                    "position_field",
                    "The position, length-encoded.",
                    len,
                    |r| r.lenenc("position", "The offset in that log."),
                )?;
            }
            _ => {
                r.bytes("value", "A field of unknown kind.", len)?;
            }
        }
    }
    Ok(())
}
