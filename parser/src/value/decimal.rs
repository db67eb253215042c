//! NEWDECIMAL: nine decimal digits in four bytes.

use crate::fault::{FaultKind, Field};
use alloc::string::String;
use core::fmt::Write;

/// Bytes that 0 to 9 leftover digits take (MySQL `strings/decimal.cc`, `dig2bytes`).
const LEFTOVER: [usize; 10] = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];

/// One more than the largest number of 0 to 9 digits.
const TENS: [u32; 10] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
];

/// Bytes of a group of up to nine digits.
fn group_len(digits: usize) -> usize {
    LEFTOVER.get(digits).copied().unwrap_or(4)
}

/// Bytes of a value of `precision` digits, `scale` of them after the point.
pub fn len(precision: u8, scale: u8) -> usize {
    let whole = usize::from(precision.saturating_sub(scale));
    let part = usize::from(scale);
    let of = |digits: usize| digits / 9 * 4 + group_len(digits % 9);
    of(whole) + of(part)
}

/// The value as text, with all digits of its scale and no needless leading zeros
/// (`decimal2string` after `bin2decimal`).
///
/// # Errors
/// [`FaultKind::BadValue`] if the bytes are too few or a group exceeds its digits.
pub fn text(data: &[u8], precision: u8, scale: u8) -> Result<String, FaultKind> {
    let bad = FaultKind::BadValue {
        what: Field::Decimal,
    };
    let Some(first) = data.first().filter(|_| scale <= precision) else {
        return Err(bad);
    };
    let negative = first & 0x80 == 0;
    let mut rest = data.iter().enumerate();
    // The first bit is the sign, inverted; of a negative number all others are inverted too.
    let mut group = |digits: usize| -> Result<u32, FaultKind> {
        let mut value = 0u32;
        for _ in 0..group_len(digits) {
            let (i, raw) = rest.next().ok_or(bad.clone())?;
            let sign = if i == 0 { 0x80 } else { 0 };
            let inverted = if negative { 0xff } else { 0 };
            value = value << 8 | u32::from(raw ^ sign ^ inverted);
        }
        if value >= TENS.get(digits).copied().unwrap_or(u32::MAX) {
            Err(bad.clone())
        } else {
            Ok(value)
        }
    };
    let (whole, part) = (usize::from(precision - scale), usize::from(scale));
    let mut out = String::with_capacity(whole + part + 2);
    if negative {
        out.push('-');
    }
    let mut started = false;
    let mut put = |out: &mut String, value: u32, digits: usize| {
        if started {
            let _ = write!(out, "{value:0digits$}");
        } else if value != 0 {
            let _ = write!(out, "{value}");
            started = true;
        }
    };
    if whole % 9 > 0 {
        let value = group(whole % 9)?;
        put(&mut out, value, whole % 9);
    }
    for _ in 0..whole / 9 {
        let value = group(9)?;
        put(&mut out, value, 9);
    }
    if !started {
        out.push('0');
    }
    if part > 0 {
        out.push('.');
        for _ in 0..part / 9 {
            let _ = write!(out, "{:09}", group(9)?);
        }
        if part % 9 > 0 {
            let _ = write!(out, "{:0width$}", group(part % 9)?, width = part % 9);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manuals_own_example() {
        // strings/decimal.cc: 1234567890.1234 as DECIMAL(14,4).
        let plus = [0x81, 0x0d, 0xfb, 0x38, 0xd2, 0x04, 0xd2];
        let minus = [0x7e, 0xf2, 0x04, 0xc7, 0x2d, 0xfb, 0x2d];
        assert_eq!(len(14, 4), 7);
        assert_eq!(text(&plus, 14, 4).unwrap(), "1234567890.1234");
        assert_eq!(text(&minus, 14, 4).unwrap(), "-1234567890.1234");
    }

    #[test]
    fn small_numbers_and_broken_ones() {
        assert_eq!(text(&[0x80, 0x05], 3, 2).unwrap(), "0.05");
        assert_eq!(text(&[0x89], 1, 0).unwrap(), "9");
        assert!(text(&[0x8a], 1, 0).is_err(), "ten is no digit");
        assert!(text(&[], 1, 0).is_err() && text(&[0x80], 3, 4).is_err());
    }
}
