//! Parts of a slice that are there whatever is asked for.

/// The first `n` bytes, or all if there are fewer.
pub fn first(bytes: &[u8], n: usize) -> &[u8] {
    bytes.get(..n).unwrap_or(bytes)
}

/// What follows the first `n` bytes; nothing if there are fewer.
pub fn after(bytes: &[u8], n: usize) -> &[u8] {
    bytes.get(n..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_short_slices_what_there_is() {
        assert_eq!(
            (first(b"abc", 2), after(b"abc", 2)),
            (&b"ab"[..], &b"c"[..])
        );
        assert_eq!((first(b"a", 2), after(b"a", 2)), (&b"a"[..], &b""[..]));
    }
}
