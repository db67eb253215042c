//! Stage 1: bytes → frames.
//!
//! Rule of this folder: no event body is decoded here. A [`Framer`] is pushed whatever bytes there
//! are and says what they frame; it reads nothing itself, keeps nothing, and gives the same frames
//! for any chunking.
//!
//! ```text
//! bytes ──▶ magic ──▶ framer ──▶ Frame { header, span, checksum, faults } ──▶ index, inspect
//!                       │  ▲
//!                       └──┘ resync: after damage, the next place where headers chain again
//! ```

mod chain;
pub mod checksum;
pub mod framer;
pub mod header;
pub mod magic;
mod plausible;
pub mod point;
mod resync;
pub(crate) mod rules;

pub use checksum::ChecksumState;
pub use framer::{Frame, Framer, Step};
pub use header::Header;
pub use magic::FileKind;
pub use point::{Begin, Point};
