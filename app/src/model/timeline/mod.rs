//! The timeline's geometry: values ↔ pixels, and ticks.

mod scale;
mod ticks;

pub use scale::{Scale, Window};
pub use ticks::{LETTER, Tick};
