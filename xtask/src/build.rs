//! `dist/`: the page for any static host.

use crate::shell::{Outcome, cargo, run, say};
use crate::tools::Tools;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Sets up, and builds `dist/` if anything it is made of is newer. Returns the tools.
pub(crate) fn dist() -> Outcome<Tools> {
    let tools = Tools::set_up()?;
    if is_fresh() {
        say("dist/ is up to date");
        return Ok(tools);
    }
    say("building the page (release; the first time takes some minutes)");
    let mut trunk = tools.command("trunk")?;
    trunk.args(["build", "--release", "--offline", "true"]);
    // Nothing half built may look finished.
    let _ = std::fs::remove_file(STAMP);
    run(&mut trunk)?;
    std::fs::write(STAMP, "").map_err(|e| format!("{STAMP}: {e}"))?;
    sizes();
    Ok(tools)
}

/// The command `binlight` into the bin folder of the user's cargo, with the page in it.
pub(crate) fn install() -> Outcome {
    dist()?;
    say("installing the command binlight (release; the first time takes some minutes)");
    run(cargo().args([
        "install",
        "--path",
        "cli",
        "--features",
        "page",
        "--locked",
        "--force",
    ]))
}

/// Builds the command `binlight` without the page, optimised or not; where it is.
pub(crate) fn command(release: bool) -> Outcome<PathBuf> {
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    run(cargo()
        .args(["build", "--quiet", "-p", "binlight"])
        .args(profile))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let folder = if release { "release" } else { "debug" };
    let name = format!("binlight{}", std::env::consts::EXE_SUFFIX);
    Ok(Path::new(&target).join(folder).join(name))
}

const STAMP: &str = "dist/.built";

fn sizes() {
    for file in ["app_bg.wasm", "worker_bg.wasm"] {
        if let Ok(meta) = std::fs::metadata(Path::new("dist").join(file)) {
            println!("   {file}: {} KiB", meta.len() / 1024);
        }
    }
}

/// Whether `dist/` is newer than all it is made of.
fn is_fresh() -> bool {
    let Ok(built) = std::fs::metadata(STAMP).and_then(|m| m.modified()) else {
        return false;
    };
    let parts = [
        "app",
        "engine/src",
        "engine/Cargo.toml",
        "parser/src",
        "parser/Cargo.toml",
        "public",
        "Trunk.toml",
        "Cargo.toml",
        "Cargo.lock",
    ];
    parts
        .iter()
        .all(|p| newest(Path::new(p)).is_some_and(|t| t < built))
}

fn newest(path: &Path) -> Option<SystemTime> {
    let meta = std::fs::metadata(path).ok()?;
    let own = meta.modified().ok();
    if meta.is_dir() {
        let inside = std::fs::read_dir(path)
            .ok()?
            .flatten()
            .filter_map(|f| newest(&f.path()));
        return inside.chain(own).max();
    }
    own
}
