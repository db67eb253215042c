//! USER_VAR: a user variable that the next statement reads.

use crate::bytes::clip::first;
use crate::codes::charset::Charset;
use crate::context::Context;
use crate::fault::{FaultKind, Field};
use crate::int;
use crate::trace::{Reader, Result, Trace};
use crate::value::{Value, decimal};
use alloc::{
    borrow::{Cow, ToOwned},
    string::ToString,
};

/// The variable and its value.
#[derive(Clone, Debug)]
pub struct UserVar<'a> {
    /// Name without `@`.
    pub name: &'a [u8],
    /// Its value.
    pub value: Value<'a>,
    /// Collation id of a string.
    pub collation: u32,
    /// The value's bytes.
    pub data: &'a [u8],
}

/// `statement_events.h`, `User_var_event`: name length u32, name, is_null u8; unless NULL: type
/// u8 (`Item_result`), collation u32, length u32, value; then (5.5 on) flags u8, bit 0 unsigned.
pub fn user_var<'a, T: Trace>(r: &mut Reader<'a, '_, T>, _: &Context) -> Result<UserVar<'a>> {
    let len = r.u32("name_length", "Bytes of the name.")?;
    let len = r.length(u64::from(len))?;
    let name = r.text("name", "Name of the variable, without @.", len)?;
    if r.u8("is_null", "1: the value is NULL and nothing follows.")? != 0 {
        return Ok(UserVar {
            name,
            value: Value::Null,
            collation: 0,
            data: &[],
        });
    }
    let kind = r.u8("type", "How the value is stored.")?;
    r.note(|| {
        ["STRING", "REAL", "INT", "ROW", "DECIMAL"]
            .get(usize::from(kind))
            .copied()
            .unwrap_or("unknown")
            .to_owned()
    });
    let collation = r.u32("collation", "Collation of a string value.")?;
    let charset = Charset::of_collation(u64::from(collation));
    r.note(|| charset.map_or("unknown".to_owned(), |c| c.to_string()));
    let len = r.u32("value_length", "Bytes of the value.")?;
    let len = r.length(u64::from(len))?;
    let data = first(r.rest().bytes(), len);
    const ABOUT: &str = "The value.";
    let value = match kind {
        0 => {
            let bytes = r.text("value", ABOUT, len)?;
            match charset.and_then(|c| c.decode(bytes)) {
                Some(text) => Value::Text(text),
                None => Value::Bytes(Cow::Borrowed(bytes)),
            }
        }
        1 if len == 8 => Value::Double(r.field("value", ABOUT, int::f64)?),
        2 if len == 8 => {
            let raw = r.i64("value", ABOUT)?;
            // The flags byte comes after the value it explains.
            let unsigned = r.rest().bytes().first().is_some_and(|f| f & 1 != 0);
            if unsigned {
                Value::UInt(raw as u64)
            } else {
                Value::Int(raw)
            }
        }
        4 if len >= 2 => r.window("decimal", ABOUT, len, |r| {
            let precision = r.u8("precision", "Digits in all.")?;
            let scale = r.u8("scale", "Digits after the point.")?;
            let left = r.left();
            let text = decimal::text(r.rest().bytes(), precision, scale).map_err(|_| {
                r.wrong(FaultKind::BadValue {
                    what: Field::Decimal,
                })
            })?;
            r.field_as("digits", "Packed digits.", int::take(left), |_| {
                text.clone()
            })?;
            Ok(Value::Decimal(text.into()))
        })?,
        _ => {
            r.bytes("value", ABOUT, len)?;
            return Err(r.wrong(FaultKind::BadValue {
                what: Field::UserVarType,
            }));
        }
    };
    if r.left() > 0 {
        let flags = r.u8("flags", "Bit 0: the integer is unsigned.")?;
        r.note(|| (if flags & 1 != 0 { "unsigned" } else { "signed" }).to_string());
    }
    Ok(UserVar {
        name,
        value,
        collation,
        data,
    })
}
