//! Parts that know nothing of logs.

mod canvas;
mod virtual_list;

pub use canvas::{Canvas, Draw, Surface};
pub use virtual_list::VirtualList;
