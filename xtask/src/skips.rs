//! What tests left out: they pass, but not for nothing.

use crate::shell::{Outcome, root};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The list that tests write to: a line for each that could not look (`tests/support/skip.rs`), and what
/// Node's tests report in TAP.
pub(crate) struct Skips {
    folder: PathBuf,
    reports: usize,
}

impl Skips {
    /// An empty list.
    pub(crate) fn begin() -> Outcome<Skips> {
        let folder = root().join("target/skips");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(Skips { folder, reports: 0 })
    }

    /// Has a test program of ours write to the list.
    pub(crate) fn listen<'c>(&self, tests: &'c mut Command) -> &'c mut Command {
        tests.env("BINLIGHT_SKIPS", self.folder.join("rust"))
    }

    /// Has Node's test runner write its report where it is counted, beside what it shows.
    pub(crate) fn listen_to_node<'c>(&mut self, node: &'c mut Command) -> &'c mut Command {
        self.reports += 1;
        let report = self.folder.join(format!("{}.tap", self.reports));
        node.args(["--test-reporter", "spec", "--test-reporter-destination"])
            .arg("stdout")
            .args(["--test-reporter", "tap", "--test-reporter-destination"])
            .arg(report)
    }

    /// Prints what was left out, each once, and how many that were.
    ///
    /// # Errors
    /// Where `CI` is set nothing may be left out.
    pub(crate) fn end(&self) -> Outcome {
        let skips = skips_in(&self.folder);
        for skip in &skips {
            println!("   {skip}");
        }
        println!("   {} skipped", skips.len());
        let in_ci = std::env::var_os("CI").is_some_and(|v| !v.is_empty());
        if in_ci && !skips.is_empty() {
            return Err(format!("{} tests left something out", skips.len()));
        }
        Ok(())
    }
}

fn skips_in(folder: &Path) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = files.filter_map(|f| std::fs::read_to_string(f.path()).ok());
    let mut skips = BTreeSet::new();
    for text in texts {
        skips.extend(text.lines().filter_map(skip_in));
    }
    skips
}

/// `skipped: TEST: WHY`, or TAP's `ok 3 - TEST # SKIP WHY`.
fn skip_in(line: &str) -> Option<String> {
    if line.starts_with("skipped: ") {
        return Some(line.to_owned());
    }
    let (test, why) = line.split_once(" # SKIP")?;
    let (_, name) = test.split_once(" - ")?;
    Some(format!("skipped: {name}: {}", why.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_lines_count_once() {
        let folder = root().join("target/skips-test");
        std::fs::create_dir_all(&folder).unwrap();
        let line = "skipped: a: no corpus\n";
        std::fs::write(folder.join("rust"), [line, line].concat()).unwrap();
        let tap = "TAP version 13\nok 1 - b # SKIP no corpus\nok 2 - c\n# skipped 1\n";
        std::fs::write(folder.join("1.tap"), tap).unwrap();
        let found: Vec<String> = skips_in(&folder).into_iter().collect();
        assert_eq!(found, ["skipped: a: no corpus", "skipped: b: no corpus"]);
    }
}
