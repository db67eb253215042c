//! The wasm32 target: rustup's, else Debian's compiler with a standard library built once.

use crate::shell::{Outcome, cargo, install, output, run, say, tools_dir, works};
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// Sees to it that wasm32 can be built for. Returns the compiler, where it is not the usual one.
pub(crate) fn set_up() -> Outcome<Option<PathBuf>> {
    if let Some(rustc) = std::env::var_os("RUSTC")
        .map(PathBuf::from)
        .filter(|r| has_target(r))
    {
        return Ok(Some(rustc));
    }
    if has_target(Path::new("rustc")) {
        return Ok(None);
    }
    if let Some(kept) = Some(debian_dir()?.join("rustc")).filter(|r| has_target(r)) {
        return Ok(Some(kept));
    }
    if works(Command::new("rustup").arg("--version")) {
        say(&format!("{TARGET}: rustup target add"));
        if works(Command::new("rustup").args(["target", "add", TARGET]))
            && has_target(Path::new("rustc"))
        {
            return Ok(None);
        }
        println!("   not to be had");
    }
    debian().map(Some).map_err(|e| {
        format!("{e}\nThe target {TARGET} is missing. With rustup: rustup target add {TARGET}. On Debian: apt-get update, then again.")
    })
}

/// Whether `rustc` has a standard library for wasm32.
fn has_target(rustc: &Path) -> bool {
    let Ok(dir) =
        output(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]))
    else {
        return false;
    };
    let files = std::fs::read_dir(dir.trim())
        .into_iter()
        .flatten()
        .flatten();
    files
        .into_iter()
        .any(|f| f.file_name().to_string_lossy().starts_with("libstd-"))
}

fn debian_dir() -> Outcome<PathBuf> {
    Ok(tools_dir()?.join("debian-rustc"))
}

/// Debian's `rustc-web` (kept current for its browsers) unpacked into a folder, without root and
/// without touching the system; then std for wasm32, built once from Debian's own source.
fn debian() -> Outcome<PathBuf> {
    if !works(Command::new("apt-get").arg("--version"))
        || !works(Command::new("dpkg").arg("--version"))
    {
        return Err("this is no Debian".to_owned());
    }
    say(&format!(
        "{TARGET}: Debian's rustc-web, unpacked into the cargo folder"
    ));
    let dir = debian_dir()?;
    let _ = std::fs::remove_dir_all(&dir); // without the target, or it had been found
    install(&dir, |into| {
        unpack(into)?;
        build_std(into, &dir)
    })?;
    Ok(dir.join("rustc"))
}

fn unpack(into: &Path) -> Outcome {
    let debs = into.join("debs");
    let io = |e: std::io::Error| e.to_string();
    std::fs::create_dir_all(&debs).map_err(io)?;
    let packages = packages()?;
    let mut download = Command::new("apt-get");
    download
        .args(["download", "-qq"])
        .args(&packages)
        .current_dir(&debs);
    output(&mut download)?;
    for deb in std::fs::read_dir(&debs).map_err(io)?.flatten() {
        run(Command::new("dpkg")
            .arg("-x")
            .arg(deb.path())
            .arg(into.join("root")))?;
    }
    std::fs::remove_dir_all(&debs).map_err(io)
}

