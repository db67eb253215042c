//! A request's answer.

use super::page;
use super::range::{Wanted, wanted};
use crate::input::FileSource;
use binlight_engine::source::ByteSource;
use bytes::Bytes;
use futures::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::response::Builder;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::json;
use std::convert::Infallible;
use std::io;
use std::ops::Range;

/// An answer's bytes.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Bytes of a file that are in memory for one answer.
const PIECE: u64 = 1 << 18;

/// What every answer says besides: nothing of it is kept, framed or handed to another site, and the page
/// and its workers may ask this site alone.
const HEADERS: &[(&str, &str)] = &[
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
];

/// What is served.
#[derive(Debug)]
pub struct Site {
    page: page::Files,
    logs: Vec<(String, FileSource)>,
    token: String,
}

impl Site {
    /// The page, told of these files.
    ///
    /// # Errors
    /// That the page has no place to be told.
    pub fn new(
        mut page: page::Files,
        logs: Vec<(String, FileSource)>,
        token: String,
        password: Option<&str>,
    ) -> io::Result<Self> {
        let files: Vec<_> = logs
            .iter()
            .enumerate()
            .map(|(i, (name, log))| json!({ "url": format!("./log/{i}"), "name": name, "len": log.len() }))
            .collect();
        let told = json!({ "files": files, "password": password }).to_string();
        let index = page
            .get("index.html")
            .map(|b| String::from_utf8_lossy(b).into_owned());
        let index = index.unwrap_or_default();
        let Some((before, after)) = index.split_once("</head>") else {
            return Err(io::Error::other("the page's index.html has no head"));
        };
        let marked = format!(
            "{before}<meta name=\"binlight-logs\" content=\"{}\">\n  </head>{after}",
            escaped(&told)
        );
        page.insert("index.html".to_owned(), marked.into());
        Ok(Site { page, logs, token })
    }
}

/// As the value of an attribute in double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

/// The answer to a request, whatever its body.
pub fn answer<B>(site: &Site, request: &Request<B>) -> Response<Body> {
    let mut response = chosen(site, request).unwrap_or_else(|e| {
        // No header here can be wrong; if one is, say so.
        let mut response = Response::new(whole(Bytes::from(e.to_string())));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    });
    for (name, value) in HEADERS {
        let (name, value) = (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
        response.headers_mut().insert(name, value);
    }
    response
}

fn chosen<B>(site: &Site, request: &Request<B>) -> Result<Response<Body>, hyper::http::Error> {
    let of = |status: StatusCode| Response::builder().status(status);
    let nothing = |builder: Builder| builder.body(Empty::new().map_err(never).boxed_unsync());
    let header = |name: HeaderName| {
        let value = request.headers().get(name);
        value.and_then(|v| v.to_str().ok())
    };
    if !header(header::HOST).is_some_and(is_loopback) {
        return nothing(of(StatusCode::FORBIDDEN));
    }
    let mut segments = request.uri().path().splitn(3, '/').skip(1);
    let token = segments.next().unwrap_or("");
    let (true, Some(name)) = (same(token, &site.token), segments.next()) else {
        return nothing(of(StatusCode::NOT_FOUND));
    };
    let head = request.method() == Method::HEAD;
    if !head && request.method() != Method::GET {
        let allow = of(StatusCode::METHOD_NOT_ALLOWED).header(header::ALLOW, "GET, HEAD");
        return nothing(allow);
    }
    let name = if name.is_empty() { "index.html" } else { name };
    if let Some(bytes) = site.page.get(name) {
        let found = of(StatusCode::OK)
            .header(header::CONTENT_TYPE, media_type(name))
            .header(header::CONTENT_LENGTH, bytes.len());
        return if head {
            nothing(found)
        } else {
            found.body(whole(bytes.clone()))
        };
    }
    let number = name
        .strip_prefix("log/")
        .and_then(|n| n.parse::<usize>().ok());
    let Some((_, log)) = number.and_then(|n| site.logs.get(n)) else {
        return nothing(of(StatusCode::NOT_FOUND));
    };
    let len = log.len();
    let (status, part) = match wanted(header(header::RANGE), len) {
        Wanted::Whole => (StatusCode::OK, 0..len),
        Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        Wanted::Nothing => {
            let end = format!("bytes */{len}");
            let none = of(StatusCode::RANGE_NOT_SATISFIABLE).header(header::CONTENT_RANGE, end);
            return nothing(none);
        }
    };
    let mut found = of(status)
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CONTENT_LENGTH, part.end - part.start);
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {}-{}/{len}", part.start, part.end - 1);
        found = found.header(header::CONTENT_RANGE, range);
    }
    if head {
        nothing(found)
    } else {
        found.body(read(log.clone(), part))
    }
}

fn never(no: Infallible) -> io::Error {
    match no {}
}

fn whole(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(never).boxed_unsync()
}

/// Bytes of a file, read as they are sent.
fn read(log: FileSource, part: Range<u64>) -> Body {
    let pieces = stream::unfold((log, part), |(log, part)| async move {
        let len = (part.end - part.start).min(PIECE);
        if len == 0 {
            return None;
        }
        let at = part.start;
        let source = log.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
            source.read_at(at, &mut bytes).map(|()| bytes)
        });
        let read = reading.await.unwrap_or_else(|e| Err(io::Error::other(e)));
        // After an error there is no more.
        let rest = if read.is_ok() {
            at + len..part.end
        } else {
            0..0
        };
        Some((read.map(|b| Frame::data(Bytes::from(b))), (log, rest)))
    });
    StreamBody::new(pieces).boxed_unsync()
}

/// Whether a `Host` is a name of this machine's loopback interface, at whatever port: a tunnel's is
/// another.
fn is_loopback(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port),
        _ => (host, ""),
    };
    port.bytes().all(|b| b.is_ascii_digit())
        && ["127.0.0.1", "localhost", "[::1]"].contains(&name.to_ascii_lowercase().as_str())
}

/// Compared in the same time wherever they differ.
fn same(a: &str, b: &str) -> bool {
    let differing = a.bytes().zip(b.bytes()).fold(0, |d, (a, b)| d | (a ^ b));
    a.len() == b.len() && std::hint::black_box(differing) == 0
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:7007",
            "localhost:1",
            "LocalHost",
            "[::1]",
            "[::1]:80",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:80",
            "127.0.0.1.evil.example",
            "localhost:80@evil",
            "::1",
            "127.0.0.1:x",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn tokens() {
        assert!(same("abc", "abc"));
        for other in ["", "ab", "abcd", "abd"] {
            assert!(!same("abc", other), "{other}");
        }
    }
}
