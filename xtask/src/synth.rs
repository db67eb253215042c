//! A large log made of a small one: its transactions again and again, with positions, sizes,
//! times, GTID numbers and checksums as a server would have written them.

use crate::shell::{Outcome, say};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// What is repeated: a shop's inserts, updates and deletes, made by a real server.
const SOURCE: &str = "tests/fixtures/mysql-9.7/workload.binlog";

const HEADER: usize = 19;
const GTID: u8 = 33;
const ROTATE: u8 = 4;
const STOP: u8 = 3;

/// Writes a log of about `size` (e.g. `1GiB`, `64MiB`) to `out`.
pub(crate) fn synth(size: &str, out: &str) -> Outcome {
    let wanted = bytes(size).ok_or_else(|| format!("{size} is no size: 64MiB, 1GiB"))?;
    let source = std::fs::read(SOURCE).map_err(|e| format!("{SOURCE}: {e}"))?;
    let events = events(&source)?;
    let first_gtid = events
        .iter()
        .position(|e| e[4] == GTID)
        .ok_or("the source has no transaction")?;
    let (head, rest) = events.split_at(first_gtid);
    let body: Vec<&[u8]> = rest
        .iter()
        .copied()
        .filter(|e| e[4] != ROTATE && e[4] != STOP)
        .collect();

    say(&format!("writing {out}"));
    if let Some(folder) = Path::new(out).parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let partial = format!("{out}.partial");
    let io = |e: std::io::Error| format!("{partial}: {e}");
    let mut writer = Writer {
        out: BufWriter::with_capacity(1 << 20, File::create(&partial).map_err(io)?),
        at: 4,
        events: 0,
    };
    writer.out.write_all(b"\xfebin").map_err(io)?;
    for event in head {
        writer.write(event, |_| {}).map_err(io)?;
    }
    let start = u32::from_le_bytes([body[0][0], body[0][1], body[0][2], body[0][3]]);
    let mut number = 0u64;
    'full: for round in 0u32.. {
        for event in &body {
            if event[4] == GTID {
                if writer.at >= wanted {
                    break 'full;
                }
                number += 1;
            }
            writer
                .write(event, |bytes| {
                    // About 500 transactions a second, from the source's own time on.
                    let now = start.wrapping_add((number / 500) as u32);
                    bytes[..4].copy_from_slice(&now.to_le_bytes());
                    if bytes[4] == GTID {
                        gtid(
                            bytes,
                            number,
                            u64::from(now) * 1_000_000 + number % 500 * 2000,
                        );
                    }
                })
                .map_err(io)?;
        }
        if round == u32::MAX {
            break;
        }
    }
    writer.out.flush().map_err(io)?;
    std::fs::rename(&partial, out).map_err(io)?;
    println!(
        "   {} bytes, {} events, {number} transactions",
        writer.at, writer.events
    );
    Ok(())
}

/// The events of a log with checksums, without its magic bytes.
fn events(log: &[u8]) -> Outcome<Vec<&[u8]>> {
    let mut events = Vec::new();
    let mut rest = log.get(4..).unwrap_or(&[]);
    while !rest.is_empty() {
        let size = rest
            .get(9..13)
            .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
        let size = size
            .filter(|n| *n >= HEADER + 4)
            .ok_or("the source is damaged")?;
        let (event, after) = rest.split_at_checked(size).ok_or("the source is cut off")?;
        events.push(event);
        rest = after;
    }
    Ok(events)
}

/// Sets a GTID event's number, logical clock and commit time (7 bytes; the source's transactions
/// were first committed where they were logged, so one time is all there is).
fn gtid(event: &mut [u8], number: u64, micros: u64) {
    event[HEADER + 17..HEADER + 25].copy_from_slice(&number.to_le_bytes());
    event[HEADER + 26..HEADER + 34].copy_from_slice(&(number - 1).to_le_bytes());
    event[HEADER + 34..HEADER + 42].copy_from_slice(&number.to_le_bytes());
    event[HEADER + 42..HEADER + 49].copy_from_slice(&micros.to_le_bytes()[..7]);
}

struct Writer {
    out: BufWriter<File>,
    at: u64,
    events: u64,
}

impl Writer {
    /// Writes a copy of `event`, changed by `change`, with its end position and checksum set.
    fn write(&mut self, event: &[u8], change: impl FnOnce(&mut [u8])) -> std::io::Result<()> {
        let mut bytes = event.to_vec();
        change(&mut bytes);
        self.at += bytes.len() as u64;
        self.events += 1;
        // The header has 32 bits; a server's wrap likewise.
        bytes[13..17].copy_from_slice(&(self.at as u32).to_le_bytes());
        bytes[17] &= !1;
        let end = bytes.len() - 4;
        let sum = crc32fast::hash(&bytes[..end]);
        bytes[end..].copy_from_slice(&sum.to_le_bytes());
        self.out.write_all(&bytes)
    }
}

fn bytes(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" => 0,
        "kib" | "k" => 10,
        "mib" | "m" => 20,
        "gib" | "g" => 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_shl(unit)
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes() {
        assert_eq!(super::bytes("1GiB"), Some(1 << 30));
        assert_eq!(super::bytes("64MiB"), Some(64 << 20));
        assert_eq!(
            (super::bytes("17"), super::bytes("GiB"), super::bytes("1XB")),
            (Some(17), None, None)
        );
    }
}
