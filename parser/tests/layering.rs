//! Which module may use which: the arrows of ARCHITECTURE.md.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

use std::path::{Path, PathBuf};

/// What each module may name from `crate::`, itself and `bytes`, `codes`, `limits`, `fault`
/// excepted, which all may.
const ALLOWED: &[(&str, &[&str])] = &[
    ("bytes", &[]),
    ("codes", &[]),
    ("limits", &[]),
    ("fault", &[]),
    // A context holds decoded table maps.
    ("context", &["event"]),
    ("gtid", &[]),
    ("trace", &[]),
    ("stream", &["context"]),
    // `Column` is what a value is decoded by.
    ("value", &["event", "trace"]),
    ("event", &["trace", "value", "context", "stream", "gtid"]),
    ("rows", &["event", "value", "trace", "context", "stream"]),
    ("index", &["stream", "event", "context", "trace", "value"]),
    (
        "transactions",
        &["index", "gtid", "event", "context", "sql"],
    ),
    ("column", &[]),
    ("sql", &[]),
    (
        "filter",
        &["log", "index", "transactions", "gtid", "sql", "notes"],
    ),
    ("timeline", &["log", "index", "transactions"]),
    ("overview", &["log", "index", "transactions"]),
    ("gtid_report", &["log", "gtid", "transactions"]),
    (
        "findings",
        &["log", "index", "transactions", "sql", "gtid_report"],
    ),
    ("notes", &["index", "event", "stream", "sql"]),
    (
        "log",
        &["index", "event", "stream", "trace", "transactions", "notes"],
    ),
    (
        "text",
        &["event", "value", "context", "stream", "trace", "gtid"],
    ),
    ("crypt", &["context", "stream"]),
    ("inspect", &["event", "trace", "context"]),
    ("describe", &["event", "stream", "trace"]),
];

const GROUND: &[&str] = &["bytes", "codes", "column", "limits", "fault"];

#[test]
fn no_module_uses_one_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let module = relative
            .iter()
            .next()
            .unwrap()
            .to_string_lossy()
            .trim_end_matches(".rs")
            .to_owned();
        let Some((_, allowed)) = ALLOWED.iter().find(|(m, _)| *m == module) else {
            assert_eq!(module, "lib", "{module} has no line in ALLOWED");
            continue;
        };
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|l| !l.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect();
                let fine = used == module
                    || GROUND.contains(&used.as_str())
                    || allowed.contains(&used.as_str())
                    || used.is_empty();
                // `pub(crate) use open_constants` and friends: macros of `codes`.
                if !fine && used != "open_constants" && used != "flag_set" {
                    wrong.push(format!("{}: {}", relative.display(), line.trim()));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "against the arrows:\n{}",
        wrong.join("\n")
    );
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}
