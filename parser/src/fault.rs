//! What is wrong, where: coded faults. The page switches on the code, never on the text.

use crate::bytes::{Input, Span};
use core::fmt;

/// A place in the log that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The bytes that show it.
    pub span: Span,
}

impl Fault {
    /// A fault of `kind` shown by the bytes of `span`.
    pub fn new(kind: FaultKind, span: Span) -> Self {
        Fault { kind, span }
    }

    /// The stable code, e.g. `E205`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {}", self.code(), self.kind, self.span)
    }
}

impl core::error::Error for Fault {}

impl<'a> nom::error::ParseError<Input<'a>> for Fault {
    fn from_error_kind(input: Input<'a>, kind: nom::error::ErrorKind) -> Self {
        let kind = match kind {
            nom::error::ErrorKind::Eof => FaultKind::Truncated {
                needed: input.len() as u64 + 1,
                left: input.len() as u64,
            },
            _ => FaultKind::BadValue { what: Field::Body },
        };
        Fault::new(kind, input.span())
    }

    fn append(_: Input<'a>, _: nom::error::ErrorKind, other: Self) -> Self {
        other
    }
}

/// Which encoding a [`FaultKind::BadValue`] speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[allow(missing_docs, reason = "each name is its own explanation")]
pub enum Field {
    Body,
    Decimal,
    Date,
    Time,
    Datetime,
    Timestamp,
    Bits,
    Geometry,
    Enum,
    Json,
    RowsExtra,
    GtidTag,
    GtidInterval,
    TaggedGtidField,
    Metadata,
    QueryStrings,
    UserVarType,
}

/// Every kind of fault, with the numbers that show it. E1 is the file, E2 framing, E3 event
/// bodies, E4 column values, E5 compression.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum FaultKind {
    /// E101: the rest of the file is encrypted.
    Encrypted,
    /// E201: the file ends inside a common header.
    HeaderCut {
        /// Bytes left.
        left: u64,
    },
    /// E202: the header's event size cannot be right.
    EventSize {
        /// What the header says.
        size: u32,
        /// The smallest size possible here.
        min: u32,
    },
    /// E203: the event runs past the end of the file.
    EventCut {
        /// What the header says.
        size: u32,
        /// Bytes left in the file.
        left: u64,
    },
    /// E204: the header's end position is not where the event ends.
    LogPos {
        /// What the header says.
        found: u32,
        /// Where the event ends (low 32 bits).
        expected: u32,
    },
    /// E205: the checksum does not match the bytes.
    Checksum {
        /// The CRC32 in the event's last four bytes.
        stored: u32,
        /// The CRC32 of the bytes before them.
        computed: u32,
    },
    /// E206: bytes that no event header explains.
    Garbage,
    /// E207: the event type is one that no server writes.
    EventType {
        /// The type byte.
        code: u8,
    },
    /// E301: the bytes end before the field does.
    Truncated {
        /// Bytes the field needs.
        needed: u64,
        /// Bytes there are.
        left: u64,
    },
    /// E302: a length that cannot be right.
    BadLength {
        /// The length found.
        value: u64,
        /// The largest possible.
        max: u64,
    },
    /// E303: a value outside its encoding.
    BadValue {
        /// Which encoding.
        what: Field,
    },
    /// E304: a rows event whose table map is not in this log.
    NoTableMap {
        /// The table id the rows event names.
        table_id: u64,
    },
    /// E305: rows event and table map disagree on the number of columns.
    ColumnCount {
        /// In the rows event.
        rows: u64,
        /// In the table map.
        table: u64,
    },
    /// E306: a status variable whose size nobody knows; what follows it cannot be read.
    StatusVar {
        /// Its code.
        code: u8,
    },
    /// E307: a count beyond its cap.
    TooMany {
        /// The count found.
        count: u64,
        /// The cap (see [`limits`](crate::limits)).
        cap: u64,
    },
    /// E308: a payload of more events than are read; from here on they are not listed.
    InnerEvents {
        /// The cap (see [`limits`](crate::limits)).
        cap: u64,
    },
    /// E401: a column type that no server writes.
    ColumnType {
        /// Its code.
        code: u8,
    },
    /// E402: a column whose values cannot be measured, since its table map has no metadata (MySQL before
    /// 5.1.18).
    NoMetadata {
        /// The code of its type.
        code: u8,
    },
    /// E501: the compressed stream is broken.
    Compressed,
    /// E502: the stream unpacks to more than the cap.
    Unpacked {
        /// The cap in bytes.
        cap: u64,
    },
    /// E503: an unknown compression algorithm.
    Algorithm {
        /// Its code.
        code: u64,
    },
    /// E504: the declared size is not what came out.
    UnpackedSize {
        /// What the event says.
        declared: u64,
        /// What came out.
        actual: u64,
    },
    /// E505: a payload in an event too long to be held; it is not unpacked.
    NotHeld {
        /// The cap in bytes.
        cap: u64,
    },
    /// E506: a payload after those of the log that hold as many events as are listed; it is not unpacked.
    InnerEventsOfLog {
        /// The cap.
        cap: u64,
    },
}

