//! Which module may use which, and who may speak to the browser: the arrows of ARCHITECTURE.md.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

use std::path::{Path, PathBuf};

const ALLOWED: &[(&str, &[&str])] = &[
    ("protocol", &[]),
    ("worker", &["protocol"]),
    // Links name events by the protocol's places.
    ("model", &["protocol"]),
    ("widgets", &["model"]),
    ("platform", &["protocol"]),
    ("client", &["protocol", "platform"]),
    ("state", &["client", "protocol", "model", "platform"]),
    (
        "views",
        &["state", "model", "widgets", "platform", "protocol"],
    ),
];

/// Files that call the browser beyond the event types of `view!`.
const BROWSER: &[&str] = &[
    "platform/",
    "widgets/",
    "client/",
    "protocol/codec.rs",
    "worker/mod.rs",
    "worker/reader.rs",
    "worker/source.rs",
    "state/",
];

#[test]
fn no_module_uses_one_above_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let name = file
            .strip_prefix(&src)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        let module = name.split(['/', '.']).next().unwrap().to_owned();
        let Some((_, allowed)) = ALLOWED.iter().find(|(m, _)| *m == module) else {
            assert!(
                ["lib", "bin"].contains(&module.as_str()),
                "{module} has no line in ALLOWED"
            );
            continue;
        };
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|l| !l.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect();
                if !used.is_empty() && used != module && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{name}: {}", line.trim()));
                }
            }
            if line.contains("protocol::codec") && module == "views" {
                wrong.push(format!("{name}: {}", line.trim()));
            }
            if line.contains("web_sys::") && !BROWSER.iter().any(|b| name.starts_with(b)) {
                wrong.push(format!("{name}: {}", line.trim()));
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
