//! Everything that is neither a statement's text, rows, nor a GTID.

use super::{END, Printer, Seen, Text, Tool, say};
use crate::codes::charset::Charset;
use crate::codes::flags::HeaderFlags;
use crate::codes::{EventType, event_type::RowOp};
use crate::event::load_data::FileBlock;
use crate::event::small::{IntvarKind, XaId};
use crate::event::user_var::UserVar;
use crate::event::{self, Event};
use crate::stream::Header;
use crate::value::Value;

/// `Log_event::get_type_str`, as far as it is printed.
pub(super) fn type_name(t: EventType, tool: Tool) -> &'static str {
    if let Some(shape) = t.rows_shape() {
        return match (shape.op, shape.compressed) {
            (RowOp::Insert, false) => "Write_rows",
            (RowOp::Update, false) if shape.partial => "Update_rows_partial",
            (RowOp::Update, false) => "Update_rows",
            (RowOp::Delete, false) => "Delete_rows",
            (RowOp::Insert, true) => "Write_compressed_rows",
            (RowOp::Update, true) => "Update_compressed_rows",
            (RowOp::Delete, true) => "Delete_compressed_rows",
        };
    }
    match t {
        EventType::QUERY => "Query",
        EventType::QUERY_COMPRESSED => "Query_compressed",
        EventType::EXECUTE_LOAD_QUERY => "Execute_load_query",
        EventType::BEGIN_LOAD_QUERY => "Begin_load_query",
        EventType::APPEND_BLOCK => "Append_block",
        EventType::START_ENCRYPTION if tool == Tool::MariadbBinlog => "Start_encryption",
        _ => "Unknown",
    }
}

/// `Log_event::get_type_str` of MariaDB, where it differs from what [`type_name`] prints.
fn ignorable_name(t: EventType) -> &'static str {
    match t {
        EventType::PRE_GA_WRITE_ROWS => "Write_rows_event_old",
        EventType::PRE_GA_UPDATE_ROWS => "Update_rows_event_old",
        EventType::PRE_GA_DELETE_ROWS => "Delete_rows_event_old",
        EventType::WRITE_ROWS_V1 => "Write_rows_v1",
        EventType::UPDATE_ROWS_V1 => "Update_rows_v1",
        EventType::DELETE_ROWS_V1 => "Delete_rows_v1",
        EventType::INCIDENT => "Incident",
        EventType::HEARTBEAT => "Heartbeat",
        EventType::IGNORABLE => "Ignorable log event",
        EventType::ROWS_QUERY => "MySQL Rows_query",
        EventType::GTID => "MySQL Gtid",
        EventType::ANONYMOUS_GTID => "MySQL Anonymous_Gtid",
        EventType::PREVIOUS_GTIDS => "MySQL Previous_gtids",
        EventType::TRANSACTION_CONTEXT => "Transaction_context",
        EventType::VIEW_CHANGE => "View_change",
        EventType::XA_PREPARE => "XA_prepare",
        EventType::PARTIAL_UPDATE_ROWS => "MySQL Update_rows_partial",
        EventType::TRANSACTION_PAYLOAD => "MySQL Transaction_payload",
        EventType::HEARTBEAT_V2 => "MySQL Heartbeat",
        EventType::ANNOTATE_ROWS => "Annotate_rows",
        EventType::BINLOG_CHECKPOINT => "Binlog_checkpoint",
        EventType::MARIADB_GTID => "Gtid",
        EventType::GTID_LIST => "Gtid_list",
        EventType::WRITE_ROWS_COMPRESSED_V1 => "Write_rows_compressed_v1",
        EventType::UPDATE_ROWS_COMPRESSED_V1 => "Update_rows_compressed_v1",
        EventType::DELETE_ROWS_COMPRESSED_V1 => "Delete_rows_compressed_v1",
        EventType::WRITE_ROWS_COMPRESSED => "Write_rows_compressed",
        EventType::UPDATE_ROWS_COMPRESSED => "Update_rows_compressed",
        EventType::DELETE_ROWS_COMPRESSED => "Delete_rows_compressed",
        t => type_name(t, Tool::MariadbBinlog),
    }
}

