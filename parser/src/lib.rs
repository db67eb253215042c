#![doc = include_str!("../README.md")]
// Not for targets without std, which `wkb` needs: so that no file, thread or clock can be named here.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    warn(clippy::cast_possible_truncation, clippy::indexing_slicing)
)]

extern crate alloc;

pub mod bytes;
pub mod codes;
pub mod context;
pub mod crypt;
pub mod describe;
pub mod event;
pub mod fault;
pub mod gtid;
pub mod inspect;
pub mod int;
pub mod limits;
pub mod rows;
pub mod stream;
pub mod table;
pub mod text;
pub mod trace;
pub mod unpack;
pub mod value;
