//! Which module may use which: the arrows of ARCHITECTURE.md.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "../../tests/layering/mod.rs"]
mod layering;

use layering::{circles, forbidden, hold_arrows, hold_no_circle, long_files, src, uses_in};

/// What each module may use besides itself and the ground.
const ALLOWED: &[(&str, &[&str])] = &[
    ("bytes", &[]),
    ("codes", &[]),
    ("limits", &[]),
    ("fault", &[]),
    ("int", &[]),
    ("table", &[]),
    ("context", &["table"]),
    ("gtid", &[]),
    ("trace", &[]),
    ("unpack", &["trace"]),
    ("stream", &["context"]),
    ("value", &["table", "trace", "unpack"]),
    (
        "event",
        &[
            "trace", "unpack", "value", "table", "context", "stream", "gtid",
        ],
    ),
    (
        "rows",
        &[
            "event", "value", "trace", "table", "context", "stream", "unpack",
        ],
    ),
    (
        "text",
        &[
            "event", "value", "table", "context", "stream", "trace", "unpack", "gtid",
        ],
    ),
    ("crypt", &["context", "stream"]),
    ("inspect", &["event", "trace", "context"]),
    ("describe", &["event", "stream", "trace"]),
];

/// What all may use.
const GROUND: &[&str] = &["bytes", "codes", "fault", "int", "limits"];

#[test]
fn no_module_uses_one_above_it() {
    hold_arrows(ALLOWED, GROUND);
}

#[test]
fn no_module_uses_one_that_uses_it() {
    hold_no_circle(&["event"]);
}

#[test]
fn no_file_is_too_long_to_read() {
    assert_eq!(long_files(&src(), 400), [""; 0]);
    assert!(!long_files(&src(), 300).is_empty(), "some are read");
}

/// What the reader finds in `text` as the file `a/b.rs`.
fn found(text: &str) -> Vec<String> {
    let uses = uses_in("a/b.rs", text);
    uses.iter().map(|u| u.to.join("::")).collect()
}

#[test]
fn the_reader_sees_each_form_of_use() {
    for (text, to) in [
        ("use crate::x;", &["x"][..]),
        ("use crate::x::y as z;", &["x::y"]),
        ("pub(crate) use crate::x::Y;", &["x::Y"]),
        ("use crate::{x::y, z};", &["x::y", "z"]),
        (
            "use crate::{x::{self, y::{Z, w}}, v::*};",
            &["x", "x::y::Z", "x::y::w", "v::*"],
        ),
        ("use {crate::x, crate::y::Z};", &["x", "y::Z"]),
        (
            "use crate::{\n    x::y, // crate::no\n    z,\n};",
            &["x::y", "z"],
        ),
        ("use crate::*;", &["*"]),
        ("use ::other::crate_like; use other::x;", &[]),
        ("use super::super::x::y;", &["x::y"]),
        ("use super::{c, super::x};", &["a::c", "x"]),
        ("use self::super::super::x;", &["x"]),
        ("use super::c;", &["a::c"]),
        (
            "mod tests { use super::*; use super::super::super::x; }",
            &["a::b::*", "x"],
        ),
        ("use crate as root; fn f() { root::x::y() }", &["x::y"]),
        (
            "use crate::{self as root, x}; type T = root::z::T;",
            &["", "x", "z::T"],
        ),
        ("extern crate self as root; use root::x;", &["x"]),
        (
            "fn f(_: crate::x::Y) -> Vec<super::super::z::W> {}",
            &["x::Y", "z::W"],
        ),
        ("fn f() { crate::x::y::<crate::z::T>() }", &["x::y", "z::T"]),
        (
            "impl Trait for crate::x::Y { const A: u8 = crate::z::A; }",
            &["x::Y", "z::A"],
        ),
        ("macro_rules! m { () => { $crate::x::y!() } }", &["x::y"]),
        ("fn f() { vec![crate::x::y(), 1] }", &["x::y"]),
        (
            "#[serde(with = \"crate::no\")] struct S; #[derive(crate::x::Y)] struct T;",
            &["x::Y"],
        ),
        (
            "// crate::no\n/* crate::no */ fn f() -> &'static str { r#\"crate::no\"# }",
            &[],
        ),
        ("pub(in crate::a) struct S; pub(crate) struct T;", &["a"]),
    ] {
        assert_eq!(found(text), to, "{text}");
    }
}

#[test]
fn files_are_modules_and_lines_are_told() {
    let uses = uses_in("a/mod.rs", "\n\nuse crate::x;\nuse super::y;");
    let told: Vec<_> = uses
        .iter()
        .map(|u| (u.line, u.from.join("::"), u.to.join("::")))
        .collect();
    assert_eq!(
        told,
        [(3, "a".into(), "x".into()), (4, "a".into(), "y".into())]
    );
    assert_eq!(uses_in("lib.rs", "use crate::x;")[0].from, [""; 0]);
}

#[test]
fn what_no_line_allows_is_forbidden() {
    let uses = uses_in(
        "a/b.rs",
        "use crate::{ground, low, high, a::c};\nuse crate::*;",
    );
    let wrong = forbidden(&uses, &[("a", &["low"])], &["ground"]);
    assert_eq!(wrong, ["a/b.rs:1: crate::high", "a/b.rs:2: crate::*"]);
    assert_eq!(forbidden(&uses, &[], &[])[0], "a has no line");
}

#[test]
fn circles_are_found_however_long() {
    let files = [
        ("a.rs", "use crate::b::x;"),
        ("b/mod.rs", "pub use inner::x; use crate::d;"),
        ("b/inner.rs", "use crate::{c, d};"),
        ("c.rs", "fn f() { super::a::g() }"),
        ("d/mod.rs", "pub mod e; pub use crate::d::e::T;"),
        ("d/e.rs", "use super::f::U; use super::T;"),
        ("d/f.rs", "fn g(_: super::e::T) {}"),
    ];
    let uses: Vec<_> = files
        .iter()
        .flat_map(|(file, text)| uses_in(file, text))
        .collect();
    let edges: Vec<String> = circles(&uses, &[])
        .iter()
        .map(|c| c.split(',').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        edges,
        ["a -> b", "b -> c", "c -> a"],
        "d is used and uses nothing"
    );
    assert_eq!(circles(&uses, &["d"]).len(), 2, "e and f, but not d itself");
    assert_eq!(circles(&uses, &["b"]), [""; 0]);
}
