//! One line about an event, in the words of SHOW BINLOG EVENTS.

use crate::bytes::clip::first;
use crate::codes::flags::{HeaderFlags, MariadbGtidFlags};
use crate::event::Event;
use crate::event::small::IntvarKind;
use crate::limits;
use crate::stream::Header;
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

/// The line. For rows events the index knows more (table and number of rows); see the caller.
pub fn describe(header: &Header, event: &Event<'_>) -> String {
    match event {
        Event::Format(f) => {
            let mut text = format!(
                "Server ver: {}, Binlog ver: {}",
                f.server_version, f.binlog_version
            );
            if HeaderFlags::from_bits_retain(header.flags).contains(HeaderFlags::BINLOG_IN_USE) {
                text.push_str(" (in use, or not closed)");
            }
            text
        }
        Event::Query(q) => {
            let sql = line(&q.sql);
            let xid = q
                .status
                .ddl_xid
                .map_or(String::new(), |x| format!(" /* xid={x} */"));
            let error = if q.error_code == 0 {
                String::new()
            } else {
                format!(" /* error {} */", q.error_code)
            };
            if q.database.is_empty() || sql == "BEGIN" || sql == "COMMIT" {
                format!("{sql}{xid}{error}")
            } else {
                format!(
                    "use `{}`; {sql}{xid}{error}",
                    String::from_utf8_lossy(q.database)
                )
            }
        }
        Event::TableMap(t) => format!("table_id: {} ({}.{})", t.table_id, t.database, t.name),
        Event::Rows(r) => format!("table_id: {}{}", r.table_id, rows_flags(r.flags)),
        Event::Gtid(g) => g.to_string(),
        Event::PreviousGtids(set) if set.is_empty() => String::from("(none)"),
        Event::PreviousGtids(set) => set.to_string().replace('\n', ""),
        Event::MariadbGtid(g) => {
            let flags = MariadbGtidFlags::from_bits_retain(g.flags);
            let begin = if flags.contains(MariadbGtidFlags::STANDALONE) {
                ""
            } else {
                "BEGIN "
            };
            let ddl = if flags.contains(MariadbGtidFlags::DDL) {
                " ddl"
            } else {
                ""
            };
            let cid = g.commit_id.map_or(String::new(), |c| format!(" cid={c}"));
            format!("{begin}GTID {}{ddl}{cid}", g.gtid)
        }
        Event::GtidList(list) => {
            let list: Vec<String> = list.iter().map(ToString::to_string).collect();
            format!("[{}]", list.join(","))
        }
        Event::Xid(x) => format!("COMMIT /* xid={x} */"),
        Event::XaPrepare(x) => {
            let text = |b: &[u8]| crate::trace::hex(b);
            let verb = if x.one_phase {
                "XA COMMIT … ONE PHASE"
            } else {
                "XA PREPARE"
            };
            format!(
                "{verb} X'{}',X'{}',{}",
                text(x.xid.gtrid),
                text(x.xid.bqual),
                x.xid.format_id
            )
        }
        Event::Rotate(r) => format!("{};pos={}", String::from_utf8_lossy(r.next_log), r.position),
        Event::Statement(sql) => format!("# {}", line(sql)),
        Event::Checkpoint(name) => String::from_utf8_lossy(name).into_owned(),
        Event::Intvar(kind, value) => match kind {
            IntvarKind::LastInsertId => format!("LAST_INSERT_ID={value}"),
            IntvarKind::InsertId => format!("INSERT_ID={value}"),
            IntvarKind::Other(n) => format!("type {n}: {value}"),
        },
        Event::Rand(a, b) => format!("rand_seed1={a},rand_seed2={b}"),
        Event::UserVar(v) => format!("@`{}`={}", String::from_utf8_lossy(v.name), v.value),
        Event::Payload(p) => {
            let how = match p.algorithm {
                0 => "zstd",
                255 => "none",
                _ => "unknown algorithm",
            };
            format!(
                "compression={how}, {} → {} bytes",
                p.size, p.uncompressed_size
            )
        }
        Event::Block(b) if b.block.is_empty() => format!("file_id={}", b.file_id),
        Event::Block(b) => format!("file_id={}, {} bytes", b.file_id, b.block.len()),
        Event::Incident(1) => String::from("LOST_EVENTS: events may be missing"),
        Event::Incident(n) => format!("incident {n}"),
        Event::Other => String::new(),
    }
}

/// ` flags: STMT_END_F …` as the server prints them, or nothing.
pub fn rows_flags(flags: u16) -> String {
    use crate::codes::flags::RowsFlags;
    let names: Vec<&str> = RowsFlags::BITS
        .iter()
        .filter(|b| u64::from(flags) & b.mask != 0)
        .map(|b| b.name)
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" flags: {}", names.join(" "))
    }
}

fn line(sql: &[u8]) -> String {
    let text = String::from_utf8_lossy(first(sql, 4 * limits::LINE));
    let mut out: String = text
        .chars()
        .take(limits::LINE)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if out.len() < sql.len() {
        out.push('…');
    }
    out
}
