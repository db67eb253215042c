//! Beginning amid a file: a place between two events, and what is known there.

use super::checksum::{ChecksumState, verify};
use super::header::{HEADER_LEN, Header};
use super::plausible::Plausible;
use crate::codes::EventType;
use crate::context::Checksum;

/// A place between two events of a file whose headers state their own end positions, and all that a
/// [`Framer`](super::Framer) knows there: one that begins here goes on as the one that came here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Point {
    pub(super) at: u64,
    pub(super) plausible: Plausible,
}

/// What [`Point::begin_in`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// A transaction begins at this byte of those given.
    At(usize),
    /// None begins in the first so many bytes; the rest is to be given again, with more.
    NotBefore(usize),
}

impl Point {
    /// Its offset in the file.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The same rules at another place of the file, where the events before are not known.
    pub fn moved(&self, at: u64) -> Point {
        Point {
            at,
            plausible: self.plausible.unsure(),
        }
    }

    /// Looks for the first event in `bytes`, which begin at offset `at` of the file, that begins a
    /// transaction (a GTID event) and is one for certain: its position is its own, and its checksum
    /// matches or, where there are none, an event follows that is one likewise. `eof`: no more will
    /// come.
    pub fn begin_in(&self, bytes: &[u8], at: u64, eof: bool) -> Begin {
        let last = bytes.len().saturating_sub(HEADER_LEN - 1);
        for i in 0..last {
            // The type first: it rules out nearly all.
            let likely = bytes
                .get(i + 4)
                .is_some_and(|t| EventType(*t).begins_transaction());
            if !likely {
                continue;
            }
            let Some(header) = bytes.get(i..).and_then(Header::read) else {
                break;
            };
            let here = at + i as u64;
            let plausible = &self.plausible;
            if !plausible.agrees(here, &header)
                || !plausible.size_may_be(header.size)
                || !plausible.fits(here, &header)
            {
                continue;
            }
            let end = i.saturating_add(header.size as usize);
            let needed = end.saturating_add(HEADER_LEN);
            if needed > bytes.len() && !eof {
                return Begin::NotBefore(i);
            }
            let Some(event) = bytes.get(i..end) else {
                continue;
            };
            let certain = match verify(event, &header, plausible.checksum) {
                ChecksumState::Ok => true,
                ChecksumState::Bad { .. } => false,
                ChecksumState::None => match bytes.get(end..).and_then(Header::read) {
                    Some(next) => plausible.agrees(here + u64::from(header.size), &next),
                    None => plausible.ends_file(here + u64::from(header.size)),
                },
            };
            if certain {
                return Begin::At(i);
            }
        }
        Begin::NotBefore(if eof { bytes.len() } else { last })
    }

    /// How events end here.
    pub fn checksum(&self) -> Checksum {
        self.plausible.checksum
    }

    /// Whether a framer that came here knows all that one that `begun` took for granted. `taken`: the
    /// times that it took for near ([`Framer::taken`](super::Framer::taken)).
    pub fn confirms(&self, begun: &Point, taken: Option<(u32, u32)>) -> bool {
        self.at == begun.at && self.plausible.confirms(&begun.plausible, taken)
    }
}
