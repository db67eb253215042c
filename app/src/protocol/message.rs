//! Messages as bytes: the build that they come from, then the message in postcard's form.

use serde::{Serialize, de::DeserializeOwned};
use std::fmt;

/// The sources that both programs are built from, hashed by `build.rs`. Each message begins with it.
pub const PROTOCOL_VERSION: u64 = match u64::from_str_radix(env!("BINLIGHT_BUILD"), 16) {
    Ok(hash) => hash,
    Err(_) => panic!("build.rs writes sixteen hex digits"),
};

/// Bytes of the version.
const VERSION_LEN: usize = size_of::<u64>();

/// Why bytes are no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// They come from another build: a cache kept one of the two programs.
    OtherBuild,
    /// They are no message of this build; what is wrong with them.
    Malformed(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::OtherBuild => {
                f.write_str("the page and its worker come from two different builds of Binlight")
            }
            Unreadable::Malformed(why) => {
                write!(
                    f,
                    "a message between the page and its worker cannot be read ({why})"
                )
            }
        }
    }
}

/// `message` as bytes.
///
/// # Errors
/// A sentence, if the message cannot be written.
pub fn to_bytes<M: Serialize>(message: &M) -> Result<Vec<u8>, String> {
    let version = PROTOCOL_VERSION.to_le_bytes().to_vec();
    postcard::to_extend(message, version).map_err(|e| e.to_string())
}

/// The message that `bytes` are, all of them.
///
/// # Errors
/// Why they are none.
pub fn from_bytes<M: DeserializeOwned>(bytes: &[u8]) -> Result<M, Unreadable> {
    let (version, message) = bytes
        .split_first_chunk::<VERSION_LEN>()
        .ok_or_else(|| Unreadable::Malformed(format!("{} bytes", bytes.len())))?;
    if u64::from_le_bytes(*version) != PROTOCOL_VERSION {
        return Err(Unreadable::OtherBuild);
    }
    match postcard::take_from_bytes(message) {
        Ok((message, [])) => Ok(message),
        Ok((_, rest)) => Err(Unreadable::Malformed(format!(
            "{} bytes too many",
            rest.len()
        ))),
        Err(why) => Err(Unreadable::Malformed(why.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::ids::{RequestId, SessionId};
    use crate::protocol::reply::Reply;
    use crate::protocol::request::{Question, Request};
    use binlight_engine::index::EventNo;

    fn request() -> Request {
        let question = Question::Inspect(EventNo(u32::MAX));
        Request::Ask(SessionId(3), RequestId(1 << 20), question)
    }

    #[test]
    fn a_message_survives_the_way() {
        let bytes = to_bytes(&request()).unwrap();
        assert_eq!(from_bytes::<Request>(&bytes), Ok(request()));
    }

    #[test]
    fn a_message_of_another_build_is_told_from_garbage() {
        let mut bytes = to_bytes(&request()).unwrap();
        bytes[0] ^= 1;
        assert_eq!(from_bytes::<Request>(&bytes), Err(Unreadable::OtherBuild));
        // What version 3 of the protocol said: no build before the message.
        let old = postcard::to_allocvec(&(0u32, 3u32)).unwrap();
        assert!(matches!(
            from_bytes::<Reply>(&old),
            Err(Unreadable::Malformed(_))
        ));
        let long = [old, vec![0; 20]].concat();
        assert!(matches!(
            from_bytes::<Reply>(&long),
            Err(Unreadable::OtherBuild)
        ));
    }

    #[test]
    fn garbage_of_this_build_is_no_message() {
        let malformed = |bytes: &[u8]| {
            let read = from_bytes::<Request>(bytes);
            assert!(matches!(read, Err(Unreadable::Malformed(_))), "{read:?}");
        };
        let bytes = to_bytes(&request()).unwrap();
        for end in 0..bytes.len() {
            malformed(&bytes[..end]);
        }
        malformed(&[bytes.as_slice(), &[0]].concat());
        let version = PROTOCOL_VERSION.to_le_bytes();
        malformed(&[version.as_slice(), &[0xff; 40]].concat());
        // Any bytes are read or refused; none stop the program.
        let mut state = 1u64;
        for len in 0..500 {
            let mut any = version.to_vec();
            any.extend((0..len % 50).map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 56) as u8
            }));
            let _ = from_bytes::<Request>(&any);
            let _ = from_bytes::<Reply>(&any);
        }
    }
}
