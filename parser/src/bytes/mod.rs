//! What a byte, a span and an input are here.
//!
//! Rule of this folder: positions are absolute `u64` offsets in a named [`Space`]; only
//! [`input`] turns them into memory indices.

pub mod bitmap;
pub mod clip;
pub mod fit;
pub mod input;
pub mod span;

pub use bitmap::Bitmap;
pub use input::Input;
pub use span::{Space, Span};
