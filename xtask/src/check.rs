//! `cargo xtask test`: exactly what CI runs.

use crate::shell::{Outcome, cargo, output, run, say};
use crate::skips::Skips;
use crate::{bench, build, licences, serve, size, synth, tools};
use std::path::Path;
use std::process::Command;

/// All checks; the browser's too if `browser`.
pub(crate) fn all(browser: bool) -> Outcome {
    say("format");
    run(cargo().args(["fmt", "--all", "--check"]))?;
    say("clippy");
    run(cargo()
        .args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ])
        .env_remove("RUSTC"))?;
    wasm_clippy()?;
    say("parser without default features");
    run(cargo().args([
        "check",
        "--quiet",
        "-p",
        "binlight-parser",
        "--no-default-features",
    ]))?;
    let mut skips = Skips::begin()?;
    say("native tests");
    run(skips.listen(cargo().args(["test", "--workspace", "--quiet"])))?;
    say("documentation");
    run(cargo()
        .args(["doc", "--workspace", "--no-deps", "--quiet"])
        .env("RUSTDOCFLAGS", "-D warnings"))?;
    licences::check()?;
    fuzz_targets()?;
    let tools = build::dist()?;
    size::check()?;
    if browser {
        wasm_tests(&tools)?;
        end_to_end(&mut skips)?;
    }
    // Figures of a small log are printed, not judged: a machine that cannot measure fails no test.
    if let Err(why) = bench::bench(&bench::Options::small(browser)) {
        println!("   (not measured: {why})");
    }
    say("what tests left out");
    skips.end()?;
    say("all checks passed");
    Ok(())
}

/// Clippy for wasm32, where the usual toolchain has that target (Debian's has no clippy).
fn wasm_clippy() -> Outcome {
    let has = output(Command::new("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        "wasm32-unknown-unknown",
    ]))
    .is_ok_and(|dir| Path::new(dir.trim()).exists());
    if !has {
        println!("   (for the host only: this toolchain has no wasm32 target)");
        return Ok(());
    }
    let args = [
        "clippy",
        "-p",
        "binlight-parser",
        "-p",
        "binlight-app",
        "--quiet",
        "--target",
        "wasm32-unknown-unknown",
        "--",
        "-D",
        "warnings",
    ];
    run(cargo().args(args))
}

/// The fuzz targets still build; running them takes `cargo fuzz` and its compiler.
fn fuzz_targets() -> Outcome {
    say("fuzz targets");
    run(cargo()
        .args(["check", "--quiet", "--manifest-path", "fuzz/Cargo.toml"])
        .args(["--target-dir", "target/fuzz"]))
}

/// The parser's corpus test as wasm, in Node: the run where `usize` has 32 bits.
fn wasm_tests(tools: &tools::Tools) -> Outcome {
    say("the corpus on wasm32");
    tools::browser()?; // Node, too
    let mut test = tools.command("cargo")?;
    test.args(["test", "-p", "binlight-parser", "--release"])
        .args(["--target", "wasm32-unknown-unknown", "--test", "wasm"])
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        );
    run(&mut test)
}

pub(crate) fn node(script: &[&str]) -> Outcome<Command> {
    let (modules, chromium) = tools::browser()?;
    let mut node = Command::new("node");
    node.args(script)
        .env("PLAYWRIGHT", modules.join("playwright-core/index.mjs"))
        .env("CHROMIUM", chromium);
    Ok(node)
}

fn end_to_end(skips: &mut Skips) -> Outcome {
    let large = Path::new("target/synth/e2e.binlog");
    if !large.exists() {
        synth::synth(synth::WORKLOAD, "64MiB", &large.to_string_lossy())?;
    }
    let command = build::command(false)?;
    let url = serve::in_background(Path::new("dist"))?;
    say(&format!("browser tests against {url}"));
    let mut tests: Vec<_> = std::fs::read_dir("tests/e2e")
        .map_err(|e| format!("tests/e2e: {e}"))?
        .flatten()
        .map(|f| f.path())
        .collect();
    tests.retain(|p| p.to_string_lossy().ends_with(".test.mjs"));
    tests.sort();
    // One file after the other: they are timed by nothing, but a browser each is enough.
    for test in &tests {
        run(skips
            .listen_to_node(&mut node(&["--test"])?)
            .arg(test)
            .env("BASE_URL", &url)
            .env("BINLIGHT", &command)
            .env("LARGE_LOG", large))?;
    }
    Ok(())
}
