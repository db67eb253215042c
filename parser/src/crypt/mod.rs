//! Encrypted logs: the keys that open them, MySQL's encryption of whole files and MariaDB's of events.
//!
//! Ciphers come from crates; here is only what of which bytes they are applied to. Keys live in
//! memory and nowhere else.

mod framer;
mod keys;
mod mariadb;
mod mysql;

pub use framer::LogFramer;
pub use keys::{KeyFileFault, Keys};
pub use mariadb::EventCipher;
pub use mysql::{FileCipher, FileHeader, HEADER_LEN};

use alloc::string::String;
use core::fmt;

/// Why a log stays closed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Locked {
    /// None of the keys at hand has this name.
    NoKey(String),
    /// The key of this name does not open it.
    WrongKey(String),
    /// It says nothing of a key: its header is damaged.
    Header,
}

impl fmt::Display for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Locked::NoKey(name) => write!(f, "it is encrypted, and needs the key {name}"),
            Locked::WrongKey(name) => {
                write!(
                    f,
                    "it is encrypted, and the key {name} given does not open it"
                )
            }
            Locked::Header => write!(f, "it is encrypted, and its encryption header is damaged"),
        }
    }
}
