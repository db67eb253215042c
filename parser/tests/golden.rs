//! Every fixture's annotated dump equals the text beside it. `BLESS=1` rewrites the texts; review
//! reads the difference.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::trace::render;
use std::fmt::Write;

#[test]
fn dumps_equal_their_golden_texts() {
    let bless = std::env::var_os("BLESS").is_some();
    for log in support::fixtures() {
        // Large ones are for other tests.
        let bytes = std::fs::read(&log).unwrap();
        if bytes.len() > 20_000 {
            continue;
        }
        let mut text = String::new();
        support::each_tree(&bytes, |frame, event, tree| {
            writeln!(
                text,
                "{} at {}, {} bytes",
                frame.header.event_type, frame.span.start, frame.span.len
            )
            .unwrap();
            render::render(&mut text, tree, event, frame.span.start).unwrap();
        });
        let name = log.file_stem().unwrap().to_string_lossy().into_owned();
        let golden = if log.starts_with(support::repository().join("public")) {
            support::repository().join(format!("tests/fixtures/samples/{name}.txt"))
        } else {
            log.with_extension("txt")
        };
        if bless {
            std::fs::create_dir_all(golden.parent().unwrap()).unwrap();
            std::fs::write(&golden, &text).unwrap();
            continue;
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        for (n, (got, want)) in text.lines().zip(expected.lines()).enumerate() {
            assert_eq!(got, want, "{}:{}", golden.display(), n + 1);
        }
        assert_eq!(
            text.lines().count(),
            expected.lines().count(),
            "{}",
            golden.display()
        );
    }
}
