//! Which module may use which, and who may speak to the browser: the arrows of ARCHITECTURE.md.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../tests/layering/mod.rs"]
mod layering;

use layering::{
    Use, circles, each_file, hold_arrows, hold_no_circle, long_files, src, uses, uses_in,
};
use std::collections::BTreeSet;

/// What each module may use besides itself.
const ALLOWED: &[(&str, &[&str])] = &[
    ("bin", &[]),
    ("protocol", &[]),
    ("worker", &["protocol"]),
    // Links name events by the protocol's places.
    ("model", &["protocol"]),
    ("widgets", &["model"]),
    ("platform", &["protocol"]),
    ("client", &["protocol", "platform"]),
    ("state", &["client", "protocol", "model", "platform"]),
    (
        "views",
        &["state", "model", "widgets", "platform", "protocol"],
    ),
];

/// Files that call the browser beyond the event types of `view!`.
const BROWSER: &[&str] = &[
    "platform/",
    "widgets/",
    "client/mod.rs",
    "protocol/codec.rs",
    "worker/mod.rs",
    "worker/given.rs",
    "worker/runners.rs",
    "worker/scope.rs",
    "worker/served.rs",
    "worker/source.rs",
    "worker/stream.rs",
    "state/opening.rs",
];

#[test]
fn no_module_uses_one_above_it() {
    hold_arrows(ALLOWED, &[]);
}

#[test]
fn no_file_uses_one_that_uses_it() {
    hold_no_circle(&["state", "list"]);
}

/// What files of a folder use of its `mod.rs`, while that uses them.
fn folder_circles(uses: &[Use]) -> Vec<String> {
    let modules: BTreeSet<&[String]> = uses.iter().map(|u| u.from.as_slice()).collect();
    let is_module = |path: &[String]| modules.iter().any(|m| m.starts_with(path));
    let mut wrong = Vec::new();
    for used in uses {
        for depth in 1..used.from.len() {
            let (folder, file) = (&used.from[..depth], &used.from[..=depth]);
            let of_folder = used.to.len() > depth
                && used.to.starts_with(folder)
                && !is_module(&used.to[..=depth]);
            let uses_file = |u: &Use| u.from == folder && u.to.starts_with(file);
            if of_folder && uses.iter().any(uses_file) {
                let to = used.to.join("::");
                wrong.push(format!("{}:{}: crate::{to}", used.file, used.line));
            }
        }
    }
    wrong
}

#[test]
fn no_file_uses_its_folder_that_uses_it() {
    let wrong = folder_circles(&uses(&src()));
    assert!(wrong.is_empty(), "circles:\n{}", wrong.join("\n"));
    let all = [
        uses_in(
            "a/mod.rs",
            "mod b; mod c; pub use b::X; use self::b::X; struct S;",
        ),
        uses_in("a/b.rs", "use super::S; use super::c::T; use crate::d;"),
        uses_in("a/c.rs", "use super::S; use crate::d;"),
    ]
    .concat();
    assert_eq!(folder_circles(&all), ["a/b.rs:1: crate::a::S"]);
}

#[test]
fn files_stay_short() {
    assert_eq!(long_files(&src(), 400), [""; 0]);
}

#[test]
fn a_circle_between_two_views_would_be_found() {
    let all = [
        uses_in("views/app.rs", "use super::top_bar::TopBar;"),
        uses_in(
            "views/top_bar.rs",
            "use crate::{\n    model::format,\n    views::{app::{run}},\n};",
        ),
    ]
    .concat();
    assert_eq!(circles(&all, &["views"]).len(), 2);
}

#[test]
fn few_files_speak_to_the_browser_and_no_view_to_the_worker() {
    let mut wrong = Vec::new();
    each_file(&src(), &src(), &mut |name, text| {
        for line in text.lines().filter(|l| !l.trim_start().starts_with("//")) {
            let codec = line.contains("protocol::codec") && name.starts_with("views/");
            let browser =
                line.contains("web_sys::") && !BROWSER.iter().any(|b| name.starts_with(b));
            if codec || browser {
                wrong.push(format!("{name}: {}", line.trim()));
            }
        }
    });
    assert!(wrong.is_empty(), "not here:\n{}", wrong.join("\n"));
}
