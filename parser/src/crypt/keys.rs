//! Key files: MySQL's two keyrings, MariaDB's `file_key_management`.

use aes::cipher::{BlockDecryptMut, KeyIvInit, block_padding::Pkcs7};
use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;
use serde_json::Value;
use sha2::Digest;

/// Keys by name (MySQL) and by number (MariaDB).
#[derive(Clone, Default)]
pub struct Keys {
    named: BTreeMap<String, Vec<u8>>,
    numbered: BTreeMap<u32, Vec<u8>>,
}

impl fmt::Debug for Keys {
    /// Names alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.named.keys().cloned();
        let numbers = self.numbered.keys().map(ToString::to_string);
        f.debug_list().entries(names.chain(numbers)).finish()
    }
}

/// Why a file gives no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum KeyFileFault {
    /// It is none of the kinds known.
    Unknown,
    /// MariaDB's encrypted key file, and no password was given.
    NeedsPassword,
    /// MariaDB's encrypted key file, and the password does not open it.
    WrongPassword,
    /// It begins as a key file and does not go on as one.
    Damaged,
}

impl fmt::Display for KeyFileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyFileFault::Unknown => "it is no key file of MySQL or MariaDB",
            KeyFileFault::NeedsPassword => {
                "the key file is encrypted; it needs the password that the server has as file_key_management_filekey"
            }
            KeyFileFault::WrongPassword => "the password does not open the key file",
            KeyFileFault::Damaged => "the key file is damaged",
        })
    }
}

impl Keys {
    /// Adds the keys of a key file. `password`: what `file_key_management_filekey` says.
    ///
    /// # Errors
    /// [`KeyFileFault`]; the keys from before stay.
    pub fn read(&mut self, file: &[u8], password: Option<&str>) -> Result<(), KeyFileFault> {
        if file.starts_with(b"Salted__") {
            let password = password
                .filter(|p| !p.is_empty())
                .ok_or(KeyFileFault::NeedsPassword)?;
            let text = unsalted(file, password).ok_or(KeyFileFault::WrongPassword)?;
            return self.lines(&text);
        }
        if file.starts_with(b"Keyring file version:") {
            return self.keyring_file(file).ok_or(KeyFileFault::Damaged);
        }
        if file.trim_ascii_start().starts_with(b"{") {
            return self.component(file);
        }
        let text = core::str::from_utf8(file).map_err(|_| KeyFileFault::Unknown)?;
        self.lines(text)
    }

    /// The key that MySQL's keyring has under this name.
    pub fn named(&self, name: &str) -> Option<&[u8]> {
        self.named.get(name).map(Vec::as_slice)
    }

    /// MariaDB's key of this number.
    pub fn numbered(&self, id: u32) -> Option<&[u8]> {
        self.numbered.get(&id).map(Vec::as_slice)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.named.is_empty() && self.numbered.is_empty()
    }

    /// Adds all keys of `other`.
    pub fn extend(&mut self, other: Keys) {
        self.named.extend(other.named);
        self.numbered.extend(other.numbered);
    }

    /// `components/keyrings/common/json_data/json_reader.cc`: elements with name and key in hex.
    fn component(&mut self, file: &[u8]) -> Result<(), KeyFileFault> {
        let file: Value = serde_json::from_slice(file).map_err(|_| KeyFileFault::Damaged)?;
        let elements = file.get("elements").and_then(Value::as_array);
        for element in elements.ok_or(KeyFileFault::Unknown)? {
            let text = |name| element.get(name).and_then(Value::as_str);
            let (name, key) = text("data_id")
                .zip(text("data"))
                .ok_or(KeyFileFault::Damaged)?;
            let key = hex::decode(key).map_err(|_| KeyFileFault::Damaged)?;
            self.named.insert(name.to_owned(), key);
        }
        Ok(())
    }

    /// `plugin/keyring/common/keyring_key.cc`: a line of 24 bytes, then records of five lengths u64
    /// (whole record, name, type, user, key), the four texts, zero bytes up to a multiple of eight;
    /// the key XOR a constant; `EOF` and, in version 2.0, a SHA-256.
    fn keyring_file(&mut self, file: &[u8]) -> Option<()> {
        const OBFUSCATION: &[u8] = b"*305=Ljt0*!@$Hnm(*-9-w;:";
        let mut rest = file.get(24..)?;
        while !rest.starts_with(b"EOF") {
            let (lengths, body) = rest.split_at_checked(40)?;
            let mut length = lengths
                .as_chunks::<8>()
                .0
                .iter()
                .map(|b| usize::try_from(u64::from_le_bytes(*b)).ok());
            let mut next = || length.next().flatten();
            let (record, name, kind, user, key) = (next()?, next()?, next()?, next()?, next()?);
            let (name, body) = body.split_at_checked(name)?;
            let (_, body) = body.split_at_checked(kind.checked_add(user)?)?;
            let (key, _) = body.split_at_checked(key)?;
            let key = key.iter().zip(OBFUSCATION.iter().cycle());
            self.named.insert(
                core::str::from_utf8(name).ok()?.to_owned(),
                key.map(|(a, b)| a ^ b).collect(),
            );
            rest = rest.get(record.max(40)..)?;
        }
        Some(())
    }