impl Printer {
    /// The rest of the events.
    pub(super) fn other(&mut self, seen: &Seen<'_>, event: &Event<'_>) {
        match event {
            Event::Format(_) => self.format_description(seen),
            Event::Xid(xid) => {
                self.header(seen);
                say!(self.head, "\tXid = {xid}\nCOMMIT{END}\n");
                (self.session.in_transaction, self.session.seen_gtid) = (false, false);
            }
            Event::XaPrepare(prepare) => {
                self.header(seen);
                let word = match self.tool {
                    Tool::Mysqlbinlog => "XA PREPARE",
                    Tool::MariadbBinlog => "XID =",
                };
                say!(self.head, "\t{word} ");
                xa_name(&mut self.head, prepare.xid);
                let (verb, suffix) = if prepare.one_phase {
                    ("COMMIT", " ONE PHASE")
                } else {
                    ("PREPARE", "")
                };
                say!(self.head, "\nXA {verb} ");
                xa_name(&mut self.head, prepare.xid);
                say!(self.head, "{suffix}\n{END}\n");
            }
            Event::Rotate(rotate) => {
                self.header(seen);
                say!(self.head, "\tRotate to ");
                self.head.put(rotate.next_log);
                say!(self.head, "  pos: {}\n", rotate.position);
            }
            Event::Statement(sql) => self.statement_of_rows(seen, sql),
            Event::Checkpoint(log) => {
                self.header(seen);
                say!(self.head, "\tBinlog checkpoint ");
                self.head.put(log);
                say!(self.head, "\n");
            }
            Event::Intvar(kind, value) => {
                let name = match kind {
                    IntvarKind::LastInsertId => "LAST_INSERT_ID",
                    IntvarKind::InsertId => "INSERT_ID",
                    IntvarKind::Other(_) => "INVALID_INT",
                };
                self.waiting(seen, |p| {
                    say!(p.head, "\tIntvar\nSET {name}={value}{END}\n");
                });
            }
            Event::Rand(a, b) => self.waiting(seen, |p| {
                say!(
                    p.head,
                    "\tRand\nSET @@RAND_SEED1={a}, @@RAND_SEED2={b}{END}\n"
                );
            }),
            Event::UserVar(var) => self.waiting(seen, |p| p.user_var(var)),
            Event::Block(block) => self.block(seen, block),
            Event::Incident(number) => {
                self.header(seen);
                let name = if *number == 1 { "LOST_EVENTS" } else { "NONE" };
                say!(
                    self.head,
                    "\n# Incident: {name}\nRELOAD DATABASE; # Shall generate syntax error\n"
                );
            }
            _ => self.plain(seen),
        }
    }

    /// `Format_description_log_event::print`, `Start_log_event_v3::print`.
    fn format_description(&mut self, seen: &Seen<'_>) {
        // After version u16 and server version, 50 bytes.
        let body = event::body_range(seen.bytes, &seen.header, &self.context).start;
        let created = seen
            .bytes
            .get(body + 52..)
            .and_then(|b| b.first_chunk::<4>());
        let created = created.map_or(0, |b| u32::from_le_bytes(*b));
        self.header(seen);
        let format = alloc::sync::Arc::clone(&self.context.format);
        say!(
            self.head,
            "\tStart: binlog v {}, server v {} created ",
            format.binlog_version,
            format.server_version
        );
        super::head::timestamp(&mut self.head, seen.header.timestamp);
        if created != 0 {
            say!(self.head, " at startup");
        }
        say!(self.head, "\n");
        let flags = HeaderFlags::from_bits_retain(seen.header.flags);
        if flags.contains(HeaderFlags::BINLOG_IN_USE) {
            say!(
                self.head,
                "# Warning: this binlog is either in use or was not closed properly.\n"
            );
        }
        if self.tool == Tool::Mysqlbinlog && flags.contains(HeaderFlags::RELAY_LOG) {
            say!(
                self.head,
                "# This Format_description_event appears in a relay log and was generated by the replica thread.\n"
            );
        }
        let artificial = flags.contains(HeaderFlags::ARTIFICIAL) || seen.header.timestamp == 0;
        if created != 0 && !artificial {
            say!(self.head, "ROLLBACK{END}\n");
        }
    }

