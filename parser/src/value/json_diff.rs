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

/// Where the parts of a diff lie: bytes of the operation (1), the path's length, the path, the
/// value's length, the value.
pub(crate) type Extents = [usize; 5];

const BAD: FaultKind = FaultKind::BadValue { what: Field::Json };

/// The diffs in `data`, in order; none at all means that the document is unchanged.
///
/// # Errors
/// [`FaultKind::BadValue`] for lengths beyond the data, unknown operations, paths that are no text,
/// values that are no documents.
pub fn decode(data: &[u8]) -> Result<Vec<Diff>, FaultKind> {
    let mut at = 0;
    let mut diffs = Vec::new();
    for [op, path_len, path, value_len, value] in extents(data)? {
        let code = data[at];
        at += op + path_len;
        let text = core::str::from_utf8(&data[at..at + path]).map_err(|_| BAD)?;
        at += path + value_len;
        let op = op_of(code).ok_or(BAD)?;
        let value_text = if op == DiffOp::Remove {
            String::new()
        } else {
            json::text(&data[at..at + value])?
        };
        at += value;
        diffs.push(Diff {
            op,
            path: text.into(),
            value: value_text,
        });
    }
    Ok(diffs)
}

fn op_of(code: u8) -> Option<DiffOp> {
    match code {
        0 => Some(DiffOp::Replace),
        1 => Some(DiffOp::Insert),
        2 => Some(DiffOp::Remove),
        _ => None,
    }
}

/// The extents of all diffs in `data`.
pub(crate) fn extents(data: &[u8]) -> Result<Vec<Extents>, FaultKind> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < data.len() {
        let op = op_of(data[at]).ok_or(BAD)?;
        let (path_len, path) = length(data, at + 1).ok_or(BAD)?;
        let after = at + 1 + path_len + path;
        let (value_len, value) = if op == DiffOp::Remove {
            (0, 0)
        } else {
            length(data, after).ok_or(BAD)?
        };
        at = after + value_len + value;
        all.push([1, path_len, path, value_len, value]);
    }
    Ok(all)
}

/// A length-encoded length at `at`: its own bytes, and what it says, which is all there.
fn length(data: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = data.get(at..)?;
    let (left, n) = int::lenenc(Input::new(rest, Space::FILE, 0)).ok()?;
    let own = rest.len() - left.len();
    let n = usize::try_from(n).ok()?;
    (n <= rest.len() - own).then_some((own, n))
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
