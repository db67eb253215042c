//! The timeline's scale: values ↔ pixels, with gaps folded away, and ticks.

use super::format;
use super::time::{self, Zone};
use binlight_engine::timeline::Axis;

/// Values along the strip. The *line* is the extent with its folded gaps cut down to a sliver; the
/// window is the part of the line that is in view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scale {
    /// What it runs along.
    pub axis: Axis,
    /// First and last value (the end is after the last).
    pub extent: (u64, u64),
    /// Gaps that are folded, in order.
    pub folded: Vec<(u64, u64)>,
}

/// What is left of the line for each folded gap.
const SLIVER: f64 = 0.012;

/// A part of the line, in the line's units.
pub type Window = (f64, f64);

impl Scale {
    /// Length of the line without its gaps.
    fn solid(&self) -> f64 {
        let gaps: u64 = self.folded.iter().map(|(a, b)| b - a).sum();
        (self.extent.1 - self.extent.0).saturating_sub(gaps).max(1) as f64
    }

    /// What a folded gap is long.
    fn sliver(&self) -> f64 {
        self.solid() * SLIVER
    }

    /// Length of the line.
    pub fn length(&self) -> f64 {
        self.solid() + self.sliver() * self.folded.len() as f64
    }

    /// The place of a value on the line.
    pub fn to_line(&self, value: u64) -> f64 {
        let value = value.clamp(self.extent.0, self.extent.1);
        let mut cut = 0.0;
        for (from, to) in &self.folded {
            if value <= *from {
                break;
            }
            if value < *to {
                let share = (value - from) as f64 / (to - from) as f64;
                return (from - self.extent.0) as f64 - cut + share * self.sliver();
            }
            cut += (to - from) as f64 - self.sliver();
        }
        (value - self.extent.0) as f64 - cut
    }

    /// The value at a place on the line.
    pub fn to_value(&self, at: f64) -> u64 {
        let mut at = at.clamp(0.0, self.length());
        for (from, to) in &self.folded {
            let start = (from - self.extent.0) as f64;
            let gap = (to - from) as f64;
            if at <= start {
                break;
            }
            if at < start + self.sliver() {
                return from + ((at - start) / self.sliver() * gap) as u64;
            }
            // As if the gap were whole.
            at += gap - self.sliver();
        }
        (self.extent.0 + at as u64).min(self.extent.1)
    }

    /// The whole line.
    pub fn whole(&self) -> Window {
        (0.0, self.length())
    }

    /// `window` moved and cut so that it lies on the line and is no shorter than can be told apart.
    pub fn fit(&self, window: Window) -> Window {
        let length = self.length();
        let least = (length / 1e9)
            .max(if self.axis == Axis::Time { 20.0 } else { 40.0 })
            .min(length);
        let width = (window.1 - window.0).clamp(least, length);
        let from = window.0.clamp(0.0, length - width);
        (from, from + width)
    }

    /// `window` zoomed by `factor` (below 1: closer) about a place on the line.
    pub fn zoom(&self, window: Window, factor: f64, about: f64) -> Window {
        let width = ((window.1 - window.0) * factor).min(self.length());
        let share = ((about - window.0) / (window.1 - window.0)).clamp(0.0, 1.0);
        let from = about - share * width;
        self.fit((from, from + width))
    }

    /// Edges of `count` bars over `window`, each a value once.
    pub fn edges(&self, window: Window, count: usize) -> Vec<u64> {
        let step = (window.1 - window.0) / count.max(1) as f64;
        let mut edges: Vec<u64> = (0..=count)
            .map(|i| self.to_value(window.0 + step * i as f64))
            .collect();
        if let Some(last) = edges.last_mut() {
            // The last value itself is in the last bar.
            *last += u64::from(*last >= self.extent.1);
        }
        edges.dedup();
        edges
    }

    /// Ticks in view, at least `apart` pixels from each other on a strip of `width`: where, and what
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

    fn scale() -> Scale {
        Scale {
            axis: Axis::Time,
            extent: (1_000_000_000, 1_100_000_000),
            folded: vec![(1_010_000_000, 1_090_000_000)],
        }
    }

    #[test]
    fn values_survive_the_line() {
        let scale = scale();
        assert!((scale.length() - 20_000_000.0 * (1.0 + SLIVER)).abs() < 1.0);
        for value in [
            1_000_000_000,
            1_005_000_000,
            1_010_000_000,
            1_050_000_000,
            1_090_000_000,
            1_099_999_999,
            1_100_000_000,
        ] {
            let back = scale.to_value(scale.to_line(value));
            assert!(back.abs_diff(value) <= 1000, "{value} {back}");
        }
        let mut last = -1.0;
        for i in 0..1000 {
            let at = scale.to_line(1_000_000_000 + i * 100_000);
            assert!(at > last);
            last = at;
        }
    }

    #[test]
    fn windows_stay_on_the_line() {
        let scale = scale();
        let whole = scale.whole();
        let closer = scale.zoom(whole, 0.5, 5e6);
        assert!(
            (closer.1 - closer.0 - whole.1 / 2.0).abs() < 1.0 && closer.0 <= 5e6 && 5e6 <= closer.1
        );
        assert_eq!(scale.zoom(closer, 100.0, 0.0), whole);
        assert_eq!(scale.fit((-5e6, 1e6)).0, 0.0);
        let deepest = (0..200).fold(whole, |w, _| scale.zoom(w, 0.5, 1e6));
        assert!(deepest.1 - deepest.0 >= 20.0);
    }

    #[test]
    fn edges_rise_and_cover() {
        let scale = scale();
        let edges = scale.edges(scale.whole(), 100);
        assert_eq!(
            (edges[0], *edges.last().unwrap()),
            (1_000_000_000, 1_100_000_001)
        );
        assert!(edges.windows(2).all(|p| p[0] < p[1]));
        let close = scale.edges((0.0, 20.0), 100);
        assert!(
            close.len() <= 22,
            "a microsecond is not divided: {}",
            close.len()
        );
    }

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
