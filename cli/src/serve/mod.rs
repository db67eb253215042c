//! `binlight open`: the page and the given files on this machine alone.
//!
//! Who may read: whoever has the token in the address, over the loopback interface, by a loopback name (a
//! page elsewhere that has its own name lead here gets nothing). What: the page's files by their names and
//! the given files by their numbers; no path of a request is looked up on disk.

mod answer;
mod page;
mod range;

use crate::args::Given;
use crate::input::{self, FileSource};
use answer::Site;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// A client has this long to send its question.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves until it is interrupted.
///
/// # Errors
/// That the page is not built, that no file could be opened, or the system's.
pub fn open(given: &Given, port: u16, browser: bool) -> io::Result<()> {
    let (paths, _) = input::files(&given.files);
    let mut files = Vec::new();
    for path in paths.iter().chain(&given.keys.key) {
        match FileSource::open(path) {
            Ok(source) => files.push((name_of(path), source)),
            Err(e) => eprintln!("binlight: {e}"),
        }
    }
    if files.is_empty() {
        return Err(io::Error::other("there is nothing to open"));
    }
    let token = token()?;
    let password = given.keys.password.as_deref();
    let site = Arc::new(Site::new(page::files()?, files, token.clone(), password)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let bound = TcpListener::bind(("127.0.0.1", port)).await;
        let listener = bound.map_err(|e| io::Error::new(e.kind(), format!("port {port}: {e}")))?;
        let address = format!("http://{}/{token}/", listener.local_addr()?);
        let mut out = io::stdout();
        writeln!(out, "Binlight is at {address} (Ctrl+C ends it)")?;
        out.flush()?;
        if browser && has_display() && !show(&address) {
            eprintln!("binlight: no browser could be started: open that address in one");
        }
        accept(listener, site).await
    })
}

async fn accept(listener: TcpListener, site: Arc<Site>) -> io::Result<()> {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many files are open: those who read will be done.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let site = Arc::clone(&site);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let answer = answer::answer(&site, &request);
                async { Ok::<_, Infallible>(answer) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .serve_connection(TokioIo::new(stream), service);
            // Who goes away in the middle is not missed.
            let _: Result<(), hyper::Error> = connection.await;
        });
    }
}

/// 128 random bits in hex.
fn token() -> io::Result<String> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| io::Error::other(e.to_string()))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// What the page calls a file: its name alone, as of a file that was dropped there.
fn name_of(path: &Path) -> String {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    name.unwrap_or_else(|| path.display().to_string())
}

fn has_display() -> bool {
    cfg!(any(target_os = "macos", windows))
        || std::env::var_os("DISPLAY").is_some()
        || std::env::var_os("WAYLAND_DISPLAY").is_some()
}

/// Opens the browser; `false` if there is none.
fn show(address: &str) -> bool {
    let opener: &[&str] = if cfg!(target_os = "macos") {
        &["open"]
    } else if cfg!(windows) {
        &["cmd", "/C", "start"]
    } else {
        &["xdg-open"]
    };
    let Some((program, before)) = opener.split_first() else {
        return false;
    };
    Command::new(program)
        .args(before)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_ok()
}
