//! The one pass over a log in memory: frames, checksums, index, transactions, notes.
//!
//! ```text
//! LOG=FILE cargo bench -p binlight-engine --bench pass
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a benchmark"
)]

use binlight_engine::log::Log;
use binlight_parser::stream::{Framer, Step};
use std::time::Instant;

/// Bytes handed to the framer at once, as the page does.
const PIECE: usize = 16 << 20;

fn main() {
    let Ok(path) = std::env::var("LOG") else {
        println!("LOG=FILE names the log to be read; nothing to do");
        return;
    };
    let bytes = std::fs::read(&path).unwrap();
    for _ in 0..3 {
        let began = Instant::now();
        let (mut framer, mut frames) = (Framer::new(Some(bytes.len() as u64)), 0u64);
        each_frame(&mut framer, &bytes, |_, _| frames += 1);
        let framed = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let mut framer = Framer::new(Some(bytes.len() as u64));
        let mut log = Log::default();
        each_frame(&mut framer, &bytes, |frame, event| {
            log.observe(frame, event);
        });
        let indexed = began.elapsed().as_secs_f64();
        println!(
            "frames {framed:.3} s, whole pass {indexed:.3} s ({:.0} ns an event, {} events, {} transactions)",
            indexed * 1e9 / frames as f64,
            log.index().events.len(),
            log.transactions().len(),
        );
    }
}

fn each_frame(
    framer: &mut Framer,
    bytes: &[u8],
    mut use_it: impl FnMut(&binlight_parser::stream::Frame, &[u8]),
) {
    let (mut at, mut end) = (0, PIECE.min(bytes.len()));
    loop {
        match framer.step(&bytes[at..end], end == bytes.len()) {
            Step::Need(_) => end = (end + PIECE).min(bytes.len()),
            Step::End => break,
            Step::Kind { consumed, .. } | Step::Skip { consumed } => at += consumed,
            Step::Frame {
                frame,
                consumed,
                held,
            } => {
                let event = if held { &bytes[at..at + consumed] } else { &[] };
                use_it(&frame, event);
                at += consumed;
            }
        }
    }
}
