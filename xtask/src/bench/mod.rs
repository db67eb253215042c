//! `cargo xtask bench`: how fast we are, beside what the machine, another library and the servers' tool can do,
//! in the same run; `tests/bench/RESULTS.md` is made of it.

mod chromium;
mod figures;
mod native;
mod report;

use crate::shell::{Outcome, say};
use crate::synth;
use figures::Figures;
use std::path::{Path, PathBuf};

/// The log that is repeated where it is at hand: small transactions, as most real ones.
const SYSBENCH: &str = "../shared/corpus/bench/sysbench-mysql-9.7.binlog.zst";

/// What to measure, and how often.
#[derive(Debug)]
pub(crate) struct Options {
    /// Size of the log, e.g. `1GiB`.
    pub(crate) size: String,
    pub(crate) runs: usize,
    /// A built page to measure instead of our own.
    pub(crate) dist: Option<PathBuf>,
    /// Where the figures are kept: `before` or `after`, in `tests/bench`; nowhere for a look.
    pub(crate) keep: Option<String>,
    pub(crate) native: bool,
    pub(crate) browser: bool,
}

impl Options {
    /// What CI measures: whether it works, and figures to look at.
    pub(crate) fn small(browser: bool) -> Options {
        Options {
            size: "64MiB".into(),
            runs: 1,
            dist: None,
            keep: None,
            native: true,
            browser,
        }
    }

    /// `[--size N] [--runs N] [--dist DIR] [--keep before|after] [--native | --browser]`.
    pub(crate) fn parse(args: &[&str]) -> Option<Options> {
        let mut options = Options {
            size: "1GiB".into(),
            runs: 5,
            dist: None,
            keep: None,
            native: true,
            browser: true,
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match *arg {
                "--size" => options.size = (*args.next()?).to_owned(),
                "--runs" => options.runs = args.next()?.parse().ok().filter(|n| *n > 0)?,
                "--dist" => options.dist = Some((*args.next()?).into()),
                "--keep" => {
                    let name = args.next().filter(|n| ["before", "after"].contains(n))?;
                    options.keep = Some((*name).to_owned());
                }
                "--native" => options.browser = false,
                "--browser" => options.native = false,
                _ => return None,
            }
        }
        Some(options)
    }
}

/// Measures, prints, and keeps the figures if asked to.
pub(crate) fn bench(options: &Options) -> Outcome {
    let log = log(&options.size)?;
    let mut figures = Figures::begin(&log)?;
    if options.native {
        native::measure(&log, options.runs, &mut figures)?;
    }
    if options.browser {
        chromium::measure(&log, options.runs, options.dist.as_deref(), &mut figures)?;
    }
    figures.end();
    say("figures");
    println!("{}", report::plain(&figures));
    if let Some(name) = &options.keep {
        figures.keep(name)?;
        report::write()?;
    }
    Ok(())
}

/// Works with `file` in Chromium as a user would, and prints how long its frames take.
pub(crate) fn frames(file: &str) -> Outcome {
    crate::build::dist()?;
    let url = crate::serve::in_background(Path::new("dist"))?;
    let mut script = crate::check::node(&["tests/bench/timeline.mjs", file])?;
    crate::shell::run(script.env("BASE_URL", &url))
}

/// The log of this size, made if it is not there.
fn log(size: &str) -> Outcome<PathBuf> {
    let (from, name) = if Path::new(SYSBENCH).is_file() {
        (SYSBENCH, "sysbench")
    } else {
        (synth::WORKLOAD, "workload")
    };
    let path = PathBuf::from(format!("target/synth/{name}-{size}.binlog"));
    if !path.is_file() {
        synth::synth(from, size, &path.to_string_lossy())?;
    }
    path.canonicalize()
        .map_err(|e| format!("{}: {e}", path.display()))
}
