//! The command, run.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A file of the repository.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// The command with these words; files of the repository begin with `tests/` or `public/`.
pub fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_binlight"));
    for word in words {
        if word.starts_with("tests/") || word.starts_with("public/") {
            command.arg(file(word));
        } else {
            command.arg(word);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// What the command prints, says, and its exit code.
pub fn run(words: &[&str]) -> (String, String, i32) {
    told(&command(words).output().unwrap())
}

/// Output as text.
pub fn told(output: &Output) -> (String, String, i32) {
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
        output.status.code().unwrap(),
    )
}

/// What the command prints, which must go well.
pub fn prints(words: &[&str]) -> String {
    let (out, said, code) = run(words);
    assert_eq!(code, 0, "{words:?}: {said}");
    out
}

/// Lines of JSON.
pub fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}
