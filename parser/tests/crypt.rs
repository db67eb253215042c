//! Encrypted logs, ours and those of the corpus, open with their keys, in any pieces, and with no others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::crypt::{FileCipher, HEADER_LEN, Keys, Locked};
use binlight_parser::stream::{ChecksumState, Frame};
use std::collections::BTreeSet;
use std::path::Path;
use support::encrypted::{Opened, open, open_in_pieces};

fn keys(path: &Path) -> Keys {
    let mut keys = Keys::default();
    keys.read(&std::fs::read(path).unwrap(), None).unwrap();
    keys
}

fn is_whole(frame: &Frame) -> bool {
    !frame.damaged && frame.checksum == ChecksumState::Ok
}

/// The logs of a folder: `ebin.000001` and so on.
fn logs(folder: &Path) -> Vec<Vec<u8>> {
    let path = |n: usize| folder.join(format!("ebin.00000{n}"));
    let logs: Vec<Vec<u8>> = (1..).map_while(|n| std::fs::read(path(n)).ok()).collect();
    assert!(logs.len() >= 2, "{}", folder.display());
    logs
}

/// Events of each log, as the server's own tool counts them: places in the log that it names.
fn printed(folder: &Path, tool: &str) -> Vec<usize> {
    let text = |n: usize| std::fs::read(folder.join(format!("ebin.00000{n}.{tool}"))).ok();
    let texts = (1..).map_while(text);
    texts
        .map(|text| {
            let text = String::from_utf8_lossy(&text).into_owned();
            let places = text.lines().filter(|l| l.starts_with("# at "));
            places.collect::<BTreeSet<&str>>().len()
        })
        .collect()
}

fn frames_of(opened: &[Opened]) -> Vec<usize> {
    opened.iter().map(|o| o.frames.len()).collect()
}

#[test]
fn mysqls_logs_open_with_the_keyring() {
    for folder in support::encrypted_folders("mysql-9.7-encrypted") {
        let keys = keys(&folder.join("component_keyring_file"));
        let files = logs(&folder);
        let opened: Vec<Opened> = files.iter().map(|f| open(f, &keys)).collect();
        assert_eq!(frames_of(&opened), printed(&folder, "mysqlbinlog"));
        for (file, Opened { plain, frames, .. }) in files.iter().zip(&opened) {
            assert!(plain.starts_with(b"\xfebin"));
            assert_eq!(plain.len() as u64, file.len() as u64 - HEADER_LEN);
            assert!(frames.iter().all(is_whole));
            // Any stretch opens by itself.
            let cipher = FileCipher::open(file, &keys).unwrap();
            for at in [0usize, 1, 15, 16, 17, 100] {
                let mut part = file[512 + at..][..50].to_vec();
                cipher.apply(at as u64, &mut part);
                assert_eq!(part, plain[at..at + 50]);
            }
        }
    }
}

/// The keyring of MySQL 8.0's plugin. Ours was written by `make/keyring_file.py`, the corpus's by a server.
#[test]
fn logs_open_with_the_plugins_keyring_file() {
    let folder = support::repository().join("tests/fixtures/mysql-9.7-encrypted");
    let opened = open(&logs(&folder)[0], &keys(&folder.join("keyring_file")));
    assert_eq!(opened.frames.len(), printed(&folder, "mysqlbinlog")[0]);
    assert!(opened.frames.iter().all(is_whole));
    let Some(corpus) = support::corpus() else {
        return;
    };
    let folder = corpus.join("third-party/LianjiaTech+lightning");
    let log = std::fs::read(folder.join("test__binlog.encrypted")).unwrap();
    let opened = open(&log, &keys(&folder.join("test__keyring_file")));
    assert_eq!(opened.frames.len(), 7);
    assert!(opened.frames.iter().all(is_whole));
}