/// The compiler, its source, and of what they depend on that which no system has anyway: the
/// compiler's library, its LLVM, and the linker of the same LLVM.
fn packages() -> Outcome<Vec<String>> {
    let depends = |package: &str| output(Command::new("apt-cache").args(["depends", package]));
    if !depends("rustc-web").is_ok_and(|d| d.contains("libstd-rust-web-dev")) {
        if !output(Command::new("id").arg("-u")).is_ok_and(|u| u.trim() == "0") {
            return Err("Debian's package lists are missing: sudo apt-get update".to_owned());
        }
        run(Command::new("apt-get").args(["update", "-qq"]))?;
    }
    let mut packages: Vec<String> = vec!["rustc-web".into(), "rust-web-src".into()];
    let mut i = 0;
    while i < packages.len() {
        for line in depends(&packages[i])?.lines() {
            let Some(name) = line.trim().strip_prefix("Depends: ") else {
                continue;
            };
            let wanted = ["libstd-rust-web", "libllvm", "libz3"]
                .iter()
                .any(|p| name.starts_with(p));
            if wanted && !packages.iter().any(|p| p == name) {
                packages.push(name.to_owned());
            }
        }
        i += 1;
    }
    let llvm = packages
        .iter()
        .find_map(|p| p.strip_prefix("libllvm"))
        .ok_or("rustc-web depends on no libllvm")?;
    packages.push(format!("lld-{llvm}"));
    Ok(packages)
}

/// `partial`: where things lie now; `dir`: where they will lie.
fn build_std(partial: &Path, dir: &Path) -> Outcome {
    let io = |e: std::io::Error| e.to_string();
    let lib = partial.join("root/usr/lib");
    let linker_dir = lib.join("rustlib").join(host()?).join("bin");
    std::fs::create_dir_all(&linker_dir).map_err(io)?;
    let bin = std::fs::read_dir(partial.join("root/usr/bin"))
        .map_err(io)?
        .flatten();
    let lld = bin
        .map(|f| f.file_name().to_string_lossy().into_owned())
        .find(|n| n.starts_with("lld-") && !n.contains("link"));
    let lld = lld.ok_or("the lld package holds no lld")?;
    std::os::unix::fs::symlink(
        format!("../../../../bin/{lld}"),
        linker_dir.join("rust-lld"),
    )
    .map_err(io)?;
    wrapper(partial, partial)?;

    say(&format!(
        "{TARGET}: building the standard library (about a minute, once)"
    ));
    let empty = partial.join("empty");
    std::fs::create_dir_all(empty.join("src")).map_err(io)?;
    std::fs::write(
        empty.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n",
    )
    .map_err(io)?;
    std::fs::write(empty.join("src/lib.rs"), "").map_err(io)?;
    let mut build = cargo();
    build
        .args([
            "build",
            "--quiet",
            "-Zbuild-std=std,panic_abort,test",
            "--release",
            "--target",
            TARGET,
        ])
        .current_dir(&empty)
        .env("RUSTC", partial.join("rustc"))
        .env("RUSTC_BOOTSTRAP", "1")
        // Without the bitcode nothing could be optimised across crates.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env_remove("CARGO_TARGET_DIR");
    run(&mut build)?;
    let to = lib.join("rustlib").join(TARGET).join("lib");
    std::fs::create_dir_all(&to).map_err(io)?;
    let deps =
        std::fs::read_dir(empty.join("target").join(TARGET).join("release/deps")).map_err(io)?;
    for file in deps
        .flatten()
        .filter(|f| f.path().extension().is_some_and(|e| e == "rlib"))
    {
        if !file.file_name().to_string_lossy().starts_with("libempty-") {
            std::fs::copy(file.path(), to.join(file.file_name())).map_err(io)?;
        }
    }
    std::fs::remove_dir_all(&empty).map_err(io)?;
    wrapper(partial, dir)
}

/// A `rustc` that finds its libraries in the folder.
fn wrapper(at: &Path, dir: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt;
    let io = |e: std::io::Error| e.to_string();
    let libs = format!(
        "{}/root/usr/lib/{}",
        dir.display(),
        host()?.replace("-unknown", "")
    );
    let script = format!(
        "#!/bin/sh\nLD_LIBRARY_PATH='{libs}'${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}} exec '{}/root/usr/bin/rustc' \"$@\"\n",
        dir.display()
    );
    let path = at.join("rustc");
    std::fs::write(&path, script).map_err(io)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).map_err(io)
}

fn host() -> Outcome<&'static str> {
    crate::fetch::host().ok_or_else(|| "no Debian packages for this machine".to_owned())
}
