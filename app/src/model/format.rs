//! Numbers, times and names for people.

use binlight_parser::table::Table;

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

/// A number in few characters: `950`, `12.3k`, `4.56M`.
pub fn short(n: f64) -> String {
    let scaled = |by: f64, unit: &str| {
        let value = n / by;
        let digits = if value < 10.0 {
            2
        } else {
            usize::from(value < 100.0)
        };
        format!("{value:.digits$}{unit}")
    };
    match n {
        n if n >= 1e9 => scaled(1e9, "G"),
        n if n >= 1e6 => scaled(1e6, "M"),
        n if n >= 1e4 => scaled(1e3, "k"),
        n if n.fract() == 0.0 => format!("{n}"),
        n => format!("{n:.1}"),
    }
}

/// Bytes in few characters: `950`, `12.3K`, `4.56M`.
pub fn short_bytes(n: u64) -> String {
    const UNITS: [&str; 5] = ["", "K", "M", "G", "T"];
    let (mut value, mut unit) = (n as f64, 0);
    while value >= 1000.0 && unit < UNITS.len() - 1 {
        value /= 1024.0;
        unit += 1;
    }
    let digits = if unit == 0 || value >= 100.0 { 0 } else { 1 };
    format!("{value:.digits$}{}", UNITS[unit])
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

/// The name of column `i`, from 0; `@1` for the first where the log has no names.
pub fn column_name(table: &Table, i: usize) -> String {
    let column = table.columns.get(i);
    let name = column.and_then(|c| c.name.clone());
    name.unwrap_or_else(|| format!("@{}", i + 1))
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
            (short(950.0), short(12_345.0), short_bytes(4_780_000)),
            ("950".into(), "12.3k".into(), "4.6M".into())
        );
        assert_eq!(
            (duration(59), duration(3661), duration(90_000)),
            ("59 s".into(), "1 h 1 min".into(), "1 d 1 h".into())
        );
    }
}