    /// `plugin/file_key_management/parser.cc`: lines `id;hex`, `#` begins a comment.
    fn lines(&mut self, text: &str) -> Result<(), KeyFileFault> {
        let mut found = BTreeMap::new();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or("").trim();
            if line.is_empty() {
                continue;
            }
            let (id, key) = line.split_once(';').ok_or(KeyFileFault::Unknown)?;
            let id: u32 = id.trim().parse().map_err(|_| KeyFileFault::Unknown)?;
            let key = hex::decode(key.trim()).map_err(|_| KeyFileFault::Unknown)?;
            if !matches!(key.len(), 16 | 24 | 32) {
                return Err(KeyFileFault::Damaged);
            }
            found.insert(id, key);
        }
        if found.is_empty() {
            return Err(KeyFileFault::Unknown);
        }
        self.numbered.append(&mut found);
        Ok(())
    }
}

/// The text of a file encrypted by `openssl enc -aes-256-cbc`: `Salted__`, a salt of eight bytes, the
/// rest under a key of `EVP_BytesToKey` with one round. Which digest made it is not written down:
/// MariaDB's is SHA-1 unless `file_key_management_digest` says another.
fn unsalted(file: &[u8], password: &str) -> Option<String> {
    let (salt, packed) = file.get(8..)?.split_at_checked(8)?;
    let seed = [password.trim_end_matches(['\r', '\n']).as_bytes(), salt].concat();
    let derived = [
        bytes_to_key::<sha1::Sha1>(&seed),
        bytes_to_key::<sha2::Sha256>(&seed),
        bytes_to_key::<sha2::Sha512>(&seed),
        bytes_to_key::<sha2::Sha224>(&seed),
        bytes_to_key::<sha2::Sha384>(&seed),
    ];
    derived.into_iter().find_map(|material| {
        let (key, iv) = material.split_at_checked(32)?;
        let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(key, iv.get(..16)?).ok()?;
        let mut buffer = packed.to_vec();
        let plain = cipher.decrypt_padded_mut::<Pkcs7>(&mut buffer).ok()?;
        let text = core::str::from_utf8(plain).ok()?;
        Keys::default().lines(text).ok()?;
        Some(text.to_owned())
    })
}

/// OpenSSL's `EVP_BytesToKey` with one round: digests, each of the one before and the seed.
fn bytes_to_key<D: Digest>(seed: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    while out.len() < 48 {
        last = D::new()
            .chain_update(&last)
            .chain_update(seed)
            .finalize()
            .to_vec();
        out.extend_from_slice(&last);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_and_nonsense() {
        let mut keys = Keys::default();
        let text = "# comment\n1;36a2c7aafc074a2b964f4fdba4c6470a # the first\n\n2;0a39cfe3da93b0c0a4aec5141c2ac0e8\n";
        keys.read(text.as_bytes(), None).unwrap();
        assert_eq!(keys.numbered(1).unwrap()[..2], [0x36, 0xa2]);
        assert_eq!(format!("{keys:?}"), "[\"1\", \"2\"]", "no key is printed");
        for bad in [
            "",
            "x",
            "1;zz",
            "1;abcd",
            "-1;36a2c7aafc074a2b964f4fdba4c6470a",
        ] {
            assert!(keys.read(bad.as_bytes(), None).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_old_keyring_file() {
        let (name, key) = (b"MySQLReplicationKey_x_1", [7u8; 32]);
        let mut file = b"Keyring file version:2.0".to_vec();
        let lengths = [40 + name.len() + 3 + 32 + 6, name.len(), 3, 0, 32];
        lengths
            .iter()
            .for_each(|n| file.extend_from_slice(&(*n as u64).to_le_bytes()));
        file.extend_from_slice(name);
        file.extend_from_slice(b"AES");
        let hidden = key.iter().zip(b"*305=Ljt0*!@$Hnm(*-9-w;:".iter().cycle());
        file.extend(hidden.map(|(a, b)| a ^ b));
        file.extend_from_slice(&[0; 6]);
        file.extend_from_slice(b"EOF");
        let mut keys = Keys::default();
        keys.read(&file, None).unwrap();
        assert_eq!(keys.named("MySQLReplicationKey_x_1").unwrap(), key);
        for end in 24..file.len() - 3 {
            assert!(Keys::default().read(&file[..end], None).is_err());
        }
    }

    #[test]
    fn an_encrypted_key_file_needs_its_password() {
        // printf '1;36a2…\n' | openssl enc -aes-256-cbc -md sha1 -k secret
        let file = include_bytes!("../../../tests/fixtures/keys/mariadb-keys.enc");
        let mut keys = Keys::default();
        assert_eq!(keys.read(file, None), Err(KeyFileFault::NeedsPassword));
        assert_eq!(
            keys.read(file, Some("other")),
            Err(KeyFileFault::WrongPassword)
        );
        keys.read(file, Some("secret\n")).unwrap();
        assert!(keys.numbered(1).is_some());
    }
}
