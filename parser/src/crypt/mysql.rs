//! MySQL's encrypted logs (`sql/rpl_log_encryption.h`, `sql/stream_cipher.cc`): a header of 512 bytes,
//! then the whole plain log, magic bytes included, under AES-256 in counter mode.

use super::{Keys, Locked};
use crate::bytes::fit::in_memory;
use aes::Aes256;
use aes::cipher::{
    BlockDecryptMut, KeyIvInit, StreamCipher, StreamCipherSeek, block_padding::NoPadding,
};
use alloc::{borrow::ToOwned, string::String};
use core::fmt;
use sha2::{Digest, Sha512};

/// Bytes before the encrypted log; positions in the log do not count them.
pub const HEADER_LEN: u64 = 512;

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHeader {
    /// Name of the key in the keyring.
    pub key_id: String,
    password: [u8; 32],
    iv: [u8; 16],
}

impl FileHeader {
    /// Reads magic `fd 62 69 6e`, version 1, then type and value each: 1 the key's name (length u8), 2
    /// the file password, encrypted, 32 bytes, 3 its IV, 16 bytes; 0 ends. `None` if one is missing.
    pub fn read(bytes: &[u8]) -> Option<FileHeader> {
        let mut rest = bytes.strip_prefix(b"\xfdbin\x01")?;
        let (mut key_id, mut password, mut iv) = (None, None, None);
        while let [kind @ 1..=3, tail @ ..] = rest {
            rest = match kind {
                1 => {
                    let (len, tail) = tail.split_first()?;
                    let (name, tail) = tail.split_at_checked(usize::from(*len))?;
                    key_id = Some(core::str::from_utf8(name).ok()?.to_owned());
                    tail
                }
                2 => {
                    let (bytes, tail) = tail.split_first_chunk()?;
                    password = Some(*bytes);
                    tail
                }
                _ => {
                    let (bytes, tail) = tail.split_first_chunk()?;
                    iv = Some(*bytes);
                    tail
                }
            };
        }
        Some(FileHeader {
            key_id: key_id?,
            password: password?,
            iv: iv?,
        })
    }
}

/// Decrypts any stretch of one log.
#[derive(Clone)]
pub struct FileCipher(ctr::Ctr64BE<Aes256>);

impl fmt::Debug for FileCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileCipher")
    }
}

impl FileCipher {
    /// The cipher of the file that begins with `head`: its header and the four bytes after it, at least.
    ///
    /// # Errors
    /// [`Locked`] if there is no such key, or it is not the right one: the first bytes of the log must
    /// be those of a log.
    pub fn open(head: &[u8], keys: &Keys) -> Result<FileCipher, Locked> {
        let header = FileHeader::read(head).ok_or(Locked::Header)?;
        let key = keys
            .named(&header.key_id)
            .ok_or_else(|| Locked::NoKey(header.key_id.clone()))?;
        let wrong = || Locked::WrongKey(header.key_id.clone());
        let cipher = FileCipher::of(&header, key).ok_or_else(wrong)?;
        let start = head.get(in_memory(HEADER_LEN)..).unwrap_or(&[]);
        let mut magic = *start.first_chunk::<4>().ok_or(Locked::Header)?;
        cipher.apply(0, &mut magic);
        if magic == *b"\xfebin" {
            Ok(cipher)
        } else {
            Err(wrong())
        }
    }

    /// The file's password is decrypted by the keyring's key; its SHA-512 is the file's key and the
    /// first half of the counter block.
    fn of(header: &FileHeader, key: &[u8]) -> Option<FileCipher> {
        let unwrap = cbc::Decryptor::<Aes256>::new_from_slices(key, &header.iv).ok()?;
        let mut password = header.password;
        unwrap.decrypt_padded_mut::<NoPadding>(&mut password).ok()?;
        let digest = Sha512::digest(password);
        let (file_key, iv) = digest.split_at(32);
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(iv.get(..8)?);
        ctr::Ctr64BE::new_from_slices(file_key, &nonce)
            .ok()
            .map(FileCipher)
    }

    /// Decrypts bytes that begin at offset `at` of the plain log.
    pub fn apply(&self, at: u64, bytes: &mut [u8]) {
        let mut cipher = self.0.clone();
        // A counter of 64 bits is enough for any file.
        if cipher.try_seek(at).is_ok() {
            cipher.apply_keystream(bytes);
        }
    }
}
