//! Going to places: neighbours in a list, what the user typed, what a link says.

mod link;

use super::dialogs::DialogState;
use super::list::ListState;
use super::log::LogState;
use super::reports::ReportState;
use super::selection::SelectionState;
use super::settings::SettingsState;
use super::worker::Worker;
use crate::model::expansion::Row;
use crate::model::goto;
use crate::model::link::{Link, ListTab};
use crate::protocol::{Answer, Place, Question};
use binlight_engine::index::EventNo;
use binlight_engine::timeline::Axis;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// No signals of its own: it moves the selection.
#[derive(Clone, Copy, Debug)]
pub struct Navigation {
    /// A link that waits for its place to be indexed.
    wanted: StoredValue<Option<Link>>,
    worker: Worker,
    log: LogState,
    list: ListState,
    selection: SelectionState,
    reports: ReportState,
    settings: SettingsState,
    dialogs: DialogState,
}

/// What of a place is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// The event there.
    Event,
    /// The whole transaction that it belongs to.
    Transaction,
}

impl Navigation {
    pub(super) fn new(
        worker: Worker,
        log: LogState,
        list: ListState,
        selection: SelectionState,
        reports: ReportState,
        settings: SettingsState,
        dialogs: DialogState,
    ) -> Self {
        Navigation {
            wanted: StoredValue::new(None),
            worker,
            log,
            list,
            selection,
            reports,
            settings,
            dialogs,
        }
    }

    /// Selects the transaction, or the event, `by` lines away in the list.
    pub fn select_beside(self, by: i64) {
        let list = self.list;
        let beside = |at: Option<u64>, total: u64| match at {
            Some(at) => at.saturating_add_signed(by).min(total.saturating_sub(1)),
            None if by > 0 => (by.unsigned_abs() - 1).min(total.saturating_sub(1)),
            None => 0,
        };
        if list.tab.get_untracked() == ListTab::Events {
            let total = untrack(|| list.event_total());
            if total > 0 {
                self.select_event_line(beside(list.event_line.get_untracked(), total));
            }
            return;
        }
        let total = list.shown.with_untracked(|s| u64::from(s.transactions));
        if total > 0 {
            let at = list.transaction_line.get_untracked();
            self.select_transaction_line(beside(at, total));
        }
    }

    /// Selects the transaction in a line of the view.
    pub fn select_transaction_line(self, line: u64) {
        if let Some(tx) = self.list.transactions.known(line) {
            return self.selection.select_transaction(tx.no, tx.tx.first);
        }
        spawn_local(async move {
            if let Some(tx) = self.list.transaction_at(line).await {
                self.selection.select_transaction(tx.no, tx.tx.first);
            }
        });
    }

    /// Selects the event in a line of the view's events.
    pub fn select_event_line(self, line: u64) {
        if self.list.shown.with_untracked(|s| s.events.is_none()) {
            if let Ok(no) = u32::try_from(line) {
                self.selection.select(EventNo(no));
            }
            return;
        }
        if let Some(event) = self.list.found.known(line) {
            return self.selection.select(event.no);
        }
        spawn_local(async move {
            if let Some(event) = self.list.event_at(line).await {
                self.selection.select(event.no);
            }
        });
    }

    /// Selects what a display line of the transaction list shows.
    pub fn select_display_line(self, i: u64) {
        match self.list.expansion.with_untracked(|e| e.row(i)) {
            Row::Transaction(line) => self.select_transaction_line(line),
            Row::Event(_, no) => self.selection.select(no),
        }
    }

    /// Goes to the place that the user typed.
    pub fn go_to(self, text: &str) {
        let line = self
            .selection
            .inspection
            .with_untracked(|i| i.as_ref().map(|i| i.line.clone()));
        // Minutes east of UTC that times are typed in.
        let utc_offset = untrack(|| self.settings.zone().offset(self.log.first_second()));
        let from = line.map_or_else(goto::From::default, |l| goto::From {
            offset: l.row.offset,
            no: l.no.0,
            file: l.file,
            utc_offset,
        });
        match goto::parse(text, from) {
            Ok(place) => self.go_to_place(place),
            Err(why) => self.dialogs.notify(why),
        }
    }

    /// Goes to a place, if the log has it.
    pub fn go_to_place(self, place: Place) {
        let target = match place {
            Place::Transaction(_) | Place::Gtid(_) | Place::Time(_) => Target::Transaction,
            _ => Target::Event,
        };
        self.find(place, target, None);
    }

    /// Goes to the transaction at a place of the timeline: a time, or an offset of the whole log.
    pub fn go_to_value(self, axis: Axis, value: u64) {
        match axis {
            Axis::Time => self.go_to_place(Place::Time(value)),
            Axis::Bytes => {
                let files = self
                    .reports
                    .files
                    .with_untracked(|f| f.files.iter().map(|f| f.base).collect::<Vec<_>>());
                let file = files.partition_point(|b| *b <= value).saturating_sub(1);
                let base = files.get(file).copied().unwrap_or(0);
                let place = Place::Offset(file as u32, value - base);
                self.find(place, Target::Transaction, None);
            }
        }
    }

    /// To the next event with a fault.
    pub fn next_fault(self) {
        let after = self.selection.event.get_untracked().unwrap_or(EventNo(0));
        self.go_to_place(Place::NextFault(after));
    }

    /// Asks which event is meant and selects it; `field` is the path of the field to be locked in it.
    fn find(self, place: Place, target: Target, field: Option<String>) {
        spawn_local(async move {
            match self.worker.ask(Question::Find(place.clone())).await {
                Some(Answer::Found(Some(no))) => {
                    self.selection.await_field(field);
                    match target {
                        Target::Transaction => self.select_around(no).await,
                        Target::Event => self.selection.select_anew(no),
                    }
                }
                Some(Answer::Found(None)) => {
                    self.selection.cancel_await();
                    self.dialogs.notify(match place {
                        Place::Offset(_, offset) => format!("No event holds offset {offset}."),
                        Place::Gtid(gtid) => format!("{gtid} is not in this log."),
                        Place::Time(_) => "Nothing was committed at that time or later.".to_owned(),
                        Place::Transaction(_) => "There is no such transaction.".to_owned(),
                        Place::Inner(..) => "That payload holds no such event.".to_owned(),
                        Place::Number(n) => format!("There is no event #{n}."),
                        Place::NextFault(_) => "No event has a fault.".to_owned(),
                    });
                }
                _ => {}
            }
        });
    }

    /// Selects the whole transaction that event `no` belongs to.
    async fn select_around(self, no: EventNo) {
        if let Some(Answer::Inspected(inspection)) = self.worker.ask(Question::Inspect(no)).await {
            match &inspection.transaction {
                Some(tx) => self.selection.select_transaction(tx.no, tx.tx.first),
                None => self.selection.select(no),
            }
        }
    }
}
