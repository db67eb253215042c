//! Which module may use which: the arrows of ARCHITECTURE.md.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../tests/layering/mod.rs"]
mod layering;

use layering::{hold_arrows, hold_no_circle};

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
    hold_arrows(ALLOWED, GROUND);
}

#[test]
fn no_module_uses_one_that_uses_it() {
    hold_no_circle(&["index"]);
}
