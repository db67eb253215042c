//! An event's body taken apart into bytes that stay and numbers that count on.

use super::counters::{Counter, Counters, MICROS, Steps};
use crate::shell::Outcome;
use binlight_parser::bytes::{Input, Space};
use binlight_parser::codes::EventType;
use binlight_parser::int;
use binlight_parser::stream::header::HEADER_LEN;
use binlight_parser::trace::FieldTree;

/// How a number is written.
#[derive(Clone, Copy, Debug)]
enum Code {
    /// Little-endian, so many bytes.
    Fixed(usize),
    /// The serialization library's varint.
    Varint,
    /// As `Varint`, the lowest bit the sign.
    VarintSigned,
}

#[derive(Debug)]
enum Part {
    Bytes(Vec<u8>),
    Number {
        value: u64,
        counter: Counter,
        code: Code,
    },
    /// Bytes of the body, as a varint: the message of a tagged GTID event.
    MessageSize,
    /// Bytes of the transaction, as a varint: those of the other events, and this one's.
    TransactionLength {
        others: u64,
    },
}

/// What an event's body is made of. Its length may change from round to round: varints grow.
#[derive(Debug)]
pub(super) struct Template {
    parts: Vec<Part>,
    /// Bytes of header and checksum.
    around: u64,
}

impl Template {
    /// The template of an event whose numbers count on; none if it has none. `tree` are its fields, `at`
    /// its offset, `checksum_len` the bytes after its body, `source` whose GTIDs its numbers are.
    pub(super) fn of(
        event: &[u8],
        at: u64,
        checksum_len: usize,
        tree: &FieldTree,
        source: &str,
        counters: &mut Counters,
    ) -> Outcome<Option<Template>> {
        let tagged = event[4] == EventType::GTID_TAGGED.0;
        let clock = field(tree, "sequence_number").and_then(|v| v.parse().ok());
        let body_end = event.len() - checksum_len;
        let mut parts = Vec::new();
        let mut done = HEADER_LEN;
        for node in &tree.nodes {
            let file = node.kind.owns_bytes() && node.span.space == Space::FILE;
            let start = node.span.start.saturating_sub(at) as usize;
            if !file || start < HEADER_LEN {
                continue;
            }
            let bytes = &event[start..start + node.span.len as usize];
            let fixed = |value| (value, Code::Fixed(bytes.len()));
            let (value, code) = match (tagged, node.name.as_ref()) {
                (true, "gno" | "last_committed" | "sequence_number") => {
                    let (_, value) = int::varint_signed(input(bytes)).map_err(|e| e.to_string())?;
                    (value as u64, Code::VarintSigned)
                }
                (true, _) => {
                    let value = int::varint(input(bytes)).map_or(0, |(_, v)| v);
                    (value, Code::Varint)
                }
                (false, _) => fixed(little_endian(bytes)),
            };
            let part = match (tagged, node.name.as_ref()) {
                (true, "message_size") => {
                    if value != (body_end - HEADER_LEN) as u64 {
                        return Err(format!("a GTID event at {at} with more than its message"));
                    }
                    Part::MessageSize
                }
                (true, "transaction_length") => Part::TransactionLength {
                    others: value.saturating_sub(event.len() as u64),
                },
                (_, name) => match counter(name, value, clock.unwrap_or(0), source, counters) {
                    Some(counter) => Part::Number {
                        value,
                        counter,
                        code,
                    },
                    None => continue,
                },
            };
            parts.push(Part::Bytes(event[done..start].to_vec()));
            parts.push(part);
            done = start + bytes.len();
        }
        if parts.is_empty() {
            return Ok(None);
        }
        parts.push(Part::Bytes(event[done..body_end].to_vec()));
        let around = (HEADER_LEN + checksum_len) as u64;
        Ok(Some(Template { parts, around }))
    }

    /// Appends the body as it is in `round`.
    pub(super) fn body(&self, round: u64, steps: &Steps, out: &mut Vec<u8>) {
        // Lengths count their own bytes: again, until the length that was written is the one it has.
        // They only grow on the way, so that this ends.
        let start = out.len();
        let mut len = 0;
        loop {
            out.truncate(start);
            for part in &self.parts {
                match part {
                    Part::Bytes(bytes) => out.extend_from_slice(bytes),
                    Part::Number {
                        value,
                        counter,
                        code,
                    } => code.write(steps.value(*counter, *value, round), out),
                    Part::MessageSize => varint(len, out),
                    Part::TransactionLength { others } => varint(others + self.around + len, out),
                }
            }
            let now = (out.len() - start) as u64;
            if now == len {
                return;
            }
            len = now;
        }
    }
}

