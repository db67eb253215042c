//! Encrypted logs of the corpus open with their keys, in any pieces, and with no others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use binlight_parser::crypt::{FileCipher, HEADER_LEN, Keys, Locked};
use binlight_parser::stream::ChecksumState;
use support::encrypted::{Opened, open, open_in_pieces};

fn keys(path: &str) -> Option<Keys> {
    let file = std::fs::read(support::corpus()?.join(path)).ok()?;
    let mut keys = Keys::default();
    keys.read(&file, None).unwrap();
    Some(keys)
}

fn log(path: &str) -> Vec<u8> {
    std::fs::read(support::corpus().unwrap().join(path)).unwrap()
}

#[test]
fn mysqls_logs_open_with_the_keyring() {
    let Some(keys) = keys("mysql-9.7-encrypted/component_keyring_file") else {
        return;
    };
    for (n, events) in [(1, 22), (2, 7), (3, 2)] {
        let file = log(&format!("mysql-9.7-encrypted/ebin.00000{n}"));
        let Opened { plain, frames, .. } = open(&file, &keys);
        assert!(
            plain.starts_with(b"\xfebin") && plain.len() as u64 == file.len() as u64 - HEADER_LEN
        );
        assert!(frames.len() >= events, "{n}");
        assert!(
            frames
                .iter()
                .all(|f| !f.damaged && f.checksum == ChecksumState::Ok)
        );
        // Any stretch opens by itself.
        let cipher = FileCipher::open(&file, &keys).unwrap();
        for at in [0usize, 1, 15, 16, 17, 100] {
            let mut part = file[512 + at..][..50].to_vec();
            cipher.apply(at as u64, &mut part);
            assert_eq!(part, plain[at..at + 50]);
        }
    }
}

#[test]
fn a_log_of_mysql_8_0_opens_with_the_plugins_keyring_file() {
    let folder = "third-party/LianjiaTech+lightning";
    let Some(keys) = keys(&format!("{folder}/test__keyring_file")) else {
        return;
    };
    let opened = open(&log(&format!("{folder}/test__binlog.encrypted")), &keys);
    assert_eq!(opened.frames.len(), 7);
    assert!(
        opened
            .frames
            .iter()
            .all(|f| f.checksum == ChecksumState::Ok)
    );
}

#[test]
fn mariadbs_logs_open_in_any_pieces() {
    let Some(keys) = keys("mariadb-10.11-encrypted/keys.txt") else {
        return;
    };
    for (n, events) in [(1, 24), (2, 5)] {
        let file = log(&format!("mariadb-10.11-encrypted/ebin.00000{n}"));
        let whole = open(&file, &keys);
        assert_eq!(whole.frames.len(), events);
        assert!(
            whole
                .frames
                .iter()
                .all(|f| !f.damaged && f.checksum == ChecksumState::Ok)
        );
        for piece in [1, 7, 19, 300] {
            let opened = open_in_pieces(&file, &keys, piece);
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
    let mut wrong = Keys::default();
    let other = "11".repeat(32);
    wrong.read(format!("1;{other}").as_bytes(), None).unwrap();
    let id = "MySQLReplicationKey_51fca97a-e4e8-11f1-a7fc-02fc00000001_1";
    let json = format!(r#"{{"version":"1.0","elements":[{{"data_id":"{id}","data":"{other}"}}]}}"#);
    wrong.read(json.as_bytes(), None).unwrap();
    if support::corpus().is_none() {
        return;
    }
    let mysql = log("mysql-9.7-encrypted/ebin.000001");
    let no_key = Some(Locked::NoKey(id.into()));
    let wrong_key = Some(Locked::WrongKey(id.into()));
    assert_eq!(open(&mysql, &none).locked, no_key);
    assert_eq!(open(&mysql, &wrong).locked, wrong_key);
    let mariadb = log("mariadb-10.11-encrypted/ebin.000001");
    let closed = open(&mariadb, &none);
    assert_eq!(closed.locked, Some(Locked::NoKey("1".into())));
    assert_eq!(closed.frames.len(), 3, "what is plain is still read");
    assert_eq!(
        open(&mariadb, &wrong).locked,
        Some(Locked::WrongKey("1".into()))
    );
}

/// Cut anywhere, and with any byte flipped, an encrypted log comes to an end.
#[test]
fn damaged_encrypted_logs_end() {
    let (Some(mysql), Some(mariadb)) = (
        keys("mysql-9.7-encrypted/component_keyring_file"),
        keys("mariadb-10.11-encrypted/keys.txt"),
    ) else {
        return;
    };
    let logs = [
        (log("mysql-9.7-encrypted/ebin.000002"), mysql),
        (log("mariadb-10.11-encrypted/ebin.000001"), mariadb),
    ];
    for (file, keys) in &logs {
        for at in (0..file.len()).step_by(3) {
            let _ = open(&file[..at], keys);
            let mut flipped = file.clone();
            flipped[at] ^= 0x55;
            let opened = open(&flipped, keys);
            assert!(opened.frames.len() < 200);
        }
    }
}
