//! Statements, with the settings they run under.

use super::{END, Printer, RawEvent, Tool, append};
use crate::bytes::clip::{after, first};
use crate::codes::charset::Charset;
use crate::codes::flags::{HeaderFlags, MariadbGtidExtraFlags as Extra, QueryFlags2 as Flags2};
use crate::context::{Flavour, Format};
use crate::event::query::Query;
use crate::event::query_status::Status;

/// MySQL's modes that 8.0.5 did away with (`MODE_ALLOWED_MASK`).
const REMOVED_MODES: u64 = 0x1003_ff00;

/// MariaDB's START ALTER, COMMIT ALTER, ROLLBACK ALTER.
const ALTER_HALVES: u8 = Extra::START_ALTER
    .union(Extra::COMMIT_ALTER)
    .union(Extra::ROLLBACK_ALTER)
    .bits();

impl Printer {
    /// `Query_log_event::print`, `Execute_load_query_log_event::print`, and what `process_event` does
    /// around them.
    pub(super) fn query(&mut self, raw: &RawEvent<'_>, query: &Query<'_>) {
        let load = query.load;
        if self.tool == Tool::Mysqlbinlog && load.is_none() {
            let mut held = core::mem::take(&mut self.held);
            held.drain_to(&mut self.head.0);
            self.ends_or_starts_group(query);
        }
        self.query_header(raw, query);
        match load {
            // A half of an ALTER in two phases is no statement of its own.
            None if query.status.gtid_flags_extra & ALTER_HALVES != 0 => {
                append!(self.head, "### ");
                self.head.put(&query.sql);
                append!(self.head, "\n");
            }
            None => {
                self.head.put(&query.sql);
                append!(self.head, "\n{END}\n");
            }
            Some(load) => {
                let at = |n: u32| (n as usize).min(query.sql.len());
                let (from, to) = (at(load.name.0), at(load.name.1).max(at(load.name.0)));
                self.head.put(first(&query.sql, from));
                // The tool writes the file's blocks to its folder of temporary files.
                append!(
                    self.head,
                    " LOCAL INFILE '/tmp/SQL_LOAD_MB-{:x}-0'",
                    load.file_id
                );
                if load.duplicates == 2 {
                    append!(self.head, " REPLACE");
                }
                append!(self.head, " INTO");
                self.head.put(after(&query.sql, to));
                append!(self.head, "\n{END}\n# file_id: {} \n", load.file_id);
            }
        }
    }

    fn ends_or_starts_group(&mut self, query: &Query<'_>) {
        let session = &mut self.session;
        if query.ends_group() {
            (session.in_transaction, session.seen_gtid) = (false, false);
        } else if query.starts_group() {
            session.in_transaction = true;
        } else if !session.in_transaction {
            session.seen_gtid = false; // a statement that commits by itself
        }
    }

    /// `Query_log_event::print_query_header`.
    fn query_header(&mut self, raw: &RawEvent<'_>, query: &Query<'_>) {
        self.header(raw);
        let kind = super::context_events::type_name(raw.header.event_type, self.tool);
        let status = &query.status;
        append!(
            self.head,
            "\t{kind}\tthread_id={}\texec_time={}\terror_code={}",
            query.thread_id,
            query.exec_time,
            query.error_code
        );
        match self.tool {
            Tool::Mysqlbinlog => {
                if let Some(xid) = status.ddl_xid {
                    append!(self.head, "\tXid = {xid}");
                }
            }
            Tool::MariadbBinlog => {
                append!(self.head, "\txid={}", status.ddl_xid.unwrap_or(0));
            }
        }
        append!(self.head, "\n");
        self.database(raw, query);
        self.timestamp(raw, status);
        let thread_specific =
            HeaderFlags::from_bits_retain(raw.header.flags).contains(HeaderFlags::THREAD_SPECIFIC);
        let known = self.session.thread_id;
        if known.is_none() || thread_specific && known != Some(query.thread_id) {
            append!(
                self.head,
                "SET @@session.pseudo_thread_id={}{END}\n",
                query.thread_id
            );
            self.session.thread_id = Some(query.thread_id);
        }
        self.settings(status);
    }

    fn database(&mut self, raw: &RawEvent<'_>, query: &Query<'_>) {
        let suppressed =
            HeaderFlags::from_bits_retain(raw.header.flags).contains(HeaderFlags::SUPPRESS_USE);
        let keyword = match self.tool {
            // After the GTID of an XA transaction only its own statements count.
            Tool::MariadbBinlog if self.session.xa => query.is_xa(),
            Tool::MariadbBinlog => query.is_transactional(),
            Tool::Mysqlbinlog => query.is_transactional() || query.is_xa(),
        };
        if suppressed {
            if !keyword {
                self.session.database.clear();
            }
        } else if self.tool == Tool::MariadbBinlog && keyword {
            // No table is touched, so no database matters.
        } else if self.session.database != query.database {
            self.session.database = query.database.to_vec();
            if !query.database.is_empty() {
                append!(self.head, "use ");
                self.head.put(&super::quote::identifier(query.database));
                append!(self.head, "{END}\n");
            }
        }
    }

