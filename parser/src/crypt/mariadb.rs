//! MariaDB's encrypted logs (`sql/log_event.cc`, `Log_event::read_log_event`; `mysys_ssl/my_crypt.cc`):
//! after START_ENCRYPTION every event is encrypted by itself; only its length is plain.

use super::{Keys, Locked};
use crate::bytes::fit::low32;
use crate::context::Checksum;
use crate::stream::header::{HEADER_LEN, size_field, size_of};
use crate::stream::{ChecksumState, Header, checksum};
use aes::cipher::{
    BlockDecryptMut, BlockEncrypt, KeyInit, KeyIvInit, StreamCipher, block_padding::NoPadding,
    generic_array::GenericArray,
};
use aes::{Aes128, Aes192, Aes256};
use alloc::{string::ToString, vec::Vec};
use core::{fmt, mem};

/// The key that logs are encrypted with (`ENCRYPTION_KEY_SYSTEM_DATA`).
const KEY_ID: u32 = 1;

const BLOCK: usize = 16;

/// How events are encrypted; the log does not say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Cbc,
    Ctr,
}

/// Decrypts the events of one log.
#[derive(Clone)]
pub struct EventCipher {
    key: Vec<u8>,
    nonce: [u8; 12],
    mode: Mode,
    /// Offset of the first encrypted event.
    from: u64,
}

impl fmt::Debug for EventCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventCipher")
            .field("mode", &self.mode)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Chained blocks; what does not fill a block is XORed with the encrypted IV.
macro_rules! cbc {
    ($aes:ty, $key:expr, $iv:expr, $bytes:expr) => {{
        let (blocks, tail) = $bytes.split_at_mut($bytes.len() / BLOCK * BLOCK);
        if let Ok(cipher) = cbc::Decryptor::<$aes>::new_from_slices($key, $iv) {
            let _ = cipher.decrypt_padded_mut::<NoPadding>(blocks);
        }
        if let Ok(cipher) = <$aes>::new_from_slice($key) {
            let mut mask = GenericArray::from(*$iv);
            cipher.encrypt_block(&mut mask);
            tail.iter_mut().zip(mask).for_each(|(b, m)| *b ^= m);
        }
    }};
}

/// A key stream.
macro_rules! ctr {
    ($aes:ty, $key:expr, $iv:expr, $bytes:expr) => {{
        if let Ok(mut cipher) = ctr::Ctr128BE::<$aes>::new_from_slices($key, $iv) {
            cipher.apply_keystream($bytes);
        }
    }};
}

impl EventCipher {
    /// The cipher that `start`, the body of START_ENCRYPTION (scheme u8, key version u32, nonce 12),
    /// tells of. `first`: the first encrypted event, at offset `from`; it shows the mode.
    ///
    /// # Errors
    /// [`Locked`] if there is no key, or it makes no event of the first one.
    pub fn open(
        start: &[u8],
        keys: &Keys,
        first: &[u8],
        from: u64,
        checksum: Checksum,
    ) -> Result<EventCipher, Locked> {
        let name = KEY_ID.to_string();
        let nonce = *start
            .get(5..)
            .and_then(|n| n.first_chunk::<12>())
            .ok_or(Locked::Header)?;
        let key = keys
            .numbered(KEY_ID)
            .ok_or_else(|| Locked::NoKey(name.clone()))?;
        for mode in [Mode::Cbc, Mode::Ctr] {
            let cipher = EventCipher {
                key: key.to_vec(),
                nonce,
                mode,
                from,
            };
            let mut event = first.to_vec();
            cipher.event(from, &mut event);
            if is_event(&event, checksum) {
                return Ok(cipher);
            }
        }
        Err(Locked::WrongKey(name))
    }

    /// Whether what lies at this offset is encrypted.
    pub fn covers(&self, at: u64) -> bool {
        at >= self.from
    }

    /// Decrypts the event at offset `at`, or the first bytes of one.
    pub fn event(&self, at: u64, bytes: &mut [u8]) {
        // The first four bytes of the event lie where its size would be.
        let Some(start) = bytes.first_chunk().copied() else {
            return;
        };
        let Some(field) = size_field(bytes) else {
            return;
        };
        let size = mem::replace(field, start);
        // The offset counts as 32 bits.
        let mut iv = [0; BLOCK];
        iv[..12].copy_from_slice(&self.nonce);
        iv[12..].copy_from_slice(&low32(at).to_le_bytes());
        let (key, rest) = (&self.key, bytes.get_mut(4..).unwrap_or_default());
        match (self.key.len(), self.mode) {
            (16, Mode::Cbc) => cbc!(Aes128, key, &iv, rest),
            (24, Mode::Cbc) => cbc!(Aes192, key, &iv, rest),
            (_, Mode::Cbc) => cbc!(Aes256, key, &iv, rest),
            (16, Mode::Ctr) => ctr!(Aes128, key, &iv, rest),
            (24, Mode::Ctr) => ctr!(Aes192, key, &iv, rest),
            (_, Mode::Ctr) => ctr!(Aes256, key, &iv, rest),
        }
        let start = size_field(bytes).map(|field| mem::replace(field, size));
        if let (Some(first), Some(start)) = (bytes.first_chunk_mut(), start) {
            *first = start;
        }
    }
}

