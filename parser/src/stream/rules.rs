//! What a format description says about the framing of the events after it, without decoding it.

use super::header::{HEADER_LEN, Header};
use crate::codes::flags::HeaderFlags;
use crate::context::{Checksum, Flavour, Format};
use alloc::string::String;

/// How the events after a format description are framed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) flavour: Flavour,
    /// Format descriptions end in a checksum, whatever the algorithm for the rest.
    pub(super) description_has_checksum: bool,
    pub(super) checksum: Checksum,
}

/// The rules in a whole format description event: binlog version at 19, version text at 21 (50
/// bytes, zero-padded), header length at 75, algorithm five bytes before the end. `None` if it
/// cannot be one: a damaged type byte must not change the rules.
pub(super) fn rules_of(fde: &[u8]) -> Option<Rules> {
    let version: String = fde
        .get(21..71)?
        .iter()
        .take_while(|b| **b != 0)
        .map(|b| char::from(*b))
        .collect();
    let likely = matches!(fde.get(19..21)?, [1..=4, 0]) && usize::from(*fde.get(75)?) >= HEADER_LEN;
    if !likely || !version.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let has_byte = fde.len() >= HEADER_LEN + 57 + 5 && Format::has_checksum_byte(&version);
    let algorithm = if has_byte { fde[fde.len() - 5] } else { 0 };
    let checksum = if algorithm == 1 {
        Checksum::Crc32
    } else {
        Checksum::None
    };
    Some(Rules {
        flavour: Format::flavour_of(&version),
        description_has_checksum: has_byte,
        checksum,
    })
}

/// Bytes of a START_ENCRYPTION without header and checksum: scheme u8, key version u32, nonce 12.
pub(crate) const START_ENCRYPTION_LEN: usize = 17;

/// Whether a header is one that a relay log's or a source's format description bears.
pub(super) fn is_relay(header: &Header) -> bool {
    HeaderFlags::from_bits_retain(header.flags).contains(HeaderFlags::RELAY_LOG)
}
