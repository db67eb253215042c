//! Where the timeline has ticks, and what is written there.

use super::scale::{Scale, Window};
use crate::model::format;
use crate::model::time::{self, Zone};
use binlight_engine::timeline::Axis;

impl Scale {
    /// Ticks in view, at least `apart` pixels from each other on a timeline of `width`: where, and what
    /// to write there.
    pub fn ticks(&self, window: Window, width: f64, apart: f64, zone: Zone) -> Vec<Tick> {
        let per_pixel = (window.1 - window.0) / width.max(1.0);
        let steps: &[f64] = if self.axis == Axis::Time {
            TIME_STEPS
        } else {
            BYTE_STEPS
        };
        let wanted = per_pixel * apart;
        let last = steps.last().copied().unwrap_or(1.0);
        let step = steps
            .iter()
            .copied()
            .find(|s| *s >= wanted)
            .unwrap_or_else(|| (wanted / last).ceil() * last);
        let mut ticks: Vec<Tick> = Vec::new();
        let (first, end) = (self.to_value(window.0), self.to_value(window.1));
        let mut from = first;
        for to in self.folded.iter().map(|g| g.0).chain([u64::MAX]) {
            // Between two folded gaps.
            let to = to.min(end);
            if from <= to {
                self.ticks_between(from, to, step, zone, &mut ticks, |at| {
                    (self.to_line(at) - window.0) / per_pixel
                });
            }
            let after = self
                .folded
                .iter()
                .find(|g| g.0 >= to)
                .map_or(u64::MAX, |g| g.1);
            if after >= end {
                break;
            }
            from = after.max(first);
        }
        let mut last = f64::NEG_INFINITY;
        ticks.retain(|t| {
            let keep = t.x - last >= apart * 0.9 && (0.0..=width).contains(&t.x);
            if keep {
                last = t.x;
            }
            keep
        });
        let mut day = String::new();
        for tick in &mut ticks {
            // The date once, and again where it changes.
            if let Some((date, clock)) = tick.label.split_once(' ') {
                let new = date != day;
                day = date.to_owned();
                tick.label = if new {
                    format!("{date} {clock}")
                } else {
                    clock.to_owned()
                };
            }
        }
        // A label with its date needs more room than others; at the right edge it is written to the
        // left of its tick.
        let mut free = f64::NEG_INFINITY;
        ticks.retain(|t| {
            let room = t.label.len() as f64 * LETTER + 8.0;
            let from = if t.x + room > width { t.x - room } else { t.x };
            let fits = from >= free;
            if fits {
                free = from + room;
            }
            fits
        });
        ticks
    }

    fn ticks_between(
        &self,
        from: u64,
        to: u64,
        step: f64,
        zone: Zone,
        out: &mut Vec<Tick>,
        x: impl Fn(u64) -> f64,
    ) {
        let step = step as u64;
        let shift = |at: u64| match self.axis {
            Axis::Time => i64::from(zone.offset((at / 1_000_000) as i64)) * 60_000_000,
            Axis::Bytes => 0,
        };
        // Even in the zone's own clock.
        let local = from as i64 + shift(from);
        let mut at = (local.div_euclid(step as i64) * step as i64 - shift(from)).max(0) as u64;
        for _ in 0..4000 {
            if at > to {
                break;
            }
            if at >= from {
                let label = match self.axis {
                    Axis::Time => label_of(at, step, zone),
                    Axis::Bytes => byte_label(at, step),
                };
                out.push(Tick { x: x(at), label });
            }
            at = at.saturating_add(step);
        }
    }
}

/// Pixels of a letter of a label.
pub const LETTER: f64 = 6.7;

/// One tick.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Pixels from the left.
    pub x: f64,
    /// What to write.
    pub label: String,
}

fn label_of(at: u64, step: u64, zone: Zone) -> String {
    let text = time::micros(at, step < 1_000_000, zone);
    let short = match step {
        0..1000 => text.len(),
        1000..1_000_000 => text.len() - 3,
        1_000_000..60_000_000 => text.len(),
        60_000_000..86_400_000_000 => text.len() - 3,
        _ => 10,
    };
    text[..short.min(text.len())].to_owned()
}

fn byte_label(at: u64, step: u64) -> String {
    let (unit, size) = match step {
        0..1024 => return at.to_string(),
        1024..1_048_576 => ("K", 1024.0),
        1_048_576..1_073_741_824 => ("M", 1_048_576.0),
        _ => ("G", 1_073_741_824.0),
    };
    let value = at as f64 / size;
    if value.fract() == 0.0 {
        format!("{value}{unit}")
    } else {
        format::short_bytes(at)
    }
}

const S: f64 = 1e6;
/// Steps of time ticks, microseconds.
const TIME_STEPS: &[f64] = &[
    1.0,
    5.0,
    10.0,
    50.0,
    100.0,
    500.0,
    1e3,
    5e3,
    1e4,
    5e4,
    1e5,
    5e5,
    S,
    2.0 * S,
    5.0 * S,
    10.0 * S,
    15.0 * S,
    30.0 * S,
    60.0 * S,
    120.0 * S,
    300.0 * S,
    600.0 * S,
    900.0 * S,
    1800.0 * S,
    3600.0 * S,
    7200.0 * S,
    10_800.0 * S,
    21_600.0 * S,
    43_200.0 * S,
    86_400.0 * S,
    172_800.0 * S,
    604_800.0 * S,
    2_592_000.0 * S,
    31_536_000.0 * S,
];

const K: f64 = 1024.0;
/// Steps of offset ticks, bytes.
const BYTE_STEPS: &[f64] = &[
    16.0,
    64.0,
    256.0,
    K,
    4.0 * K,
    16.0 * K,
    64.0 * K,
    128.0 * K,
    256.0 * K,
    512.0 * K,
    K * K,
    2.0 * K * K,
    4.0 * K * K,
    8.0 * K * K,
    16.0 * K * K,
    32.0 * K * K,
    64.0 * K * K,
    128.0 * K * K,
    256.0 * K * K,
    512.0 * K * K,
    K * K * K,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_in_the_zone_and_apart() {
        let day = 1_709_164_800_000_000; // 2024-02-29 00:00 UTC
        let scale = Scale {
            axis: Axis::Time,
            extent: (day, day + 86_400_000_000),
            folded: vec![],
        };
        let zone = Zone::of(|_| 330);
        let ticks = scale.ticks(scale.whole(), 1000.0, 90.0, zone);
        assert!(ticks.len() >= 6 && ticks.windows(2).all(|p| p[1].x - p[0].x >= 80.0));
        assert_eq!(ticks[0].label, "2024-02-29 06:00");
        assert_eq!(ticks[1].label, "09:00");
        assert!(
            ticks
                .iter()
                .any(|t| t.label.starts_with("2024-03-01 00:00"))
        );
        let bytes = Scale {
            axis: Axis::Bytes,
            extent: (0, 10 << 20),
            folded: vec![],
        };
        let labels: Vec<_> = bytes
            .ticks(bytes.whole(), 500.0, 90.0, Zone::UTC)
            .into_iter()
            .map(|t| t.label)
            .collect();
        assert_eq!(
            labels,
            ["0K", "2M", "4M", "6M", "8M", "10M"].map(|l| if l == "0K" {
                "0M".to_owned()
            } else {
                l.to_owned()
            })
        );
    }
}
