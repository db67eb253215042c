//! GTID events and the sets of them at a log's head.

use super::{END, Printer, RawEvent, append};
use crate::codes::flags::{GtidFlags, MariadbGtidFlags as Flags};
use crate::event::gtid::Gtid;
use crate::event::mariadb::{AlterPhase, GroupGtid};
use crate::gtid::{GtidSet, MariadbGtid};
use crate::value::temporal::unix_micros_text;
use alloc::string::ToString;

/// A server that says when, but not its version, has `UNDEFINED_SERVER_VERSION`.
fn version(gtid: &Gtid, known: u32) -> u32 {
    if known == 0 && gtid.immediate_commit != 0 {
        999_999
    } else {
        known
    }
}

impl Printer {
    /// `Gtid_log_event::print` (MySQL).
    pub(super) fn gtid(&mut self, raw: &RawEvent<'_>, gtid: &Gtid) {
        self.header(raw);
        let head = &mut self.head;
        let kind = if gtid.anonymous {
            "Anonymous_GTID"
        } else {
            "GTID"
        };
        let rows_only = !GtidFlags::from_bits_retain(gtid.flags).contains(GtidFlags::MAY_HAVE_SBR);
        append!(
            head,
            "\t{kind}\tlast_committed={}\tsequence_number={}\trbr_only={}\toriginal_committed_timestamp={}\timmediate_commit_timestamp={}\ttransaction_length={}",
            gtid.last_committed,
            gtid.sequence_number,
            if rows_only { "yes" } else { "no" },
            gtid.original_commit,
            gtid.immediate_commit,
            gtid.transaction_length
        );
        if let Some(ticket) = gtid.ticket {
            append!(head, "\tcommit_group_ticket={ticket}");
        }
        append!(head, "\n");
        if rows_only {
            append!(
                head,
                "/*!50718 SET TRANSACTION ISOLATION LEVEL READ COMMITTED*/{END}\n"
            );
        }
        let (original, immediate) = (gtid.original_commit, gtid.immediate_commit);
        append!(
            head,
            "# original_commit_timestamp={original} ({})\n# immediate_commit_timestamp={immediate} ({})\n",
            unix_micros_text(original),
            unix_micros_text(immediate)
        );
        append!(
            head,
            "/*!80001 SET @@session.original_commit_timestamp={original}*/{END}\n/*!80014 SET @@session.original_server_version={}*/{END}\n/*!80014 SET @@session.immediate_server_version={}*/{END}\n",
            version(gtid, gtid.original_version),
            version(gtid, gtid.immediate_version)
        );
        append!(head, "SET @@SESSION.GTID_NEXT= '{gtid}'{END}\n");
        self.session.immediate_version = gtid.immediate_version;
        self.session.seen_gtid = true;
    }

    /// `Previous_gtids_log_event::print`.
    pub(super) fn previous_gtids(&mut self, raw: &RawEvent<'_>, set: &GtidSet) {
        self.header(raw);
        append!(self.head, "\tPrevious-GTIDs\n");
        let text = set.to_string();
        if text.is_empty() {
            append!(self.head, "# [empty]\n");
        }
        for line in text.lines() {
            append!(self.head, "# {line}\n");
        }
    }

    /// `Gtid_log_event::print` (MariaDB).
    pub(super) fn mariadb_gtid(&mut self, raw: &RawEvent<'_>, group: &GroupGtid<'_>) {
        self.header(raw);
        let flags = Flags::from_bits_retain(group.flags);
        let head = &mut self.head;
        append!(head, "\tGTID {}", group.gtid);
        if let Some(id) = group.commit_id {
            append!(head, " cid={id}");
        }
        for (flag, word) in [
            (Flags::DDL, "ddl"),
            (Flags::TRANSACTIONAL, "trans"),
            (Flags::WAITED, "waited"),
        ] {
            if flags.contains(flag) {
                append!(head, " {word}");
            }
        }
        match group.alter {
            Some(AlterPhase::Start) => append!(head, " START ALTER"),
            Some(AlterPhase::Commit(id)) => append!(head, " COMMIT ALTER id= {id}"),
            Some(AlterPhase::Rollback(id)) => append!(head, " ROLLBACK ALTER id= {id}"),
            None => {}
        }
        if let Some(id) = group.thread_id {
            append!(head, " thread_id={id}");
        }
        append!(head, "\n");
        let parallel = flags.contains(Flags::ALLOW_PARALLEL);
        let session = &mut self.session;
        session.xa = flags.intersects(Flags::PREPARED_XA | Flags::COMPLETED_XA);
        if session.parallel.replace(parallel) != Some(parallel) {
            append!(
                head,
                "/*M!100101 SET @@session.skip_parallel_replication={}*/{END}\n",
                u8::from(!parallel)
            );
        }
        let MariadbGtid {
            domain,
            server,
            sequence,
        } = group.gtid;
        if session.domain_id.replace(domain) != Some(domain) {
            append!(
                head,
                "/*M!100001 SET @@session.gtid_domain_id={domain}*/{END}\n"
            );
        }
        if session.server_id.replace(server) != Some(server) {
            append!(head, "/*M!100001 SET @@session.server_id={server}*/{END}\n");
        }
        append!(
            head,
            "/*M!100001 SET @@session.gtid_seq_no={sequence}*/{END}\n"
        );
        if flags.contains(Flags::PREPARED_XA)
            && let Some(xid) = group.xid
        {
            append!(head, "XA START ");
            super::context_events::xa_name(head, xid);
            append!(head, "{END}\n");
        } else if !flags.contains(Flags::STANDALONE) {
            append!(head, "START TRANSACTION\n{END}\n");
        }
    }

    /// `Gtid_list_log_event::print`.
    pub(super) fn gtid_list(&mut self, raw: &RawEvent<'_>, list: &[MariadbGtid]) {
        self.header(raw);
        append!(self.head, "\tGtid list [");
        let mut sorted = list.to_vec();
        sorted.sort_by_key(|g| (g.domain, g.server));
        for (i, gtid) in sorted.iter().enumerate() {
            if i > 0 {
                append!(self.head, ",\n# ");
            }
            append!(self.head, "{gtid}");
        }
        append!(self.head, "]\n");
    }
}
