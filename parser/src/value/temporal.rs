//! DATE, TIME, DATETIME, TIMESTAMP: packed forms and text.

use super::Value;
use crate::bytes::fit::{low16, low32};
use crate::fault::{FaultKind, Field};
use crate::int::be;
use alloc::{format, string::String};
use core::fmt;
use time::OffsetDateTime;

/// A calendar date; zero and partial dates are possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Date {
    /// 0 to 9999.
    pub year: u16,
    /// 0 to 12.
    pub month: u8,
    /// 0 to 31.
    pub day: u8,
}

/// A duration of up to 838 hours, or a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Time {
    /// Before zero.
    pub negative: bool,
    /// Hours.
    pub hour: u16,
    /// Minutes.
    pub minute: u8,
    /// Seconds.
    pub second: u8,
    /// Microseconds.
    pub micros: u32,
    /// Fraction digits of the column.
    pub digits: u8,
}

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DateTime {
    /// The day.
    pub date: Date,
    /// The time on it.
    pub time: Time,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        write!(
            f,
            "{sign}{:02}:{:02}:{:02}",
            self.hour, self.minute, self.second
        )?;
        write_fraction(f, self.micros, self.digits)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.date, self.time)
    }
}

/// Writes as many digits of the fraction as the column has, after a point.
pub(crate) fn write_fraction(f: &mut impl fmt::Write, micros: u32, digits: u8) -> fmt::Result {
    let digits = usize::from(digits.min(6));
    if digits == 0 {
        return Ok(());
    }
    let all = format!("{micros:06}");
    write!(f, ".{}", all.get(..digits).unwrap_or_default())
}

/// Writes seconds since 1970 as UTC; 0 is MySQL's zero timestamp.
pub(super) fn write_timestamp(
    f: &mut impl fmt::Write,
    seconds: u32,
    micros: u32,
    digits: u8,
) -> fmt::Result {
    if seconds == 0 && micros == 0 {
        f.write_str("0000-00-00 00:00:00")?;
    } else {
        f.write_str(&civil(i64::from(seconds)))?;
    }
    write_fraction(f, micros, digits)
}

/// Seconds since 1970 as `YYYY-MM-DD hh:mm:ss` in UTC.
pub fn civil(seconds: i64) -> String {
    match OffsetDateTime::from_unix_timestamp(seconds) {
        Ok(t) => {
            let (y, m, d) = (t.year(), u8::from(t.month()), t.day());
            format!(
                "{y:04}-{m:02}-{d:02} {:02}:{:02}:{:02}",
                t.hour(),
                t.minute(),
                t.second()
            )
        }
        Err(_) => format!("{seconds} s since 1970"),
    }
}

/// A header's timestamp in words.
pub fn unix_text(seconds: u32) -> String {
    if seconds == 0 {
        String::from("none")
    } else {
        format!("{} UTC", civil(i64::from(seconds)))
    }
}

/// Microseconds since 1970 in words.
pub fn unix_micros_text(micros: u64) -> String {
    format!(
        "{}.{:06} UTC",
        civil((micros / 1_000_000) as i64),
        micros % 1_000_000
    )
}

fn bad(what: Field) -> FaultKind {
    FaultKind::BadValue { what }
}

/// DATE: three bytes little-endian, day in 5 bits, month in 4, year above. As it is stored: no month
/// is checked; `None` for other bytes than three.
pub(crate) fn stored_date(data: &[u8]) -> Option<Date> {
    let [a, b, c] = data else {
        return None;
    };
    let raw = u32::from_le_bytes([*a, *b, *c, 0]);
    Some(Date {
        year: (raw >> 9 & 0x7fff) as u16,
        month: (raw >> 5 & 15) as u8,
        day: (raw & 31) as u8,
    })
}

/// A DATE that is one.
pub(super) fn date(data: &[u8]) -> Result<Date, FaultKind> {
    let date = stored_date(data).ok_or(bad(Field::Date))?;
    checked_date(date, Field::Date)
}

fn checked_date(date: Date, what: Field) -> Result<Date, FaultKind> {
    if date.month > 12 || date.year > 9999 {
        Err(bad(what))
    } else {
        Ok(date)
    }
}

