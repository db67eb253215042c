//! Caps of what reports and searches count or hold, why that number, and what is seen when it is met.
//! What the pass keeps is capped where it is kept: `notes`, `index`, `transactions`.

/// Connections that an overview counts, 24 bytes each. Beyond, those known go on counting, and the
/// overview says that there are more.
pub const COUNTED_CONNECTIONS: usize = 1 << 20;

/// Seconds that an overview counts: twelve days with a commit in each. Beyond, those known go on
/// counting, and the overview says that the busiest is one of them.
pub const COUNTED_SECONDS: usize = 1 << 20;

/// Largest event, in bytes, that a search holds for its statement. A view that needs a longer one says
/// which it has not searched.
pub const SEARCHED_EVENT: u64 = 256 << 20;
