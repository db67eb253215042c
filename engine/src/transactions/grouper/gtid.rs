//! What the GTID event says of the transaction that it begins.

use super::{Awaits, Grouper};
use crate::transactions::gtid_state::Remark;
use crate::transactions::{Source, SourceNo};
use binlight_parser::codes::flags::MariadbGtidFlags;
use binlight_parser::event::Event;
use binlight_parser::event::mariadb::AlterPhase;
use binlight_parser::gtid::{SourceTag, Tag};

/// Commit times from here on are damage: GTID events have 55 bits for them (`control_events.h`).
const LATEST: u64 = 1 << 55;

impl Grouper {
    /// The GTID event's own facts.
    pub(super) fn name(&mut self, event: Option<&Event<'_>>) {
        let (source, number) = match event {
            Some(Event::Gtid(g)) => {
                if let Some(tx) = self.transactions.last_mut() {
                    let told = |time: u64| Some(time).filter(|t| (1..LATEST).contains(t));
                    if told(g.immediate_commit).is_some() {
                        (tx.commit, tx.precise) = (g.immediate_commit, true);
                    }
                    tx.original_commit = told(g.original_commit).unwrap_or(0);
                    (tx.last_committed, tx.sequence_number) = (g.last_committed, g.sequence_number);
                }
                if g.anonymous {
                    if let Some(tx) = self.transactions.last_mut() {
                        tx.source = SourceNo::ANONYMOUS;
                    }
                    return;
                }
                let source = SourceTag {
                    source: g.source.into_bytes(),
                    tag: Tag::new(&g.tag).unwrap_or_default(),
                };
                (Source::Mysql(source), u64::try_from(g.number).unwrap_or(0))
            }
            Some(Event::MariadbGtid(g)) => {
                let flags = MariadbGtidFlags::from_bits_retain(g.flags);
                if let Some(tx) = self.transactions.last_mut() {
                    tx.sequence_number = g.commit_id.unwrap_or(0) as i64;
                    tx.thread = g.thread_id.unwrap_or(u32::MAX);
                }
                self.alter = g.alter;
                match g.alter {
                    Some(AlterPhase::Start) => {
                        self.remark(Remark::AlterBegun(g.gtid.domain, g.gtid.sequence));
                    }
                    Some(AlterPhase::Commit(first) | AlterPhase::Rollback(first)) => {
                        self.remark(Remark::AlterEnded(g.gtid.domain, first));
                    }
                    None => {}
                }
                self.transactional = Some(flags.contains(MariadbGtidFlags::TRANSACTIONAL));
                // The GTID is the BEGIN, unless one event makes the group.
                if !flags.contains(MariadbGtidFlags::STANDALONE) {
                    self.awaits = Awaits::Commit;
                }
                (
                    Source::Mariadb(g.gtid.domain, g.gtid.server),
                    g.gtid.sequence,
                )
            }
            _ => return,
        };
        self.number(source, number);
    }

    /// Gives the current transaction its GTID.
    fn number(&mut self, source: Source, number: u64) {
        let source = self.transactions.source(source);
        if let Some(tx) = self.transactions.last_mut() {
            (tx.source, tx.number) = (source, number);
        }
        if self.remarks.is_none()
            && let Some(no) = self.transactions.last_no()
            && let Some(tx) = self.transactions.get(no)
        {
            self.gtids.number(no, &tx, &self.transactions);
        }
    }
}