    fn timestamp(&mut self, raw: &RawEvent<'_>, status: &Status<'_>) {
        append!(self.head, "SET TIMESTAMP={}", raw.header.timestamp);
        match (status.microseconds, self.tool) {
            (0, _) => {}
            (micros, Tool::Mysqlbinlog) => append!(self.head, ".{micros:06}"),
            (micros, Tool::MariadbBinlog) if micros <= 999_999 => append!(self.head, ".{micros}"),
            _ => {}
        }
        append!(self.head, "{END}\n");
    }

    fn settings(&mut self, status: &Status<'_>) {
        self.flags2(status);
        let head = &mut self.head;
        let session = &mut self.session;
        if let Some(mode) = status.sql_mode
            && session.sql_mode != Some(mode)
        {
            session.sql_mode = Some(mode);
            if self.tool == Tool::Mysqlbinlog && mode & REMOVED_MODES != 0 {
                append!(
                    head,
                    "SET @@session.sql_mode={mode}/*!80005 &~0x1003ff00*/{END}\n"
                );
            } else {
                append!(head, "SET @@session.sql_mode={mode}{END}\n");
            }
        }
        let steps = status.auto_increment.unwrap_or((1, 1));
        if session.auto_increment != steps {
            session.auto_increment = steps;
            append!(
                head,
                "SET @@session.auto_increment_increment={}, @@session.auto_increment_offset={}{END}\n",
                steps.0,
                steps.1
            );
        }
        if let Some(charset) = status.charset
            && session.charset != Some(charset)
        {
            session.charset = Some(charset);
            let name = Charset::of_collation(u64::from(charset[0]));
            let [client, connection, server] = charset;
            if let Some(name) = name {
                append!(head, "/*!\\C {name} */{END}\n");
            }
            append!(head, "SET @@session.character_set_client=");
            match name {
                Some(name) if self.tool == Tool::MariadbBinlog => append!(head, "{name}"),
                _ => append!(head, "{client}"),
            }
            append!(
                head,
                ",@@session.collation_connection={connection},@@session.collation_server={server}{END}\n"
            );
        }
        if !status.time_zone.is_empty() && session.time_zone != status.time_zone {
            session.time_zone = status.time_zone.to_vec();
            append!(head, "SET @@session.time_zone='");
            head.put(status.time_zone);
            append!(head, "'{END}\n");
        }
        if session.lc_time_names != Some(status.lc_time_names) {
            session.lc_time_names = Some(status.lc_time_names);
            append!(
                head,
                "SET @@session.lc_time_names={}{END}\n",
                status.lc_time_names
            );
        }
        if session.collation_database != Some(status.collation_database) {
            session.collation_database = Some(status.collation_database);
            match status.collation_database {
                0 => append!(head, "SET @@session.collation_database=DEFAULT{END}\n"),
                id => append!(head, "SET @@session.collation_database={id}{END}\n"),
            }
        }
        match self.tool {
            Tool::Mysqlbinlog => self.mysql_settings(status),
            Tool::MariadbBinlog => self.mariadb_settings(status),
        }
    }

    fn mysql_settings(&mut self, status: &Status<'_>) {
        let (head, session) = (&mut self.head, &mut self.session);
        if let Some(on) = status.explicit_defaults_for_timestamp {
            append!(
                head,
                "SET @@session.explicit_defaults_for_timestamp={}{END}\n",
                u8::from(on != 0)
            );
        }
        if let Some(collation) = status.default_collation_for_utf8mb4
            && session.default_collation_for_utf8mb4 != collation
        {
            session.default_collation_for_utf8mb4 = collation;
            append!(
                head,
                "/*!80011 SET @@session.default_collation_for_utf8mb4={collation}*/{END}\n"
            );
        }
        if let Some(on) = status.sql_require_primary_key {
            append!(
                head,
                "/*!80013 SET @@session.sql_require_primary_key={on}*/{END}\n"
            );
        }
        if let Some(on) = status.default_table_encryption {
            append!(
                head,
                "/*!80016 SET @@session.default_table_encryption={on}*/{END}\n"
            );
        }
    }

