//! Every cap of the crate: why that number, and what a user sees where it is met.

/// Largest event a server writes: `max_allowed_packet` ends at 1 GiB (MySQL `log_event.h`,
/// `MAX_MAX_ALLOWED_PACKET`), plus its headers. A header that claims more is damaged: E202.
pub const EVENT_SIZE: u32 = (1 << 30) + (1 << 16);

/// Events up to this size are handed to the index whole; of longer ones the index sees the first
/// [`EVENT_PREFIX`] bytes, so that a reader never buffers more than this, whatever a header claims. Such an
/// event is listed, its rows counted as far as seen; a payload among them stays closed: E505.
pub const EVENT_HELD: u32 = 64 << 20;

/// What the index sees of an event longer than [`EVENT_HELD`].
pub const EVENT_PREFIX: usize = 1 << 20;

/// Largest format description: one of 255 types has 345 bytes. A longer one changes no rules and is an
/// event that cannot be decoded.
pub const FORMAT_DESCRIPTION: usize = 4096;

/// Whole events, and the bytes within which they must lie, that are tried for a checksum where no format
/// description says how events end. If none of them ends in its CRC32, the log is taken to have none.
pub const TRIED_EVENTS: usize = 4;
/// See [`TRIED_EVENTS`].
pub const TRIED_BYTES: usize = EVENT_PREFIX;

/// Headers after an event that must chain where neither its checksum nor its position vouches for it. If
/// they do not, it is a damaged stretch: E202 or E206.
pub const LINKS: usize = 2;

/// Headers, and bytes, within which a chain of wrong positions must come to the file's end, to end a damaged
/// stretch. Before the last of them the stretch goes on: E206.
pub const LINKS_TO_END: usize = 64;
/// See [`LINKS_TO_END`].
pub const BYTES_TO_END: usize = EVENT_PREFIX;

/// Seconds that neighbouring events may lie apart, to look right where nothing else vouches for them: ten
/// years.
pub const SECONDS_APART: u32 = 10 * 366 * 86_400;

/// Most bytes one compressed event may unpack to. MySQL lets a transaction's payload hold several
/// GiB; wasm32 cannot. Beyond this the payload stays bytes: E502.
pub const UNPACKED: usize = 256 << 20;

/// Events of one payload. A payload of 19-byte events unpacks to 14 million of them out of 24 KB of
/// file; a transaction of real ones has thousands. What follows the last is listed as one damaged
/// stretch: E308.
pub const INNER_EVENTS: usize = 1 << 20;

/// Most bytes one value of a COMPRESSED column may unpack to (MariaDB's largest value is 4 GiB). A longer one
/// is shown as its bytes: E502.
pub const VALUE_UNPACKED: usize = 16 << 20;

/// Nodes of one field tree. An event of more fields ends in one leaf "not expanded".
pub const TREE_NODES: usize = 400_000;

/// Characters of a value shown in a field tree; longer ones end in "…" (the bytes are all there).
pub const SHOWN: usize = 1024;

/// Characters of a statement that a line about its event shows; longer ones end in "…".
pub const LINE: usize = 400;

/// Columns of one table: `MAX_FIELDS` of both servers is 4096. A table map of more is not decoded: E307.
pub const COLUMNS: u64 = 4096;

/// Faults remembered per event; one broken length can make thousands. Those beyond are not listed.
pub const FAULTS_PER_EVENT: usize = 64;

/// Table maps in force at once. Servers close theirs at the end of each statement. Beyond, all are forgotten:
/// E304 at rows of an older one.
pub const OPEN_TABLES: usize = 65_536;

/// Depth of a JSON document: the servers' own limit (`JSON_DOCUMENT_MAX_DEPTH`). A deeper one is shown as its
/// bytes: E303.
pub const JSON_DEPTH: usize = 100;

/// Characters of JSON text made from one binary document. A document whose offsets point many
/// times at the same bytes would unfold without end; a real one is at most 1 GiB of text. A longer one is
/// shown as its bytes: E502.
pub const JSON_TEXT: usize = 64 << 20;

/// Parts of one document in a field tree; more are not worth a field each, and the document is one value.
pub const JSON_PARTS: usize = 20_000;

/// Geometries in geometries: the servers' limit (`GEOM_NESTING_LIMIT` in MySQL's `sql/spatial.h`). A deeper
/// one is shown as its bytes: E303.
pub const GEOMETRY_DEPTH: usize = 100;
