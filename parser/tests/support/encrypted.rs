//! Encrypted logs in memory.

use binlight_parser::crypt::{EventCipher, FileCipher, HEADER_LEN, Keys, Locked, LogFramer};
use binlight_parser::stream::{FileKind, Frame, Step};

/// What came of a log.
#[derive(Debug)]
pub struct Opened {
    /// Its bytes, decrypted as far as they could be.
    pub plain: Vec<u8>,
    pub frames: Vec<Frame>,
    pub locked: Option<Locked>,
    pub cipher: Option<EventCipher>,
}

pub fn open(file: &[u8], keys: &Keys) -> Opened {
    open_in_pieces(file, keys, usize::MAX)
}

/// Frames the log, given `piece` bytes at a time.
pub fn open_in_pieces(file: &[u8], keys: &Keys, piece: usize) -> Opened {
    let mut opened = Opened {
        plain: file.to_vec(),
        frames: Vec::new(),
        locked: None,
        cipher: None,
    };
    if FileKind::detect(&file[..file.len().min(512)]) == FileKind::EncryptedMysql {
        match FileCipher::open(file, keys) {
            Ok(cipher) => {
                opened.plain.drain(..HEADER_LEN as usize);
                cipher.apply(0, &mut opened.plain);
            }
            Err(locked) => {
                opened.locked = Some(locked);
                return opened;
            }
        }
    }
    let len = opened.plain.len();
    let mut framer = LogFramer::new(Some(len as u64));
    let mut end = piece.min(len);
    loop {
        let at = (framer.at() as usize).min(end);
        match framer.step(keys, &mut opened.plain[at..end], end == len) {
            Step::Need(_) => end = end.saturating_add(piece).min(len),
            Step::Frame { frame, .. } => opened.frames.push(frame),
            Step::Kind { .. } | Step::Skip { .. } => {}
            Step::End => break,
        }
    }
    opened.locked = framer.locked().cloned();
    opened.cipher = framer.cipher().cloned();
    opened
}
