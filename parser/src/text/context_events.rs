//! Everything that is neither a statement's text, rows, nor a GTID.

use super::{END, Printer, RawEvent, Text, Tool, append};
use crate::codes::charset::Charset;
use crate::codes::flags::HeaderFlags;
use crate::codes::{EventType, event_type::RowOp};
use crate::event::load_data::FileBlock;
use crate::event::small::{IntvarKind, XaId};
use crate::event::user_var::UserVar;
use crate::event::{self, Event, format_description};
use crate::stream::{Header, rules::StartEncryption};
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
    pub(super) fn other(&mut self, raw: &RawEvent<'_>, event: &Event<'_>) {
        match event {
            Event::Format(_) => self.format_description(raw),
            Event::Xid(xid) => {
                self.header(raw);
                append!(self.head, "\tXid = {xid}\nCOMMIT{END}\n");
                (self.session.in_transaction, self.session.seen_gtid) = (false, false);
            }
            Event::XaPrepare(prepare) => {
                self.header(raw);
                let word = match self.tool {
                    Tool::Mysqlbinlog => "XA PREPARE",
                    Tool::MariadbBinlog => "XID =",
                };
                append!(self.head, "\t{word} ");
                xa_name(&mut self.head, prepare.xid);
                let (verb, suffix) = if prepare.one_phase {
                    ("COMMIT", " ONE PHASE")
                } else {
                    ("PREPARE", "")
                };
                append!(self.head, "\nXA {verb} ");
                xa_name(&mut self.head, prepare.xid);
                append!(self.head, "{suffix}\n{END}\n");
            }
            Event::Rotate(rotate) => {
                self.header(raw);
                append!(self.head, "\tRotate to ");
                self.head.put(rotate.next_log);
                append!(self.head, "  pos: {}\n", rotate.position);
            }
            Event::Statement(sql) => self.statement_of_rows(raw, sql),
            Event::Checkpoint(log) => {
                self.header(raw);
                append!(self.head, "\tBinlog checkpoint ");
                self.head.put(log);
                append!(self.head, "\n");
            }
            Event::Intvar(kind, value) => {
                let name = match kind {
                    IntvarKind::LastInsertId => "LAST_INSERT_ID",
                    IntvarKind::InsertId => "INSERT_ID",
                    IntvarKind::Other(_) => "INVALID_INT",
                };
                self.waiting(raw, |p| {
                    append!(p.head, "\tIntvar\nSET {name}={value}{END}\n");
                });
            }
            Event::Rand(a, b) => self.waiting(raw, |p| {
                append!(
                    p.head,
                    "\tRand\nSET @@RAND_SEED1={a}, @@RAND_SEED2={b}{END}\n"
                );
            }),
            Event::UserVar(var) => self.waiting(raw, |p| p.user_var(var)),
            Event::Block(block) => self.block(raw, block),
            Event::Incident(number) => {
                self.header(raw);
                let name = if *number == 1 { "LOST_EVENTS" } else { "NONE" };
                append!(
                    self.head,
                    "\n# Incident: {name}\nRELOAD DATABASE; # Shall generate syntax error\n"
                );
            }
            _ => self.plain(raw),
        }
    }

    /// `Format_description_log_event::print`, `Start_log_event_v3::print`.
    fn format_description(&mut self, raw: &RawEvent<'_>) {
        let body = event::body_input(raw.bytes, 0, &raw.header, &self.context);
        let created = format_description::created(body.bytes());
        self.header(raw);
        let format = alloc::sync::Arc::clone(&self.context.format);
        append!(
            self.head,
            "\tStart: binlog v {}, server v {} created ",
            format.binlog_version,
            format.server_version
        );
        super::head::timestamp(&mut self.head, raw.header.timestamp);
        if created != 0 {
            append!(self.head, " at startup");
        }
        append!(self.head, "\n");
        let flags = HeaderFlags::from_bits_retain(raw.header.flags);
        if flags.contains(HeaderFlags::BINLOG_IN_USE) {
            append!(
                self.head,
                "# Warning: this binlog is either in use or was not closed properly.\n"
            );
        }
        if self.tool == Tool::Mysqlbinlog && flags.contains(HeaderFlags::RELAY_LOG) {
            append!(
                self.head,
                "# This Format_description_event appears in a relay log and was generated by the replica thread.\n"
            );
        }
        let artificial = flags.contains(HeaderFlags::ARTIFICIAL) || raw.header.timestamp == 0;
        if created != 0 && !artificial {
            append!(self.head, "ROLLBACK{END}\n");
        }
    }

    /// `Rows_query_log_event::print`, `Annotate_rows_log_event::print`.
    fn statement_of_rows(&mut self, raw: &RawEvent<'_>, sql: &[u8]) {
        if self.tool == Tool::MariadbBinlog {
            self.annotation = raw.bytes.to_vec();
            return;
        }
        self.header(raw);
        append!(self.head, "\tRows_query\n# ");
        for byte in sql.iter().take_while(|b| **b != 0) {
            match byte {
                b'\n' => append!(self.head, "\n# "),
                8 => append!(self.head, "\\b"),
                b'\t' => append!(self.head, "\\t"),
                b'\r' => append!(self.head, "\\r"),
                b'\\' => append!(self.head, "\\\\"),
                byte => self.head.put(&[*byte]),
            }
        }
        append!(self.head, "\n");
    }

    /// The annotation that waits for this table map, as if it stood in its place.
    pub(super) fn annotation(&mut self, map: &RawEvent<'_>) {
        let bytes = core::mem::take(&mut self.annotation);
        let Some(header) = Header::read(&bytes) else {
            return;
        };
        let body = event::body_input(&bytes, 0, &header, &self.context);
        let checksum_len = event::checksum_len(&bytes, &header, &self.context);
        let raw = RawEvent {
            bytes: &bytes,
            header,
            at: map.at,
            end: header.log_pos,
            checksum: (checksum_len > 0)
                .then(|| bytes.last_chunk::<4>())
                .flatten()
                .map(|c| u32::from_le_bytes(*c)),
        };
        self.header(&raw);
        append!(self.head, "\tAnnotate_rows:\n");
        let lines = body.bytes().split(|b| matches!(b, b'\n' | b'\r'));
        for line in lines.filter(|l| !l.is_empty()) {
            append!(self.head, "#Q> ");
            self.head.put(line);
            append!(self.head, "\n");
        }
    }

    /// An event that MySQL's tool prints when the statement comes (`buff_event_info`).
    fn waiting(&mut self, raw: &RawEvent<'_>, print: impl FnOnce(&mut Self)) {
        if self.tool == Tool::MariadbBinlog {
            self.header(raw);
            print(self);
            return;
        }
        let before = core::mem::take(&mut self.head);
        self.header(raw);
        print(self);
        let mut text = core::mem::replace(&mut self.head, before);
        self.held.0.append(&mut text.0);
    }

    /// `User_var_log_event::print`.
    fn user_var(&mut self, var: &UserVar<'_>) {
        append!(self.head, "\tUser_var\n");
        let session = self.session.charset;
        if self.tool == Tool::Mysqlbinlog {
            // Names are utf8mb3, whatever the session's charset is.
            let literal = matches!(var.value, Value::Null | Value::Text(_) | Value::Bytes(_));
            let connection = match session {
                Some(charset) if !literal => charset[1],
                _ => 33,
            };
            append!(
                self.head,
                "/*!\\C utf8mb3 */{END}\nSET @@session.character_set_client=33,@@session.collation_connection={connection},@@session.collation_server=33{END}\n"
            );
        }
        append!(self.head, "SET @");
        self.head.put(&super::quote::identifier(var.name));
        append!(self.head, ":=");
        match &var.value {
            Value::Null => append!(self.head, "NULL"),
            Value::Double(v) => append!(self.head, "{}", super::number::general(*v, 14)),
            Value::Text(_) | Value::Bytes(_) => self.string(var),
            value => append!(self.head, "{value}"),
        }
        append!(self.head, "{END}\n");
        if self.tool == Tool::Mysqlbinlog
            && let Some([client, connection, server]) = session
        {
            if let Some(name) = Charset::of_collation(u64::from(client)) {
                append!(self.head, "/*!\\C {name} */{END}\n");
            }
            append!(
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
            append!(self.head, "???");
            return;
        };
        append!(self.head, "_{charset} ");
        match self.tool {
            _ if var.data.is_empty() => append!(self.head, "\"\""),
            Tool::Mysqlbinlog => append!(self.head, "0x"),
            Tool::MariadbBinlog => append!(self.head, "X'"),
        }
        for byte in var.data {
            append!(self.head, "{byte:02X}");
        }
        if self.tool == Tool::MariadbBinlog && !var.data.is_empty() {
            append!(self.head, "'");
        }
        append!(self.head, " COLLATE `{name}`");
    }

    /// `Append_block_log_event::print`, `Delete_file_log_event::print`.
    fn block(&mut self, raw: &RawEvent<'_>, block: &FileBlock<'_>) {
        self.header(raw);
        match raw.header.event_type {
            EventType::DELETE_FILE => {
                append!(self.head, "\n#Delete_file: file_id={}\n", block.file_id);
            }
            EventType::EXEC_LOAD => {
                append!(self.head, "\n#Exec_load: file_id={}\n", block.file_id);
            }
            t => append!(
                self.head,
                "\n#{}: file_id: {}  block_len: {}\n",
                type_name(t, self.tool),
                block.file_id,
                block.block.len()
            ),
        }
    }

    /// Events of which the tool prints no more than their kind.
    fn plain(&mut self, raw: &RawEvent<'_>) {
        let t = raw.header.event_type;
        if t == EventType::START_ENCRYPTION && self.tool == Tool::MariadbBinlog {
            return self.start_encryption(raw);
        }
        if raw.header.is_ignorable() || t == EventType::IGNORABLE {
            return self.ignorable(raw);
        }
        self.header(raw);
        match t {
            EventType::STOP => append!(self.head, "\tStop\n"),
            _ => append!(self.head, "\n# Unknown event\n"),
        }
    }

    /// `Ignorable_log_event::print`: MariaDB's tool opens no event of this flag.
    pub(super) fn ignorable(&mut self, raw: &RawEvent<'_>) {
        self.header(raw);
        let t = raw.header.event_type;
        match self.tool {
            Tool::Mysqlbinlog => {
                append!(self.head, "\tIgnorable\n# Unrecognized ignorable event\n");
            }
            Tool::MariadbBinlog => append!(
                self.head,
                "\tIgnorable\n# Ignorable event type {} ({})\n",
                t.0,
                ignorable_name(t)
            ),
        }
    }

    /// `Start_encryption_log_event::print`, which prints no header.
    fn start_encryption(&mut self, raw: &RawEvent<'_>) {
        let body = event::body_input(raw.bytes, 0, &raw.header, &self.context);
        let Some(start) = StartEncryption::read(body.bytes()) else {
            return;
        };
        append!(
            self.head,
            "# Encryption scheme: {}, key_version: {}, nonce: ",
            start.scheme,
            start.key_version
        );
        for byte in start.nonce {
            append!(self.head, "{byte:02x}");
        }
        append!(self.head, "\n# The rest of the binlog is encrypted!\n");
    }

    /// An event whose body cannot be read: the tools stop here.
    pub(super) fn unreadable(&mut self, raw: &RawEvent<'_>) {
        self.header(raw);
        append!(
            self.head,
            "\n# Binlight: this {} event cannot be decoded\n",
            raw.header.event_type
        );
    }
}

/// `XID::serialize`: both parts in hex, then the kind of name.
pub(super) fn xa_name(out: &mut Text, xid: XaId<'_>) {
    for part in [xid.gtrid, xid.bqual] {
        append!(out, "X'");
        for byte in part {
            append!(out, "{byte:02x}");
        }
        append!(out, "',");
    }
    append!(out, "{}", xid.format_id);
}
