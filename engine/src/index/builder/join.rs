//! A part of a log that was indexed by itself takes its place.

use super::IndexBuilder;
use super::bodies::Mapped;
use crate::index::EventNo;
use crate::limits::{FAULTS, INNER_EVENTS, UNMAPPED};
use binlight_parser::context::Context;
use binlight_parser::limits;
use std::sync::Arc;

impl IndexBuilder {
    /// Whether a part of the log that was indexed by itself is as it would be if it had been indexed
    /// after this: it needs no table map from here, and opens neither too many tables nor payloads.
    pub(crate) fn admits(&self, part: &IndexBuilder) -> bool {
        part.unmapped.len() < UNMAPPED
            && !part.unmapped.iter().any(|id| self.mapped.contains_key(id))
            && self.mapped.len() + part.mapped.len() < limits::OPEN_TABLES
            && self.index.totals.inner_events + part.index.totals.inner_events < INNER_EVENTS
    }

    /// Takes over a part that follows (and is [admitted](Self::admits)); numbers of its tables here are
    /// returned.
    pub(crate) fn append(&mut self, part: IndexBuilder) -> Vec<u32> {
        let shift = self.index.events.next().0;
        let late = |no: EventNo| EventNo(no.0 + shift);
        let names = part.index.tables.into_iter();
        let tables: Vec<u32> = names.map(|name| self.table_named(name)).collect();
        let here = |t: u32| tables.get(t as usize).copied().unwrap_or(u32::MAX);
        for (number, facts) in tables.iter().zip(part.index.table_facts) {
            if let Some(latest) = self.index.table_facts.get_mut(*number as usize) {
                *latest = facts;
            }
        }
        self.index.events.append(part.index.events, here);
        let formats = part.index.formats.into_iter();
        self.index
            .formats
            .extend(formats.map(|(no, f)| (late(no), f)));
        let room = FAULTS.saturating_sub(self.index.faults.len());
        let faults = part.index.faults.into_iter().take(room);
        self.index
            .faults
            .extend(faults.map(|(no, f)| (late(no), f)));
        self.index
            .fault_codes
            .append(&part.index.fault_codes, shift);
        self.index.totals.append(part.index.totals);
        if part.forgot {
            self.forget();
        }
        self.mapped.extend(part.mapped.into_iter().map(|(id, m)| {
            let mapped = Mapped {
                event: late(m.event),
                table: here(m.table),
                ..m
            };
            (id, mapped)
        }));
        if let Some((_, format)) = self.index.formats.last() {
            self.context = Context::new(Arc::clone(format));
        }
        tables
    }
}
