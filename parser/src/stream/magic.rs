//! What a file is, by its first bytes; what to do about it, in a sentence.

use crate::bytes::clip::first;
/// Bytes that suffice to tell.
pub const PROBE_LEN: usize = 512;

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum FileKind {
    /// `fe 62 69 6e`: a binary log or relay log.
    Binlog,
    /// A log without its four magic bytes: an event header at once.
    Headless,
    /// `fd 62 69 6e`: a log encrypted by MySQL 8.0.14 or later.
    EncryptedMysql,
    /// MariaDB 12.3's binary log inside InnoDB.
    MariadbIbb,
    /// MariaDB's GTID index beside a log.
    MariadbGtidIndex,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// ZIP.
    Zip,
    /// xz, bzip2 or 7z.
    OtherArchive,
    /// tar.
    Tar,
    /// What `mysqlbinlog` printed.
    MysqlbinlogText,
    /// An index file: names of logs.
    Index,
    /// MariaDB's `.state` file.
    MariadbState,
    /// Key material of a keyring or key file.
    Keyring,
    /// An InnoDB tablespace.
    InnodbTablespace,
    /// pcap or pcapng.
    Capture,
    /// SQL or other text.
    Text,
    /// Nothing at all.
    Empty,
    /// None of these.
    Unknown,
}

impl FileKind {
    /// Judges by the first bytes ([`PROBE_LEN`] are enough) and whether they are all there is.
    pub fn detect(head: &[u8]) -> FileKind {
        let starts = |magic: &[u8]| head.starts_with(magic);
        let text = core::str::from_utf8(head)
            .or_else(|e| core::str::from_utf8(first(head, e.valid_up_to())));
        let is_text = |t: &str| {
            t.len() + 4 > head.len() && !t.chars().any(|c| c.is_control() && !c.is_whitespace())
        };
        if head.is_empty() {
            return FileKind::Empty;
        }
        match () {
            () if starts(b"\xfebin") => return FileKind::Binlog,
            () if starts(b"\xfdbin") => return FileKind::EncryptedMysql,
            () if starts(b"\xfe\xfe\x0d\x01") => return FileKind::MariadbIbb,
            () if starts(b"\xfe\xfe\x0c\x01") => return FileKind::MariadbGtidIndex,
            () if starts(b"\x1f\x8b") => return FileKind::Gzip,
            () if starts(b"\x28\xb5\x2f\xfd") => return FileKind::Zstd,
            () if starts(b"PK\x03\x04") => return FileKind::Zip,
            () if starts(b"\xfd7zXZ\0") || starts(b"BZh") || starts(b"7z\xbc\xaf") => {
                return FileKind::OtherArchive;
            }
            () if head.get(257..262) == Some(b"ustar") => return FileKind::Tar,
            () if starts(b"\xd4\xc3\xb2\xa1") || starts(b"\xa1\xb2\xc3\xd4") => {
                return FileKind::Capture;
            }
            () if starts(b"\x4d\x3c\xb2\xa1") || starts(b"\x0a\x0d\x0d\x0a") => {
                return FileKind::Capture;
            }
            () if starts(b"Keyring file version:") || starts(b"Salted__") => {
                return FileKind::Keyring;
            }
            () => {}
        }
        if let Ok(t) = text
            && is_text(t)
        {
            return text_kind(t);
        }
        if is_tablespace(head) {
            return FileKind::InnodbTablespace;
        }
        if looks_like_event(head) {
            FileKind::Headless
        } else {
            FileKind::Unknown
        }
    }

    /// Whether events can be read from it.
    pub fn is_log(self) -> bool {
        matches!(self, FileKind::Binlog | FileKind::Headless)
    }

