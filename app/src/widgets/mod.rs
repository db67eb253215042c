//! Parts that know nothing of logs.

mod virtual_list;

pub use virtual_list::VirtualList;
