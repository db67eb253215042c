//! Prebuilt programs from their makers' releases, where they can be had.

use crate::shell::{Outcome, works};
use std::path::Path;
use std::process::Command;

/// Downloads a `.tar.gz` and unpacks it into `into`, by way of the system's curl and tar.
/// Fails quickly where there is no network beyond package registries.
pub(crate) fn tar_gz(url: &str, into: &Path) -> Outcome {
    let archive = into.join("download.tar.gz");
    let fetched = works(
        Command::new("curl")
            .args(["-fsSL", "--connect-timeout", "8", "--max-time", "300", "-o"])
            .arg(&archive)
            .arg(url),
    );
    if !fetched {
        return Err(format!("{url} cannot be downloaded here"));
    }
    let unpacked = works(
        Command::new("tar")
            .arg("-xzf")
            .arg(&archive)
            .arg("-C")
            .arg(into)
            .arg("--strip-components=1"),
    );
    let _ = std::fs::remove_file(&archive);
    if unpacked {
        Ok(())
    } else {
        Err(format!("{url} is no archive that tar can unpack"))
    }
}

/// This machine as Rust's release archives name it, if they have it.
pub(crate) fn host() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some("x86_64-unknown-linux-gnu"),
        ("linux", "aarch64") => Some("aarch64-unknown-linux-gnu"),
        ("macos", "x86_64") => Some("x86_64-apple-darwin"),
        ("macos", "aarch64") => Some("aarch64-apple-darwin"),
        _ => None,
    }
}
