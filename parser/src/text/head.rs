//! The line that every event begins with, and the hexdump below it.

use super::{Printer, RawEvent, Text, Tool, append};
use crate::codes::EventType;
use crate::context::Context;
use crate::stream::header::{self, HEADER_LEN};
use crate::stream::{Header, rules::checksum_algorithm};
use time::OffsetDateTime;

/// Whether the log's events end in a checksum that means something. A format description bears one
/// even in a log without (`Log_event::get_checksum_alg`): there its algorithm byte decides.
pub(super) fn checksum_is_on(bytes: &[u8], header: &Header, context: &Context) -> bool {
    if header.event_type == EventType::FORMAT_DESCRIPTION {
        checksum_algorithm(bytes) == Some(1)
    } else {
        context.format.is_unknown() || !context.format.checksum.is_empty()
    }
}

/// `print_timestamp`: `yymmdd hh:mm:ss` in UTC, the hour filled up with a space.
pub(super) fn timestamp(out: &mut Text, seconds: u32) {
    let t = OffsetDateTime::from_unix_timestamp(i64::from(seconds))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    append!(
        out,
        "{:02}{:02}{:02} {:2}:{:02}:{:02}",
        t.year() % 100,
        u8::from(t.month()),
        t.day(),
        t.hour(),
        t.minute(),
        t.second()
    );
}

impl Printer {
    /// `Log_event::print_header`, without a line's end.
    pub(super) fn header(&mut self, raw: &RawEvent<'_>) {
        let mut out = core::mem::take(&mut self.head);
        append!(out, "#");
        timestamp(&mut out, raw.header.timestamp);
        append!(
            out,
            " server id {}  end_log_pos {} ",
            raw.header.server_id,
            raw.end
        );
        if let Some(checksum) = raw.checksum {
            append!(out, "CRC32 {checksum:#010x} ");
        }
        if self.hexdump && raw.at != 0 {
            append!(out, "\n");
            let pretty = self.context.format.header_len_of(EventType::QUERY) == HEADER_LEN;
            match self.tool {
                Tool::Mysqlbinlog => mysql_dump(&mut out, raw, pretty),
                Tool::MariadbBinlog => mariadb_dump(&mut out, raw, pretty),
            }
        }
        self.head = out;
    }
}

fn mysql_dump(out: &mut Text, raw: &RawEvent<'_>, pretty: bool) {
    let (mut at, mut rest) = (raw.at, raw.bytes);
    if let Some((groups, body)) = header::fields(rest).filter(|_| pretty) {
        append!(
            out,
            "# Position  Timestamp   Type   Source ID        Size      Source Pos    Flags \n# {at:08x} "
        );
        for (i, group) in groups.into_iter().enumerate() {
            append!(out, "{}", if i > 0 { "   " } else { "" });
            hex_bytes(out, group);
        }
        append!(out, "\n");
        (at, rest) = (at + HEADER_LEN as u64, body);
    }
    lines(out, Tool::Mysqlbinlog, at, rest);
    append!(out, "# ");
}

fn mariadb_dump(out: &mut Text, raw: &RawEvent<'_>, pretty: bool) {
    let (mut at, mut rest) = (raw.at, raw.bytes);
    append!(out, "# Position\n");
    if let Some((groups, body)) = header::fields(rest).filter(|_| pretty) {
        append!(
            out,
            "#           |Timestamp   |Type |Master ID   |Size        |Master Pos  |Flags\n# {at:8x}  "
        );
        for (i, group) in groups.into_iter().enumerate() {
            append!(out, "|");
            hex_bytes(out, group);
            append!(
                out,
                "{}",
                match i {
                    1 => "   ",
                    5 => "",
                    _ => " ",
                }
            );
        }
        append!(out, "\n#\n");
        (at, rest) = (at + HEADER_LEN as u64, body);
    }
    lines(out, Tool::MariadbBinlog, at, rest);
    append!(out, "#\n# Event: ");
}

/// Sixteen bytes a line, in hex and as far as the tool thinks that they can be printed.
fn lines(out: &mut Text, tool: Tool, at: u64, bytes: &[u8]) {
    for (n, line) in bytes.chunks(16).enumerate() {
        let at = at + 16 * n as u64;
        match tool {
            Tool::Mysqlbinlog => append!(out, "# {at:08x} "),
            Tool::MariadbBinlog => append!(out, "# {at:8x}  "),
        }
        hex_line(out, line);
        append!(
            out,
            "{}|",
            if tool == Tool::Mysqlbinlog { " " } else { "  " }
        );
        for byte in line {
            let printed = match tool {
                Tool::Mysqlbinlog => byte.is_ascii_alphanumeric(),
                Tool::MariadbBinlog => (0x20..0x7f).contains(byte),
            };
            append!(out, "{}", if printed { char::from(*byte) } else { '.' });
        }
        append!(out, "|\n");
    }
}

fn hex_bytes(out: &mut Text, bytes: &[u8]) {
    for (i, byte) in bytes.iter().enumerate() {
        append!(out, "{}{byte:02x}", if i > 0 { " " } else { "" });
    }
}

/// Sixteen bytes in two halves, filled up with spaces.
fn hex_line(out: &mut Text, line: &[u8]) {
    for (i, byte) in line.iter().enumerate() {
        if i <= 7 {
            append!(out, "{byte:02x} ");
        } else {
            append!(out, " {byte:02x}");
        }
    }
    for _ in line.len()..16 {
        append!(out, "   ");
    }
}
