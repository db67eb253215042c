//! Numbers and times for people.

use binlight_parser::value::temporal;

/// Bytes with a unit, e.g. `1.5 MiB`.
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let (mut value, mut unit) = (n as f64, 0);
    while value >= 1024.0 && unit < UNITS.len() - 1 {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{n} bytes")
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

/// A number with thin spaces between groups of three digits.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A header's time in UTC, or a dash for none.
pub fn time(seconds: u32) -> String {
    if seconds == 0 {
        "—".to_owned()
    } else {
        temporal::civil(i64::from(seconds))
    }
}

/// First and last time, the date once if it is the same.
pub fn time_span(first: u32, last: u32) -> String {
    let (a, b) = (time(first), time(last));
    match (a.split_once(' '), b.split_once(' ')) {
        _ if first == last => format!("{a} UTC"),
        (Some((day, _)), Some((same, clock))) if day == same => format!("{a} – {clock} UTC"),
        _ => format!("{a} – {b} UTC"),
    }
}

/// A duration in words of at most two units.
pub fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

/// An offset as hex and decimal.
pub fn offset(n: u64) -> String {
    format!("{n:#x} ({n})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_people_can_read() {
        assert_eq!(
            (bytes(17), bytes(1536), bytes(3 << 30)),
            ("17 bytes".into(), "1.5 KiB".into(), "3.0 GiB".into())
        );
        assert_eq!(
            (count(7), count(1_234_567)),
            ("7".into(), "1\u{202f}234\u{202f}567".into())
        );
        assert_eq!(
            time_span(1_709_199_296, 1_709_199_300),
            "2024-02-29 09:34:56 – 09:35:00 UTC"
        );
        assert_eq!(
            (duration(59), duration(3661), duration(90_000)),
            ("59 s".into(), "1 h 1 min".into(), "1 d 1 h".into())
        );
    }
}
