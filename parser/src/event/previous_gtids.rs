//! PREVIOUS_GTIDS: the GTIDs in all logs before this one.

use crate::bytes::int;
use crate::fault::{FaultKind, Field};
use crate::trace::{Name, Reader, Result, Trace};
use alloc::{format, string::String};
use core::fmt::Write;

/// `sql/rpl_gtid_set.cc`, `Gtid_set::encode`. Without tags: count u64, then per source SID 16 and
/// intervals. With tags: the count's byte 0 and byte 7 are 1, the number of sources is in bytes 1
/// to 6, and each SID is followed by its tag. Intervals: count u64, then start and
/// (exclusive) end, u64 each. Returns the set in the server's syntax, empty for none.
pub fn previous_gtids<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<String> {
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
    let mut text = String::new();
    // A source without intervals takes at least 24 bytes, which bounds a count that lies.
    if count > r.left() as u64 / 24 {
        return Err(r.wrong(FaultKind::TooMany {
            count,
            cap: r.left() as u64 / 24,
        }));
    }
    let mut last = String::new();
    for i in 0..count as usize {
        r.group(
            Name::Item("source", i),
            "One source and its transactions.",
            |r| {
                let sid = super::gtid::uuid(r)?;
                let mut tag = String::new();
                if tagged {
                    let len = r.field("tag_length", "Bytes of the tag.", int::varint)?;
                    let len = r.length(len)?;
                    let bytes = r.text(
                        "tag",
                        "Tag that groups transactions of the source; empty for none.",
                        len,
                    )?;
                    tag = core::str::from_utf8(bytes)
                        .map_err(|_| {
                            r.wrong(FaultKind::BadValue {
                                what: Field::GtidTag,
                            })
                        })?
                        .into();
                }
                let source = format!("{sid}");
                if source == last {
                    let _ = write!(text, ":{tag}");
                } else {
                    let comma = if text.is_empty() { "" } else { ",\n" };
                    let colon = if tag.is_empty() { "" } else { ":" };
                    let _ = write!(text, "{comma}{source}{colon}{tag}");
                    last = source;
                }
                intervals(r, &mut text)
            },
        )?;
    }
    Ok(text)
}

fn intervals<T: Trace>(r: &mut Reader<'_, '_, T>, text: &mut String) -> Result<()> {
    let count = r.u64("interval_count", "Number of intervals of this source.")?;
    if count > r.left() as u64 / 16 {
        return Err(r.wrong(FaultKind::TooMany {
            count,
            cap: r.left() as u64 / 16,
        }));
    }
    for i in 0..count as usize {
        r.group(
            Name::Item("interval", i),
            "A run of transaction numbers without gap.",
            |r| {
                let first = r.u64("start", "First number.")?;
                let end = r.u64("end", "The number after the last.")?;
                r.note(|| format!("{first}-{}", end.wrapping_sub(1)));
                if first == 0 || end <= first {
                    return Err(r.wrong(FaultKind::BadValue {
                        what: Field::GtidInterval,
                    }));
                }
                let _ = if end - first == 1 {
                    write!(text, ":{first}")
                } else {
                    write!(text, ":{first}-{}", end - 1)
                };
                Ok(())
            },
        )?;
    }
    Ok(())
}
