//! Every cap of the crate: why that number, what it costs, and what a user sees where it is met.

// What the one pass keeps.

/// Faults that are kept with their place and numbers, 48 bytes each. Of those beyond, the event is marked
/// and the code is kept: filters find them all, findings count them all, and an event shows its code alone.
pub const FAULTS: usize = 10_000;

/// Codes of faults that are kept with their event, 6 bytes each: 96 MiB. Of events beyond it is known that
/// something is wrong with them; what filters find by code, and findings count, is "at least".
pub const FAULT_CODES: usize = 1 << 24;

/// GTIDs out of place that are kept with theirs. Beyond, all are counted, and findings by kind are "at least".
pub const DISORDERS: usize = 10_000;

/// XA transactions, and ALTER TABLEs in two phases, that wait for their second half at once, some 200 bytes
/// each. Of those beyond the halves are not linked, and "stays prepared" is said of none of them: "at least".
pub const PREPARED: usize = 1 << 16;

/// Events inside payloads that the index lists, 24 bytes each: 0.8 GiB of the 4 that a browser gives. A
/// few KB of file may hold a million of them; eight GiB of a real log hold as many as this. The payload
/// that comes after so many stays closed (E506), and its transaction is "not opened".
pub const INNER_EVENTS: u64 = 1 << 25;

// What reports and searches count or hold.

/// Connections that an overview counts, 24 bytes each. Beyond, those known go on counting, and the
/// overview says that there are more.
pub const COUNTED_CONNECTIONS: usize = 1 << 20;

/// Seconds that an overview counts: twelve days with a commit in each. Beyond, those known go on
/// counting, and the overview says that the busiest is one of them.
pub const COUNTED_SECONDS: usize = 1 << 20;

/// Largest event, in bytes, that a search holds for its statement. A view that needs a longer one says
/// which it has not searched.
pub const SEARCHED_EVENT: u64 = 256 << 20;