impl FaultKind {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            FaultKind::Encrypted => "E101",
            FaultKind::HeaderCut { .. } => "E201",
            FaultKind::EventSize { .. } => "E202",
            FaultKind::EventCut { .. } => "E203",
            FaultKind::LogPos { .. } => "E204",
            FaultKind::Checksum { .. } => "E205",
            FaultKind::Garbage => "E206",
            FaultKind::EventType { .. } => "E207",
            FaultKind::Truncated { .. } => "E301",
            FaultKind::BadLength { .. } => "E302",
            FaultKind::BadValue { .. } => "E303",
            FaultKind::NoTableMap { .. } => "E304",
            FaultKind::ColumnCount { .. } => "E305",
            FaultKind::StatusVar { .. } => "E306",
            FaultKind::TooMany { .. } => "E307",
            FaultKind::InnerEvents { .. } => "E308",
            FaultKind::ColumnType { .. } => "E401",
            FaultKind::NoMetadata { .. } => "E402",
            FaultKind::Compressed => "E501",
            FaultKind::Unpacked { .. } => "E502",
            FaultKind::Algorithm { .. } => "E503",
            FaultKind::UnpackedSize { .. } => "E504",
            FaultKind::NotHeld { .. } => "E505",
            FaultKind::InnerEventsOfLog { .. } => "E506",
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            FaultKind::Encrypted => {
                write!(f, "encrypted from here on; the key is needed to read it")
            }
            FaultKind::HeaderCut { left } => {
                write!(
                    f,
                    "the file ends inside an event header: {left} of 19 bytes"
                )
            }
            FaultKind::EventSize { size, min } => {
                write!(f, "event size {size} cannot be right (at least {min})")
            }
            FaultKind::EventCut { size, left } => {
                write!(
                    f,
                    "event of {size} bytes runs past the end of the file, {left} bytes on"
                )
            }
            FaultKind::LogPos { found, expected } => {
                write!(
                    f,
                    "end position {found} in the header, but the event ends at {expected}"
                )
            }
            FaultKind::Checksum { stored, computed } => {
                write!(
                    f,
                    "checksum {stored:#010x} stored, {computed:#010x} computed"
                )
            }
            FaultKind::Garbage => write!(f, "bytes that no event header explains"),
            FaultKind::EventType { code } => write!(f, "event type {code} is written by no server"),
            FaultKind::Truncated { needed, left } => {
                write!(f, "a field needs {needed} bytes, {left} are left")
            }
            FaultKind::BadLength { value, max } => {
                write!(f, "length {value} cannot be right (at most {max})")
            }
            FaultKind::BadValue { what } => write!(f, "not a valid {what:?} encoding"),
            FaultKind::NoTableMap { table_id } => {
                write!(
                    f,
                    "no TABLE_MAP for table id {table_id} before this rows event"
                )
            }
            FaultKind::ColumnCount { rows, table } => {
                write!(
                    f,
                    "{rows} columns in the rows event, {table} in its table map"
                )
            }
            FaultKind::StatusVar { code } => {
                write!(f, "status variable {code} is unknown, so is where it ends")
            }
            FaultKind::TooMany { count, cap } => {
                write!(f, "count {count} exceeds the cap of {cap}")
            }
            FaultKind::InnerEvents { cap } => {
                write!(
                    f,
                    "the payload holds more than {cap} events; the rest of them is not read"
                )
            }
            FaultKind::ColumnType { code } => {
                write!(f, "column type {code} is written by no server")
            }
            FaultKind::NoMetadata { code } => {
                write!(
                    f,
                    "values of column type {code} cannot be told apart: the table map has no metadata"
                )
            }
            FaultKind::Compressed => write!(f, "the compressed data is broken"),
            FaultKind::Unpacked { cap } => write!(f, "unpacks to more than {cap} bytes"),
            FaultKind::Algorithm { code } => write!(f, "unknown compression algorithm {code}"),
            FaultKind::NotHeld { cap } => {
                write!(
                    f,
                    "an event of more than {cap} bytes is not held, so what it holds is not unpacked"
                )
            }
            FaultKind::InnerEventsOfLog { cap } => {
                write!(
                    f,
                    "the payloads before hold {cap} events, as many as are listed; this one is not unpacked"
                )
            }
            FaultKind::UnpackedSize { declared, actual } => {
                write!(
                    f,
                    "declared to unpack to {declared} bytes, unpacked to {actual}"
                )
            }
        }
    }
}
