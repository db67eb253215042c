//! Selecting events and fields, following links and references.

use super::AppState;
use crate::model::goto;
use crate::model::link::{Link, Tab};
use crate::platform::hash;
use crate::protocol::{Answer, Inspection, Place, Question};
use binlight_parser::index::EventNo;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

impl AppState {
    pub(super) fn start_navigation(self) {
        Effect::new(move |_| self.write_link());
        window_event_listener(ev::popstate, move |_| {
            self.follow(Link::parse(&hash::read()));
        });
    }

    /// Selects event `no` and shows it.
    pub fn select(self, no: EventNo) {
        if self.selection.get_untracked() == Some(no) {
            return;
        }
        self.notice.set(None);
        self.selection.set(Some(no));
        self.inspect(no);
    }

    /// Selects the event `by` lines away.
    pub fn select_beside(self, by: i64) {
        let last = self.event_count() as i64 - 1;
        if last < 0 {
            return;
        }
        let next = self
            .selection
            .get_untracked()
            .map_or(0, |no| (i64::from(no.0) + by).clamp(0, last));
        self.select(EventNo(next as u32));
    }

    /// The annotated event has come.
    pub(super) fn inspected(self, inspection: Arc<Inspection>) {
        let path = self
            .private
            .try_update_value(|p| {
                p.following = false;
                p.wanted_field.take()
            })
            .flatten();
        self.clear_field();
        let node = path.and_then(|p| inspection.tree.find(&p));
        let shape = inspection.line.row.event_type.rows_shape();
        let no = inspection.line.no;
        self.rows.set(None);
        if shape.is_none() && node.is_none() {
            self.tab.set(Tab::Bytes);
        }
        self.inspection.set(Some(inspection));
        self.field.set(node.map(|n| n as u32));
        if shape.is_some() {
            self.show_rows(no, 0);
        }
    }

    /// Locks a field.
    pub fn lock(self, node: Option<u32>) {
        self.field.set(node);
        self.bytes.set(None);
        // What was under the pointer is no longer what the user looks at.
        self.hover.set(None);
    }

    /// Unlocks the field and forgets the selected bytes.
    pub fn clear_field(self) {
        self.field.set(None);
        self.hover.set(None);
        self.bytes.set(None);
    }

    /// Goes to the place that the user typed.
    pub fn go_to(self, text: &str) {
        let line = self
            .inspection
            .with_untracked(|i| i.as_ref().map(|i| i.line.clone()));
        let from = line.map_or_else(goto::From::default, |l| goto::From {
            offset: l.row.offset,
            no: l.no.0,
        });
        match goto::parse(text, from) {
            Ok(place) => self.find(place, None),
            Err(why) => self.notice.set(Some(why)),
        }
    }

    /// To the next event with a fault.
    pub fn next_fault(self) {
        let after = self.selection.get_untracked().unwrap_or(EventNo(0));
        self.find(Place::NextFault(after), None);
    }

    /// From a rows event to its table map, from an inner event to its payload.
    pub fn reference(self) {
        let target = self
            .inspection
            .with_untracked(|i| i.as_ref().and_then(|i| i.table_map.or(i.payload)));
        match target {
            Some(no) => self.select(no),
            None => self
                .notice
                .set(Some("This event refers to no other.".to_owned())),
        }
    }

    fn find(self, place: Place, field: Option<String>) {
        let client = self.client();
        spawn_local(async move {
            match client.ask(Question::Find(place)).await {
                Some(Answer::Found(Some(no))) => {
                    self.private
                        .update_value(|p| p.wanted_field = field.filter(|f| !f.is_empty()));
                    if self.selection.get_untracked() == Some(no) {
                        self.inspect(no);
                    } else {
                        self.select(no);
                    }
                }
                Some(Answer::Found(None)) => {
                    self.private.update_value(|p| p.following = false);
                    self.notice.set(Some(match place {
                        Place::Offset(offset) => format!("No event holds offset {offset}."),
                        Place::Inner(..) => "That payload holds no such event.".to_owned(),
                        Place::Number(n) => format!("There is no event #{n}."),
                        Place::NextFault(_) => "No event has a fault.".to_owned(),
                    }));
                }
                _ => {}
            }
        });
    }

    /// Shows what a link says.
    fn follow(self, link: Link) {
        let Some(pos) = link.pos else { return };
        self.private.update_value(|p| p.following = true);
        self.tab.set(link.tab);
        let place = link
            .inner
            .map_or(Place::Offset(pos), |i| Place::Inner(pos, i));
        self.find(place, Some(link.field));
    }

    /// Follows the link the page was opened with, once its place is indexed.
    pub(super) fn follow_wanted(self, all: bool) {
        let done = self.progress.with_untracked(|p| p.done);
        let link = self
            .private
            .try_update_value(|p| {
                let there = p
                    .wanted
                    .as_ref()
                    .and_then(|l| l.pos)
                    .is_some_and(|pos| all || pos < done);
                if there { p.wanted.take() } else { None }
            })
            .flatten();
        match link {
            Some(link) => self.follow(link),
            // Nothing chosen yet: the first event is a good place to begin.
            None if self.selection.get_untracked().is_none()
                && self.event_count() > 0
                && self.private.with_value(|p| p.wanted.is_none()) =>
            {
                self.select(EventNo(0));
            }
            None => {}
        }
    }

    /// The view as a link, in the address bar; a new step for a new event.
    fn write_link(self) {
        let (tab, field) = (self.tab.get(), self.field.get());
        let Some(inspection) = self.inspection.get() else {
            return;
        };
        if self.private.with_value(|p| p.following) {
            return;
        }
        let line = &inspection.line;
        let link = Link {
            file: self.file_name.get_untracked(),
            pos: Some(line.row.offset),
            inner: line.inner.map(|(i, _)| i),
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