/// Whether decrypted bytes are an event: its type is known and, where there are checksums, its own is
/// right.
fn is_event(event: &[u8], checksum: Checksum) -> bool {
    let Some(header) = Header::read(event) else {
        return false;
    };
    let verdict = checksum::verify(event, &header, checksum);
    header.event_type.is_known()
        && header.size as usize == event.len()
        && !matches!(verdict, ChecksumState::Bad { .. })
}

/// Opens the encrypted events of a log whose bytes come in order, in any pieces.
#[derive(Debug, Default)]
pub(super) struct Unlocker {
    state: State,
}

#[derive(Debug, Default)]
enum State {
    /// No START_ENCRYPTION yet, or nothing to be done about it.
    #[default]
    Plain,
    /// One was met: its body, the offset after it.
    Started(Vec<u8>, u64, Checksum),
    /// Events are opened; offset of the next.
    Open(EventCipher, u64),
}

/// What the unlocker made of the bytes at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unlocked {
    /// The first so many are plain.
    Plain(usize),
    /// As `Plain`, and from here on the events are open: tell the framer.
    Opened(usize),
    /// They stay closed.
    Closed(Locked),
}

impl Unlocker {
    /// A START_ENCRYPTION event with this body ended at offset `after`.
    pub(super) fn start(&mut self, body: &[u8], after: u64, checksum: Checksum) {
        self.state = State::Started(body.to_vec(), after, checksum);
    }

    /// Whether a START_ENCRYPTION was met that something is done about.
    pub(super) fn has_begun(&self) -> bool {
        !matches!(self.state, State::Plain)
    }

    /// The cipher, once events are open.
    pub(super) fn cipher(&self) -> Option<&EventCipher> {
        match &self.state {
            State::Open(cipher, _) => Some(cipher),
            _ => None,
        }
    }

    /// Decrypts in place as many whole events of `bytes`, which begin at offset `at`, as there are and
    /// are not open yet. `eof`: no more will come.
    pub(super) fn unlock(&mut self, keys: &Keys, at: u64, bytes: &mut [u8], eof: bool) -> Unlocked {
        let mut opened = false;
        if let State::Started(body, from, checksum) = &self.state {
            let first = usize::try_from(*from - at.min(*from)).unwrap_or(usize::MAX);
            let size = size_at(bytes, first);
            let Some(event) = size.and_then(|n| bytes.get(first..first.saturating_add(n))) else {
                let whole = eof || size.is_some_and(|n| n < HEADER_LEN);
                return if whole && bytes.len() > first {
                    self.state = State::Plain;
                    Unlocked::Closed(Locked::Header)
                } else {
                    Unlocked::Plain(first.min(bytes.len()))
                };
            };
            match EventCipher::open(body, keys, event, *from, *checksum) {
                Ok(cipher) => {
                    let from = *from;
                    self.state = State::Open(cipher, from);
                    opened = true;
                }
                Err(locked) => {
                    self.state = State::Plain;
                    return Unlocked::Closed(locked);
                }
            }
        }
        let State::Open(cipher, next) = &mut self.state else {
            return Unlocked::Plain(bytes.len());
        };
        loop {
            let place = usize::try_from(*next - at.min(*next)).unwrap_or(usize::MAX);
            let place = place.min(bytes.len());
            let plain = |n| {
                if opened {
                    Unlocked::Opened(n)
                } else {
                    Unlocked::Plain(n)
                }
            };
            let Some(size) = size_at(bytes, place) else {
                // A rest too short for a header is shown as it is.
                return plain(if eof { bytes.len() } else { place });
            };
            let end = place.saturating_add(size.max(HEADER_LEN));
            if end > bytes.len() && !eof {
                return plain(place);
            }
            let end = end.min(bytes.len());
            cipher.event(*next, bytes.get_mut(place..end).unwrap_or_default());
            *next += (end - place) as u64;
        }
    }
}

/// What the event at `place` says of its size.
fn size_at(bytes: &[u8], place: usize) -> Option<usize> {
    usize::try_from(size_of(bytes.get(place..)?)?).ok()
}
