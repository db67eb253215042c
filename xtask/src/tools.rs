//! The tools of the build, their versions in this one place.

use crate::fetch;
use crate::shell::{Outcome, cargo, install, output, run, say, tools_dir, works};
use crate::wasm_target;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the page.
const TRUNK: &str = "0.21.14";
/// Makes JavaScript beside the wasm; must be the version in `app/Cargo.toml`.
const WASM_BINDGEN: &str = "0.2.129";
/// Shrinks the wasm. Older ones (108, say) break it without a word.
const BINARYEN: &str = "132";
/// Oldest wasm-opt found on the machine that is trusted.
const BINARYEN_OLDEST: u32 = 116;
/// Drives Chromium in the browser tests; the npm package of that name.
const PLAYWRIGHT: &str = "1.64.1";

/// What a build runs with.
#[derive(Debug)]
pub(crate) struct Tools {
    /// Folders that come first in PATH.
    pub(crate) path: Vec<PathBuf>,
    /// The compiler for wasm32, where it is not the usual one.
    pub(crate) rustc: Option<PathBuf>,
}

impl Tools {
    /// Sets up what is missing.
    pub(crate) fn set_up() -> Outcome<Tools> {
        let rustc = wasm_target::set_up()?;
        let mut path = Vec::new();
        path.extend(from_release_or_registry("wasm-bindgen", "wasm-bindgen-cli", WASM_BINDGEN, |host| {
            // Static on Linux, so that it runs on old systems too.
            let host = host.replace("linux-gnu", "linux-musl");
            format!("https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{WASM_BINDGEN}/wasm-bindgen-{WASM_BINDGEN}-{host}.tar.gz")
        })?);
        path.extend(from_release_or_registry("trunk", "trunk", TRUNK, |host| {
            format!(
                "https://github.com/trunk-rs/trunk/releases/download/v{TRUNK}/trunk-{host}.tar.gz"
            )
        })?);
        path.extend(wasm_opt()?);
        Ok(Tools { path, rustc })
    }

    /// `program` with these tools in its environment.
    pub(crate) fn command(&self, program: &str) -> Outcome<Command> {
        let old = std::env::var_os("PATH").unwrap_or_default();
        let all = self.path.iter().cloned().chain(std::env::split_paths(&old));
        let path = std::env::join_paths(all).map_err(|e| format!("PATH: {e}"))?;
        let found = std::env::split_paths(&path)
            .map(|d| d.join(program))
            .find(|p| p.is_file());
        let mut command = Command::new(found.unwrap_or_else(|| program.into()));
        command.env("PATH", path);
        if let Some(rustc) = &self.rustc {
            command.env("RUSTC", rustc);
        }
        Ok(command)
    }
}

/// The folder of a tool: on PATH already in this version (then none), else brought here.
fn from_release_or_registry(
    tool: &str,
    package: &str,
    version: &str,
    url: impl Fn(&str) -> String,
) -> Outcome<Option<PathBuf>> {
    let right = |program: &Path| {
        output(Command::new(program).arg("--version"))
            .is_ok_and(|v| v.split_whitespace().any(|w| w == version))
    };
    if right(Path::new(tool)) {
        return Ok(None);
    }
    let dir = tools_dir()?.join(format!("{tool}-{version}"));
    let bin = dir.join("bin");
    install(&dir, |into| {
        let bin = into.join("bin");
        std::fs::create_dir_all(&bin).map_err(|e| e.to_string())?;
        if let Some(host) = fetch::host() {
            say(&format!("{tool} {version}: its release"));
            // Trunk's archive holds the program alone, wasm-bindgen's a folder.
            let url = url(host);
            if fetch::tar_gz(&url, &bin).is_ok() && right(&bin.join(tool))
                || fetch_flat(&url, &bin) && right(&bin.join(tool))
            {
                return Ok(());
            }
            println!("   not to be had; building it from crates.io instead (some minutes, once)");
        }
        say(&format!("{tool} {version}: cargo install"));
        run(cargo()
            .args(["install", "--locked", "--root"])
            .arg(into)
            .arg(format!("{package}@{version}")))
        .map_err(|e| format!("{e}\nInstall {package} {version} by hand and put it on PATH."))
    })?;
    Ok(Some(bin))
}

fn fetch_flat(url: &str, into: &Path) -> bool {
    let archive = into.join("download.tar.gz");
    let ok = works(
        Command::new("curl")
            .args(["-fsSL", "--connect-timeout", "8", "-o"])
            .arg(&archive)
            .arg(url),
    ) && works(
        Command::new("tar")
            .arg("-xzf")
            .arg(&archive)
            .arg("-C")
            .arg(into),
    );
    let _ = std::fs::remove_file(&archive);
    ok
}

