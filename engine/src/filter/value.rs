//! Values of the language: patterns, numbers with units, times.

use time::{Date, Month, PrimitiveDateTime, Time};

/// Numbers that terms compare: microseconds, bytes, counts.
pub(super) type Number = i128;

/// A pattern with `*` (any text) and `?` (any character), letters of either case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(Vec<char>);

impl Glob {
    /// The pattern of a text.
    pub fn new(text: &str) -> Glob {
        Glob(text.to_lowercase().chars().collect())
    }

    /// A pattern that finds `text` anywhere.
    pub fn anywhere(text: &str) -> Glob {
        Glob::new(&format!("*{text}*"))
    }

    /// Its characters; `None` for a wildcard.
    pub(super) fn characters(&self) -> impl Iterator<Item = Option<char>> {
        self.0
            .iter()
            .map(|c| Some(*c).filter(|c| !matches!(c, '*' | '?')))
    }

    /// The text that it finds anywhere, if that is what it does.
    pub(super) fn inner_text(&self) -> Option<&[char]> {
        let inner = self.0.strip_prefix(&['*'])?.strip_suffix(&['*'])?;
        (!inner.contains(&'*') && !inner.contains(&'?')).then_some(inner)
    }

    /// Whether the whole of `text` fits.
    pub fn matches(&self, text: &str) -> bool {
        if text.is_ascii() {
            let bytes = text.as_bytes();
            return self.fits(bytes.len(), |i| char::from(bytes[i].to_ascii_lowercase()));
        }
        let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
        self.fits(text.len(), |i| text[i])
    }

    /// Whether a text of `len` characters, all in lower case, fits.
    fn fits(&self, len: usize, at: impl Fn(usize) -> char) -> bool {
        // Greedy with one way back: the last star takes a character more.
        let (mut p, mut t, mut star) = (0, 0, None);
        while t < len {
            match self.0.get(p) {
                Some('*') => {
                    star = Some((p, t));
                    p += 1;
                }
                Some(c) if *c == '?' || *c == at(t) => {
                    p += 1;
                    t += 1;
                }
                _ => match star {
                    Some((sp, st)) => {
                        (p, t) = (sp + 1, st + 1);
                        star = Some((sp, st + 1));
                    }
                    None => return false,
                },
            }
        }
        self.0[p..].iter().all(|c| *c == '*')
    }
}

/// A whole number, with `_` between digits if need be.
pub(super) fn integer(text: &str) -> Option<Number> {
    let plain = text.replace('_', "");
    match plain.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok().map(Number::from),
        None => plain.parse::<u64>().ok().map(Number::from),
    }
}

/// A number with a unit, in units of 1: `1.5MiB` is 1572864, `2k` is 2000.
pub(super) fn with_unit(text: &str, units: &[(&str, f64)]) -> Option<Number> {
    if let Some(n) = integer(text) {
        return Some(n);
    }
    let split = text.find(|c: char| !(c.is_ascii_digit() || "._-".contains(c)))?;
    let (digits, unit) = text.split_at(split);
    let (_, factor) = units
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(unit.trim()))?;
    let value: f64 = digits.replace('_', "").parse().ok()?;
    Some((value * factor) as Number)
}

/// Units of sizes.
pub(super) const SIZES: &[(&str, f64)] = &[
    ("b", 1.0),
    ("k", 1e3),
    ("kb", 1e3),
    ("kib", 1024.0),
    ("m", 1e6),
    ("mb", 1e6),
    ("mib", 1_048_576.0),
    ("g", 1e9),
    ("gb", 1e9),
    ("gib", 1_073_741_824.0),
];

/// Units of durations, in microseconds.
pub(super) const DURATIONS: &[(&str, f64)] = &[
    ("us", 1.0),
    ("µs", 1.0),
    ("ms", 1e3),
    ("s", 1e6),
    ("m", 6e7),
    ("min", 6e7),
    ("h", 3.6e9),
    ("d", 8.64e10),
];

/// Units of counts.
pub(super) const COUNTS: &[(&str, f64)] = &[("k", 1e3), ("m", 1e6)];

