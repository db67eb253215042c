//! Column-present, null and optional-metadata bitmaps.

use super::clip::first;

/// A borrowed bitmap. Bits past the end read as 0.
#[derive(Clone, Copy, Debug)]
pub struct Bitmap<'a>(pub &'a [u8]);

impl Bitmap<'_> {
    /// Bytes that a bitmap of `bits` bits takes.
    pub fn bytes_for(bits: usize) -> usize {
        bits.div_ceil(8)
    }

    /// Bit `i`, least significant bit of each byte first (column and null bitmaps).
    #[inline]
    pub fn get(&self, i: usize) -> bool {
        self.0.get(i / 8).is_some_and(|b| b & (1 << (i % 8)) != 0)
    }

    /// Bit `i`, **most** significant bit first (signedness and visibility in TABLE_MAP metadata).
    pub fn get_msb(&self, i: usize) -> bool {
        self.0
            .get(i / 8)
            .is_some_and(|b| b & (0x80 >> (i % 8)) != 0)
    }

    /// How many of the first `bits` bits are set.
    pub fn count(&self, bits: usize) -> usize {
        let full = first(self.0, bits / 8);
        let whole: u32 = full.iter().map(|b| b.count_ones()).sum();
        let rest = (full.len() * 8..bits).filter(|i| self.get(*i)).count();
        whole as usize + rest
    }
}

#[cfg(test)]
mod tests {
    use super::Bitmap;

    #[test]
    fn bits_by_both_orders_and_past_the_end() {
        let map = Bitmap(&[0b0000_0101, 0x80]);
        assert!(map.get(0) && !map.get(1) && map.get(2) && map.get(15) && !map.get(16));
        assert!(map.get_msb(5) && map.get_msb(7) && map.get_msb(8) && !map.get_msb(0));
        assert_eq!(
            (map.count(3), map.count(15), map.count(16), map.count(99)),
            (2, 2, 3, 3)
        );
        assert_eq!(
            (
                Bitmap::bytes_for(0),
                Bitmap::bytes_for(8),
                Bitmap::bytes_for(9)
            ),
            (0, 1, 2)
        );
    }
}
