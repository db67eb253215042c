//! Lines of the event list, fetched by page, kept while others load.

use crate::protocol::EventLine;
use binlight_parser::index::EventNo;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Lines per page.
pub const PAGE: u32 = 64;

/// Pages kept: enough for a screen and some scrolling back.
const KEPT: usize = 64;

#[derive(Debug, Default)]
struct Pages {
    lines: BTreeMap<u32, Vec<EventLine>>,
    asked: BTreeSet<u32>,
}

/// The lines known so far. Reading a line tracks the store, so a view redraws when pages come.
#[derive(Clone, Copy, Debug)]
pub struct PageStore {
    pages: StoredValue<Pages>,
    version: RwSignal<u32>,
}

impl PageStore {
    pub(super) fn new() -> Self {
        PageStore {
            pages: StoredValue::default(),
            version: RwSignal::new(0),
        }
    }

    /// Line `i`, if it is here.
    pub fn line(&self, i: usize) -> Option<EventLine> {
        self.version.track();
        let i = u32::try_from(i).ok()?;
        self.pages
            .with_value(|p| p.lines.get(&(i / PAGE))?.get((i % PAGE) as usize).cloned())
    }

    /// The line of event `no`, without tracking.
    pub fn known(&self, no: EventNo) -> Option<EventLine> {
        self.pages.with_value(|p| {
            p.lines
                .get(&(no.0 / PAGE))?
                .get((no.0 % PAGE) as usize)
                .cloned()
        })
    }

    /// Pages that `range` needs and that are neither here whole nor asked for; they count as
    /// asked for now. `total`: lines there are.
    pub(super) fn missing(&self, range: Range<usize>, total: usize) -> Vec<u32> {
        let end = range.end.min(total) as u32;
        let first = (range.start as u32).min(end) / PAGE;
        let last = end.div_ceil(PAGE);
        self.pages
            .try_update_value(|p| {
                let wanted: Vec<u32> = (first..last)
                    .filter(|n| {
                        let there = (total as u32 - n * PAGE).min(PAGE) as usize;
                        p.lines.get(n).is_none_or(|l| l.len() < there) && !p.asked.contains(n)
                    })
                    .collect();
                p.asked.extend(&wanted);
                wanted
            })
            .unwrap_or_default()
    }

    pub(super) fn arrived(&self, page: u32, lines: Vec<EventLine>) {
        self.pages.update_value(|p| {
            p.asked.remove(&page);
            p.lines.insert(page, lines);
            while p.lines.len() > KEPT {
                // The page farthest from this one goes.
                let (first, last) = (
                    p.lines.keys().next().copied(),
                    p.lines.keys().last().copied(),
                );
                let (Some(first), Some(last)) = (first, last) else {
                    break;
                };
                p.lines.remove(&if page - first > last - page {
                    first
                } else {
                    last
                });
            }
        });
        self.version.update(|v| *v += 1);
    }

    /// The question about `page` came to nothing; it may be asked again.
    pub(super) fn lost(&self, page: u32) {
        self.pages.update_value(|p| {
            p.asked.remove(&page);
        });
    }

    pub(super) fn clear(&self) {
        self.pages.set_value(Pages::default());
        self.version.update(|v| *v += 1);
    }
}