/// A time as the range it may mean, microseconds since 1970: a day, an hour, a minute, a second.
/// `2026-02-03`, `2026-02-03T10`, `2026-02-03 10:15:07.5`, with `Z` or `+02:00` for the zone, else
/// `offset` (minutes east of UTC); or seconds since 1970.
pub(super) fn time(text: &str, offset: i32) -> Option<(Number, Number)> {
    if text.len() > 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let seconds = integer(text)?;
        return Some((seconds * 1_000_000, seconds * 1_000_000 + 999_999));
    }
    let (text, offset) = zone(text.trim(), offset)?;
    let (date, clock) = match text.split_once(['T', 't', ' ']) {
        Some((date, clock)) => (date, Some(clock)),
        None => (text, None),
    };
    let mut parts = date.splitn(3, '-');
    let mut next = || parts.next();
    let (year, month, day) = (
        next()?.parse().ok()?,
        next()?.parse::<u8>().ok()?,
        next()?.parse().ok()?,
    );
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let (at, width) = match clock {
        None => (Time::MIDNIGHT, 86_400_000_000),
        Some(clock) => self::clock(clock)?,
    };
    let from = PrimitiveDateTime::new(date, at)
        .assume_utc()
        .unix_timestamp_nanos()
        / 1000;
    let from = from - Number::from(offset) * 60_000_000;
    Some((from, from + width - 1))
}

/// `10`, `10:15`, `10:15:07`, `10:15:07.25` and how long it lasts, microseconds.
fn clock(text: &str) -> Option<(Time, Number)> {
    let parts: Vec<&str> = text.split(':').collect();
    let hour = parts.first()?.parse().ok()?;
    let minute = parts.get(1).map_or(Some(0), |m| m.parse().ok())?;
    let (second, fraction) = match parts.get(2) {
        None => (0, ""),
        Some(s) => {
            let (whole, fraction) = s.split_once('.').unwrap_or((s, ""));
            (whole.parse().ok()?, fraction)
        }
    };
    if fraction.len() > 6 || !fraction.bytes().all(|b| b.is_ascii_digit()) || parts.len() > 3 {
        return None;
    }
    let scale = 10u32.pow(6 - fraction.len() as u32);
    let micros = if fraction.is_empty() {
        0
    } else {
        fraction.parse::<u32>().ok()? * scale
    };
    let width = match (parts.len(), fraction.is_empty()) {
        (1, _) => 3_600_000_000,
        (2, _) => 60_000_000,
        (_, true) => 1_000_000,
        _ => Number::from(scale),
    };
    Some((
        Time::from_hms_micro(hour, minute, second, micros).ok()?,
        width,
    ))
}

/// The text without its zone, and the zone in minutes east of UTC.
fn zone(text: &str, offset: i32) -> Option<(&str, i32)> {
    if let Some(utc) = text.strip_suffix(['Z', 'z']) {
        return Some((utc, 0));
    }
    let clock = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let Some(sign) = text[clock..].rfind(['+', '-']) else {
        return Some((text, offset));
    };
    let (time, zone) = text.split_at(clock + sign);
    let (hours, minutes) = zone[1..].split_once(':').unwrap_or((&zone[1..], "0"));
    let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    Some((
        time,
        if zone.starts_with('-') {
            -minutes
        } else {
            minutes
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let fits = |p: &str, t: &str| Glob::new(p).matches(t);
        assert!(
            fits("shop.*", "Shop.orders")
                && fits("*", "")
                && fits("a?c*d", "abcxxd")
                && fits("*b*b", "abbab")
        );
        assert!(!fits("shop.*", "shop") && !fits("?", "") && !fits("a*b", "abc"));
        assert!(
            !fits(&"*a".repeat(50), &"b".repeat(2000)),
            "no exponential search"
        );
    }

    #[test]
    fn times_are_as_long_as_they_are_vague() {
        let day = time("2026-02-03", 0).unwrap();
        assert_eq!(day.1 - day.0 + 1, 86_400_000_000);
        let minute = time("2026-02-03T10:15", 60).unwrap();
        assert_eq!(minute, time("2026-02-03 09:15Z", 60).unwrap());
        assert_eq!(minute, time("2026-02-03T11:15+02:00", 0).unwrap());
        assert_eq!(minute.0, day.0 + (9 * 60 + 15) * 60_000_000);
        let half = time("2026-02-03 00:00:00.5", 0).unwrap();
        assert_eq!((half.0 - day.0, half.1 - half.0), (500_000, 99_999));
        assert_eq!(time("1770076800", 0).unwrap().0, day.0);
        for bad in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "2026-02-03T25",
            "2026-02-03T10:1x",
            "yesterday",
            "2026-02-03T10:00+x",
        ] {
            assert_eq!(time(bad, 0), None, "{bad}");
        }
    }

    #[test]
    fn units() {
        assert_eq!(with_unit("1.5MiB", SIZES), Some(1_572_864));
        assert_eq!(with_unit("1_000", SIZES), Some(1000));
        assert_eq!(with_unit("250ms", DURATIONS), Some(250_000));
        assert_eq!(with_unit("3 parsecs", DURATIONS), None);
        assert_eq!((integer("0xff"), integer("-1")), (Some(255), None));
    }
}