    /// `Rows_query_log_event::print`, `Annotate_rows_log_event::print`.
    fn statement_of_rows(&mut self, seen: &Seen<'_>, sql: &[u8]) {
        if self.tool == Tool::MariadbBinlog {
            self.annotation = seen.bytes.to_vec();
            return;
        }
        self.header(seen);
        say!(self.head, "\tRows_query\n# ");
        for byte in sql.iter().take_while(|b| **b != 0) {
            match byte {
                b'\n' => say!(self.head, "\n# "),
                8 => say!(self.head, "\\b"),
                b'\t' => say!(self.head, "\\t"),
                b'\r' => say!(self.head, "\\r"),
                b'\\' => say!(self.head, "\\\\"),
                byte => self.head.put(&[*byte]),
            }
        }
        say!(self.head, "\n");
    }

    /// The annotation that waits for this table map, as if it stood in its place.
    pub(super) fn annotation(&mut self, map: &Seen<'_>) {
        let bytes = core::mem::take(&mut self.annotation);
        let Some(header) = Header::read(&bytes) else {
            return;
        };
        let range = event::body_range(&bytes, &header, &self.context);
        let seen = Seen {
            bytes: &bytes,
            header,
            at: map.at,
            end: header.log_pos,
            checksum: (range.end < bytes.len())
                .then(|| bytes.last_chunk::<4>())
                .flatten()
                .map(|c| u32::from_le_bytes(*c)),
        };
        self.header(&seen);
        say!(self.head, "\tAnnotate_rows:\n");
        let lines = bytes[range].split(|b| matches!(b, b'\n' | b'\r'));
        for line in lines.filter(|l| !l.is_empty()) {
            say!(self.head, "#Q> ");
            self.head.put(line);
            say!(self.head, "\n");
        }
    }

    /// An event that MySQL's tool prints when the statement comes (`buff_event_info`).
    fn waiting(&mut self, seen: &Seen<'_>, print: impl FnOnce(&mut Self)) {
        if self.tool == Tool::MariadbBinlog {
            self.header(seen);
            print(self);
            return;
        }
        let before = core::mem::take(&mut self.head);
        self.header(seen);
        print(self);
        let mut text = core::mem::replace(&mut self.head, before);
        self.held.0.append(&mut text.0);
    }

    /// `User_var_log_event::print`.
    fn user_var(&mut self, var: &UserVar<'_>) {
        say!(self.head, "\tUser_var\n");
        let session = self.session.charset;
        if self.tool == Tool::Mysqlbinlog {
            // Names are utf8mb3, whatever the session's charset is.
            let literal = matches!(var.value, Value::Null | Value::Text(_) | Value::Bytes(_));
            let connection = match session {
                Some(charset) if !literal => charset[1],
                _ => 33,
            };
            say!(
                self.head,
                "/*!\\C utf8mb3 */{END}\nSET @@session.character_set_client=33,@@session.collation_connection={connection},@@session.collation_server=33{END}\n"
            );
        }
        say!(self.head, "SET @");
        self.head.put(&super::query::identifier(var.name));
        say!(self.head, ":=");
        match &var.value {
            Value::Null => say!(self.head, "NULL"),
            Value::Double(v) => say!(self.head, "{}", super::number::general(*v, 14)),
            Value::Text(_) | Value::Bytes(_) => self.string(var),
            value => say!(self.head, "{value}"),
        }
        say!(self.head, "{END}\n");
        if self.tool == Tool::Mysqlbinlog
            && let Some([client, connection, server]) = session
        {
            if let Some(name) = Charset::of_collation(u64::from(client)) {
                say!(self.head, "/*!\\C {name} */{END}\n");
            }
            say!(
                self.head,
                "SET @@session.character_set_client={client},@@session.collation_connection={connection},@@session.collation_server={server}{END}\n"
            );
        }
    }

