//! Encrypted logs, as the worker opens them: with their keys, without, with others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

use binlight_app::protocol::{Answer, Question};
use binlight_app::worker::answer::answer;
use binlight_engine::index::EventNo;
use binlight_engine::scan::{Alone, Failure, scan};
use binlight_engine::session::Session;
use binlight_engine::source::MemorySource;
use binlight_engine::source::arrange;
use binlight_parser::crypt::{KeyFileFault, Keys, Locked};
use binlight_parser::stream::FileKind;
use futures::executor::block_on;
use std::path::Path;

/// Opens fixtures, and the texts given, as the page would.
fn open(
    paths: &[&str],
    texts: &[(&str, &[u8])],
    password: Option<&str>,
) -> (Session<MemorySource>, Result<(), Failure>) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let given = paths.iter().map(|path| {
        let bytes = std::fs::read(fixtures.join(path)).unwrap();
        let name = path.rsplit('/').next().unwrap();
        (name.to_owned(), MemorySource(bytes.into()))
    });
    let texts = texts
        .iter()
        .map(|(name, text)| ((*name).to_owned(), MemorySource((*text).into())));
    let files = block_on(arrange(
        given.chain(texts).collect(),
        Keys::default(),
        password,
    ))
    .unwrap();
    let session = Session::new(files);
    let outcome = block_on(scan(&session, &Alone, || 0.0, |_| {})).map(|_| ());
    (session, outcome)
}

const MYSQL: [&str; 3] = [
    "mysql-9.7-encrypted/ebin.000001",
    "mysql-9.7-encrypted/ebin.000002",
    "mysql-9.7-encrypted/component_keyring_file",
];
const MARIADB: [&str; 3] = [
    "mariadb-10.11-encrypted/ebin.000001",
    "mariadb-10.11-encrypted/ebin.000002",
    "mariadb-10.11-encrypted/keys.txt",
];

/// Every event can be inspected, and none has a fault.
fn whole(session: &Session<MemorySource>, events: u32) {
    let totals = session.summary().totals;
    assert_eq!((totals.events, totals.faults), (u64::from(events), 0));
    assert_eq!(session.summary().lock.why, None);
    for no in 0..events {
        let question = Question::Inspect(EventNo(no));
        let Answer::Inspected(event) = block_on(answer(session, question)).unwrap() else {
            panic!("no inspection of {no}");
        };
        assert!(event.faults.is_empty(), "{no}: {:?}", event.faults);
    }
}

#[test]
fn logs_open_with_the_key_file_beside_them() {
    let (session, outcome) = open(&MYSQL, &[], None);
    outcome.unwrap();
    whole(&session, 30);
    let (session, outcome) = open(&MARIADB, &[], None);
    outcome.unwrap();
    whole(&session, 35);
}

#[test]
fn without_the_key_the_page_learns_which_is_needed() {
    let (session, outcome) = open(&MYSQL[..1], &[], None);
    assert_eq!(outcome, Err(Failure::Kind(FileKind::EncryptedMysql)));
    let why = session.source.lock.borrow().why.clone();
    assert!(matches!(why, Some(Locked::NoKey(key)) if key.starts_with("MySQLReplicationKey_")));
    let (session, outcome) = open(&MARIADB[..1], &[], None);
    outcome.unwrap();
    assert_eq!(
        session.summary().lock.why,
        Some(Locked::NoKey("1".to_owned()))
    );
    assert_eq!(session.summary().totals.events, 3);
}

#[test]
fn other_keys_are_said_to_be_wrong() {
    let line = format!("1;{}", "ab".repeat(16));
    let (session, _) = open(&MARIADB[..1], &[("k", line.as_bytes())], None);
    let wrong = Some(Locked::WrongKey("1".to_owned()));
    assert_eq!(session.summary().lock.why, wrong);
}

#[test]
fn an_encrypted_key_file_asks_for_its_password() {
    let file = include_bytes!("../../tests/fixtures/keys/mariadb-keys.enc");
    let keys: [(&str, &[u8]); 1] = [("keys.enc", file)];
    for (password, fault) in [
        (None, KeyFileFault::NeedsPassword),
        (Some("no"), KeyFileFault::WrongPassword),
    ] {
        let (session, _) = open(&MARIADB[..1], &keys, password);
        let known = session.summary().lock.key_file;
        assert_eq!(known, Some(("keys.enc".to_owned(), fault)));
    }
    let (session, outcome) = open(&MARIADB[..1], &keys, Some("secret"));
    outcome.unwrap();
    whole(&session, 24);
}