/// What one of the number in 0 to 3 fraction bytes (big-endian, two digits each) is in microseconds.
fn unit_of(bytes: usize) -> u32 {
    match bytes {
        0 => 0,
        1 => 10_000,
        2 => 100,
        _ => 1,
    }
}

/// Microseconds in the fraction bytes of a column with `fsp` digits.
fn fraction(data: &[u8], fsp: u16) -> u32 {
    let unit = unit_of(usize::from(fsp.min(6)).div_ceil(2));
    low32(be(data)).saturating_mul(unit)
}

/// TIME2 (`my_time.cc`, `my_time_packed_from_binary`): sign, hour 10 bits, minute 6, second 6 in
/// three bytes offset by 0x800000, then the fraction; a negative fraction is borrowed.
pub(crate) fn time2(data: &[u8], fsp: u16) -> Result<Time, FaultKind> {
    let bytes = 3 + usize::from(fsp.min(6)).div_ceil(2);
    if data.len() != bytes {
        return Err(bad(Field::Time));
    }
    let bits = 8 * (bytes - 3);
    let packed = be(data) as i64 - (0x80_0000i64 << bits);
    let (negative, magnitude) = (packed < 0, packed.unsigned_abs());
    let whole = magnitude >> bits;
    let part = magnitude & ((1 << bits) - 1);
    let unit = unit_of(bytes - 3);
    let time = Time {
        negative,
        hour: (whole >> 12 & 0x3ff) as u16,
        minute: (whole >> 6 & 63) as u8,
        second: (whole & 63) as u8,
        micros: low32(part) * unit,
        digits: fsp.min(6) as u8,
    };
    checked_time(time, Field::Time)
}

fn checked_time(time: Time, what: Field) -> Result<Time, FaultKind> {
    if time.minute > 59 || time.second > 59 || time.micros > 999_999 {
        Err(bad(what))
    } else {
        Ok(time)
    }
}

/// DATETIME2: sign bit 1, year*13+month in 17 bits, day 5, hour 5, minute 6, second 6, big-endian;
/// then the fraction.
pub(crate) fn datetime2(data: &[u8], fsp: u16) -> Result<DateTime, FaultKind> {
    let Some((whole, part)) = data.split_at_checked(5) else {
        return Err(bad(Field::Datetime));
    };
    let raw = be(whole);
    if raw & (1 << 39) == 0 {
        return Err(bad(Field::Datetime)); // a negative datetime does not exist
    }
    let year_month = (raw >> 22 & 0x1_ffff) as u32;
    let date = Date {
        year: (year_month / 13) as u16,
        month: (year_month % 13) as u8,
        day: (raw >> 17 & 31) as u8,
    };
    let time = Time {
        negative: false,
        hour: (raw >> 12 & 31) as u16,
        minute: (raw >> 6 & 63) as u8,
        second: (raw & 63) as u8,
        micros: fraction(part, fsp),
        digits: fsp.min(6) as u8,
    };
    Ok(DateTime {
        date: checked_date(date, Field::Datetime)?,
        time: checked_time(time, Field::Datetime)?,
    })
}

/// TIMESTAMP2: seconds u32 big-endian, then the fraction: seconds and microseconds as they are stored;
/// `None` for fewer bytes than four.
pub(crate) fn stored_timestamp2(data: &[u8], fsp: u16) -> Option<(u32, u32)> {
    let (whole, part) = data.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*whole), fraction(part, fsp)))
}

/// A TIMESTAMP2 that is one.
pub(super) fn timestamp2<'a>(data: &[u8], fsp: u16) -> Result<Value<'a>, FaultKind> {
    let (seconds, micros) = stored_timestamp2(data, fsp).ok_or(bad(Field::Timestamp))?;
    if micros > 999_999 {
        return Err(bad(Field::Timestamp));
    }
    Ok(Value::Timestamp(seconds, micros, fsp.min(6) as u8))
}

/// TIME before 5.6: three bytes little-endian, signed, the decimal digits `hhmmss`. As it is stored.
pub(crate) fn stored_old_time(data: &[u8]) -> Option<Time> {
    let [a, b, c] = data else {
        return None;
    };
    let raw = i32::from_le_bytes([0, *a, *b, *c]) >> 8;
    let digits = raw.unsigned_abs();
    Some(Time {
        negative: raw < 0,
        hour: (digits / 10_000 % 1000) as u16,
        minute: (digits / 100 % 100) as u8,
        second: (digits % 100) as u8,
        micros: 0,
        digits: 0,
    })
}

