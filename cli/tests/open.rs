//! `binlight open`: what is served, and to whom.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use support::{command, file};

const LOG: &str = "public/samples/mysql-9.7.binlog";
const OTHER: &str = "tests/fixtures/mysql-9.7/workload.binlog";

/// A running server with a page of two files.
struct Server {
    child: Child,
    port: u16,
    token: String,
    _page: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// An answer: status, header lines in lower case, body.
struct Answer(u16, String, Vec<u8>);

impl Server {
    fn start(more: &[&str]) -> Server {
        let page = tempfile::tempdir().unwrap();
        let index = "<!doctype html><html><head><title>Page</title></head><body></body></html>";
        std::fs::write(page.path().join("index.html"), index).unwrap();
        std::fs::create_dir(page.path().join("samples")).unwrap();
        std::fs::write(page.path().join("samples/boot.js"), "let boot;").unwrap();
        let mut words = vec!["open", "--no-browser", "--port", "0", LOG, OTHER];
        words.extend_from_slice(more);
        let mut child = command(&words)
            .env("BINLIGHT_PAGE", page.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let address = line
            .strip_prefix("Binlight is at http://127.0.0.1:")
            .unwrap();
        let (port, rest) = address.split_once('/').unwrap();
        let (token, after) = rest.split_once('/').unwrap();
        assert_eq!(after, " (Ctrl+C ends it)\n");
        assert_eq!(token.len(), 32);
        Server {
            child,
            port: port.parse().unwrap(),
            token: token.to_owned(),
            _page: page,
        }
    }

    /// Sends a request as it is written here; `TOKEN` in it is the token.
    fn ask(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = request.replace("TOKEN", &self.token).replace('\n', "\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec())
            .unwrap()
            .to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer(status, head, bytes[end + 4..].to_vec())
    }

    fn get(&self, path: &str, more: &str) -> Answer {
        self.ask(&format!(
            "GET {path} HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n{more}\n"
        ))
    }
}

#[test]
fn the_page_and_the_files_below_the_token() {
    let server = Server::start(&[]);
    let Answer(status, head, body) = server.get("/TOKEN/", "");
    assert_eq!(status, 200);
    for header in [
        "cache-control: no-store",
        "content-type: text/html",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "x-frame-options: deny",
        "connect-src 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(head.contains(header), "{header}: {head}");
    }
    let page = String::from_utf8(body).unwrap();
    let len = std::fs::metadata(file(LOG)).unwrap().len();
    let told = format!(
        "{{&quot;url&quot;:&quot;./log/0&quot;,&quot;name&quot;:&quot;mysql-9.7.binlog&quot;,&quot;len&quot;:{len}}}"
    );
    assert!(page.contains(&told), "{page}");
    let Answer(status, head, body) = server.get("/TOKEN/samples/boot.js", "");
    assert_eq!((status, body.as_slice()), (200, &b"let boot;"[..]));
    assert!(head.contains("content-type: text/javascript"));
    for (n, log) in [LOG, OTHER].iter().enumerate() {
        let Answer(status, head, body) = server.get(&format!("/TOKEN/log/{n}"), "");
        assert_eq!(status, 200);
        assert!(head.contains("accept-ranges: bytes"));
        assert!(body == std::fs::read(file(log)).unwrap());
    }
}

#[test]
fn nothing_without_the_token_and_nothing_else_with_it() {
    let server = Server::start(&[]);
    let wrong = "0".repeat(32);
    let nothing = [
        "/".to_owned(),
        "/index.html".to_owned(),
        "/log/0".to_owned(),
        format!("/{wrong}/"),
        format!("/{wrong}/log/0"),
        "/TOKEN".to_owned(),
        "/TOKENx/".to_owned(),
        "//TOKEN/".to_owned(),
        "/TOKEN/log/2".to_owned(),
        "/TOKEN/log/-1".to_owned(),
        "/TOKEN/log/".to_owned(),
        "/TOKEN/log/0/".to_owned(),
        "/TOKEN/log/../log/0".to_owned(),
        "/TOKEN/../TOKEN/".to_owned(),
        "/TOKEN/../../../../etc/passwd".to_owned(),
        "/TOKEN/%2e%2e/%2e%2e/etc/passwd".to_owned(),
        "/TOKEN/..%2f..%2fetc%2fpasswd".to_owned(),
        "/TOKEN//etc/passwd".to_owned(),
        "/TOKEN/samples".to_owned(),
        "/TOKEN/samples/".to_owned(),
        "/TOKEN/samples/../index.html".to_owned(),
        "/TOKEN/.built".to_owned(),
    ];
    for path in nothing {
        let Answer(status, _, body) = server.get(&path, "");
        assert_eq!((status, body.len()), (404, 0), "{path}");
    }
}

#[test]
fn loopback_names_alone() {
    let server = Server::start(&[]);
    let status = |host: &str| {
        let request = format!("GET /TOKEN/ HTTP/1.1\n{host}Connection: close\n\n");
        server.ask(&request).0
    };
    for host in [
        "Host: 127.0.0.1:7007\n",
        "Host: localhost\n",
        "Host: [::1]:80\n",
    ] {
        assert_eq!(status(host), 200, "{host}");
    }
    for host in [
        "Host: evil.example\n",
        "Host: 127.0.0.1.evil.example:80\n",
        "Host: 10.0.0.1\n",
        "",
    ] {
        assert!([400, 403].contains(&status(host)), "{host}");
    }
}

#[test]
fn ranges() {
    let server = Server::start(&[]);
    let log = std::fs::read(file(LOG)).unwrap();
    let len = log.len();
    for (range, part) in [
        ("0-3", 0..4),
        ("4-126", 4..127),
        (&format!("{}-", len - 7), len - 7..len),
        ("-5", len - 5..len),
        (&format!("{}-999999999", len - 7), len - 7..len),
    ] {
        let Answer(status, head, body) =
            server.get("/TOKEN/log/0", &format!("Range: bytes={range}\n"));
        assert_eq!(status, 206, "{range}");
        assert!(body == log[part.clone()], "{range}");
        let said = format!("content-range: bytes {}-{}/{len}", part.start, part.end - 1);
        assert!(head.contains(&said), "{head}");
    }
    for range in [&format!("{len}-"), "999999999-", "0-1,4-5"] {
        let Answer(status, head, body) =
            server.get("/TOKEN/log/0", &format!("Range: bytes={range}\n"));
        assert_eq!((status, body.len()), (416, 0), "{range}");
        assert!(
            head.contains(&format!("content-range: bytes */{len}")),
            "{head}"
        );
    }
}

#[test]
fn get_and_head_alone() {
    let server = Server::start(&[]);
    let ask = |method: &str, path: &str| {
        server.ask(&format!(
            "{method} {path} HTTP/1.1\nHost: localhost\nConnection: close\n\n"
        ))
    };
    let len = std::fs::metadata(file(LOG)).unwrap().len();
    let Answer(status, head, body) = ask("HEAD", "/TOKEN/log/0");
    assert_eq!((status, body.len()), (200, 0));
    assert!(head.contains(&format!("content-length: {len}")), "{head}");
    assert_eq!(ask("HEAD", "/TOKEN/").0, 200);
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        assert_eq!(ask(method, "/TOKEN/log/0").0, 405, "{method}");
    }
}

#[test]
fn key_files_are_served_beside_the_logs() {
    let server = Server::start(&[
        "--key",
        "tests/fixtures/keys/mariadb-keys.enc",
        "--password",
        "se\"cret",
    ]);
    let page = String::from_utf8(server.get("/TOKEN/", "").2).unwrap();
    assert!(page.contains("mariadb-keys.enc"), "{page}");
    assert!(
        page.contains("&quot;password&quot;:&quot;se\\&quot;cret&quot;"),
        "{page}"
    );
    assert_eq!(server.get("/TOKEN/log/2", "").0, 200);
}

#[test]
fn without_a_page_it_says_what_to_do() {
    let empty = tempfile::tempdir().unwrap();
    let out = command(&["open", "--no-browser", LOG])
        .env("BINLIGHT_PAGE", empty.path())
        .output()
        .unwrap();
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(said.contains("cargo xtask install"), "{said}");
}
