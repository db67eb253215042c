//! Several files as one log: which come first, and where a byte of the log lies.

use super::ByteSource;
use super::part::{Deciphered, Part, PartStream, bytes};
use crate::file_name::{base_name, number, stem};
use crate::limits::{INDEX_FILE, KEY_FILE};
use binlight_parser::crypt::{KeyFileFault, Keys, Locked};
use binlight_parser::stream::FileKind;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::future::Future;

/// Bytes of a file that tell what it is and when it was begun.
const HEAD: u64 = 512;

/// The log's files in order; as a source, their bytes one after the other.
#[derive(Debug)]
pub struct Files<S> {
    /// In order.
    pub parts: Vec<Part<S>>,
    /// Names that an index has and that were not given.
    pub absent: Vec<String>,
    /// What was given and is no log.
    pub skipped: Vec<(String, FileKind)>,
    /// What told the order.
    pub order: Order,
    /// Keys that were given along, for as long as the log is open.
    pub keys: Keys,
    /// Why a part of it stays closed.
    pub lock: RefCell<Lock>,
}

impl<S: ByteSource> Files<S> {
    /// The files in this order.
    pub fn in_order(files: Vec<(String, S)>) -> Self {
        let parts = files.into_iter();
        let mut files = Files {
            parts: parts.map(|(name, s)| Part::plain(name, s)).collect(),
            absent: Vec::new(),
            skipped: Vec::new(),
            order: Order::Single,
            keys: Keys::default(),
            lock: RefCell::default(),
        };
        files.place();
        files
    }

    /// Gives each file its place in the log.
    fn place(&mut self) {
        let mut base = 0;
        for part in &mut self.parts {
            part.base = base;
            base += part.len();
        }
    }

    /// Opens what is encrypted as a whole, as far as there are keys.
    async fn unlock(&mut self) -> Result<(), String> {
        for part in &mut self.parts {
            if let Some(locked) = part.open(&self.keys).await? {
                self.lock.borrow_mut().why.get_or_insert(locked);
            }
        }
        self.place();
        Ok(())
    }

    /// Decrypts the event, or the first bytes of one, that begins at offset `at` of the log.
    pub fn decrypt_event(&self, at: u64, bytes: &mut [u8]) {
        if let Some(part) = self.part_at(at) {
            part.decrypt_event(at - part.base, bytes);
        }
    }

    /// Whether events of the file that holds byte `at` are encrypted.
    pub fn has_encrypted_events(&self, at: u64) -> bool {
        self.part_at(at).is_some_and(Part::has_encrypted_events)
    }

    /// The file that holds byte `at` of the log.
    fn part_at(&self, at: u64) -> Option<&Part<S>> {
        let after = self.parts.partition_point(|p| p.base <= at);
        self.parts.get(after.checked_sub(1)?)
    }