/// The folder of a wasm-opt known to work; none if it is on PATH already.
fn wasm_opt() -> Outcome<Option<PathBuf>> {
    let version = |program: &Path| -> Option<u32> {
        let text = output(Command::new(program).arg("--version")).ok()?;
        text.split_whitespace().find_map(|w| w.parse().ok())
    };
    if version(Path::new("wasm-opt")).is_some_and(|v| v >= BINARYEN_OLDEST) {
        return Ok(None);
    }
    let dir = tools_dir()?.join(format!("binaryen-{BINARYEN}"));
    let installed = install(&dir, |into| {
        if let Some(host) = fetch::host() {
            say(&format!("wasm-opt {BINARYEN}: its release"));
            let host = host
                .replace("-unknown-linux-gnu", "-linux")
                .replace("-apple-darwin", "-macos")
                .replace("aarch64-macos", "arm64-macos");
            let url = format!(
                "https://github.com/WebAssembly/binaryen/releases/download/version_{BINARYEN}/binaryen-version_{BINARYEN}-{host}.tar.gz"
            );
            if fetch::tar_gz(&url, into).is_ok() && version(&into.join("bin/wasm-opt")).is_some() {
                return Ok(());
            }
        }
        say(&format!("wasm-opt {BINARYEN}: the npm package binaryen"));
        npm_install(into, &format!("binaryen@{BINARYEN}"))?;
        // One place for both ways.
        std::os::unix::fs::symlink("node_modules/.bin", into.join("bin")).map_err(|e| e.to_string())
    });
    if let Err(why) = installed {
        println!(
            "   no wasm-opt that is known to work ({}).",
            why.lines().next().unwrap_or("")
        );
        println!("   The page is built without it: about a third larger, otherwise the same.");
        return copying_wasm_opt().map(Some);
    }
    Ok(Some(dir.join("bin")))
}

/// Installs an npm package (with its version) into a folder of its own.
fn npm_install(into: &Path, package: &str) -> Outcome {
    let quietly = [
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        "--prefix",
    ];
    run(Command::new("npm").args(quietly).arg(into).arg(package))
}

/// A stand-in that leaves the wasm as it is: Trunk would otherwise run whatever wasm-opt is about,
/// and old ones break the page.
fn copying_wasm_opt() -> Outcome<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    const SCRIPT: &str = "#!/bin/sh\nfor a; do case $a in --version) echo 'wasm-opt version 0'; exit;; --output=*) out=${a#--output=};; -*) ;; *) in=$a;; esac; done\nexec cp \"$in\" \"$out\"\n";
    let dir = tools_dir()?.join("no-binaryen");
    install(&dir, |into| {
        let path = into.join("wasm-opt");
        std::fs::write(&path, SCRIPT).map_err(|e| e.to_string())?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
            .map_err(|e| e.to_string())
    })?;
    Ok(dir)
}

/// Node, Playwright and Chromium for the browser tests: the folder with `node_modules`, and the
/// browser's program.
pub(crate) fn browser() -> Outcome<(PathBuf, PathBuf)> {
    if !works(Command::new("npm").arg("--version")) || !works(Command::new("node").arg("--version"))
    {
        debian_packages("Node.js", &["nodejs", "npm"])
            .map_err(|e| format!("{e}\nThe browser tests need Node.js 18 or later with npm: install it, or run `cargo xtask test --fast`."))?;
    }
    let dir = tools_dir()?.join(format!("playwright-{PLAYWRIGHT}"));
    install(&dir, |into| {
        say(&format!("Playwright {PLAYWRIGHT}: npm"));
        npm_install(into, &format!("playwright-core@{PLAYWRIGHT}"))
    })?;
    let modules = dir.join("node_modules");
    if let Some(chromium) = chromium_here(&modules) {
        return Ok((modules, chromium));
    }
    say("Chromium: Playwright's own");
    let cli = modules.join("playwright-core/cli.js");
    let asked = works(
        Command::new("node")
            .arg(&cli)
            .args(["install", "chromium"])
            .env("PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT", "15000"),
    );
    if !asked {
        println!("   not to be had");
        debian_packages("Chromium", &["chromium"]).map_err(|e| {
            format!("{e}\nInstall Chromium or Chrome and set CHROMIUM to its program.")
        })?;
    }
    chromium_here(&modules)
        .map(|c| (modules, c))
        .ok_or_else(|| "no Chromium found: set CHROMIUM to its program".to_owned())
}

fn chromium_here(modules: &Path) -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os("CHROMIUM") {
        return Some(chosen.into());
    }
    let on_path = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = on_path
        .iter()
        .flat_map(|n| std::env::split_paths(&path).map(move |d| d.join(n)))
        .find(|p| p.is_file());
    if found.is_some() {
        return found;
    }
    let script = "process.stdout.write(require('playwright-core').chromium.executablePath())";
    let own = output(
        Command::new("node")
            .arg("-e")
            .arg(script)
            .env("NODE_PATH", modules),
    )
    .ok()?;
    Some(PathBuf::from(own)).filter(|p| p.is_file())
}

/// Installs Debian packages system-wide: only as root, and not without saying so.
fn debian_packages(what: &str, packages: &[&str]) -> Outcome {
    if !works(Command::new("apt-get").arg("--version")) {
        return Err(format!("{what} is missing"));
    }
    let root = output(Command::new("id").arg("-u")).is_ok_and(|u| u.trim() == "0");
    if !root {
        return Err(format!(
            "{what} is missing: sudo apt-get install {}",
            packages.join(" ")
        ));
    }
    say(&format!(
        "{what}: installing Debian's {} system-wide",
        packages.join(", ")
    ));
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    if works(&mut install) {
        return Ok(());
    }
    run(Command::new("apt-get").args(["update", "-qq"]))?;
    run(&mut install)
}
