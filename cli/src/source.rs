//! A log's frames, read piece by piece and decrypted if there are keys.

use binlight_parser::crypt::{FileCipher, HEADER_LEN, Keys, LogFramer};
use binlight_parser::stream::{FileKind, Frame, Step};
use std::fs::File;
use std::io::{self, Read};

/// A file, and the keys at hand.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Its path.
    pub path: &'a str,
    /// Keys that may open it.
    pub keys: &'a Keys,
}

/// A file as a plain log, if it is encrypted as a whole and there is a key.
struct Plain {
    file: File,
    at: u64,
    cipher: Option<FileCipher>,
}

impl Plain {
    fn open(mut file: File, keys: &Keys) -> io::Result<Plain> {
        let mut head = Vec::new();
        (&mut file).take(HEADER_LEN + 4).read_to_end(&mut head)?;
        let mut cipher = None;
        if FileKind::detect(&head) == FileKind::EncryptedMysql && !keys.is_empty() {
            let opened = FileCipher::open(&head, keys);
            cipher = Some(opened.map_err(|e| io::Error::other(e.to_string()))?);
        }
        let start = if cipher.is_some() { HEADER_LEN } else { 0 };
        io::Seek::seek(&mut file, io::SeekFrom::Start(start))?;
        Ok(Plain {
            file,
            at: 0,
            cipher,
        })
    }

    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(piece)?;
        if let Some(cipher) = &self.cipher {
            cipher.apply(self.at, &mut piece[..n]);
        }
        self.at += n as u64;
        Ok(n)
    }
}

impl Source<'_> {
    /// Frames the file piece by piece and calls `f` with each frame and its bytes (of an event too
    /// long to be held, its first ones; of a damaged stretch, none). Returns what kind of file it is.
    pub fn for_each_frame(
        &self,
        mut f: impl FnMut(&Frame, &[u8]) -> io::Result<()>,
    ) -> io::Result<FileKind> {
        let named = |e: io::Error| io::Error::new(e.kind(), format!("{}: {e}", self.path));
        let file = File::open(self.path).map_err(named)?;
        let length = file.metadata().map_err(named)?.len();
        let mut plain = Plain::open(file, self.keys).map_err(named)?;
        let skipped = if plain.cipher.is_some() {
            HEADER_LEN
        } else {
            0
        };
        let mut framer = LogFramer::new(Some(length - skipped));
        let (mut buffer, mut start, mut eof, mut kind) = (Vec::new(), 0, false, FileKind::Empty);
        let mut piece = vec![0; 1 << 20];
        loop {
            let consumed = match framer.step(self.keys, &mut buffer[start..], eof) {
                Step::Need(_) => {
                    buffer.drain(..start);
                    start = 0;
                    let n = plain.read(&mut piece).map_err(named)?;
                    eof = n == 0;
                    buffer.extend_from_slice(&piece[..n]);
                    continue;
                }
                Step::Kind {
                    kind: found,
                    consumed,
                } => {
                    kind = found;
                    consumed
                }
                Step::Frame {
                    frame,
                    consumed,
                    held,
                } => {
                    let bytes = if held {
                        &buffer[start..start + consumed]
                    } else {
                        frame.prefix.as_deref().unwrap_or(&[])
                    };
                    f(&frame, bytes)?;
                    consumed
                }
                Step::Skip { consumed } => consumed,
                Step::End => {
                    if let Some(why) = framer.locked() {
                        eprintln!("binlight: {}: {why}", self.path);
                    }
                    return Ok(kind);
                }
            };
            start += consumed;
        }
    }

    /// Says so if it is no log.
    pub fn tell_unless_log(&self, kind: FileKind) {
        if !kind.is_log() {
            eprintln!(
                "binlight: {}: {}. {}",
                self.path,
                kind.name(),
                kind.advice()
            );
        }
    }
}
