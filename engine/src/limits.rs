//! Every cap of the crate: why that number, what it costs, and what a user sees where it is met.

// What the one pass keeps.

/// Faults that are kept with their place and numbers, 48 bytes each. Of those beyond, the event is marked
/// and the code is kept: filters find them all, findings count them all, and an event shows its code alone.
pub const FAULTS: usize = 10_000;

/// Codes of faults that are kept with their event, 6 bytes each: 96 MiB. Of events beyond it is known that
/// something is wrong with them; what filters find by code, and findings count, is "at least".
pub const FAULT_CODES: usize = 1 << 24;

/// Places of one kind that are noted: definitions, steps of the clock, events of the replica's own,
/// tables named for a foreign key, of those also the ones of one statement. All are counted; findings list
/// the first, and a filter by a definition's names reads the rest.
pub const NOTED: usize = 10_000;

/// Bytes of a definition that are noted. A filter reads the rest of a longer one.
pub const DEFINITION: usize = 400;

/// Digests of statements, up to a KiB of text each. The statements beyond are one, "other statements": the
/// overview says so, findings count those not judged, and filters read their text.
pub const DIGESTS: usize = 10_000;

/// Fingerprints by which digests are found again, some 100 bytes each. Beyond, a digest is made of each
/// statement: slower.
pub const FINGERPRINTS: usize = 8 * DIGESTS;

/// Bytes of a statement that its digest is made from: a list of rows goes on for megabytes. Of a longer
/// one a filter by names reads the text, and what it may do differently on a replica is "at least".
pub const DIGESTED: usize = 4096;

/// Characters of a digest. A longer one ends in "…".
pub const DIGEST: usize = 1024;

/// GTIDs out of place that are kept with theirs. Beyond, all are counted, and findings by kind are "at least".
pub const DISORDERS: usize = 10_000;

/// XA transactions, and ALTER TABLEs in two phases, that wait for their second half at once, some 200 bytes
/// each. Of those beyond the halves are not linked, and "stays prepared" is said of none of them: "at least".
pub const PREPARED: usize = 1 << 16;

/// Events inside payloads that the index lists, 24 bytes each: 0.8 GiB of the 4 that a browser gives. A
/// few KB of file may hold a million of them; eight GiB of a real log hold as many as this. The payload
/// that comes after so many stays closed (E506), and its transaction is "not opened".
pub const INNER_EVENTS: u64 = 1 << 25;

/// Table ids without a map that a part of a log remembers. A part that has more is indexed again in its
/// place: slower.
pub const UNMAPPED: usize = 1000;

// What is read of files beside the events.

/// Bytes of a key file that are read. A longer one is read this far: keys beyond are not there.
pub const KEY_FILE: u64 = 1 << 20;

/// Bytes of an index file that are read: some 100,000 names. Files that are named beyond are not missed.
pub const INDEX_FILE: u64 = 4 << 20;

/// Blocks that are kept of what was read, 256 KiB each: 16 MiB. Others are read again.
pub const BLOCKS: usize = 64;

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

/// Depth of parentheses and nots in a filter. A deeper one is an error that says so.
pub const FILTER_DEPTH: usize = 100;

/// Layouts of row changes that are kept: going back and forth between two transactions makes none anew.
pub const LAYOUTS: usize = 4;

// What is sent to the page.

/// Bytes of one event that the inspector shows; a longer event is shown this far.
pub const INSPECTED_BYTES: u64 = 16 << 20;

/// Fields of one tree; what follows is one leaf "not expanded".
pub const INSPECTED_NODES: usize = 60_000;

/// Bytes of an event that the info in its line is made from.
pub const LINE_BYTES: u64 = 4096;

/// Tables named in a transaction's line; of the rest the number is said.
pub const LINE_TABLES: usize = 3;

/// Characters of a statement in a transaction's line. A longer one is cut.
pub const LINE_STATEMENT: usize = 200;

/// Bytes of a listing as the tools print it. It ends there, and says so.
pub const LISTING: usize = 1 << 20;

/// Bytes of one event in a listing. Of a longer one it is said that it is too long.
pub const LISTING_EVENT: u64 = 4 << 20;

/// Names sent for completion, of each kind. Others can be typed.
pub const NAMES: usize = 5000;

/// Proposals of a completion.
pub const PROPOSALS: usize = 12;

/// Places listed with a finding; of the rest the number is said.
pub const PLACES: usize = 50;

/// Lines of an overview's short lists: the largest, the longest.
pub const TOP: usize = 10;

/// Lines of its long ones: tables, connections, digests, definitions. Their number is said.
pub const LINES: usize = 500;

/// Tables or servers that have a colour of their own in a timeline; the rest are one.
pub const SERIES: usize = 7;

/// Runs sent of one set of GTIDs; closer ones are drawn as one beyond that.
pub const RUNS: usize = 2000;

/// Characters sent of a set's text in the report. A longer one ends in "…", with its length.
pub const SET_TEXT: usize = 200_000;

/// The same of a set that was calculated.
pub const COMPUTED_TEXT: usize = 20_000;

/// Rows of `gtid_executed` that are sent.
pub const EXECUTED_ROWS: usize = 1000;
