//! Number encodings of the binary log, as nom parsers over [`Input`].

use crate::bytes::Input;
use crate::fault::{Fault, FaultKind};
use nom::{IResult, Parser, number::complete as num};

/// What every parser here returns: the rest and the value, or a [`Fault`] with its span.
pub type PResult<'a, T> = IResult<Input<'a>, T, Fault>;

/// Any byte.
pub fn u8(i: Input<'_>) -> PResult<'_, u8> {
    num::u8.parse(i)
}

/// Two bytes, little-endian.
pub fn u16(i: Input<'_>) -> PResult<'_, u16> {
    num::le_u16.parse(i)
}

/// Three bytes, little-endian.
pub fn u24(i: Input<'_>) -> PResult<'_, u32> {
    num::le_u24.parse(i)
}

/// Four bytes, little-endian.
pub fn u32(i: Input<'_>) -> PResult<'_, u32> {
    num::le_u32.parse(i)
}

/// Six bytes, little-endian (table ids).
pub fn u48(i: Input<'_>) -> PResult<'_, u64> {
    uint_le(6).parse(i)
}

/// Seven bytes, little-endian (commit timestamps).
pub fn u56(i: Input<'_>) -> PResult<'_, u64> {
    uint_le(7).parse(i)
}

/// Eight bytes, little-endian.
pub fn u64(i: Input<'_>) -> PResult<'_, u64> {
    num::le_u64.parse(i)
}

/// Eight bytes, little-endian, two's complement.
pub fn i64(i: Input<'_>) -> PResult<'_, i64> {
    num::le_i64.parse(i)
}

/// Eight bytes, IEEE 754 double, little-endian.
pub fn f64(i: Input<'_>) -> PResult<'_, f64> {
    num::le_f64.parse(i)
}

/// `n` (≤ 8) bytes, little-endian.
pub fn uint_le<'a>(n: usize) -> impl Fn(Input<'a>) -> PResult<'a, u64> {
    move |i| {
        let (rest, bytes) = take(n)(i)?;
        Ok((
            rest,
            bytes.iter().rev().fold(0, |v, b| (v << 8) | u64::from(*b)),
        ))
    }
}

/// `n` (≤ 8) bytes, big-endian (temporal parts, compressed lengths).
pub fn uint_be<'a>(n: usize) -> impl Fn(Input<'a>) -> PResult<'a, u64> {
    move |i| {
        let (rest, bytes) = take(n)(i)?;
        Ok((rest, be(bytes)))
    }
}

/// The big-endian number that `bytes` (≤ 8 of them) spell.
pub fn be(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |v, b| (v << 8) | u64::from(*b))
}

/// Exactly `n` bytes.
pub fn take<'a>(n: usize) -> impl Fn(Input<'a>) -> PResult<'a, &'a [u8]> {
    move |i| {
        let Some((head, rest)) = i.split(n) else {
            let kind = FaultKind::Truncated {
                needed: n as u64,
                left: i.len() as u64,
            };
            return Err(nom::Err::Error(Fault::new(kind, i.span())));
        };
        Ok((rest, head.bytes()))
    }
}

/// MySQL's length-encoded integer: 1, 3, 4 or 9 bytes (manual: "Protocol::LengthEncodedInteger").
///
/// The prefixes 0xfb (NULL) and 0xff are no numbers: [`FaultKind::BadLength`].
pub fn lenenc(i: Input<'_>) -> PResult<'_, u64> {
    let (rest, first) = u8(i)?;
    match first {
        0..=0xfa => Ok((rest, u64::from(first))),
        0xfc => uint_le(2)(rest),
        0xfd => uint_le(3)(rest),
        0xfe => uint_le(8)(rest),
        _ => {
            let kind = FaultKind::BadLength {
                value: u64::from(first),
                max: 0xfe,
            };
            Err(nom::Err::Error(Fault::new(kind, i.span_of(1))))
        }
    }
}

/// The serialization library's unsigned varint (MySQL `libs/mysql/serialization`): the trailing
/// 1-bits of the first byte count the bytes that follow it.
pub fn varint(i: Input<'_>) -> PResult<'_, u64> {
    let (rest, first) = u8(i)?;
    let extra = first.trailing_ones() as usize;
    let (rest, low) = uint_le(extra)(rest)?;
    let value = match extra {
        8 => low,
        7 => low,
        n => (low << (7 - n)) | (u64::from(first) >> (n + 1)),
    };
    Ok((rest, value))
}

/// The signed varint: the low bit is the sign, the rest the magnitude (less one for negatives).
pub fn varint_signed(i: Input<'_>) -> PResult<'_, i64> {
    let (rest, raw) = varint(i)?;
    let magnitude = (raw >> 1) as i64;
    Ok((rest, if raw & 1 == 1 { !magnitude } else { magnitude }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Space;

    fn on(bytes: &[u8]) -> Input<'_> {
        Input::new(bytes, Space::FILE, 100)
    }

    #[test]
    fn length_encoded_integers() {
        for (bytes, value) in [
            (&[0xfa][..], 0xfa),
            (&[0xfc, 1, 2], 0x201),
            (&[0xfd, 1, 2, 3], 0x30201),
            (&[0xfe, 1, 0, 0, 0, 0, 0, 0, 0x80], 0x8000_0000_0000_0001),
        ] {
            let (rest, got) = lenenc(on(bytes)).unwrap();
            assert_eq!((got, rest.len()), (value, 0));
        }
        assert!(lenenc(on(&[0xfb])).is_err() && lenenc(on(&[0xff])).is_err());
    }

    #[test]
    fn varints_of_a_published_tagged_gtid() {
        // go-mysql issue 845: GNO 111111, last_committed 472, immediate timestamp.
        let signed = |bytes| varint_signed(on(bytes)).unwrap().1;
        assert_eq!(signed(&[0x73, 0x20, 0x1b]), 111_111);
        assert_eq!(signed(&[0xc1, 0x0e]), 472);
        let ts = [0x7f, 0x23, 0x35, 0x48, 0x61, 0xbd, 0x26, 0x06];
        assert_eq!(varint(on(&ts)).unwrap().1, 1_731_444_683_060_515);
        assert_eq!(signed(&[0x02]), -1);
        assert_eq!(varint(on(&[0xff; 9])).unwrap().1, u64::MAX);
    }

    #[test]
    fn a_short_input_says_where_and_how_much() {
        let Err(nom::Err::Error(fault)) = u48(on(&[1, 2])) else {
            panic!("must fail")
        };
        assert_eq!(fault.kind, FaultKind::Truncated { needed: 6, left: 2 });
        assert_eq!((fault.span.start, fault.span.len), (100, 2));
    }
}
