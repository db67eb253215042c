//! The two compressions of events: MySQL's zstd payloads, MariaDB's zlib bodies.

use crate::bytes::int;
use crate::fault::{Fault, FaultKind};
use crate::limits;
use crate::trace::{Reader, Result, Trace};
use alloc::{borrow::ToOwned, vec::Vec};
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
                out.extend_from_slice(&buffer[..n]);
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
    use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};
    decompress_to_vec_zlib_with_limit(packed, cap).map_err(|e| match e.status {
        TINFLStatus::HasMoreOutput => FaultKind::Unpacked { cap: cap as u64 },
        _ => FaultKind::Compressed,
    })
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
