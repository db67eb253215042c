//! Selecting events and fields, following links and references.

use super::AppState;
use crate::model::expansion::Row;
use crate::model::goto;
use crate::model::link::{Link, ListTab, Tab};
use crate::platform::{clock, hash};
use crate::protocol::{Answer, Inspection, Place, Question, RowsOf};
use binlight_engine::file_name::base_name;
use binlight_engine::index::EventNo;
use binlight_engine::transactions::TxNo;
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
        self.select_as(no, None);
    }

    /// Selects a transaction as a whole; `first` is its first event.
    pub fn select_transaction(self, tx: TxNo, first: EventNo) {
        self.select_as(first, Some(tx));
    }

    fn select_as(self, no: EventNo, whole: Option<TxNo>) {
        if self.selection.get_untracked() == Some(no)
            && self.whole.get_untracked() == whole.is_some()
        {
            return;
        }
        self.notice.set(None);
        self.private.update_value(|p| {
            p.selected_at = clock::now();
            p.select_to_rows_ms = None;
        });
        batch(|| {
            self.selection.set(Some(no));
            self.whole.set(whole.is_some());
            if let Some(tx) = whole {
                self.transaction.set(Some(tx));
                self.show_changes(RowsOf::Transaction(tx));
            }
        });
        self.inspect(no);
    }

    /// Selects the transaction, or the event, `by` lines away in the list.
    pub fn select_beside(self, by: i64) {
        let lists = self.lists;
        if self.list.get_untracked() == ListTab::Events {
            let total = lists
                .shown
                .with_untracked(|s| s.events)
                .map_or(untrack(|| self.event_count()), |n| n as usize);
            let at = lists.event_line.get_untracked().map_or(-1, |l| l as i64);
            self.select_event_line((at + by).clamp(0, total as i64 - 1).max(0) as usize);
            return;
        }
        let total = lists.shown.with_untracked(|s| s.transactions) as i64;
        if total > 0 {
            let at = lists
                .transaction_line
                .get_untracked()
                .map_or(-1, |l| l as i64);
            self.select_transaction_line((at + by).clamp(0, total - 1) as usize);
        }
    }

    /// Selects the transaction in a line of the view.
    pub fn select_transaction_line(self, line: usize) {
        if let Some(tx) = self.lists.transactions.known(line) {
            return self.select_transaction(tx.no, tx.tx.first);
        }
        let (client, view) = (self.client(), self.lists.id.get_untracked());
        spawn_local(async move {
            let question = Question::Transactions {
                view,
                first: line as u32,
                count: 1,
            };
            if let Some(Answer::Transactions { lines, .. }) = client.ask(question).await
                && let Some(tx) = lines.first()
            {
                self.select_transaction(tx.no, tx.tx.first);
            }
        });
    }

    /// Selects the event in a line of the view's events.
    pub fn select_event_line(self, line: usize) {
        let Some(_) = self.lists.shown.with_untracked(|s| s.events) else {
            return self.select(EventNo(line as u32));
        };
        if let Some(event) = self.lists.found.known(line) {
            return self.select(event.no);
        }
        let (client, view) = (self.client(), self.lists.id.get_untracked());
        spawn_local(async move {
            let question = Question::Lines {
                first: line as u32,
                count: 1,
                view: Some(view),
            };
            if let Some(Answer::Lines { lines, .. }) = client.ask(question).await
                && let Some(event) = lines.first()
            {
                self.select(event.no);
            }
        });
    }

    /// Selects what a display line of the transaction list shows.
    pub fn select_display_line(self, i: usize) {
        match self.lists.expansion.with_untracked(|e| e.row(i)) {
            Row::Transaction(line) => self.select_transaction_line(line),
            Row::Event(_, no) => self.select(no),
        }
    }

    /// The annotated event has come.
    pub(super) fn inspected(self, inspection: Arc<Inspection>) {
        let (path, tabs) = self
            .private
            .try_update_value(|p| {
                p.following = false;
                (p.wanted_field.take(), p.tabs)
            })
            .unwrap_or_default();
        self.clear_field();
        let node = path.and_then(|p| inspection.tree.find(&p));
        let no = inspection.line.no;
        let tx = inspection.transaction.as_ref().map(|t| t.no);
        let whole = self.whole.get_untracked() && tx.is_some();
        let has_rows = if whole {
            true
        } else {
            inspection.line.row.event_type.rows_shape().is_some()
        };
        let wanted = if whole { tabs.0 } else { tabs.1 };
        self.transaction.set(tx);
        self.inspection.set(Some(inspection));
        self.field.set(node.map(|n| n as u32));
        self.tab.set(if node.is_some() || !has_rows {
            Tab::Bytes
        } else {
            wanted
        });
        match tx.filter(|_| whole) {
            Some(tx) => self.show_changes(RowsOf::Transaction(tx)),
            None if has_rows => self.show_changes(RowsOf::Event(no)),
            None => self.changes.clear(),
        }
    }

    /// The user chooses a tab of the inspector, for what is selected now and the like of it.
    pub fn choose_tab(self, tab: Tab) {
        let whole = self.whole.get_untracked();
        self.private.update_value(|p| {
            if whole {
                p.tabs.0 = tab;
            } else {
                p.tabs.1 = tab;
            }
        });
        self.tab.set(tab);
        if tab == Tab::Rows {
            self.show_selected_changes();
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
        let utc_offset = self.utc_offset();
        let from = line.map_or_else(goto::From::default, |l| goto::From {
            offset: l.row.offset,
            no: l.no.0,
            file: l.file,
            utc_offset,
        });
        match goto::parse(text, from) {
            Ok(place) => self.go_to_place(place),
            Err(why) => self.notice.set(Some(why)),
        }
    }

    /// Minutes east of UTC that times are typed in.
    pub(super) fn utc_offset(self) -> i32 {
        let first = self
            .progress
            .with_untracked(|p| p.time.map_or(0, |(t, _)| (t / 1_000_000) as i64));
        untrack(|| self.zone()).offset(first)
    }

    /// Goes to a place, if the log has it.
    pub fn go_to_place(self, place: Place) {
        self.find(place, None);
    }

    /// Goes to the transaction at an offset of the whole log.
    pub fn go_to_log_offset(self, at: u64) {
        let files = self
            .reports
            .files
            .with_untracked(|f| f.files.iter().map(|f| f.base).collect::<Vec<_>>());
        let file = files.partition_point(|b| *b <= at).saturating_sub(1);
        let base = files.get(file).copied().unwrap_or(0);
        self.private.update_value(|p| p.select_whole = true);
        self.find(Place::Offset(file as u32, at - base), None);
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

    /// Selects the whole transaction that event `no` belongs to.
    async fn select_around(self, no: EventNo) {
        let question = Question::Inspect(no);
        if let Some(Answer::Inspected(inspection)) = self.client().ask(question).await {
            match &inspection.transaction {
                Some(tx) => self.select_transaction(tx.no, tx.tx.first),
                None => self.select(no),
            }
        }
    }

    fn find(self, place: Place, field: Option<String>) {
        let client = self.client();
        let whole = self
            .private
            .try_update_value(|p| std::mem::take(&mut p.select_whole))
            .unwrap_or(false);
        spawn_local(async move {
            match client.ask(Question::Find(place.clone())).await {
                Some(Answer::Found(Some(no))) => {
                    let whole = whole
                        || matches!(
                            place,
                            Place::Transaction(_) | Place::Gtid(_) | Place::Time(_)
                        );
                    self.private
                        .update_value(|p| p.wanted_field = field.filter(|f| !f.is_empty()));
                    if whole {
                        self.select_around(no).await;
                    } else if self.selection.get_untracked() == Some(no)
                        && !self.whole.get_untracked()
                    {
                        self.inspect(no);
                    } else {
                        self.select(no);
                    }
                }
                Some(Answer::Found(None)) => {
                    self.private.update_value(|p| p.following = false);
                    self.notice.set(Some(match place {
                        Place::Offset(_, offset) => format!("No event holds offset {offset}."),
                        Place::Gtid(gtid) => format!("{gtid} is not in this log."),
                        Place::Time(_) => "Nothing was committed at that time or later.".to_owned(),
                        Place::Transaction(_) => "There is no such transaction.".to_owned(),
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
        self.private.update_value(|p| {
            p.following = true;
            p.select_whole = link.transaction;
            if link.transaction {
                p.tabs.0 = link.tab;
            } else {
                p.tabs.1 = link.tab;
            }
        });
        self.list.set(link.list);
        self.set_filter(&link.filter);
        self.lists.range.set(link.range);
        let file = self
            .progress
            .with_untracked(|p| p.files.iter().position(|n| base_name(n) == link.file))
            .unwrap_or(0) as u32;
        let place = link
            .inner
            .map_or(Place::Offset(file, pos), |i| Place::Inner(file, pos, i));
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
            // Nothing chosen yet: the first transaction is a good place to begin, and in a log
            // without any the first event.
            None if self.selection.get_untracked().is_none()
                && self
                    .private
                    .with_value(|p| p.wanted.is_none() && !p.following) =>
            {
                if self.progress.with_untracked(|p| p.transactions > 0) {
                    if untrack(|| !self.lists.is_narrowed())
                        || self.lists.shown.with_untracked(|s| s.transactions > 0)
                    {
                        self.select_transaction_line(0);
                    }
                } else if all && untrack(|| self.event_count()) > 0 {
                    self.list.set(ListTab::Events);
                    self.select(EventNo(0));
                }
            }
            None => {}
        }
    }

    /// The view as a link, in the address bar; a new step for a new event.
    fn write_link(self) {
        let (tab, field) = (self.tab.get(), self.field.get());
        let (list, transaction) = (self.list.get(), self.whole.get());
        let (filter, range) = (self.lists.filter.get(), self.lists.range.get());
        let Some(inspection) = self.inspection.get() else {
            return;
        };
        if self.private.with_value(|p| p.following) {
            return;
        }
        let line = &inspection.line;
        let link = Link {
            file: self
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