/// A TIME of before 5.6 that is one.
pub(super) fn old_time(data: &[u8]) -> Result<Time, FaultKind> {
    let time = stored_old_time(data).ok_or(bad(Field::Time))?;
    checked_time(time, Field::Time)
}

/// DATETIME before 5.6: eight bytes little-endian, the decimal digits `YYYYMMDDhhmmss`. As it is stored;
/// `None` for a year of more than four digits, too.
pub(crate) fn stored_old_datetime(data: &[u8]) -> Option<DateTime> {
    let raw = u64::from_le_bytes(data.try_into().ok()?);
    let (day, clock) = (raw / 1_000_000, raw % 1_000_000);
    Some(DateTime {
        date: Date {
            year: u16::try_from(day / 10_000).ok().filter(|y| *y <= 9999)?,
            month: (day / 100 % 100) as u8,
            day: (day % 100) as u8,
        },
        time: Time {
            negative: false,
            hour: (clock / 10_000 % 100) as u16,
            minute: (clock / 100 % 100) as u8,
            second: (clock % 100) as u8,
            micros: 0,
            digits: 0,
        },
    })
}

/// A DATETIME of before 5.6 that is one.
pub(super) fn old_datetime(data: &[u8]) -> Result<DateTime, FaultKind> {
    let what = Field::Datetime;
    let DateTime { date, time } = stored_old_datetime(data).ok_or(bad(what))?;
    Ok(DateTime {
        date: checked_date(date, what)?,
        time: checked_time(time, what)?,
    })
}

/// A value packed into eight bytes, as JSON documents hold it (`my_time.cc`,
/// `TIME_from_longlong_*_packed`): microseconds in 24 bits below the packed time.
pub(super) fn from_json_packed(data: &[u8], is_time: bool) -> Result<DateTime, FaultKind> {
    let raw = i64::from_le_bytes(data.try_into().map_err(|_| bad(Field::Json))?);
    let (negative, magnitude) = (raw < 0, raw.unsigned_abs());
    let (whole, micros) = (magnitude >> 24, (magnitude & 0xff_ffff) as u32);
    let hour_bits = if is_time { 0x3ff } else { 0x1f };
    let time = Time {
        negative,
        hour: low16(whole >> 12 & hour_bits),
        minute: (whole >> 6 & 63) as u8,
        second: (whole & 63) as u8,
        micros,
        digits: 6,
    };
    let year_month = if is_time { 0 } else { whole >> 22 & 0x1_ffff };
    let date = Date {
        year: low16(year_month / 13),
        month: (year_month % 13) as u8,
        day: (whole >> 17 & 31) as u8,
    };
    Ok(DateTime {
        date: checked_date(date, Field::Json)?,
        time: checked_time(time, Field::Json)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_times_borrow_their_fraction() {
        let text = |data: &[u8], fsp| time2(data, fsp).unwrap();
        assert_eq!(
            format!("{}", text(&[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff], 6)),
            "-00:00:00.000001"
        );
        assert_eq!(format!("{}", text(&[0x80, 0, 0], 0)), "00:00:00");
        assert_eq!(
            format!("{}", text(&[0x7f, 0xff, 0xfe, 0xec, 0x78], 3)),
            "-00:00:01.500"
        );
    }

    #[test]
    fn dates_zero_partial_and_wrong() {
        assert_eq!(format!("{}", date(&[0, 0, 0]).unwrap()), "0000-00-00");
        assert_eq!(
            format!("{}", date(&[0x5d, 0xd0, 0x0f]).unwrap()),
            "2024-02-29"
        );
        assert!(date(&[0xff, 0xff, 0xff]).is_err());
        assert_eq!(
            format!("{}", Value::Timestamp(0, 0, 2)),
            "0000-00-00 00:00:00.00"
        );
        assert_eq!(
            format!("{}", Value::Timestamp(2_147_483_647, 499_999, 6)),
            "2038-01-19 03:14:07.499999"
        );
    }
}