    /// Reads of file and log begin here: bytes `start .. start + len` of the log, which lie in one
    /// file.
    pub fn read(
        &self,
        start: u64,
        len: u64,
    ) -> impl Future<Output = Result<Deciphered<S::Piece>, String>> + 'static {
        let reading = self.part_at(start).map(|p| p.read(start - p.base, len));
        async move {
            match reading {
                Some(reading) => reading.await,
                None => Err("there is no file at this place".to_owned()),
            }
        }
    }

    /// Begins to read the file that holds byte `start` of the log from there on, in order.
    pub fn stream(&self, start: u64) -> Option<PartStream<S::Stream>> {
        let part = self.part_at(start)?;
        Some(part.stream(start - part.base))
    }

    /// Offset of the end of the file that holds byte `at`.
    pub fn end_of(&self, at: u64) -> u64 {
        self.part_at(at).map_or(0, |p| p.base + p.len())
    }

    /// Offset of the beginning of the file that holds byte `at`.
    pub fn base_of(&self, at: u64) -> u64 {
        self.part_at(at).map_or(0, |p| p.base)
    }

    /// Bytes in all.
    pub fn len(&self) -> u64 {
        self.parts.last().map_or(0, |p| p.base + p.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What the beginning of a file says.
struct Head {
    kind: FileKind,
    /// Timestamp of its first event.
    created: u32,
}

/// Puts given files in order: by an index among them, else by the numbers in their names, else by
/// the time at which they were begun. One file is taken as it is, whatever it is. `keys`, and key files
/// among them, open what is encrypted; `password` opens a key file that is encrypted itself.
///
/// # Errors
/// The browser's words if a file cannot be read.
pub async fn arrange<S: ByteSource>(
    given: Vec<(String, S)>,
    keys: Keys,
    password: Option<&str>,
) -> Result<Files<S>, String> {
    let mut files = if given.len() == 1 {
        Files {
            keys,
            ..Files::in_order(given)
        }
    } else {
        several(given, keys, password).await?
    };
    files.unlock().await?;
    Ok(files)
}

async fn several<S: ByteSource>(
    given: Vec<(String, S)>,
    mut keys: Keys,
    password: Option<&str>,
) -> Result<Files<S>, String> {
    let mut lock = Lock::default();
    let mut listed: Option<Vec<String>> = None;
    let (mut logs, mut skipped) = (Vec::new(), Vec::new());
    for (name, source) in given {
        let bytes = bytes(&source, HEAD).await?;
        let head = Head {
            kind: FileKind::detect(&bytes),
            created: bytes
                .get(4..8)
                .and_then(|b| b.try_into().ok())
                .map_or(0, u32::from_le_bytes),
        };
        if head.kind == FileKind::Index {
            let text = self::bytes(&source, INDEX_FILE).await?;
            let names = String::from_utf8_lossy(&text);
            let names = names.lines().map(str::trim).filter(|l| !l.is_empty());
            listed
                .get_or_insert_default()
                .extend(names.map(|n| base_name(n).to_owned()));
        } else if head.kind == FileKind::Keyring {
            let file = self::bytes(&source, KEY_FILE).await?;
            if let Err(fault) = keys.read(&file, password) {
                lock.key_file = Some((name, fault));
            }
        } else if head.kind.is_log() || head.kind == FileKind::EncryptedMysql {
            logs.push((name, source, head));
        } else {
            skipped.push((name, head.kind));
        }
    }
    let place = |name: &str| {
        listed
            .as_ref()
            .and_then(|l| l.iter().position(|n| n == base_name(name)))
    };
    let by_index = logs.iter().any(|(name, ..)| place(name).is_some());
    let by_number = logs.iter().all(|(name, ..)| number(name).is_some());
    logs.sort_by(|(a, _, ha), (b, _, hb)| {
        let key = |name: &str, head: &Head| {
            let listed = if by_index {
                place(name).unwrap_or(usize::MAX)
            } else {
                0
            };
            let numbered = if by_number {
                (stem(name).to_owned(), number(name))
            } else {
                (String::new(), None)
            };
            (
                listed,
                numbered,
                if by_number { 0 } else { head.created },
                name.to_owned(),
            )
        };
        key(a, ha).cmp(&key(b, hb))
    });
    let here: Vec<String> = logs
        .iter()
        .map(|(name, ..)| base_name(name).to_owned())
        .collect();
    let order = match () {
        () if here.len() < 2 => Order::Single,
        () if by_index => Order::Index,
        () if by_number => Order::Numbers,
        () => Order::Created,
    };
    let absent = listed.filter(|_| by_index).unwrap_or_default();
    let mut files = Files::in_order(
        logs.into_iter()
            .map(|(name, source, _)| (name, source))
            .collect(),
    );
    files.absent = absent.into_iter().filter(|n| !here.contains(n)).collect();
    files.skipped = skipped;
    files.order = order;
    files.keys = keys;
    files.lock = RefCell::new(lock);
    Ok(files)
}

/// What told the order of several files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// There is one file.
    #[default]
    Single,
    /// An index file.
    Index,
    /// The numbers in their names.
    Numbers,
    /// The times at which they were begun.
    Created,
}

/// What keeps an encrypted log closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The key that is missing or wrong; `None` if nothing is closed.
    pub why: Option<Locked>,
    /// A key file that could not be read, and why.
    pub key_file: Option<(String, KeyFileFault)>,
}
