//! Which module may use which: the arrows of ARCHITECTURE.md.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../tests/layering/mod.rs"]
mod layering;

use layering::{circles, forbidden, uses};
use std::path::Path;

/// What each module may use besides itself and the ground.
const ALLOWED: &[(&str, &[&str])] = &[
    ("bytes", &[]),
    ("column", &[]),
    ("limits", &[]),
    ("budget", &[]),
    ("digests", &["index", "sql"]),
    ("pass", &["log"]),
    ("file_name", &[]),
    ("sql", &[]),
    ("source", &[]),
    ("index", &[]),
    ("transactions", &["index", "sql"]),
    ("notes", &["index", "sql", "digests"]),
    ("log", &["index", "transactions", "notes"]),
    ("filter", &["log", "index", "transactions", "sql", "notes"]),
    ("timeline", &["log", "index", "transactions"]),
    ("overview", &["log", "index", "transactions"]),
    ("gtid_report", &["log", "transactions"]),
    (
        "findings",
        &[
            "log",
            "index",
            "transactions",
            "sql",
            "gtid_report",
            "timeline",
        ],
    ),
    (
        "view",
        &["filter", "log", "index", "transactions", "timeline"],
    ),
    ("layout", &["view", "log", "index", "transactions"]),
    (
        "session",
        &[
            "source",
            "log",
            "index",
            "transactions",
            "view",
            "layout",
            "timeline",
        ],
    ),
    ("scan", &["session", "source", "log", "index", "pass"]),
    (
        "search",
        &[
            "session",
            "source",
            "view",
            "filter",
            "log",
            "index",
            "transactions",
        ],
    ),
    (
        "answer",
        &[
            "session",
            "search",
            "source",
            "view",
            "layout",
            "log",
            "index",
            "transactions",
            "filter",
        ],
    ),
];

/// What all may use.
const GROUND: &[&str] = &["bytes", "column", "file_name", "limits", "budget"];

#[test]
fn no_module_uses_one_above_it() {
    let uses = uses(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let wrong = forbidden(&uses, ALLOWED, GROUND);
    assert!(
        wrong.is_empty(),
        "against the arrows:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_module_uses_one_that_uses_it() {
    let uses = uses(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let folders = [
        &[][..],
        &["index"],
        &["pass"],
        &["transactions"],
        &["filter"],
        &["findings"],
        &["timeline"],
        &["source"],
        &["view"],
        &["search"],
        &["answer"],
        &["sql"],
    ];
    for within in folders {
        let circles = circles(&uses, within);
        assert!(circles.is_empty(), "in {within:?}:\n{}", circles.join("\n"));
    }
}
