//! The command `binlight` beside `cat`, `mysql_common` and the server's tool.

use super::figures::Figures;
use crate::build;
use crate::shell::{Outcome, cargo, output, say, works};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Each round runs all programs once, so that what else the machine does weighs on all of them.
pub(super) fn measure(log: &Path, runs: usize, figures: &mut Figures) -> Outcome {
    say("building binlight and its rivals (release)");
    let ours = build::command(true)?;
    let tool = tool();
    if tool.is_none() {
        println!("   (no mysqlbinlog of MySQL here; TOOL=… names one)");
    }
    for n in 0..=runs {
        say(&format!("native, run {n} of {runs}"));
        let mut round = Figures::default();
        let cat = format!("cat '{}' | wc -c", log.display());
        round.add("cat", seconds(Command::new("sh").args(["-c", &cat]))?);
        for (name, args) in [
            ("check", &["check", "--fast"][..]),
            ("rows", &["rows"]),
            ("text", &["text"]),
        ] {
            round.add(name, seconds(Command::new(&ours).args(args).arg(log))?);
        }
        round.add("mysql_common", mysql_common(log)?);
        if let Some(tool) = &tool {
            let decode = ["-vv", "--base64-output=decode-rows"];
            let mut words = tool.split_whitespace();
            let mut command = Command::new(words.next().unwrap_or_default());
            command.args(words).args(decode).arg(log);
            round.add("tool", seconds(&mut command)?);
        }
        // The first round fills the caches.
        if n > 0 {
            for (name, run) in &round.runs {
                run.iter().for_each(|v| figures.add(name, *v));
            }
        }
    }
    Ok(())
}

/// Seconds a program takes to its end, what it prints thrown away.
fn seconds(command: &mut Command) -> Outcome<f64> {
    let began = Instant::now();
    let shown = format!("{command:?}");
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|e| format!("{shown}: {e}"))?;
    if !status.success() {
        return Err(format!("failed ({status}): {shown}"));
    }
    Ok(began.elapsed().as_secs_f64())
}

/// Seconds in which `mysql_common` reads the log and decodes every row of it, printing nothing.
fn mysql_common(log: &Path) -> Outcome<f64> {
    let bench = [
        "bench",
        "--quiet",
        "-p",
        "binlight-engine",
        "--bench",
        "decode",
    ];
    let text = output(
        cargo()
            .args(bench)
            .env("LOG", log)
            .env("ONLY", "mysql_common"),
    )?;
    text.trim()
        .parse()
        .map_err(|_| format!("the benchmark `decode` says {text}"))
}

/// The command of MySQL's own tool: MariaDB's does not know all of MySQL's events.
fn tool() -> Option<String> {
    if let Ok(tool) = std::env::var("TOOL") {
        return Some(tool);
    }
    let here = works(Command::new("mysqlbinlog").arg("--version"));
    let version = here.then(|| output(Command::new("mysqlbinlog").arg("--version")).ok())??;
    (!version.contains("MariaDB") && !version.contains("mariadb")).then(|| "mysqlbinlog".into())
}