    fn string(&mut self, var: &UserVar<'_>) {
        let collation = u64::from(var.collation);
        let (Some(charset), Some(name)) = (
            Charset::of_collation(collation),
            Charset::collation_name(collation),
        ) else {
            say!(self.head, "???");
            return;
        };
        say!(self.head, "_{charset} ");
        match self.tool {
            _ if var.data.is_empty() => say!(self.head, "\"\""),
            Tool::Mysqlbinlog => say!(self.head, "0x"),
            Tool::MariadbBinlog => say!(self.head, "X'"),
        }
        for byte in var.data {
            say!(self.head, "{byte:02X}");
        }
        if self.tool == Tool::MariadbBinlog && !var.data.is_empty() {
            say!(self.head, "'");
        }
        say!(self.head, " COLLATE `{name}`");
    }

    /// `Append_block_log_event::print`, `Delete_file_log_event::print`.
    fn block(&mut self, seen: &Seen<'_>, block: &FileBlock<'_>) {
        self.header(seen);
        match seen.header.event_type {
            EventType::DELETE_FILE => {
                say!(self.head, "\n#Delete_file: file_id={}\n", block.file_id);
            }
            EventType::EXEC_LOAD => {
                say!(self.head, "\n#Exec_load: file_id={}\n", block.file_id);
            }
            t => say!(
                self.head,
                "\n#{}: file_id: {}  block_len: {}\n",
                type_name(t, self.tool),
                block.file_id,
                block.block.len()
            ),
        }
    }

    /// Events of which the tool prints no more than their kind.
    fn plain(&mut self, seen: &Seen<'_>) {
        let t = seen.header.event_type;
        if t == EventType::START_ENCRYPTION && self.tool == Tool::MariadbBinlog {
            return self.start_encryption(seen);
        }
        if seen.header.is_ignorable() || t == EventType::IGNORABLE {
            return self.ignorable(seen);
        }
        self.header(seen);
        match t {
            EventType::STOP => say!(self.head, "\tStop\n"),
            _ => say!(self.head, "\n# Unknown event\n"),
        }
    }

    /// `Ignorable_log_event::print`: MariaDB's tool opens no event of this flag.
    pub(super) fn ignorable(&mut self, seen: &Seen<'_>) {
        self.header(seen);
        let t = seen.header.event_type;
        match self.tool {
            Tool::Mysqlbinlog => say!(self.head, "\tIgnorable\n# Unrecognized ignorable event\n"),
            Tool::MariadbBinlog => say!(
                self.head,
                "\tIgnorable\n# Ignorable event type {} ({})\n",
                t.0,
                ignorable_name(t)
            ),
        }
    }

    /// `Start_encryption_log_event::print`, which prints no header.
    fn start_encryption(&mut self, seen: &Seen<'_>) {
        let [scheme, a, b, c, d, nonce @ ..] = seen.bytes.get(19..).unwrap_or(&[]) else {
            return;
        };
        let version = u32::from_le_bytes([*a, *b, *c, *d]);
        say!(
            self.head,
            "# Encryption scheme: {scheme}, key_version: {version}, nonce: "
        );
        for byte in nonce.iter().take(12) {
            say!(self.head, "{byte:02x}");
        }
        say!(self.head, "\n# The rest of the binlog is encrypted!\n");
    }

    /// An event whose body cannot be read: the tools stop here.
    pub(super) fn unreadable(&mut self, seen: &Seen<'_>) {
        self.header(seen);
        say!(
            self.head,
            "\n# Binlight: this {} event cannot be decoded\n",
            seen.header.event_type
        );
    }
}

/// `XID::serialize`: both parts in hex, then the kind of name.
pub(super) fn xa_name(out: &mut Text, xid: XaId<'_>) {
    for part in [xid.gtrid, xid.bqual] {
        say!(out, "X'");
        for byte in part {
            say!(out, "{byte:02x}");
        }
        say!(out, "',");
    }
    say!(out, "{}", xid.format_id);
}
