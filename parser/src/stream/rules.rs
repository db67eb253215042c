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

/// The version text of a whole format description event: 50 bytes from 21 on, zero-padded.
fn version_of(fde: &[u8]) -> Option<String> {
    let padded = fde.get(21..71)?.iter();
    let text = padded.take_while(|b| **b != 0);
    Some(text.map(|b| char::from(*b)).collect())
}

/// Whether a whole format description event ends in four bytes of CRC32: all do whose server knows
/// checksums, whatever the algorithm for the other events is.
pub(crate) fn description_has_checksum(fde: &[u8]) -> bool {
    fde.len() >= HEADER_LEN + 57 + 5
        && version_of(fde).is_some_and(|version| Format::has_checksum_byte(&version))
}

/// The algorithm that a format description event with a checksum says: the byte before it.
pub(crate) fn checksum_algorithm(fde: &[u8]) -> Option<u8> {
    fde.iter().rev().nth(4).copied()
}

/// The rules in a whole format description event: binlog version at 19, version text, header length
/// at 75, algorithm. `None` if it cannot be one: a damaged type byte must not change the rules.
pub(super) fn rules_of(fde: &[u8]) -> Option<Rules> {
    let version = version_of(fde)?;
    let likely = matches!(fde.get(19..21)?, [1..=4, 0]) && usize::from(*fde.get(75)?) >= HEADER_LEN;
    if !likely || !version.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let has_byte = description_has_checksum(fde);
    let checksum = if has_byte && checksum_algorithm(fde) == Some(1) {
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

/// Bytes of a START_ENCRYPTION without header and checksum.
pub(crate) const START_ENCRYPTION_LEN: usize = 17;

/// What a START_ENCRYPTION's body says, in wire order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartEncryption {
    pub(crate) scheme: u8,
    pub(crate) key_version: u32,
    pub(crate) nonce: [u8; 12],
}

impl StartEncryption {
    /// Reads a body; `None` if it is too short.
    pub(crate) fn read(body: &[u8]) -> Option<StartEncryption> {
        let (scheme, rest) = body.split_first()?;
        let (key_version, rest) = rest.split_first_chunk()?;
        Some(StartEncryption {
            scheme: *scheme,
            key_version: u32::from_le_bytes(*key_version),
            nonce: *rest.first_chunk()?,
        })
    }
}

/// Whether a header is one that a relay log's or a source's format description bears.
pub(super) fn is_relay(header: &Header) -> bool {
    HeaderFlags::from_bits_retain(header.flags).contains(HeaderFlags::RELAY_LOG)
}
