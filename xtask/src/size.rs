//! What a first visit loads, as a static host with brotli sends it.

use crate::shell::{Outcome, say};
use std::io::Write;
use std::path::Path;

/// Bytes that the page may have, compressed: over a slow line this is what a user waits for. It has
/// 1,039,000, of them the worker 656,000; tables of Asian charsets are most of 157,000 of those.
const BUDGET: u64 = 1_060_000;

/// Prints the files of `dist/` that every visit loads (the samples are loaded when asked for), and what
/// they are together.
///
/// # Errors
/// More than the budget.
pub(crate) fn check() -> Outcome {
    say("size of the page");
    let mut sizes = sizes(Path::new("dist"))?;
    sizes.sort_by_key(|f| std::cmp::Reverse(f.packed));
    let (mut plain, mut packed) = (0, 0);
    for file in &sizes {
        plain += file.plain;
        packed += file.packed;
    }
    for file in sizes.iter().take(4) {
        println!("   {:9} {:9}  {}", file.plain, file.packed, file.name);
    }
    println!(
        "   {plain:9} {packed:9}  all {} files; brotli may have {BUDGET}",
        sizes.len()
    );
    if packed > BUDGET {
        return Err(format!(
            "the page has {packed} bytes under brotli, more than {BUDGET}"
        ));
    }
    Ok(())
}

struct File {
    name: String,
    plain: u64,
    packed: u64,
}

fn sizes(folder: &Path) -> Outcome<Vec<File>> {
    let io = |e: std::io::Error| format!("{}: {e}", folder.display());
    let mut sizes = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.path().is_file() || name.starts_with('.') {
            continue;
        }
        let bytes = std::fs::read(entry.path()).map_err(io)?;
        sizes.push(File {
            name,
            plain: bytes.len() as u64,
            packed: packed(&bytes).map_err(io)?,
        });
    }
    Ok(sizes)
}

fn packed(bytes: &[u8]) -> std::io::Result<u64> {
    let mut out = Vec::new();
    // The best quality, as for files that are compressed once.
    let mut writer = brotli::CompressorWriter::new(&mut out, 1 << 16, 11, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(out.len() as u64)
}
