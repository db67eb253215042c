//! What the tools print round the events of a log: before the first, after the last, and where one
//! log ends inside another (a relay log holds a source's one after the other).

use super::{END, Printer, RawEvent, Text, Tool, append};
use crate::codes::{EventType, flags::HeaderFlags};
use alloc::vec::Vec;

impl Printer {
    /// What the tool prints before the first event.
    pub fn begin(&mut self, out: &mut Vec<u8>) {
        if self.tool == Tool::Mysqlbinlog {
            out.extend_from_slice(b"# The proper term is pseudo_replica_mode, but we use this compatibility alias\n# to make the statement usable on server versions 8.0.24 and older.\n");
        }
        out.extend_from_slice(b"/*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=1*/;\n");
        if self.tool == Tool::MariadbBinlog {
            out.extend_from_slice(b"/*!40019 SET @@session.max_delayed_threads=0*/;\n");
        }
        out.extend_from_slice(b"/*!50003 SET @OLD_COMPLETION_TYPE=@@COMPLETION_TYPE,COMPLETION_TYPE=0*/;\nDELIMITER /*!*/;\n");
    }

    /// What the tool prints after the last event. Rows whose statement has no end are left out, as the
    /// tool does, with a remark of our own.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        let mut text = Text::default();
        if self.waiting_len() > 0 {
            self.head.0.clear();
            self.body.0.clear();
            append!(
                text,
                "# Binlight: the last statement has no end; its rows are left out, as the tool does\n"
            );
        }
        if self.tool == Tool::Mysqlbinlog {
            self.end_binlog(&mut text);
        }
        append!(text, "DELIMITER ;\n# End of log file\n");
        if self.tool == Tool::MariadbBinlog {
            append!(text, "ROLLBACK /* added by mysqlbinlog */;\n");
        }
        append!(
            text,
            "/*!50003 SET COMPLETION_TYPE=@OLD_COMPLETION_TYPE*/;\n/*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=0*/;\n"
        );
        text.drain_to(out);
    }

    /// MySQL's tool ends a log where the format description of another comes: one that a source wrote
    /// (no replica, and no server for it: then its position is 0), and not the first.
    pub(super) fn format_begins(&mut self, out: &mut Vec<u8>, raw: &RawEvent<'_>) {
        let source = raw.header.event_type == EventType::FORMAT_DESCRIPTION
            && !HeaderFlags::from_bits_retain(raw.header.flags).contains(HeaderFlags::RELAY_LOG);
        if self.tool != Tool::Mysqlbinlog || !source {
            return;
        }
        let later = core::mem::replace(&mut self.session.described, true);
        if later && raw.header.log_pos > 0 {
            let mut text = Text::default();
            self.end_binlog(&mut text);
            text.drain_to(out);
        }
    }

    /// `end_binlog`: closes a transaction that the log does not.
    fn end_binlog(&mut self, text: &mut Text) {
        let session = &mut self.session;
        if session.in_transaction {
            append!(text, "ROLLBACK /* added by mysqlbinlog */ {END}\n");
        } else if session.seen_gtid {
            append!(
                text,
                "BEGIN /*added by mysqlbinlog */ {END}\nROLLBACK /* added by mysqlbinlog */ {END}\n"
            );
        }
        append!(
            text,
            "SET @@SESSION.GTID_NEXT= 'AUTOMATIC' /* added by mysqlbinlog */ {END}\n"
        );
        (session.in_transaction, session.seen_gtid) = (false, false);
    }
}
