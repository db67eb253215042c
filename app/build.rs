//! Hashes the sources that the page and its worker are built from, so that each message can say which
//! build it comes from.

use std::fs;
use std::path::{Path, PathBuf};

/// What decides how a message is written, and what is meant by it: our sources, and the versions of the
/// libraries. Relative to this crate.
const SOURCES: [&str; 7] = [
    "src",
    "Cargo.toml",
    "../engine/src",
    "../engine/Cargo.toml",
    "../parser/src",
    "../parser/Cargo.toml",
    "../Cargo.lock",
];

fn main() {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
        walk(Path::new(source), &mut files);
    }
    // Folders are listed in any order.
    files.sort();
    let mut hash = Fnv::default();
    for file in &files {
        let text = fs::read(file).unwrap_or_default();
        hash.add(file.to_string_lossy().replace('\\', "/").as_bytes());
        hash.add(&(text.len() as u64).to_le_bytes());
        hash.add(&text);
    }
    println!("cargo:rustc-env=BINLIGHT_BUILD={:016x}", hash.0);
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(path) else {
        return files.push(path.to_owned());
    };
    for entry in entries.flatten() {
        walk(&entry.path(), files);
    }
}

/// FNV-1a of 64 bits: the same in each build of the compiler, which std's hashers do not promise.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
