//! The timeline's scale: values ↔ pixels, with gaps folded away.

use binlight_engine::timeline::Axis;

/// Values along the timeline. The *line* is the extent with its folded gaps cut down to a sliver; the
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
}

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
}
