//! Encrypted logs in memory.

use binlight_parser::codes::EventType;
use binlight_parser::context::{Checksum, Context};
use binlight_parser::crypt::{
    EventCipher, FileCipher, HEADER_LEN, Keys, Locked, Unlocked, Unlocker,
};
use binlight_parser::event;
use binlight_parser::stream::{FileKind, Frame, Framer, Step};

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
    let mut framer = Framer::new(Some(len as u64));
    let mut unlocker = Unlocker::default();
    let (mut end, mut checksum) = (piece.min(len), Checksum::None);
    loop {
        let at = (framer.at() as usize).min(end);
        let plain = match unlocker.unlock(keys, at as u64, &mut opened.plain[at..end], end == len) {
            Unlocked::Plain(n) => n,
            Unlocked::Opened(n) => {
                framer.unlock();
                n
            }
            Unlocked::Closed(locked) => {
                opened.locked = Some(locked);
                end - at
            }
        };
        let eof = end == len && at + plain == end;
        if plain == 0 && !eof {
            end = end.saturating_add(piece).min(len);
            continue;
        }
        match framer.step(&opened.plain[at..at + plain], eof) {
            Step::Need(_) => end = end.saturating_add(piece).min(len),
            Step::Frame {
                frame,
                consumed,
                held,
            } => {
                let bytes = &opened.plain[at..at + if held { consumed } else { 0 }];
                if frame.header.event_type == EventType::FORMAT_DESCRIPTION && held {
                    let mut context = Context::default();
                    event::learn(&mut context, bytes, 0);
                    checksum = context.format.checksum;
                }
                if frame.header.event_type == EventType::START_ENCRYPTION && held {
                    unlocker.start(bytes.get(19..).unwrap_or(&[]), frame.span.end(), checksum);
                }
                opened.frames.push(frame);
            }
            Step::Kind { .. } | Step::Skip { .. } => {}
            Step::End => break,
        }
    }
    opened.cipher = unlocker.cipher().cloned();
    opened
}
