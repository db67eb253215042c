//! BIT, ENUM and SET.

use super::Value;
use crate::fault::{FaultKind, Field};
use alloc::{string::String, vec::Vec};

/// Up to eight bytes, big-endian.
pub(super) fn big_endian(data: &[u8]) -> Result<u64, FaultKind> {
    if data.len() > 8 {
        return Err(FaultKind::BadValue { what: Field::Bits });
    }
    Ok(crate::int::be(data))
}

fn little_endian(data: &[u8]) -> u64 {
    data.iter().rev().fold(0, |v, b| (v << 8) | u64::from(*b))
}

/// ENUM: one or two bytes, the number of the member from 1; 0 is the empty error value.
pub(super) fn enumeration<'a>(
    data: &[u8],
    members: Option<&[String]>,
) -> Result<Value<'a>, FaultKind> {
    let index = little_endian(data);
    let Some(members) = members else {
        return Ok(Value::Enum(index, None));
    };
    let member = match index.checked_sub(1) {
        None => Some(String::new()),
        Some(i) => usize::try_from(i)
            .ok()
            .and_then(|i| members.get(i))
            .cloned(),
    };
    match member {
        Some(text) => Ok(Value::Enum(index, Some(text))),
        None => Err(FaultKind::BadValue { what: Field::Enum }),
    }
}

/// SET: one to eight bytes, bit per member.
pub(super) fn set<'a>(data: &[u8], members: Option<&[String]>) -> Result<Value<'a>, FaultKind> {
    let bits = little_endian(data);
    let Some(members) = members else {
        return Ok(Value::Set(bits, None));
    };
    if members.len() < 64 && bits >> members.len() != 0 {
        return Err(FaultKind::BadValue { what: Field::Enum });
    }
    let chosen: Vec<&str> = members
        .iter()
        .take(64)
        .enumerate()
        .filter(|(i, _)| bits & (1 << i) != 0)
        .map(|(_, m)| m.as_str())
        .collect();
    Ok(Value::Set(bits, Some(chosen.join(","))))
}
