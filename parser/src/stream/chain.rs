//! Headers that follow each other: what vouches for an event where nothing else does.

use super::header::{HEADER_LEN, Header};
use super::plausible::Plausible;

/// What follows an event.
pub(super) enum Chain {
    /// Something that is no header.
    Broken,
    /// Header after header.
    Goes,
    /// The same, up to the file's very end.
    Ends,
}

impl Plausible {
    /// Whether headers that look right follow each other from `from` on, so many of them and within so
    /// many bytes. `Err(n)`: needs so many bytes.
    pub(super) fn chains(
        &self,
        bytes: &[u8],
        at: u64,
        mut from: usize,
        eof: bool,
        (links, reach): (usize, usize),
    ) -> Result<Chain, usize> {
        for _ in 0..links {
            if self.ends_file(at + from as u64) {
                return Ok(Chain::Ends);
            }
            let need = from.saturating_add(HEADER_LEN);
            if need > reach {
                return Ok(Chain::Broken);
            }
            match bytes.get(from..).and_then(Header::read) {
                Some(next) if self.looks_right(at + from as u64, &next) => {
                    from = from.saturating_add(next.size as usize);
                }
                Some(_) => return Ok(Chain::Broken),
                None if eof => return Ok(Chain::Broken),
                None => return Err(need),
            }
        }
        Ok(Chain::Goes)
    }
}
