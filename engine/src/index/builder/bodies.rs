//! The few bodies that the index needs: format descriptions, table maps, rows.

use super::IndexBuilder;
use crate::index::row::{EventNo, EventRow, state};
use crate::index::{TableFacts, TableName};
use crate::limits::UNMAPPED;
use binlight_parser::bytes::{Input, Space};
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::row_walk::RowLayout;
use binlight_parser::event::{self, Event};
use binlight_parser::limits;
use binlight_parser::rows::count;
use binlight_parser::stream::Header;
use binlight_parser::table::Table;
use binlight_parser::trace::Silent;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::sync::Arc;

/// A table map in force: which event it was, and what it said.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Mapped {
    pub(super) event: EventNo,
    pub(super) table: u32,
    pub(super) facts: TableFacts,
    /// The event's body: the same bytes need not be decoded again. Empty if they had faults, which
    /// each such event is to show.
    pub(super) body: Vec<u8>,
    pub(super) layout: RowLayout,
}

impl IndexBuilder {
    /// Looks into the few bodies the index needs.
    pub(super) fn body(&mut self, row: &mut EventRow, header: &Header, event: &[u8], at: u64) {
        let t = header.event_type;
        if t.rows_shape().is_some() {
            return self.rows(row, header, event, at);
        }
        if t == EventType::TABLE_MAP {
            return self.table_map(row, header, event, at);
        }
        // No payload has a format of its own.
        if matches!(t, EventType::FORMAT_DESCRIPTION | EventType::START_V3)
            && row.state & state::INNER == 0
            && let Some(Event::Format(format)) = self.decode(event, at)
        {
            self.context = Context::new(Arc::clone(&format));
            // Table ids are another server's from here on.
            self.forget();
            self.index.formats.push((self.index.events.next(), format));
        }
    }

    fn rows(&mut self, row: &mut EventRow, header: &Header, event: &[u8], at: u64) {
        let Some(shape) = header.event_type.rows_shape() else {
            return;
        };
        let range = event::body_range(event, header, &self.context);
        let start = at + range.start as u64;
        let input = Input::new(event.get(range).unwrap_or(&[]), Space::FILE, start);
        let map = Cell::new(None);
        let counted = count::rows(input, header.event_type, shape, &self.context, |id| {
            let mapped = self.mapped.get(&id)?;
            map.set(Some(mapped.event.0));
            Some(&mapped.layout)
        });
        match counted {
            Ok(counted) => {
                // One without rows names its table all the same.
                let known = || self.mapped.get(&counted.table_id).map(|m| m.event.0);
                row.link = map.get().or_else(known);
                row.rows = counted.rows;
                self.index.totals.rows += u64::from(counted.rows);
                if row.link.is_none() && self.unmapped.len() < UNMAPPED && !self.forgot {
                    self.unmapped.insert(counted.table_id);
                }
                if row.state & state::PARTLY_SEEN == 0 {
                    self.faults.extend(counted.fault);
                }
            }
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Decodes the whole event silently and keeps its faults.
    fn decode<'a>(&mut self, event: &'a [u8], at: u64) -> Option<Event<'a>> {
        let mut silent = Silent::default();
        let decoded = event::decode(event, Space::FILE, at, &self.context, &mut silent);
        self.faults.append(&mut silent.faults);
        decoded
    }

    fn table_map(&mut self, row: &mut EventRow, header: &Header, event: &[u8], at: u64) {
        let range = event::body_range(event, header, &self.context);
        let body = event.get(range).unwrap_or(&[]);
        let no = self.index.events.next();
        let id = body.first_chunk::<6>().map_or(0, |b| {
            b.iter().rev().fold(0, |v, x| (v << 8) | u64::from(*x))
        });
        if let Some(mapped) = self.mapped.get_mut(&id)
            && !body.is_empty()
            && mapped.body == body
        {
            mapped.event = no;
            row.link = Some(mapped.table);
            if let Some(facts) = self.index.table_facts.get_mut(mapped.table as usize) {
                *facts = mapped.facts;
            }
            return;
        }
        let sound = self.faults.len();
        let Some(Event::TableMap(table)) = self.decode(event, at) else {
            return;
        };
        let number = self.table(&table);
        let facts = TableFacts::of(&table);
        if let Some(latest) = self.index.table_facts.get_mut(number as usize) {
            *latest = facts;
        }
        row.link = Some(number);
        if self.mapped.len() >= limits::OPEN_TABLES {
            self.forget();
        }
        let mapped = Mapped {
            event: no,
            table: number,
            facts,
            body: if self.faults.len() == sound {
                body.to_vec()
            } else {
                Vec::new()
            },
            layout: RowLayout::of(&table),
        };
        self.mapped.insert(table.table_id, mapped);
    }

    /// The number of a table, a new one if need be.
    fn table(&mut self, table: &Table) -> u32 {
        let name = TableName {
            database: table.database.clone(),
            name: table.name.clone(),
        };
        self.table_named(name)
    }

    pub(super) fn table_named(&mut self, name: TableName) -> u32 {
        let index = &mut self.index;
        *self.names.entry(name).or_insert_with_key(|name| {
            index.tables.push(name.clone());
            index.table_facts.push(TableFacts::default());
            index.tables.len() as u32 - 1
        })
    }

    pub(super) fn forget(&mut self) {
        self.mapped.clear();
        self.forgot = true;
    }
}
