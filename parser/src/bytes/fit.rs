//! Numbers made to fit a smaller type: each way says what becomes of those that do not.

/// `n` as a length or an index in memory. What memory cannot hold is the largest number, which is
/// beyond every slice.
pub const fn in_memory(n: u64) -> usize {
    if n > usize::MAX as u64 {
        usize::MAX
    } else {
        #[allow(clippy::cast_possible_truncation, reason = "compared above")]
        let n = n as usize;
        n
    }
}

/// The low 32 bits: positions in a header wrap at 4 GiB.
pub const fn low32(n: u64) -> u32 {
    (n & 0xffff_ffff) as u32
}

/// The low 16 bits.
pub const fn low16(n: u64) -> u16 {
    (n & 0xffff) as u16
}

/// The low 8 bits.
pub const fn low8(n: u64) -> u8 {
    (n & 0xff) as u8
}

/// A count or a length, at most `u32::MAX`.
pub fn capped32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A depth or a number of spaces, at most `u16::MAX`.
pub fn capped16(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit() {
        assert_eq!(in_memory(7), 7);
        assert_eq!(in_memory(u64::MAX), usize::MAX);
        assert_eq!(
            (low32(1 << 32 | 5), low16(0x1_0006), low8(0x107)),
            (5, 6, 7)
        );
        assert_eq!((capped16(70_000), capped32(9)), (u16::MAX, 9));
    }
}
