//! The edge to the browser: each file wraps one of its facilities.

pub mod clock;
pub mod drop;
pub mod hash;
pub mod key_file;
pub mod page;
pub mod samples;
pub mod served;
pub mod worker_port;
