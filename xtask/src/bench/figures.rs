//! What was measured: a few runs of each figure, and of what it is held against.

use crate::shell::{Outcome, output};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The runs of every figure, by its name in [`report`](super::report).
#[derive(Debug, Default)]
pub(super) struct Figures {
    pub(super) runs: BTreeMap<String, Vec<f64>>,
    /// On what, when, and how busy the machine was with other things.
    pub(super) about: Map<String, Json>,
}

impl Figures {
    /// No figures yet of this log.
    pub(super) fn begin(log: &Path) -> Outcome<Figures> {
        let bytes = std::fs::metadata(log).map_err(|e| e.to_string())?.len();
        let name = log.file_name().unwrap_or_default().to_string_lossy();
        let mut figures = Figures::default();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let commit = output(Command::new("git").args(["describe", "--always", "--dirty"]));
        figures.about.insert("log".into(), json!(name));
        figures.about.insert("bytes".into(), json!(bytes));
        figures.about.insert("cores".into(), json!(cores));
        let commit = commit.unwrap_or_default();
        figures.about.insert("commit".into(), json!(commit.trim()));
        figures.about.insert("load_before".into(), json!(load()));
        Ok(figures)
    }

    /// Nothing more will be measured.
    pub(super) fn end(&mut self) {
        self.about.insert("load_after".into(), json!(load()));
    }

    /// Takes a run of a figure.
    pub(super) fn add(&mut self, name: &str, value: f64) {
        if value.is_finite() {
            self.runs.entry(name.to_owned()).or_default().push(value);
        }
    }

    /// Median, smallest and largest run.
    pub(super) fn of(&self, name: &str) -> Option<(f64, f64, f64)> {
        spread(self.runs.get(name)?.clone())
    }

    /// The same of how many times `per` a figure is, run by run: what else the machine did weighs on both.
    pub(super) fn ratio(&self, name: &str, per: &str) -> Option<(f64, f64, f64)> {
        let pairs = self.runs.get(name)?.iter().zip(self.runs.get(per)?);
        spread(pairs.map(|(a, b)| a / b).collect())
    }

    /// Keeps them as `tests/bench/NAME.json`; figures that were kept there and not measured now stay.
    pub(super) fn keep(&self, name: &str) -> Outcome {
        let mut kept = Figures::kept(name).unwrap_or_default();
        kept.runs.extend(self.runs.clone());
        kept.about.extend(self.about.clone());
        let json = json!({ "about": kept.about, "runs": kept.runs });
        let text = serde_json::to_string_pretty(&json).map_err(|e| e.to_string())?;
        let path = file(name);
        std::fs::write(&path, text + "\n").map_err(|e| format!("{}: {e}", path.display()))
    }

    /// What was kept under this name.
    pub(super) fn kept(name: &str) -> Option<Figures> {
        let text = std::fs::read_to_string(file(name)).ok()?;
        let json: Json = serde_json::from_str(&text).ok()?;
        let runs = json["runs"].as_object()?.iter().map(|(name, runs)| {
            let runs = runs.as_array().into_iter().flatten();
            (name.clone(), runs.filter_map(Json::as_f64).collect())
        });
        Some(Figures {
            runs: runs.collect(),
            about: json["about"].as_object()?.clone(),
        })
    }
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(format!("tests/bench/{name}.json"))
}

fn spread(mut runs: Vec<f64>) -> Option<(f64, f64, f64)> {
    runs.sort_by(f64::total_cmp);
    let median = *runs.get(runs.len() / 2)?;
    Some((median, *runs.first()?, *runs.last()?))
}

/// Programs that waited for a core, on average over the last minute.
fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split(' ').next().unwrap_or_default();
    first.parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_ratios_run_by_run() {
        let mut figures = Figures::default();
        for (a, b) in [(10.0, 5.0), (30.0, 10.0), (8.0, 8.0)] {
            figures.add("a", a);
            figures.add("b", b);
        }
        figures.add("a", f64::NAN);
        assert_eq!(figures.of("a"), Some((10.0, 8.0, 30.0)));
        assert_eq!(figures.ratio("a", "b"), Some((2.0, 1.0, 3.0)));
        assert_eq!((figures.of("c"), figures.ratio("a", "c")), (None, None));
    }
}
