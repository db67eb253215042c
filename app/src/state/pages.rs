//! Lines of a list, fetched by page, kept while others load.

use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Lines per page.
pub const PAGE: u64 = 64;

/// Pages kept: enough for a screen and some scrolling back.
const KEPT: usize = 64;

#[derive(Debug)]
struct Pages<L> {
    lines: BTreeMap<u64, Vec<L>>,
    asked: BTreeSet<u64>,
    /// Raised by [`PageStore::clear`]: what was asked for before is not to be shown.
    generation: u32,
}

impl<L> Default for Pages<L> {
    fn default() -> Self {
        Pages {
            lines: BTreeMap::new(),
            asked: BTreeSet::new(),
            generation: 0,
        }
    }
}

/// The lines known so far. Reading a line tracks the store, so a view redraws when pages come.
#[derive(Debug)]
pub struct PageStore<L: 'static> {
    pages: StoredValue<Pages<L>>,
    version: RwSignal<u32>,
}

impl<L> Clone for PageStore<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for PageStore<L> {}

impl<L: Clone + Send + Sync + 'static> PageStore<L> {
    pub(super) fn new() -> Self {
        PageStore {
            pages: StoredValue::default(),
            version: RwSignal::new(0),
        }
    }

    /// Line `i`, if it is here.
    pub fn line(&self, i: u64) -> Option<L> {
        self.version.track();
        self.known(i)
    }

    /// The first line here for which `wanted` holds, and its number, without tracking.
    pub fn find(&self, wanted: impl Fn(&L) -> bool) -> Option<u64> {
        self.pages.with_value(|p| {
            p.lines.iter().find_map(|(page, lines)| {
                let i = lines.iter().position(&wanted)?;
                Some(page * PAGE + i as u64)
            })
        })
    }

    /// Line `i`, if it is here, without tracking.
    pub fn known(&self, i: u64) -> Option<L> {
        self.pages
            .with_value(|p| p.lines.get(&(i / PAGE))?.get((i % PAGE) as usize).cloned())
    }

    /// How often the list was begun anew: see [`arrived`](Self::arrived).
    pub(super) fn generation(&self) -> u32 {
        self.pages.with_value(|p| p.generation)
    }

    /// Pages that `range` needs and that are neither here whole nor asked for; they count as
    /// asked for now. `total`: lines there are.
    pub(super) fn missing(&self, range: Range<u64>, total: u64) -> Vec<u64> {
        let end = range.end.min(total);
        let first = range.start.min(end) / PAGE;
        let last = end.div_ceil(PAGE);
        self.pages
            .try_update_value(|p| {
                let wanted: Vec<u64> = (first..last)
                    .filter(|n| {
                        let there = (total - n * PAGE).min(PAGE) as usize;
                        p.lines.get(n).is_none_or(|l| l.len() < there) && !p.asked.contains(n)
                    })
                    .collect();
                p.asked.extend(&wanted);
                wanted
            })
            .unwrap_or_default()
    }

    /// The answer about `page` has come, asked for in this generation of the list.
    pub(super) fn arrived(&self, generation: u32, page: u64, lines: Vec<L>) {
        if generation != self.generation() {
            return;
        }
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
    pub(super) fn lost(&self, page: u64) {
        self.pages.update_value(|p| {
            p.asked.remove(&page);
        });
    }

    /// Drops the last page, which may have been short; the others stay.
    pub(super) fn grown(&self) {
        self.pages.update_value(|p| {
            p.lines.retain(|_, lines| lines.len() == PAGE as usize);
        });
    }

    pub(super) fn clear(&self) {
        self.pages.update_value(|p| {
            *p = Pages {
                generation: p.generation + 1,
                ..Pages::default()
            };
        });
        self.version.update(|v| *v += 1);
    }
}
