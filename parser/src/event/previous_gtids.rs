//! PREVIOUS_GTIDS: the GTIDs in all logs before this one.

use crate::bytes::fit::in_memory;
use crate::fault::{FaultKind, Field};
use crate::gtid::interval::{Interval, IntervalSet, LAST};
use crate::gtid::{GtidSet, SourceTag, Tag};
use crate::int;
use crate::trace::{Name, Reader, Result, Trace};
use alloc::{format, vec::Vec};

/// `sql/rpl_gtid_set.cc`, `Gtid_set::encode`. Without tags: count u64, then per source SID 16 and
/// intervals. With tags: the count's byte 0 and byte 7 are 1, the number of sources is in bytes 1
/// to 6, and each SID is followed by its tag. Intervals: count u64, then start and
/// (exclusive) end, u64 each.
pub fn previous_gtids<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<GtidSet> {
    let head = r.rest().bytes();
    let tagged = head.first() == Some(&1) && head.get(7) == Some(&1);
    let count = if tagged {
        r.u8("format", "1: sources carry tags.")?;
        let count = r.u48("source_count", "Number of sources (with tag) that follow.")?;
        r.u8("format_again", "1: repeats the format byte.")?;
        count
    } else {
        r.u64("source_count", "Number of sources that follow.")?
    };
    // A source without intervals takes at least 24 bytes, which bounds a count that lies.
    let cap = r.left() as u64 / 24;
    if count > cap {
        return Err(r.wrong(FaultKind::TooMany { count, cap }));
    }
    let mut set = GtidSet::default();
    for i in 0..in_memory(count) {
        r.group(
            Name::Item("source", i),
            "One source and its transactions.",
            |r| {
                let source = super::gtid::uuid(r)?.into_bytes();
                let tag = if tagged { tag(r)? } else { Tag::default() };
                set.add(SourceTag { source, tag }, &intervals(r)?);
                Ok(())
            },
        )?;
    }
    Ok(set)
}

fn tag<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<Tag> {
    let len = r.field("tag_length", "Bytes of the tag.", int::varint)?;
    let len = r.length(len)?;
    let about = "Tag that groups transactions of the source; empty for none.";
    let bytes = r.text("tag", about, len)?;
    let text = core::str::from_utf8(bytes).unwrap_or("?");
    if text.is_empty() {
        return Ok(Tag::default());
    }
    Tag::new(text).ok_or_else(|| {
        r.wrong(FaultKind::BadValue {
            what: Field::GtidTag,
        })
    })
}

fn intervals<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<IntervalSet> {
    let count = r.u64("interval_count", "Number of intervals of this source.")?;
    let cap = r.left() as u64 / 16;
    if count > cap {
        return Err(r.wrong(FaultKind::TooMany { count, cap }));
    }
    let mut runs = Vec::with_capacity(in_memory(count));
    for i in 0..in_memory(count) {
        r.group(
            Name::Item("interval", i),
            "A run of transaction numbers without gap.",
            |r| {
                let first = r.u64("start", "First number.")?;
                let end = r.u64("end", "The number after the last.")?;
                r.note(|| format!("{first}-{}", end.wrapping_sub(1)));
                if first == 0 || end <= first || end > LAST + 1 {
                    return Err(r.wrong(FaultKind::BadValue {
                        what: Field::GtidInterval,
                    }));
                }
                runs.push(Interval {
                    first,
                    last: end - 1,
                });
                Ok(())
            },
        )?;
    }
    Ok(IntervalSet::of(runs))
}