#[test]
fn mariadbs_logs_open_in_any_pieces() {
    for folder in support::encrypted_folders("mariadb-10.11-encrypted") {
        let keys = keys(&folder.join("keys.txt"));
        let events = printed(&folder, "mariadb-binlog");
        for (file, events) in logs(&folder).iter().zip(events) {
            let whole = open(file, &keys);
            assert_eq!(whole.frames.len(), events);
            assert!(whole.frames.iter().all(is_whole));
            for piece in [1, 7, 19, 300] {
                let opened = open_in_pieces(file, &keys, piece);
                assert_eq!(opened.plain, whole.plain, "pieces of {piece}");
                assert_eq!(opened.frames.len(), events);
            }
            // An event read by itself, as the inspector does.
            let cipher = whole.cipher.unwrap();
            for frame in whole.frames.iter().filter(|f| cipher.covers(f.span.start)) {
                let range = frame.span.start as usize..frame.span.end() as usize;
                let mut event = file[range.clone()].to_vec();
                cipher.event(frame.span.start, &mut event);
                assert_eq!(event, whole.plain[range]);
            }
        }
    }
}

/// The other mode, which the log does not name (`file_key_management_encryption_algorithm=AES_CTR`).
#[test]
fn a_log_under_aes_ctr_opens_too() {
    let folder = support::repository().join("tests/fixtures");
    let mut keys = Keys::default();
    let file = std::fs::read(folder.join("keys/mariadb-keys.enc")).unwrap();
    keys.read(&file, Some("secret")).unwrap();
    let log = std::fs::read(folder.join("mariadb-10.11/aes-ctr.encrypted")).unwrap();
    for piece in [1, 50, usize::MAX] {
        let opened = open_in_pieces(&log, &keys, piece);
        assert_eq!(opened.frames.len(), 20);
        let whole = |f: &binlight_parser::stream::Frame| f.checksum == ChecksumState::Ok;
        assert!(opened.frames.iter().all(whole));
    }
}

#[test]
fn wrong_keys_and_none_are_told_apart() {
    let none = Keys::default();
    let other = "11".repeat(32);
    for folder in support::encrypted_folders("mysql-9.7-encrypted") {
        let log = &logs(&folder)[0];
        let Some(Locked::NoKey(id)) = open(log, &none).locked else {
            panic!("{}: opens without a key", folder.display());
        };
        assert!(id.starts_with("MySQLReplicationKey_"));
        let json =
            format!(r#"{{"version":"1.0","elements":[{{"data_id":"{id}","data":"{other}"}}]}}"#);
        let mut wrong = Keys::default();
        wrong.read(json.as_bytes(), None).unwrap();
        assert_eq!(open(log, &wrong).locked, Some(Locked::WrongKey(id)));
    }
    for folder in support::encrypted_folders("mariadb-10.11-encrypted") {
        let log = &logs(&folder)[0];
        let closed = open(log, &none);
        assert_eq!(closed.locked, Some(Locked::NoKey("1".into())));
        assert!(closed.frames.len() == 3, "what is plain is still read");
        let mut wrong = Keys::default();
        wrong.read(format!("1;{other}").as_bytes(), None).unwrap();
        let wrong_key = Some(Locked::WrongKey("1".into()));
        assert_eq!(open(log, &wrong).locked, wrong_key);
    }
}

/// Cut anywhere, and with any byte flipped, an encrypted log comes to an end.
#[test]
fn damaged_encrypted_logs_end() {
    let fixtures = support::repository().join("tests/fixtures");
    let kinds = [
        ("mysql-9.7-encrypted", "component_keyring_file"),
        ("mariadb-10.11-encrypted", "keys.txt"),
    ];
    for (folder, key) in kinds {
        let folder = fixtures.join(folder);
        let keys = keys(&folder.join(key));
        let file = &logs(&folder)[1];
        for at in (0..file.len()).step_by(3) {
            let _ = open(&file[..at], &keys);
            let mut flipped = file.clone();
            flipped[at] ^= 0x55;
            let opened = open(&flipped, &keys);
            assert!(opened.frames.len() < 200);
        }
    }
}
