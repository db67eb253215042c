//! Rows ↔ pixels, past the height at which browsers cap an element.
//!
//! Chrome ends at about 33.5 million pixels, Firefox at 17.9. A list of more rows than fit is
//! scaled: its scrollbar spans all rows, and wheel and keys move by rows, not by the bar's pixels.

/// Pixels that the scrolled element may be high.
pub const MOST_PIXELS: f64 = 8_000_000.0;

/// A list's geometry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScrollMap {
    /// Rows in all.
    pub rows: u64,
    /// Pixels per row.
    pub row_height: f64,
    /// Pixels of the list that are visible.
    pub viewport: f64,
}

impl ScrollMap {
    /// Height of the scrolled element.
    pub fn height(&self) -> f64 {
        (self.rows as f64 * self.row_height).min(MOST_PIXELS)
    }

    /// Whether the scrollbar's pixels are more than a row's.
    pub fn is_scaled(&self) -> bool {
        self.rows as f64 * self.row_height > MOST_PIXELS
    }

    /// The largest row (with fraction) that may be at the top.
    pub fn last_top(&self) -> f64 {
        (self.rows as f64 - self.viewport / self.row_height).max(0.0)
    }

    /// The row at the top for a scroll position.
    pub fn top_at(&self, scroll: f64) -> f64 {
        let range = self.height() - self.viewport;
        if range <= 0.0 {
            return 0.0;
        }
        (scroll / range * self.last_top()).clamp(0.0, self.last_top())
    }

    /// The scroll position that has `top` at the top.
    pub fn scroll_for(&self, top: f64) -> f64 {
        let range = (self.height() - self.viewport).max(0.0);
        if self.last_top() <= 0.0 {
            0.0
        } else {
            (top / self.last_top()).clamp(0.0, 1.0) * range
        }
    }

    /// Rows to draw with `top` at the top: those visible, one more at each edge.
    pub fn visible(&self, top: f64) -> std::ops::Range<u64> {
        let first = (top.floor() as u64).saturating_sub(1);
        let last = (top + self.viewport / self.row_height).ceil() as u64 + 1;
        first.min(self.rows)..last.min(self.rows)
    }

    /// The top that shows `row` whole, moving as little as need be.
    pub fn top_to_show(&self, row: u64, top: f64) -> f64 {
        let fitting = (self.viewport / self.row_height).floor().max(1.0);
        let row = row as f64;
        let moved = if row < top {
            row
        } else if row + 1.0 > top + fitting {
            row + 1.0 - fitting
        } else {
            top
        };
        moved.clamp(0.0, self.last_top())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_scrolls_by_pixels() {
        let map = ScrollMap {
            rows: 100,
            row_height: 20.0,
            viewport: 400.0,
        };
        assert!(!map.is_scaled());
        assert_eq!(
            (map.height(), map.top_at(200.0), map.scroll_for(10.0)),
            (2000.0, 10.0, 200.0)
        );
        assert_eq!(map.visible(10.0), 9..31);
        assert_eq!(
            (
                map.top_to_show(5, 10.0),
                map.top_to_show(30, 10.0),
                map.top_to_show(12, 10.0)
            ),
            (5.0, 11.0, 10.0)
        );
    }

    #[test]
    fn a_list_past_the_cap_reaches_both_ends() {
        let map = ScrollMap {
            rows: 5_000_000,
            row_height: 20.0,
            viewport: 600.0,
        };
        assert!(map.is_scaled() && map.height() == MOST_PIXELS);
        assert_eq!(map.top_at(0.0), 0.0);
        assert_eq!(map.visible(map.top_at(MOST_PIXELS - 600.0)).end, 5_000_000);
        for row in [0u64, 1, 2_500_000, 4_999_999] {
            let top = map.top_to_show(row, 1_000_000.0);
            assert!(map.visible(top).contains(&row));
            assert!((map.top_at(map.scroll_for(top)) - top).abs() < 1.0);
        }
    }

    #[test]
    fn rows_past_32_bits_are_reached_one_by_one() {
        let rows = (1u64 << 40) + 7;
        let map = ScrollMap {
            rows,
            row_height: 20.0,
            viewport: 600.0,
        };
        for row in [u64::from(u32::MAX), 1 << 32, (1 << 32) + 1, rows - 1] {
            let top = map.top_to_show(row, 0.0);
            let drawn = map.visible(top);
            assert!(
                drawn.contains(&row) && drawn.end - drawn.start < 40,
                "{row}: {drawn:?}"
            );
        }
        assert_eq!(map.visible(map.last_top()).end, rows);
    }

    #[test]
    fn nothing_to_scroll() {
        let map = ScrollMap {
            rows: 3,
            row_height: 20.0,
            viewport: 400.0,
        };
        assert_eq!(
            (map.top_at(50.0), map.scroll_for(2.0), map.visible(0.0)),
            (0.0, 0.0, 0..3)
        );
        assert_eq!(ScrollMap { rows: 0, ..map }.visible(0.0), 0..0);
    }
}
