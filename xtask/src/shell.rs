//! Running programs, and saying what is done.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a step ends in; the error is a sentence that says what to do.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(PathBuf::new, Path::to_owned)
}

/// Announces a step.
pub(crate) fn say(step: &str) {
    println!("\x1b[1m── {step}\x1b[0m");
}

/// Runs a command to its end, its output shown.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let shown = shown(command);
    let status = command.status().map_err(|e| format!("{shown}: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("failed ({status}): {shown}"))
    }
}

/// Runs a command and returns what it printed; its errors are kept back.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let shown = shown(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("{shown}: {e}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let errors = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "failed ({}): {shown}\n{}",
            output.status,
            errors.trim_end()
        ))
    }
}

/// Whether a command can be run and succeeds; it shows nothing.
pub(crate) fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|w| w.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The user's cargo folder.
pub(crate) fn cargo_home() -> Outcome<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    #[allow(deprecated, reason = "correct again since Rust 1.85")]
    let home = std::env::home_dir().ok_or("no home folder: set CARGO_HOME")?;
    Ok(home.join(".cargo"))
}

/// Where Binlight keeps the tools it brings: `binlight-tools` in the user's cargo folder, shared by
/// all clones.
pub(crate) fn tools_dir() -> Outcome<PathBuf> {
    let dir = cargo_home()?.join("binlight-tools");
    std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    Ok(dir)
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Makes `dir` by `make`, which fills another folder that is then put in place: an interrupted
/// set-up leaves nothing that looks finished.
pub(crate) fn install(dir: &Path, make: impl FnOnce(&Path) -> Outcome) -> Outcome {
    if dir.exists() {
        return Ok(());
    }
    let partial = dir.with_extension("partial");
    let _ = std::fs::remove_dir_all(&partial);
    let text = |e: std::io::Error| format!("{}: {e}", partial.display());
    std::fs::create_dir_all(&partial).map_err(text)?;
    make(&partial)?;
    std::fs::rename(&partial, dir).map_err(text)
}