    fn mariadb_settings(&mut self, status: &Status<'_>) {
        let pairs = &status.character_set_collations;
        if pairs.is_empty() {
            return;
        }
        append!(self.head, "SET @@session.character_set_collations='");
        for (i, (charset, collation)) in pairs.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            let charset = Charset::of_collation(u64::from(*charset)).map_or("???", Charset::name);
            let collation = Charset::collation_name(u64::from(*collation));
            let collation = collation.as_deref().unwrap_or("???");
            append!(self.head, "{comma}{charset}={collation}");
        }
        append!(self.head, "'{END}\n");
    }

    /// `print_set_option` for each option that changed.
    fn flags2(&mut self, status: &Status<'_>) {
        let Some(flags) = status.flags2 else {
            return;
        };
        let changed = self.session.flags2.map_or(!0, |known| known ^ flags);
        if changed == 0 {
            return;
        }
        self.session.flags2 = Some(flags);
        // Name, bit, and whether the bit means 0.
        const COMMON: [(&str, Flags2, bool); 4] = [
            (
                "foreign_key_checks",
                Flags2::OPTION_NO_FOREIGN_KEY_CHECKS,
                true,
            ),
            ("sql_auto_is_null", Flags2::OPTION_AUTO_IS_NULL, false),
            ("unique_checks", Flags2::OPTION_RELAXED_UNIQUE_CHECKS, true),
            ("autocommit", Flags2::OPTION_NOT_AUTOCOMMIT, true),
        ];
        const MARIADB: [(&str, Flags2, bool); 4] = [
            (
                "check_constraint_checks",
                Flags2::OPTION_NO_CHECK_CONSTRAINT_CHECKS,
                true,
            ),
            ("sql_if_exists", Flags2::OPTION_IF_EXISTS, false),
            (
                "explicit_defaults_for_timestamp",
                Flags2::OPTION_EXPLICIT_DEF_TIMESTAMP,
                false,
            ),
            (
                "system_versioning_insert_history",
                Flags2::OPTION_INSERT_HISTORY,
                false,
            ),
        ];
        let own = match self.tool {
            Tool::Mysqlbinlog => &MARIADB[..0],
            Tool::MariadbBinlog => &MARIADB[..],
        };
        let unknown = match self.tool {
            Tool::Mysqlbinlog => Flags2::empty(),
            Tool::MariadbBinlog => not_written_by(&self.context.format.server_version),
        };
        append!(self.head, "SET ");
        let mut comma = "";
        for (name, bit, inverted) in COMMON.iter().chain(own) {
            if changed & bit.bits() == 0 || unknown.contains(*bit) {
                continue;
            }
            let value = u8::from((flags & bit.bits() != 0) != *inverted);
            append!(self.head, "{comma}@@session.{name}={value}");
            comma = ", ";
        }
        append!(self.head, "{END}\n");
    }
}

impl Query<'_> {
    fn starts_with(&self, word: &[u8]) -> bool {
        let start = self.sql.get(..word.len());
        start.is_some_and(|s| s.eq_ignore_ascii_case(word))
    }

    /// BEGIN and COMMIT as servers write them, and what begins as savepoints and rollbacks do
    /// (`Query_log_event::is_trans_keyword`).
    fn is_transactional(&self) -> bool {
        matches!(&self.sql[..], b"BEGIN" | b"COMMIT")
            || self.starts_with(b"SAVEPOINT")
            || self.starts_with(b"ROLLBACK")
    }

    /// The rest of `is_trans_keyword`.
    fn is_xa(&self) -> bool {
        self.starts_with(b"XA")
    }

    /// `Query_log_event::starts_group`.
    fn starts_group(&self) -> bool {
        &self.sql[..] == b"BEGIN" || self.sql.starts_with(b"XA START")
    }

    /// `Query_log_event::ends_group`.
    fn ends_group(&self) -> bool {
        let sql = &self.sql[..];
        sql == b"COMMIT"
            || sql.starts_with(b"ROLLBACK") && !sql.starts_with(b"ROLLBACK TO ")
            || sql.starts_with(b"XA ROLLBACK")
    }
}

/// Options that a server of this version did not log (MariaDB,
/// `Format_description_log_event::deduct_options_written_to_bin_log`).
fn not_written_by(server_version: &str) -> Flags2 {
    let newer = Flags2::OPTION_IF_EXISTS | Flags2::OPTION_EXPLICIT_DEF_TIMESTAMP;
    let version = Format::version_of(server_version);
    if Format::flavour_of(server_version) == Flavour::Mysql || version < (10, 5, 2) {
        return newer;
    }
    let since = match version {
        (10, 5, _) => 17,
        (10, 6, _) => 9,
        (10, 7, _) => 5,
        (10, 8, _) => 4,
        (10, 9, _) => 2,
        _ => 0,
    };
    if version.2 < since {
        Flags2::OPTION_EXPLICIT_DEF_TIMESTAMP
    } else {
        Flags2::empty()
    }
}