    /// Name, e.g. for a title.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Binlog => "binary log",
            FileKind::Headless => "binary log without its magic bytes",
            FileKind::EncryptedMysql => "encrypted MySQL binary log",
            FileKind::MariadbIbb => "MariaDB InnoDB binary log (.ibb)",
            FileKind::MariadbGtidIndex => "MariaDB GTID index",
            FileKind::Gzip => "gzip file",
            FileKind::Zstd => "Zstandard file",
            FileKind::Zip => "ZIP archive",
            FileKind::OtherArchive => "compressed file",
            FileKind::Tar => "tar archive",
            FileKind::MysqlbinlogText => "text printed by mysqlbinlog",
            FileKind::Index => "binary log index",
            FileKind::MariadbState => "MariaDB .state file",
            FileKind::Keyring => "key file",
            FileKind::InnodbTablespace => "InnoDB tablespace",
            FileKind::Capture => "network capture",
            FileKind::Text => "text file",
            FileKind::Empty => "empty file",
            FileKind::Unknown => "file of unknown kind",
        }
    }

    /// What its owner can do, in one or two sentences; empty for logs.
    pub fn advice(self) -> &'static str {
        match self {
            FileKind::Binlog => "",
            FileKind::Headless => {
                "The four magic bytes at the start are missing; events are read from the first byte."
            }
            FileKind::EncryptedMysql => {
                "MySQL encrypts it with a key from the server's keyring. Drop the keyring's file too: component_keyring_file, or the one that keyring_file_data names."
            }
            FileKind::MariadbIbb => {
                "MariaDB 12.3 keeps this log inside InnoDB pages. It is not supported yet: mariadb-binlog of that version reads it."
            }
            FileKind::MariadbGtidIndex => {
                "It only speeds up finding GTIDs. Open the log of the same name without .idx."
            }
            FileKind::Gzip => "Unpack it first (gunzip FILE) and open the log that comes out.",
            FileKind::Zstd => "Unpack it first (zstd -d FILE) and open the log that comes out.",
            FileKind::Zip => "Unpack it first (unzip FILE) and open the logs inside.",
            FileKind::OtherArchive => "Unpack it first and open the log that comes out.",
            FileKind::Tar => "Unpack it first (tar xf FILE) and open the logs inside.",
            FileKind::MysqlbinlogText => {
                "This is a listing made from a log. Open the binary log itself, from the server's data directory: the listing no longer holds its bytes."
            }
            FileKind::Index => {
                "It lists the names of the logs. Open one of the files that it names."
            }
            FileKind::MariadbState => {
                "It holds the GTID state at shutdown. Open a log file beside it."
            }
            FileKind::Keyring => {
                "It holds keys that open encrypted logs, not events. Drop it together with the log, or after it."
            }
            FileKind::InnodbTablespace => {
                "It holds table data, not events. Binary logs are usually named binlog.000001 or mysql-bin.000001."
            }
            FileKind::Capture => {
                "It holds network packets. Open a log file; a replica's relay log holds the same events."
            }
            FileKind::Text => "A binary log begins with the bytes fe 62 69 6e. This file is text.",
            FileKind::Empty => "It has no bytes at all. Was the copy interrupted?",
            FileKind::Unknown => {
                "A binary log begins with the bytes fe 62 69 6e; this file does not, and no event header was found at its start. Is it encrypted, or cut at the front?"
            }
        }
    }
}

fn text_kind(text: &str) -> FileKind {
    let trimmed = text.trim_start();
    if trimmed.starts_with("/*!5")
        || text.contains("mysqlbinlog")
        || trimmed.starts_with("# The proper term is pseudo_replica_mode")
    {
        return FileKind::MysqlbinlogText;
    }
    if trimmed.starts_with('{') && text.contains("\"elements\"") && text.contains("\"version\"") {
        return FileKind::Keyring;
    }
    // `1;770A8A65…`, MariaDB's key file.
    let key_line = |l: &str| {
        l.split_once(';').is_some_and(|(id, key)| {
            let key = key.trim();
            id.parse::<u32>().is_ok()
                && key.len() >= 32
                && key.bytes().all(|b| b.is_ascii_hexdigit())
        })
    };
    if text.lines().any(key_line) {
        return FileKind::Keyring;
    }
    let mut lines = text.lines().filter(|l| !l.is_empty()).peekable();
    let numbered = |l: &str| {
        l.rsplit_once('.')
            .is_some_and(|(_, n)| n.len() >= 6 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    let gtid =
        |l: &str| l.split('-').count() == 3 && l.split('-').all(|p| p.parse::<u64>().is_ok());
    if lines.peek().is_some() && lines.clone().all(gtid) {
        return FileKind::MariadbState;
    }
    // The probe may cut the last name.
    let names = lines.clone().count();
    if names > 0 && lines.take(names.max(2) - 1).all(numbered) {
        return FileKind::Index;
    }
    FileKind::Text
}

/// An InnoDB page 0: the space id stands at 34 again, the page number is 0, the type is FSP_HDR.
fn is_tablespace(head: &[u8]) -> bool {
    head.get(4..8) == Some(&[0; 4])
        && head.get(24..26) == Some(&[0, 8])
        && head.get(34..38) == head.get(38..42)
}

fn looks_like_event(head: &[u8]) -> bool {
    super::Header::read(head).is_some_and(|h| {
        h.event_type.is_known()
            && (19..=1 << 20).contains(&h.size)
            && h.timestamp > 800_000_000
            && h.flags & 0x3c00 == 0
    })
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn files_are_named_for_what_they_are() {
        let key = b"1;7a0f3c5d2b4e6f8091a2b3c4d5e6f70812345678\n";
        let cases: &[(&[u8], FileKind)] = &[
            (b"", FileKind::Empty),
            (b"\xfebin", FileKind::Binlog),
            (b"\xfdbin\x01", FileKind::EncryptedMysql),
            (b"\x1f\x8b\x08", FileKind::Gzip),
            (b"PK\x03\x04", FileKind::Zip),
            (
                b"/*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=1*/;\n",
                FileKind::MysqlbinlogText,
            ),
            (b"./binlog.000001\n./binlog.000002\n", FileKind::Index),
            (b"/var/lib/mysql/mysql-bin.000123\n", FileKind::Index),
            (b"0-1-100\n1-2-7\n", FileKind::MariadbState),
            (key, FileKind::Keyring),
            (b"{\"version\":\"1.0\",\"elements\":[]}", FileKind::Keyring),
            (b"Keyring file version:2.0", FileKind::Keyring),
            (b"select 1;\n", FileKind::Text),
            (b"\x00\x01\x02\x03", FileKind::Unknown),
        ];
        for (head, kind) in cases {
            assert_eq!(
                FileKind::detect(head),
                *kind,
                "{:?}",
                String::from_utf8_lossy(head)
            );
            assert!(kind.is_log() || !kind.advice().is_empty());
        }
    }
}
