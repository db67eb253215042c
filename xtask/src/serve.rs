//! `dist/` on localhost.

use crate::build;
use crate::shell::{Outcome, say, works};
use std::fs::File;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use tiny_http::{Header, Response, Server};

/// Builds, serves and opens the browser; ends when interrupted.
pub(crate) fn serve(port: u16) -> Outcome {
    build::dist()?;
    let server = Server::http(("127.0.0.1", port)).map_err(|e| {
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
    answer_all(&server);
    Ok(())
}

/// Serves in the background, on a free port; for the tests. Returns the address.
pub(crate) fn in_background() -> Outcome<String> {
    let server = Server::http(("127.0.0.1", 0)).map_err(|e| e.to_string())?;
    let address = server.server_addr().to_ip().ok_or("no address")?;
    std::thread::spawn(move || answer_all(&server));
    Ok(format!("http://{address}/"))
}

/// Answers several requests at once. A browser may leave a preloaded file half read until a script
/// that it asks for next has come: one thread would wait for ever.
fn answer_all(server: &Server) {
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| answer(server));
        }
    });
}

fn answer(server: &Server) {
    for request in server.incoming_requests() {
        let file = path_of(request.url()).and_then(|p| Some((File::open(&p).ok()?, p)));
        // The client may be gone; that is its own affair.
        let _ = match file {
            Some((file, path)) => {
                let headers = [
                    ("Content-Type", mime(&path)),
                    ("Cache-Control", "no-cache"),
                    ("X-Content-Type-Options", "nosniff"),
                ];
                let response = headers
                    .iter()
                    .filter_map(|(k, v)| Header::from_bytes(*k, *v).ok())
                    .fold(Response::from_file(file), Response::with_header);
                request.respond(response)
            }
            None => request.respond(Response::from_string("not found").with_status_code(404)),
        };
    }
}

/// The file in `dist/` that a URL names; nothing outside it.
fn path_of(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    let inside = path.components().all(|c| matches!(c, Component::Normal(_)));
    inside
        .then(|| Path::new("dist").join(path))
        .filter(|p| p.is_file())
}

fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