/// Whose GTIDs the numbers of a GTID event are: those of different sources count apart.
pub(super) fn source_of(tree: &FieldTree) -> String {
    let parts = ["domain_id", "sid", "uuid", "tag"].map(|name| field(tree, name));
    parts.into_iter().flatten().collect::<Vec<_>>().join(":")
}

fn field<'a>(tree: &'a FieldTree, name: &str) -> Option<&'a str> {
    let node = tree.nodes.iter().find(|n| n.name == name)?;
    Some(&node.value)
}

/// The counter that a field belongs to, by its name in the annotated event. Numbers that stand for "none"
/// belong to no counter. `clock` is the transaction's sequence number.
fn counter(
    name: &str,
    value: u64,
    clock: u64,
    source: &str,
    counters: &mut Counters,
) -> Option<Counter> {
    match name {
        "gno" if value != 0 => Some(counters.saw(format!("gtid {source}"), value)),
        "last_committed" | "sequence_number" if clock != 0 => {
            Some(counters.saw("clock".into(), clock))
        }
        "immediate_commit_timestamp" | "original_commit_timestamp" => Some(MICROS),
        "sequence" => Some(counters.saw(format!("gtid {source}"), value)),
        // It points back: it widens no range.
        "start_alter_sequence" => counters.known(&format!("gtid {source}")),
        "commit_id" => Some(counters.saw("commit_id".into(), value)),
        _ => None,
    }
}

impl Code {
    fn write(self, value: u64, out: &mut Vec<u8>) {
        match self {
            Code::Fixed(len) => out.extend_from_slice(&value.to_le_bytes()[..len]),
            Code::Varint => varint(value, out),
            Code::VarintSigned => {
                let value = value as i64;
                let magnitude = if value < 0 { !value } else { value } as u64;
                varint(magnitude << 1 | u64::from(value < 0), out);
            }
        }
    }
}

/// Writes a varint (MySQL `libs/mysql/serialization`): as many trailing 1-bits in the first byte as bytes
/// follow it.
fn varint(value: u64, out: &mut Vec<u8>) {
    let bits = 64 - value.leading_zeros() as usize;
    let extra = (bits.max(1) - 1) / 7;
    if extra >= 8 {
        out.push(0xff);
        out.extend_from_slice(&value.to_le_bytes());
    } else {
        let ones = (1u64 << extra) - 1;
        let shifted = u128::from(value) << (extra + 1) | u128::from(ones);
        out.extend_from_slice(&shifted.to_le_bytes()[..=extra]);
    }
}

fn input(bytes: &[u8]) -> Input<'_> {
    Input::new(bytes, Space::FILE, 0)
}

fn little_endian(bytes: &[u8]) -> u64 {
    let tail = bytes.iter().take(8).rev();
    tail.fold(0, |sum, b| sum << 8 | u64::from(*b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_are_read_as_they_were_written() {
        let mut values: Vec<u64> = (0..64).flat_map(|n| [1 << n, (1 << n) - 1]).collect();
        values.push(u64::MAX);
        for value in values {
            let mut bytes = Vec::new();
            varint(value, &mut bytes);
            let (rest, read) = int::varint(input(&bytes)).unwrap();
            assert_eq!((rest.len(), read), (0, value));
        }
    }

    #[test]
    fn a_length_counts_its_own_bytes() {
        // 124 bytes and a varint of one byte would be 125, which fits; 128 needs two.
        for others in [0, 100, 124, 126, 127, 128, 16_383] {
            let template = Template {
                parts: vec![Part::MessageSize, Part::TransactionLength { others }],
                around: 23,
            };
            let mut out = Vec::new();
            template.body(0, &Counters::default().steps(1), &mut out);
            let (rest, size) = int::varint(input(&out)).unwrap();
            let (rest, length) = int::varint(rest).unwrap();
            assert_eq!((rest.len(), size), (0, out.len() as u64));
            assert_eq!(length, others + 23 + out.len() as u64);
        }
    }
}
