//! Figures as tables: on the terminal, and before beside after in `RESULTS.md`.

use super::figures::Figures;
use crate::shell::Outcome;
use std::fmt::Write;

/// A line of the report.
struct Line {
    what: &'static str,
    /// The figure, and the one it is divided by.
    name: &'static str,
    per: Option<&'static str>,
    unit: &'static str,
    goal: Goal,
}

enum Goal {
    None,
    /// The median, or its ratio if there is one, is at most this.
    AtMost(f64),
    /// What it is divided by takes at least so many times as long.
    Faster(f64),
}

const fn line(
    what: &'static str,
    name: &'static str,
    per: Option<&'static str>,
    unit: &'static str,
    goal: Goal,
) -> Line {
    Line {
        what,
        name,
        per,
        unit,
        goal,
    }
}

/// Part by part what is promised.
const LINES: &[Line] = &[
    line("`cat FILE \\| wc -c`", "cat", None, "s", Goal::None),
    line(
        "`binlight check --fast`, per `cat`",
        "check",
        Some("cat"),
        "s",
        Goal::AtMost(1.3),
    ),
    line(
        "`mysql_common`: every row decoded",
        "mysql_common",
        None,
        "s",
        Goal::None,
    ),
    line(
        "`binlight rows`, as JSON Lines",
        "rows",
        Some("mysql_common"),
        "s",
        Goal::Faster(5.0),
    ),
    line("`mysqlbinlog -vv`", "tool", None, "s", Goal::None),
    line(
        "`binlight text`",
        "text",
        Some("tool"),
        "s",
        Goal::Faster(4.0),
    ),
    line(
        "page: the worker reads the file",
        "read_only",
        None,
        "ms",
        Goal::None,
    ),
    line(
        "page: open, per reading",
        "index",
        Some("read_only"),
        "ms",
        Goal::AtMost(1.25),
    ),
    line(
        "page: `sql:\"…\"` that finds nothing, per reading",
        "search",
        Some("read_only"),
        "ms",
        Goal::AtMost(1.5),
    ),
    line(
        "page: renderer's peak while opening",
        "peak_open",
        None,
        "MiB",
        Goal::AtMost(450.0),
    ),
    line(
        "page: renderer's peak in use",
        "peak_used",
        None,
        "MiB",
        Goal::AtMost(600.0),
    ),
    line("page: timeline pan", "pan", None, "ms", Goal::AtMost(100.0)),
    line("page: sort", "sort", None, "ms", Goal::AtMost(100.0)),
    line(
        "page: `type:` filter",
        "type",
        None,
        "ms",
        Goal::AtMost(100.0),
    ),
    line(
        "page: overview",
        "overview",
        None,
        "ms",
        Goal::AtMost(100.0),
    ),
    line(
        "page: findings, and what else is asked of a whole log",
        "findings",
        None,
        "ms",
        Goal::AtMost(100.0),
    ),
];

/// What was measured, a line each.
pub(super) fn plain(figures: &Figures) -> String {
    let mut out = String::new();
    for line in LINES {
        if let Some(cell) = line.cell(figures) {
            let _ = writeln!(out, "   {}: {cell}", line.what.replace('\\', ""));
        }
    }
    out
}

/// Makes `tests/bench/RESULTS.md` of what is kept, the text below its tables left as it is.
pub(super) fn write() -> Outcome {
    const PATH: &str = "tests/bench/RESULTS.md";
    const END: &str = "<!-- what follows is written by hand -->";
    let before = Figures::kept("before").unwrap_or_default();
    let after = Figures::kept("after").unwrap_or_default();
    let old = std::fs::read_to_string(PATH).unwrap_or_default();
    let by_hand = old.split_once(END).map_or("\n", |(_, rest)| rest);
    let mut out = String::from(
        "# Results\n\nMade by `cargo xtask bench --keep after`. A cell: median of the runs, in brackets the fastest and the slowest; `×` is the ratio to the line named, of the same run. A figure counts by its ratio: the machine did other things at the same time, as its load says.\n\n",
    );
    let _ = writeln!(out, "| | before | after | goal | |\n|---|---|---|---|---|");
    for line in LINES {
        let cell = |figures| line.cell(figures).unwrap_or_else(|| "–".into());
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            line.what,
            cell(&before),
            cell(&after),
            line.goal.text(line.per.is_some(), line.unit),
            line.verdict(&after),
        );
    }
    let _ = writeln!(out, "\n| | before | after |\n|---|---|---|");
    for key in [
        "commit",
        "log",
        "bytes",
        "cores",
        "load_before",
        "load_after",
    ] {
        let cell = |f: &Figures| f.about.get(key).map_or("–".into(), ToString::to_string);
        let _ = writeln!(out, "| {key} | {} | {} |", cell(&before), cell(&after));
    }
    let _ = write!(out, "\n{END}{by_hand}");
    std::fs::write(PATH, out).map_err(|e| format!("{PATH}: {e}"))
}

impl Line {
    fn cell(&self, figures: &Figures) -> Option<String> {
        let (median, low, high) = figures.of(self.name)?;
        let digits = if self.unit == "s" { 2 } else { 0 };
        let mut cell = format!(
            "{median:.digits$} {} ({low:.digits$}–{high:.digits$})",
            self.unit
        );
        let ratio = self.per.and_then(|per| figures.ratio(self.name, per));
        if let Some((ratio, _, _)) = ratio {
            let shown = match self.goal {
                Goal::Faster(_) => format!(", {:.2} times as fast", 1.0 / ratio),
                _ => format!(", × {ratio:.2}"),
            };
            cell += &shown;
        }
        Some(cell)
    }

    fn verdict(&self, figures: &Figures) -> &'static str {
        let ratio = self.per.and_then(|per| figures.ratio(self.name, per));
        let value = match self.per {
            Some(_) => ratio,
            None => figures.of(self.name),
        };
        let met = match (value, &self.goal) {
            (None, _) | (_, Goal::None) => return "",
            (Some((value, _, _)), Goal::AtMost(most)) => value <= *most,
            (Some((value, _, _)), Goal::Faster(times)) => 1.0 / value >= *times,
        };
        if met { "met" } else { "falls short" }
    }
}

impl Goal {
    fn text(&self, is_ratio: bool, unit: &str) -> String {
        match self {
            Goal::None => String::new(),
            Goal::AtMost(most) if is_ratio => format!("≤ × {most}"),
            Goal::AtMost(most) => format!("≤ {most} {unit}"),
            Goal::Faster(times) => format!("≥ {times} times as fast"),
        }
    }
}
