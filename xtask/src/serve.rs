//! `dist/` on localhost.

use crate::build;
use crate::shell::{Outcome, say, works};
use axum::Router;
use axum::http::{HeaderValue, header};
use std::path::Path;
use std::process::Command;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Builds, serves and opens the browser; ends when interrupted.
pub(crate) fn serve(port: u16) -> Outcome {
    build::dist()?;
    let runtime = Runtime::new().map_err(|e| e.to_string())?;
    let listener = runtime
        .block_on(TcpListener::bind(("127.0.0.1", port)))
        .map_err(|e| {
            format!("port {port}: {e}\nAnother program uses it: cargo xtask serve --port 8081")
        })?;
    let url = format!("http://127.0.0.1:{port}/");
    say(&format!("Binlight is at {url} (Ctrl+C ends it)"));
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let has_display = cfg!(target_os = "macos")
        || std::env::var_os("DISPLAY").is_some()
        || std::env::var_os("WAYLAND_DISPLAY").is_some();
    if has_display && !works(Command::new(opener).arg(&url)) {
        println!("   open that address in a browser");
    }
    runtime
        .block_on(async { axum::serve(listener, files(Path::new("dist"))).await })
        .map_err(|e| e.to_string())
}

/// Serves a built page in the background, on a free port, for as long as the program runs; for the tests.
/// Returns the address.
pub(crate) fn in_background(dist: &Path) -> Outcome<String> {
    let files = files(dist);
    let runtime = Runtime::new().map_err(|e| e.to_string())?;
    let listener = runtime
        .block_on(TcpListener::bind(("127.0.0.1", 0)))
        .map_err(|e| e.to_string())?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    std::thread::spawn(move || runtime.block_on(async { axum::serve(listener, files).await }));
    Ok(format!("http://{address}/"))
}

/// The files of a built page and nothing outside it. Browsers ask each time whether a file is new: the
/// names bear no hashes.
fn files(dist: &Path) -> Router {
    let always_ask = HeaderValue::from_static("no-cache");
    Router::new()
        .fallback_service(ServeDir::new(dist))
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            always_ask,
        ))
}
