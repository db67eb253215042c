//! Every cap of the crate, and why that number.

/// Largest event a server writes: `max_allowed_packet` ends at 1 GiB (MySQL `log_event.h`,
/// `MAX_MAX_ALLOWED_PACKET`), plus its headers. A header that claims more is damaged.
pub const EVENT_SIZE: u32 = (1 << 30) + (1 << 16);

/// Events up to this size are handed to the index whole; of longer ones the index sees the first
/// [`EVENT_PREFIX`] bytes, so that a reader never buffers more than this, whatever a header claims.
pub const EVENT_HELD: u32 = 64 << 20;

/// What the index sees of an event longer than [`EVENT_HELD`].
pub const EVENT_PREFIX: usize = 1 << 20;

/// Most bytes one compressed event may unpack to. MySQL lets a transaction's payload hold several
/// GiB; wasm32 cannot. Beyond this the payload stays bytes, with a fault that says so.
pub const UNPACKED: usize = 256 << 20;

/// Events of one payload. A payload of 19-byte events unpacks to 14 million of them out of 24 KB of
/// file; a transaction of real ones has thousands. What follows the last is listed as one damaged
/// stretch with fault E308.
pub const INNER_EVENTS: usize = 1 << 20;

/// Most bytes one value of a COMPRESSED column may unpack to (MariaDB's largest value is 4 GiB).
pub const VALUE_UNPACKED: usize = 16 << 20;

/// Nodes of one field tree. An event of more fields ends in one leaf "not expanded".
pub const TREE_NODES: usize = 400_000;

/// Characters of a value shown in a field tree; longer ones end in "…" (the bytes are all there).
pub const SHOWN: usize = 1024;

/// Columns of one table: `MAX_FIELDS` of both servers is 4096.
pub const COLUMNS: u64 = 4096;

/// Faults remembered per event; one broken length can make thousands.
pub const FAULTS_PER_EVENT: usize = 64;

/// Table maps in force at once. Servers close theirs at the end of each statement.
pub const OPEN_TABLES: usize = 65_536;

/// Depth of a JSON document: the servers' own limit (`JSON_DOCUMENT_MAX_DEPTH`).
pub const JSON_DEPTH: usize = 100;

/// Characters of JSON text made from one binary document. A document whose offsets point many
/// times at the same bytes would unfold without end; a real one is at most 1 GiB of text.
pub const JSON_TEXT: usize = 64 << 20;
