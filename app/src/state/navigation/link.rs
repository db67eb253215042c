//! The view as a link: written to the address as it changes, followed when the address does.

use super::{Navigation, Target};
use crate::model::link::{Link, ListTab};
use crate::platform::hash;
use crate::protocol::Place;
use binlight_engine::file_name::base_name;
use binlight_engine::index::EventNo;
use leptos::ev;
use leptos::prelude::*;

impl Navigation {
    pub(in crate::state) fn start(self) {
        Effect::new(move |_| self.write_link());
        window_event_listener(ev::popstate, move |_| {
            self.follow(Link::parse(&hash::read()));
        });
    }

    /// A log is being opened: this link is to be followed once its place is indexed.
    pub(in crate::state) fn want(self, link: Option<Link>) {
        self.wanted.set_value(link.filter(|l| l.pos.is_some()));
    }

    /// Shows what a link says.
    fn follow(self, link: Link) {
        let Some(pos) = link.pos else { return };
        self.selection.await_place();
        self.selection.prefer_tab(link.tab, link.transaction);
        self.list.restore(link.list, &link.filter, link.range);
        let file = self
            .log
            .progress
            .with_untracked(|p| p.files.iter().position(|n| base_name(n) == link.file))
            .unwrap_or(0) as u32;
        let place = link
            .inner
            .map_or(Place::Offset(file, pos), |i| Place::Inner(file, pos, i));
        let target = if link.transaction {
            Target::Transaction
        } else {
            Target::Event
        };
        self.find(place, target, Some(link.field));
    }

    /// More of the log is indexed (`all`: all of it), or more of the view is made: follows the link the
    /// page was opened with, once its place is there; without one selects the first transaction.
    pub(in crate::state) fn follow_wanted(self, all: bool) {
        let done = self.log.progress.with_untracked(|p| p.done);
        let link = self
            .wanted
            .try_update_value(|wanted| {
                let there = wanted
                    .as_ref()
                    .and_then(|l| l.pos)
                    .is_some_and(|pos| all || pos < done);
                if there { wanted.take() } else { None }
            })
            .flatten();
        if let Some(link) = link {
            return self.follow(link);
        }
        let chosen = self.selection.event.get_untracked().is_some();
        if chosen || self.wanted.with_value(Option::is_some) || self.selection.is_awaited() {
            return;
        }
        // Nothing chosen yet: the first transaction is a good place to begin, and in a log without any
        // the first event.
        if self.log.progress.with_untracked(|p| p.transactions > 0) {
            if untrack(|| !self.list.is_narrowed())
                || self.list.shown.with_untracked(|s| s.transactions > 0)
            {
                self.select_transaction_line(0);
            }
        } else if all && untrack(|| self.log.event_count()) > 0 {
            self.list.tab.set(ListTab::Events);
            self.selection.select(EventNo(0));
        }
    }

    /// The view as a link, in the address bar; a new step for a new event.
    fn write_link(self) {
        let selection = self.selection;
        let (tab, field) = (selection.tab.get(), selection.field.locked.get());
        let (list, transaction) = (self.list.tab.get(), selection.whole.get());
        let (filter, range) = (self.list.filter.get(), self.list.range.get());
        let Some(inspection) = selection.inspection.get() else {
            return;
        };
        if selection.is_awaited() {
            return;
        }
        let line = &inspection.line;
        let link = Link {
            file: self
                .log
                .progress
                .with_untracked(|p| {
                    p.files
                        .get(line.file as usize)
                        .map(|n| base_name(n).to_owned())
                })
                .unwrap_or_default(),
            pos: Some(line.row.offset),
            inner: line.inner.map(|(i, _)| i),
            transaction,
            list,
            filter,
            range,
            tab,
            field: field
                .map(|f| inspection.tree.path(f as usize))
                .unwrap_or_default(),
        };
        let shown = Link::parse(&hash::read());
        if shown != link {
            let same_event = (shown.pos, shown.inner) == (link.pos, link.inner);
            hash::write(&link.fragment(), !same_event && shown.pos.is_some());
        }
    }
}
