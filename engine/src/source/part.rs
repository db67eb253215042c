//! One file of the log as plain bytes, whether it is encrypted or not.

use super::{Buffer, ByteSource, Piece, Stream};
use binlight_parser::crypt::{EventCipher, FileCipher, HEADER_LEN, Keys, Locked};
use binlight_parser::stream::FileKind;
use std::cell::RefCell;
use std::future::Future;

/// A file. Offsets are those of the plain log: MySQL's encryption header is not counted.
#[derive(Debug)]
pub struct Part<S> {
    /// Its name.
    pub name: String,
    /// Offset in the log at which it begins.
    pub base: u64,
    source: S,
    /// Opens the whole file (MySQL).
    cipher: Option<FileCipher>,
    /// Opens its events, once the scan has met them (MariaDB).
    events: RefCell<Option<EventCipher>>,
}

impl<S: ByteSource> Part<S> {
    /// The file as it is.
    pub fn plain(name: String, source: S) -> Self {
        Part {
            name,
            base: 0,
            source,
            cipher: None,
            events: RefCell::default(),
        }
    }

    /// Looks whether the file is encrypted as a whole, and if so opens it with `keys`; the error, if
    /// they do not, leaves it closed.
    pub async fn open(&mut self, keys: &Keys) -> Result<Option<Locked>, String> {
        let head = bytes(&self.source, HEADER_LEN + 4).await?;
        if FileKind::detect(&head) != FileKind::EncryptedMysql {
            return Ok(None);
        }
        Ok(match FileCipher::open(&head, keys) {
            Ok(cipher) => {
                self.cipher = Some(cipher);
                None
            }
            Err(locked) => Some(locked),
        })
    }

    /// Another handle of the same file, for another thread.
    pub fn another(&self) -> Self
    where
        S: Clone,
    {
        Part {
            name: self.name.clone(),
            base: self.base,
            source: self.source.clone(),
            cipher: self.cipher.clone(),
            events: RefCell::default(),
        }
    }

    /// The file as it is stored.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// Whether it is stored as it is read.
    pub fn is_plain(&self) -> bool {
        self.cipher.is_none()
    }

    /// Bytes of the stored file before the first of the log: MySQL's encryption header.
    fn skipped(&self) -> u64 {
        if self.cipher.is_some() { HEADER_LEN } else { 0 }
    }

    /// Bytes of the plain log.
    pub fn len(&self) -> u64 {
        self.source.len().saturating_sub(self.skipped())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Begins to read `start .. start + len`, as [`ByteSource::read`] does.
    pub fn read(
        &self,
        start: u64,
        len: u64,
    ) -> impl Future<Output = Result<Deciphered<S::Piece>, String>> + 'static {
        let reading = self.source.read(start.saturating_add(self.skipped()), len);
        let cipher = self.cipher.clone();
        async move {
            let piece = reading.await?;
            Ok(Deciphered {
                piece,
                cipher,
                at: start,
            })
        }
    }

    /// Begins to read `start ..`, as [`ByteSource::stream`] does.
    pub fn stream(&self, start: u64) -> PartStream<S::Stream> {
        PartStream {
            stream: self.source.stream(start.saturating_add(self.skipped())),
            cipher: self.cipher.clone(),
            at: start,
        }
    }

    /// Decrypts the event, or the first bytes of one, that begins at offset `at` of this file.
    pub fn decrypt_event(&self, at: u64, bytes: &mut [u8]) {
        let cipher = self.events.borrow();
        if let Some(cipher) = cipher.as_ref().filter(|c| c.covers(at)) {
            cipher.event(at, bytes);
        }
    }

    /// Whether [`decrypt_event`](Self::decrypt_event) changes anything.
    pub fn has_encrypted_events(&self) -> bool {
        self.events.borrow().is_some()
    }

    /// Keeps what the scan opened the events with.
    pub(crate) fn keep(&self, cipher: Option<&EventCipher>) {
        let mut known = self.events.borrow_mut();
        if known.is_none() {
            *known = cipher.cloned();
        }
    }
}

/// A piece that is decrypted when it is copied.
#[derive(Debug)]
pub struct Deciphered<P> {
    piece: P,
    cipher: Option<FileCipher>,
    at: u64,
}

impl<P: Piece> Piece for Deciphered<P> {
    fn len(&self) -> usize {
        self.piece.len()
    }

    fn copy_to(&self, into: &mut [u8]) {
        self.piece.copy_to(into);
        if let Some(cipher) = &self.cipher {
            cipher.apply(self.at, into);
        }
    }
}

/// A file read in order, decrypted as it comes.
#[derive(Debug)]
pub struct PartStream<T> {
    stream: T,
    cipher: Option<FileCipher>,
    at: u64,
}

impl<T: Stream> Stream for PartStream<T> {
    async fn next(&mut self, into: &mut Buffer) -> Result<usize, String> {
        let added = self.stream.next(into).await?;
        if let Some(cipher) = &self.cipher {
            let unused = into.unused_mut();
            let from = unused.len().saturating_sub(added);
            cipher.apply(self.at, &mut unused[from..]);
        }
        self.at += added as u64;
        Ok(added)
    }
}

/// The first bytes of a source, `most` at most.
pub(super) async fn bytes<S: ByteSource>(source: &S, most: u64) -> Result<Vec<u8>, String> {
    let len = source.len().min(most);
    if len == 0 {
        return Ok(Vec::new());
    }
    let piece = source.read(0, len).await?;
    let mut bytes = vec![0; piece.len()];
    piece.copy_to(&mut bytes);
    Ok(bytes)
}
