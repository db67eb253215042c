//! The page in Chromium.

use super::figures::Figures;
use crate::check::node;
use crate::shell::{Outcome, output, say};
use crate::{build, serve};
use serde_json::Value as Json;
use std::path::Path;

/// Opens the log in a new page as often as `runs` says, and then works with it.
pub(super) fn measure(
    log: &Path,
    runs: usize,
    dist: Option<&Path>,
    figures: &mut Figures,
) -> Outcome {
    let dist = match dist {
        Some(dist) => dist.to_owned(),
        None => {
            build::dist()?;
            "dist".into()
        }
    };
    let url = serve::in_background(&dist)?;
    for n in 1..=runs {
        say(&format!("Chromium, run {n} of {runs}"));
        let mut script = node(&["tests/bench/page.mjs"])?;
        let printed = output(script.arg(log).env("BASE_URL", &url))?;
        let run: Json = serde_json::from_str(printed.trim())
            .map_err(|e| format!("tests/bench/page.mjs: {e}: {printed}"))?;
        for (name, value) in run.as_object().into_iter().flatten() {
            println!("   {name}: {value}");
            figures.add(name, value.as_f64().unwrap_or(f64::NAN));
        }
    }
    Ok(())
}
