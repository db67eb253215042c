//! How a test says that it could not look. Used by the tests of all crates.

use std::io::Write;

/// Says that the running test leaves something out, and why: past the harness, which shows what a passing
/// test prints to nobody, and to the list that `cargo xtask test` counts (`BINLIGHT_SKIPS`, a file).
pub fn skipped(why: &str) {
    let thread = std::thread::current();
    let line = format!("skipped: {}: {why}\n", thread.name().unwrap_or("a test"));
    let _ = std::io::stderr().write_all(line.as_bytes());
    if let Some(list) = std::env::var_os("BINLIGHT_SKIPS") {
        let list = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(list);
        let written = list.and_then(|mut file| file.write_all(line.as_bytes()));
        assert!(
            written.is_ok(),
            "the list of skips cannot be written: {written:?}"
        );
    }
}
