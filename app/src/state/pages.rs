//! Lines of a list, fetched by page, kept while others load.

use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Lines per page.
pub const PAGE: u32 = 64;

/// Pages kept: enough for a screen and some scrolling back.
const KEPT: usize = 64;

#[derive(Debug)]
struct Pages<L> {
    lines: BTreeMap<u32, Vec<L>>,
    asked: BTreeSet<u32>,
    /// Raised by [`PageStore::clear`]: what was asked for before is not to be shown.
    made: u32,
}

impl<L> Default for Pages<L> {
    fn default() -> Self {
        Pages {
            lines: BTreeMap::new(),
            asked: BTreeSet::new(),
            made: 0,
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
    pub fn line(&self, i: usize) -> Option<L> {
        self.version.track();
        let i = u32::try_from(i).ok()?;
        self.pages
            .with_value(|p| p.lines.get(&(i / PAGE))?.get((i % PAGE) as usize).cloned())
    }

    /// The first line here for which `wanted` holds, and its number, without tracking.
    pub fn find(&self, wanted: impl Fn(&L) -> bool) -> Option<usize> {
        self.pages.with_value(|p| {
            p.lines.iter().find_map(|(page, lines)| {
                let i = lines.iter().position(&wanted)?;
                Some((page * PAGE) as usize + i)
            })
        })
    }

    /// Line `i`, if it is here, without tracking.
    pub fn known(&self, i: usize) -> Option<L> {
        let i = u32::try_from(i).ok()?;
        self.pages
            .with_value(|p| p.lines.get(&(i / PAGE))?.get((i % PAGE) as usize).cloned())
    }

    /// Which making of the list this is: see [`arrived`](Self::arrived).
    pub(super) fn made(&self) -> u32 {
        self.pages.with_value(|p| p.made)
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

    /// The answer about `page` has come, asked for when [`made`](Self::made) was `made`.
    pub(super) fn arrived(&self, made: u32, page: u32, lines: Vec<L>) {
        if made != self.made() {
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
    pub(super) fn lost(&self, page: u32) {
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
                made: p.made + 1,
                ..Pages::default()
            };
        });
        self.version.update(|v| *v += 1);
    }
}
