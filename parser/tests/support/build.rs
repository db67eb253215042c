//! Logs built event by event, with positions and checksums as a server has them.

use binlight_parser::codes::EventType;

/// When everything happens: 2023-11-14 22:13:20 UTC.
pub const TIME: u32 = 1_700_000_000;

/// A log that grows.
#[derive(Clone, Debug)]
pub struct Build {
    pub bytes: Vec<u8>,
    /// Whether events end in a checksum.
    pub crc: bool,
}

/// What may be set in an event's header.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    pub time: u32,
    pub flags: u16,
    /// The end position, where it is not the event's own.
    pub end: Option<u32>,
}

impl Default for Head {
    fn default() -> Self {
        Head {
            time: TIME,
            flags: 0,
            end: None,
        }
    }
}

/// A header with these flags.
pub fn flags(flags: u16) -> Head {
    Head {
        flags,
        ..Head::default()
    }
}

/// A header with this end position.
pub fn ends_at(end: u32) -> Head {
    Head {
        end: Some(end),
        ..Head::default()
    }
}

impl Build {
    /// A log with nothing in it but its magic.
    pub fn empty(crc: bool) -> Build {
        Build {
            bytes: b"\xfebin".to_vec(),
            crc,
        }
    }

    /// A log of this server, with checksums.
    pub fn of(version: &str) -> Build {
        Build::empty(true).description(version, Head::default())
    }

    /// Any event.
    pub fn event(mut self, t: EventType, body: &[&[u8]], head: Head) -> Build {
        let event = event(self.bytes.len(), t, body, head, self.crc);
        self.bytes.extend(event);
        self
    }

    /// Breaks the checksum of the last event, which a tool wrote that left it as it was.
    pub fn stale(mut self) -> Build {
        if let Some(last) = self.bytes.last_mut() {
            *last ^= 0xff;
        }
        self
    }

    /// A FORMAT_DESCRIPTION of type lengths enough for any type.
    pub fn description(mut self, version: &str, head: Head) -> Build {
        let mut name = version.as_bytes().to_vec();
        name.resize(50, 0);
        let algorithm = [u8::from(self.crc)];
        let fixed = [4u16.to_le_bytes().as_slice(), &name, &[0; 4], &[19]].concat();
        let event = event(
            self.bytes.len(),
            EventType::FORMAT_DESCRIPTION,
            &[&fixed, &lengths(), &algorithm],
            head,
            true,
        );
        self.bytes.extend(event);
        self
    }

    /// A QUERY in database `test`.
    pub fn query(self, sql: &str) -> Build {
        self.query_with(&[], sql)
    }

    /// A QUERY with these status variables.
    pub fn query_with(self, status: &[u8], sql: &str) -> Build {
        let body = query_body(status, sql);
        self.event(EventType::QUERY, &[&body], Head::default())
    }

    /// A GTID of an unnamed server: number 1.
    pub fn gtid(self) -> Build {
        let body = [
            &[0u8][..],
            &[7; 16],
            &1u64.to_le_bytes(),
            &[2],
            &0u64.to_le_bytes(),
            &1u64.to_le_bytes(),
        ]
        .concat();
        self.event(EventType::GTID, &[&body], Head::default())
    }

    /// PREVIOUS_GTIDS of none.
    pub fn previous(self) -> Build {
        self.event(EventType::PREVIOUS_GTIDS, &[&[0; 8]], Head::default())
    }

    /// The table `test.t` of one INT column, as number 9.
    pub fn table(self) -> Build {
        let body = table_body(&[3], Some(&[]));
        self.event(EventType::TABLE_MAP, &[&body], Head::default())
    }

    /// An insert of 5 into [`table`](Self::table); version 2 of the event, or version 1.
    pub fn insert(self, v2: bool, last: bool) -> Build {
        let t = if v2 {
            EventType::WRITE_ROWS
        } else {
            EventType::WRITE_ROWS_V1
        };
        let extra: &[u8] = if v2 { &[2, 0] } else { &[] };
        let row = [0xfe, 5, 0, 0, 0];
        let body: [&[u8]; 4] = [&[9, 0, 0, 0, 0, 0, u8::from(last), 0], extra, &[1, 1], &row];
        self.event(t, &body, Head::default())
    }

    /// The commit of a transaction.
    pub fn xid(self) -> Build {
        self.event(EventType::XID, &[&5u64.to_le_bytes()], Head::default())
    }
}

/// An event that begins at `at`.
pub fn event(at: usize, t: EventType, body: &[&[u8]], head: Head, crc: bool) -> Vec<u8> {
    let body = body.concat();
    let size = 19 + body.len() + if crc { 4 } else { 0 };
    let mut bytes = head.time.to_le_bytes().to_vec();
    bytes.push(t.0);
    bytes.extend(1u32.to_le_bytes());
    bytes.extend((size as u32).to_le_bytes());
    bytes.extend(head.end.unwrap_or((at + size) as u32).to_le_bytes());
    bytes.extend(head.flags.to_le_bytes());
    bytes.extend(body);
    if crc {
        let sum = crc32fast::hash(&bytes);
        bytes.extend(sum.to_le_bytes());
    }
    bytes
}

/// A QUERY's body.
pub fn query_body(status: &[u8], sql: &str) -> Vec<u8> {
    let fixed: [&[u8]; 5] = [
        &7u32.to_le_bytes(),
        &[0; 4],
        &[4],
        &[0, 0],
        &(status.len() as u16).to_le_bytes(),
    ];
    [&fixed.concat(), status, b"test\0", sql.as_bytes()].concat()
}

/// A TABLE_MAP's body: number 9, `test.t`, these column types and their metadata; `None`: it ends
/// after the types, as before 5.1.18.
pub fn table_body(types: &[u8], metadata: Option<&[u8]>) -> Vec<u8> {
    let mut body = b"\x09\0\0\0\0\0\x01\0\x04test\0\x01t\0".to_vec();
    body.push(types.len() as u8);
    body.extend(types);
    if let Some(metadata) = metadata {
        body.push(metadata.len() as u8);
        body.extend(metadata);
        body.extend(vec![0xff; types.len().div_ceil(8)]);
    }
    body
}

/// Post-header lengths of types 1 to 210.
fn lengths() -> Vec<u8> {
    let mut lengths = vec![0; 210];
    let known = [
        (1, 56),
        (2, 13),
        (4, 8),
        (6, 18),
        (8, 4),
        (9, 4),
        (10, 4),
        (11, 4),
        (12, 18),
        (15, 98),
        (17, 4),
        (18, 26),
        (19, 8),
        (23, 8),
        (24, 8),
        (25, 8),
        (26, 2),
        (30, 10),
        (31, 10),
        (32, 10),
        (33, 42),
        (34, 42),
        (36, 18),
        (37, 52),
        (39, 10),
        (40, 40),
        (161, 4),
        (162, 19),
        (163, 4),
        (165, 13),
        (166, 8),
        (167, 8),
        (168, 8),
    ];
    for (t, len) in known {
        lengths[t - 1] = len;
    }
    lengths
}
