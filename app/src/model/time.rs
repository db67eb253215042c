//! Times for people, in UTC or the browser's zone, never without saying which.

use binlight_parser::value::temporal;

/// Minutes east of UTC at a time (seconds since 1970).
pub type OffsetAt = fn(i64) -> i32;

/// A zone: how far east of UTC its clocks are, at each time.
#[derive(Clone, Copy, Debug)]
pub struct Zone {
    offset: OffsetAt,
    /// UTC itself.
    pub utc: bool,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.utc == other.utc
    }
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone {
        offset: |_| 0,
        utc: true,
    };

    /// A zone by its offsets.
    pub fn of(offset: OffsetAt) -> Zone {
        Zone { offset, utc: false }
    }

    /// Minutes east of UTC at a time.
    pub fn offset(self, seconds: i64) -> i32 {
        (self.offset)(seconds)
    }

    /// `UTC`, `UTC+02:00`, at a time.
    pub fn name(self, seconds: i64) -> String {
        offset_name(self.offset(seconds))
    }

    /// The zone's name over a span: one offset, or that there are several.
    pub fn name_over(self, first: i64, last: i64) -> String {
        let (a, b) = (self.offset(first), self.offset(last));
        if a == b {
            offset_name(a)
        } else {
            format!("{} – {}", offset_name(a), offset_name(b))
        }
    }
}

fn offset_name(minutes: i32) -> String {
    if minutes == 0 {
        return "UTC".to_owned();
    }
    let sign = if minutes < 0 { '−' } else { '+' };
    format!(
        "UTC{sign}{:02}:{:02}",
        minutes.abs() / 60,
        minutes.abs() % 60
    )
}

/// `2026-02-03 10:15:07`, or a dash for none.
pub fn seconds(seconds: u32, zone: Zone) -> String {
    if seconds == 0 {
        return "—".to_owned();
    }
    let at = i64::from(seconds);
    temporal::civil(at + i64::from(zone.offset(at)) * 60)
}

/// `2026-02-03 10:15:07.123456`; without the fraction where it is not known.
pub fn micros(micros: u64, precise: bool, zone: Zone) -> String {
    if micros == 0 {
        return "—".to_owned();
    }
    let at = (micros / 1_000_000) as i64;
    let whole = temporal::civil(at + i64::from(zone.offset(at)) * 60);
    if precise {
        format!("{whole}.{:06}", micros % 1_000_000)
    } else {
        whole
    }
}

/// First and last time with the zone, the date once if it is the same.
pub fn span(first: u32, last: u32, zone: Zone) -> String {
    let (a, b) = (seconds(first, zone), seconds(last, zone));
    let name = zone.name_over(first.into(), last.into());
    match (a.split_once(' '), b.split_once(' ')) {
        _ if first == last => format!("{a} {name}"),
        (Some((day, _)), Some((same, clock))) if day == same => format!("{a} – {clock} {name}"),
        _ => format!("{a} – {b} {name}"),
    }
}

/// Microseconds in the unit that suits them: `850 µs`, `12.3 ms`, `4.20 s`, `3 min 5 s`.
pub fn length(micros: u64) -> String {
    match micros {
        0..1000 => format!("{micros} µs"),
        1000..1_000_000 => format!("{:.1} ms", micros as f64 / 1e3),
        1_000_000..60_000_000 => format!("{:.2} s", micros as f64 / 1e6),
        _ => super::format::duration(micros / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_is_always_told() {
        let zone = Zone::of(|at| if at < 1_709_199_298 { 60 } else { 120 });
        assert_eq!(seconds(1_709_199_296, Zone::UTC), "2024-02-29 09:34:56");
        assert_eq!(seconds(1_709_199_296, zone), "2024-02-29 10:34:56");
        assert_eq!(
            span(1_709_199_296, 1_709_199_297, zone),
            "2024-02-29 10:34:56 – 10:34:57 UTC+01:00"
        );
        assert_eq!(
            span(1_709_199_296, 1_709_199_300, zone),
            "2024-02-29 10:34:56 – 11:35:00 UTC+01:00 – UTC+02:00"
        );
        assert_eq!(
            span(1_709_199_296, 1_709_199_296, Zone::UTC),
            "2024-02-29 09:34:56 UTC"
        );
        assert_eq!(Zone::of(|_| -150).name(0), "UTC−02:30");
        assert_eq!(
            micros(1_709_199_296_000_007, true, Zone::UTC),
            "2024-02-29 09:34:56.000007"
        );
    }

    #[test]
    fn lengths() {
        let all = [7, 12_300, 4_200_000, 185_000_000].map(length);
        assert_eq!(all, ["7 µs", "12.3 ms", "4.20 s", "3 min 5 s"]);
    }
}
