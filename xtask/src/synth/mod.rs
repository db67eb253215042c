//! A large log made of a small one: its transactions again and again, with positions, GTIDs, logical
//! clock, times, lengths and checksums as a server would have written them.
//!
//! ```text
//! source ──frames──▶ head | transactions, their counting fields as templates ──rounds──▶ log
//! ```
//!
//! What compression hides (the events of a payload) is repeated as it is.

mod counters;
mod source;
mod template;

use crate::shell::{Outcome, say};
use binlight_parser::stream::header::HEADER_LEN;
use counters::Steps;
use source::{Event, Source};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// What is repeated unless another log is given: a shop's inserts, updates and deletes, made by a
/// real server.
pub(crate) const WORKLOAD: &str = "tests/fixtures/mysql-9.7/workload.binlog";

/// Writes a log of about `size` (e.g. `1GiB`, `64MiB`; it ends with the transaction that passes it) to
/// `out`, out of the transactions of `from`, which may be compressed by zstd.
pub(crate) fn synth(from: &str, size: &str, out: &str) -> Outcome {
    let wanted = bytes(size).ok_or_else(|| format!("{size} is no size: 64MiB, 1GiB"))?;
    let source = Source::read(from)?;
    say(&format!("writing {out}"));
    if let Some(folder) = Path::new(out).parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let partial = format!("{out}.partial");
    let io = |e: std::io::Error| format!("{partial}: {e}");
    let file = BufWriter::with_capacity(1 << 20, File::create(&partial).map_err(io)?);
    let written = repeat(&source, wanted, file).map_err(io)?;
    std::fs::rename(&partial, out).map_err(io)?;
    println!(
        "   {} bytes, {} events, {} transactions",
        written.at, written.events, written.transactions
    );
    Ok(())
}

fn repeat(source: &Source, wanted: u64, out: impl Write) -> std::io::Result<Writer<impl Write>> {
    let mut writer = Writer::start(out)?;
    let steps = source.counters.steps(wanted / source.body_len().max(1));
    for event in &source.head {
        writer.write(event, 0, &steps)?;
    }
    'full: for round in 0.. {
        for event in &source.body {
            if event.begins_transaction {
                if writer.at >= wanted {
                    break 'full;
                }
                writer.transactions += 1;
            }
            writer.write(event, round, &steps)?;
        }
    }
    writer.out.flush()?;
    Ok(writer)
}

struct Writer<W> {
    out: W,
    bytes: Vec<u8>,
    /// Bytes written.
    at: u64,
    events: u64,
    transactions: u64,
}

impl<W: Write> Writer<W> {
    fn start(mut out: W) -> std::io::Result<Self> {
        out.write_all(b"\xfebin")?;
        Ok(Writer {
            out,
            bytes: Vec::new(),
            at: 4,
            events: 0,
            transactions: 0,
        })
    }

    /// Writes `event` as the log has it in this round (the first is 0).
    fn write(&mut self, event: &Event, round: u64, steps: &Steps) -> std::io::Result<()> {
        let bytes = &mut self.bytes;
        bytes.clear();
        match &event.template {
            Some(template) => {
                bytes.extend_from_slice(&event.bytes[..HEADER_LEN]);
                template.body(round, steps, bytes);
                bytes.resize(bytes.len() + event.checksum_len, 0);
                let size = bytes.len() as u32;
                bytes[9..13].copy_from_slice(&size.to_le_bytes());
            }
            None => bytes.extend_from_slice(&event.bytes),
        }
        let timestamp = steps.timestamp(event.header.timestamp, round);
        bytes[..4].copy_from_slice(&timestamp.to_le_bytes());
        self.at += bytes.len() as u64;
        self.events += 1;
        if event.header.log_pos != 0 {
            // The header has 32 bits; a server's wrap likewise.
            bytes[13..17].copy_from_slice(&(self.at as u32).to_le_bytes());
        }
        // The log is closed: no BINLOG_IN_USE.
        bytes[17] &= !1;
        if event.checksum_len > 0 {
            let end = bytes.len() - event.checksum_len;
            let sum = crc32fast::hash(&bytes[..end]);
            bytes[end..].copy_from_slice(&sum.to_le_bytes());
        }
        self.out.write_all(bytes)
    }
}

/// `64MiB` as bytes.
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
mod tests;
