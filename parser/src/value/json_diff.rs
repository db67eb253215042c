//! Partial updates of JSON documents: what changed, where (`sql-common/json_diff.cc`).

use super::json;
use crate::bytes::{Input, Space};
use crate::fault::{FaultKind, Field};
use crate::int;
use alloc::{string::String, vec::Vec};
use core::fmt;

/// What a diff does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum DiffOp {
    /// Another value in the place of the one there.
    Replace,
    /// A new member, or a new element before the one there.
    Insert,
    /// The value there is gone.
    Remove,
}

/// One change of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Diff {
    /// What it does.
    pub op: DiffOp,
    /// Where: `$.a[2]`.
    pub path: String,
    /// The new value as JSON; of a removal empty.
    pub value: String,
}

impl Diff {
    /// Name of the SQL function that does it.
    pub fn function(&self) -> &'static str {
        match self.op {
            DiffOp::Replace => "JSON_REPLACE",
            DiffOp::Insert if self.path.ends_with(']') => "JSON_ARRAY_INSERT",
            DiffOp::Insert => "JSON_INSERT",
            DiffOp::Remove => "JSON_REMOVE",
        }
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}('{}'", self.function(), self.path)?;
        if self.op != DiffOp::Remove {
            write!(f, ", {}", self.value)?;
        }
        f.write_str(")")
    }
}

/// A diff as it is stored: the operation (1 byte), the path's length and the path, the value's length and
/// the value (neither of a removal).
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredDiff<'a> {
    pub(crate) op: DiffOp,
    pub(crate) path: &'a [u8],
    /// A document.
    pub(crate) value: &'a [u8],
}

const BAD: FaultKind = FaultKind::BadValue { what: Field::Json };

/// The diffs in `data`, in order; none at all means that the document is unchanged.
///
/// # Errors
/// [`FaultKind::BadValue`] for lengths beyond the data, unknown operations, paths that are no text,
/// values that are no documents.
pub fn decode(data: &[u8]) -> Result<Vec<Diff>, FaultKind> {
    let decoded = |stored: StoredDiff<'_>| {
        let path = core::str::from_utf8(stored.path).map_err(|_| BAD)?;
        Ok(Diff {
            op: stored.op,
            path: path.into(),
            value: match stored.op {
                DiffOp::Remove => String::new(),
                _ => json::text(stored.value)?,
            },
        })
    };
    stored(data)?.into_iter().map(decoded).collect()
}

fn op_of(code: u8) -> Option<DiffOp> {
    match code {
        0 => Some(DiffOp::Replace),
        1 => Some(DiffOp::Insert),
        2 => Some(DiffOp::Remove),
        _ => None,
    }
}

/// The diffs in `data` as they are stored.
pub(crate) fn stored(data: &[u8]) -> Result<Vec<StoredDiff<'_>>, FaultKind> {
    let mut all = Vec::new();
    let mut rest = data;
    while let Some((code, tail)) = rest.split_first() {
        let op = op_of(*code).ok_or(BAD)?;
        let (path, tail) = counted(tail).ok_or(BAD)?;
        let (value, tail) = match op {
            DiffOp::Remove => (&[][..], tail),
            _ => counted(tail).ok_or(BAD)?,
        };
        all.push(StoredDiff { op, path, value });
        rest = tail;
    }
    Ok(all)
}

/// So many bytes as the length-encoded number before them says, and what follows them.
fn counted(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let (left, n) = int::lenenc(Input::new(data, Space::FILE, 0)).ok()?;
    left.bytes().split_at_checked(usize::try_from(n).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diffs_and_nonsense() {
        // REPLACE $.a with the int16 2; REMOVE $.b; INSERT $[0] the literal true.
        let data = b"\x00\x03$.a\x03\x05\x02\x00\x02\x03$.b\x01\x04$[0]\x02\x04\x01";
        let diffs = decode(data).unwrap();
        let shown: Vec<String> = diffs
            .iter()
            .map(alloc::string::ToString::to_string)
            .collect();
        assert_eq!(
            shown,
            [
                "JSON_REPLACE('$.a', 2)",
                "JSON_REMOVE('$.b')",
                "JSON_ARRAY_INSERT('$[0]', true)"
            ]
        );
        assert_eq!(decode(b"").unwrap(), []);
        for end in 1..data.len() {
            // Cut anywhere but between two diffs it is no list of diffs.
            assert_eq!(
                decode(&data[..end]).is_ok(),
                [9, 14].contains(&end),
                "{end}"
            );
        }
        assert!(decode(b"\x07\x01$").is_err() && decode(b"\x00\x02\xff\xff\x01\x05").is_err());
    }
}
