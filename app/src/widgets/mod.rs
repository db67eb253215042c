//! Parts that know nothing of logs.

mod canvas;
mod resize;
mod virtual_list;

pub use canvas::{Canvas, Draw, Surface};
pub use virtual_list::VirtualList;
