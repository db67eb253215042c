//! Table maps as a log repeats them: the same one is decoded once.

use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::{self, Event};
use binlight_parser::stream::Header;
use binlight_parser::table::Table;
use std::collections::HashMap;
use std::sync::Arc;

/// Maps remembered at once.
const MOST: usize = 4096;

/// A context that learns as [`event::update_context`] does, sooner: a log maps the same few tables before every
/// statement.
#[derive(Debug, Default)]
pub struct Learner {
    /// What is in force.
    pub context: Context,
    /// By the body of their event, which says all of a table.
    maps: HashMap<Vec<u8>, Arc<Table>>,
}

impl Learner {
    /// That knows this already.
    pub fn new(context: Context) -> Self {
        Learner {
            context,
            maps: HashMap::new(),
        }
    }

    /// Takes note of what the event at `at` says about those after it.
    pub fn learn(&mut self, bytes: &[u8], at: u64) {
        match bytes.get(4).map(|t| EventType(*t)) {
            Some(EventType::TABLE_MAP) => self.map(bytes),
            Some(EventType::FORMAT_DESCRIPTION | EventType::START_V3) => {
                self.maps.clear();
                event::update_context(&mut self.context, bytes, at);
            }
            _ => {}
        }
    }

    fn map(&mut self, bytes: &[u8]) {
        let Some(header) = Header::read_in(bytes, &self.context.format) else {
            return;
        };
        let body = &bytes[event::body_range(bytes, &header, &self.context)];
        if let Some(table) = self.maps.get(body) {
            return self.context.map_table(Arc::clone(table));
        }
        if let Some(Event::TableMap(table)) = event::decode_body(bytes, &self.context) {
            if self.maps.len() >= MOST {
                self.maps.clear();
            }
            self.maps.insert(body.to_vec(), Arc::clone(&table));
            self.context.map_table(table);
        }
    }
}
