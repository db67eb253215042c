//! The two compressions of events: MySQL's zstd payloads, MariaDB's zlib bodies.

use crate::bytes::clip::first;
use crate::fault::{Fault, FaultKind};
use crate::int;
use crate::limits;
use crate::trace::{Reader, Result, Trace};
use alloc::{borrow::ToOwned, vec::Vec};
use miniz_oxide::inflate::{DecompressError, TINFLStatus};
use ruzstd::decoding::FrameDecoder;
use ruzstd::io::Read;

/// Unpacks concatenated zstd frames, at most `cap` bytes.
pub fn zstd(packed: &[u8], cap: usize) -> core::result::Result<Vec<u8>, FaultKind> {
    let mut out = Vec::new();
    let mut rest = packed;
    let mut buffer = alloc::vec![0; 64 << 10];
    while !rest.is_empty() {
        let mut decoder = FrameDecoder::new();
        decoder
            .reset(&mut rest)
            .map_err(|_| FaultKind::Compressed)?;
        loop {
            let strategy = ruzstd::decoding::BlockDecodingStrategy::UptoBytes(buffer.len());
            let done = decoder
                .decode_blocks(&mut rest, strategy)
                .map_err(|_| FaultKind::Compressed)?;
            loop {
                let n = decoder
                    .read(&mut buffer)
                    .map_err(|_| FaultKind::Compressed)?;
                if n == 0 {
                    break;
                }
                if out.len() + n > cap {
                    return Err(FaultKind::Unpacked { cap: cap as u64 });
                }
                out.extend_from_slice(first(&buffer, n));
            }
            if done {
                break;
            }
        }
    }
    Ok(out)
}

/// Unpacks one zlib stream, at most `cap` bytes.
pub fn zlib(packed: &[u8], cap: usize) -> core::result::Result<Vec<u8>, FaultKind> {
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, cap).map_err(inflate_fault(cap))
}

fn inflate_fault(cap: usize) -> impl Fn(DecompressError) -> FaultKind {
    move |e| match e.status {
        TINFLStatus::HasMoreOutput => FaultKind::Unpacked { cap: cap as u64 },
        _ => FaultKind::Compressed,
    }
}

/// Unpacks a value of one of MariaDB's COMPRESSED columns (`sql/field.cc`,
/// `Field_longstr::uncompress`): a byte, method in bits 4 to 7 (0 none, 8 zlib), bit 3 for a stream
/// without zlib's frame, bits 0 to 2 how many bytes the length takes; the length big-endian; the stream.
/// No bytes at all are the empty value.
///
/// # Errors
/// [`FaultKind::Algorithm`], [`FaultKind::Compressed`], [`FaultKind::Unpacked`], or
/// [`FaultKind::UnpackedSize`] where the length lies.
pub fn mariadb_column(data: &[u8]) -> core::result::Result<Vec<u8>, FaultKind> {
    let Some((head, rest)) = data.split_first() else {
        return Ok(Vec::new());
    };
    match head >> 4 {
        0 => return Ok(rest.to_vec()),
        8 => {}
        _ => {
            return Err(FaultKind::Algorithm {
                code: u64::from(*head),
            });
        }
    }
    let (len, stream) = rest
        .split_at_checked(usize::from(head & 7))
        .ok_or(FaultKind::Compressed)?;
    let declared = len.iter().fold(0u64, |v, b| v << 8 | u64::from(*b));
    let cap = usize::try_from(declared)
        .unwrap_or(limits::VALUE_UNPACKED)
        .min(limits::VALUE_UNPACKED);
    let out = if head & 8 != 0 {
        miniz_oxide::inflate::decompress_to_vec_with_limit(stream, cap).map_err(inflate_fault(cap))
    } else {
        zlib(stream, cap)
    };
    let out = out.map_err(|kind| match kind {
        FaultKind::Unpacked { cap } if cap == declared => FaultKind::UnpackedSize {
            declared,
            actual: cap.saturating_add(1),
        },
        other => other,
    })?;
    if out.len() as u64 == declared {
        Ok(out)
    } else {
        Err(FaultKind::UnpackedSize {
            declared,
            actual: out.len() as u64,
        })
    }
}

/// Reads MariaDB's compressed form (`sql/log_event.cc`, `binlog_buf_compress`): a byte
/// `0x80 | algorithm << 4 | n`, the original length as `n` (1–4) bytes big-endian, a zlib stream.
/// The whole rest of `r` is used. Returns what came out.
pub fn mariadb<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<Vec<u8>> {
    let head = r.u8(
        "compression_header",
        "Bit 7 is set; bits 4 to 6 are the algorithm, bits 0 to 2 how many bytes the length takes.",
    )?;
    let algorithm = (head >> 4) & 7;
    r.note(|| {
        if algorithm == 0 {
            "zlib".to_owned()
        } else {
            "unknown algorithm".to_owned()
        }
    });
    let declared = r.field(
        "original_length",
        "Bytes before compression.",
        int::uint_be(usize::from(head & 7).min(4)),
    )?;
    if head & 0x80 == 0 || algorithm != 0 {
        return Err(r.wrong(FaultKind::Algorithm {
            code: u64::from(head),
        }));
    }
    let at = r.rest();
    let len = r.left();
    // The length is not trusted: it only lowers the cap.
    let cap = usize::try_from(declared)
        .unwrap_or(limits::UNPACKED)
        .saturating_add(1)
        .min(limits::UNPACKED);
    let unpacked = zlib(at.bytes(), cap);
    r.bytes("compressed", "zlib stream.", len)?;
    let fault = |kind| Fault::new(kind, at.span());
    let out = unpacked.map_err(|kind| match kind {
        FaultKind::Unpacked { cap } if cap <= declared.saturating_add(1) => {
            fault(FaultKind::UnpackedSize {
                declared,
                actual: cap,
            })
        }
        other => fault(other),
    })?;
    if out.len() as u64 != declared {
        let wrong = fault(FaultKind::UnpackedSize {
            declared,
            actual: out.len() as u64,
        });
        r.trace().fault(&wrong);
    }
    Ok(out)
}
