//! What the page knows: a few states of one concern each, built once at the root.
//!
//! Rule of this folder: a state is a `Copy` struct of documented signals (handles into Leptos' arena)
//! with its constructor and its messages. Views take those they need from the context; what the worker
//! says is applied here, against the state as it is then. A state names only states above it in this
//! table and tells them what it has to by their functions; what those below it need to know they read
//! from its signals, or [`provide`] tells them.
//!
//! | state | holds | is told, and by whom |
//! |---|---|---|
//! | `worker`, `timings` | the conversation; how long things took | everyone asks; who begins or ends a wait |
//! | [`SettingsState`] | theme, zone | views |
//! | [`DialogState`] | help, palette, message | `notify` by who failed, `clear` by selecting and opening |
//! | [`LogState`] | phase, progress, summary | `opening`, `scanning`, `closed` by opening; `progressed`, `indexed`, `failed`, `worker_ended` by the worker's events |
//! | [`RowsState`] | row changes, by page | `show` by the selection |
//! | [`FieldState`] | field and bytes looked at | `lock` by views, `clear` by the selection |
//! | [`ListState`] | tab, filter, range, order, lines | `set_range` by the timeline; `restore` by links; `locate` when the selection changes; `view_progressed` by the worker's events; `reopen` by opening |
//! | [`SelectionState`] | event or transaction, annotated | `select` by views and navigation; `await_place`, `await_field`, `prefer_tab` by links |
//! | [`TextState`] | the selection as the server's tool prints it | follows the selection |
//! | [`TimelineState`] | axis, window, bars | follows log and list |
//! | [`ReportState`] | overview, findings, GTIDs, files | follows log and list |
//! | [`Navigation`] | a link that waits | `follow_wanted` by the worker's events, `want` by opening |
//! | [`Opening`] | the files | views; it tells every state above to `clear` |
//! | [`Commands`] | – | keys, buttons, palette |

mod commands;
mod dialogs;
mod exports;
mod field;
mod list;
mod log;
mod navigation;
mod opening;
mod pages;
mod reports;
mod rows;
mod selection;
mod settings;
mod text;
mod timeline;
mod timings;
mod worker;

pub use crate::client::WorkerEnd;
pub use commands::Commands;
pub use dialogs::DialogState;
pub use field::FieldState;
pub use list::ListState;
pub use log::{LogState, Phase};
pub use navigation::Navigation;
pub use opening::Opening;
pub use reports::ReportState;
pub use rows::{ChangeItem, RowsState, table_key};
pub use selection::SelectionState;
pub use settings::SettingsState;
pub use text::TextState;
pub use timeline::TimelineState;

use crate::client::Event;
use crate::platform::page;
use exports::Exports;
use leptos::prelude::*;
use opening::Listeners;
use std::cell::OnceCell;
use std::rc::Rc;
use timings::Timings;
use worker::Worker;

/// Builds the states, wires them and gives them to the views below; once, at the root.
pub fn provide() {
    let told = Rc::new(OnceCell::<WorkerEvents>::new());
    let for_events = Rc::clone(&told);
    let worker = Worker::new(move |event| {
        if let Some(states) = for_events.get() {
            states.apply(event);
        }
    });
    let timings = Timings::new();
    let settings = SettingsState::new();
    let dialogs = DialogState::new();
    let log = LogState::new(timings);
    let rows = RowsState::new(worker, dialogs, timings);
    let field = FieldState::new();
    let list = ListState::new(worker, log, settings, dialogs, timings);
    let selection = SelectionState::new(worker, field, rows, dialogs, timings);
    let text = TextState::new(worker, log, selection);
    let timeline = TimelineState::new(worker, log, list, selection);
    let reports = ReportState::new(worker, log, list);
    let navigation = Navigation::new(worker, log, list, selection, reports, settings, dialogs);
    let opening = Opening::new(
        worker,
        Listeners {
            log,
            list,
            timeline,
            reports,
            selection,
            text,
            navigation,
            dialogs,
        },
    );
    let commands = Commands {
        settings,
        dialogs,
        list,
        selection,
        timeline,
        navigation,
    };
    let _ = told.set(WorkerEvents {
        log,
        list,
        navigation,
    });

    Effect::new(move |_| {
        let name = log.name.get();
        page::set_title(&if name.is_empty() {
            "Binlight".to_owned()
        } else {
            format!("{name} – Binlight")
        });
    });
    navigation.start();
    list.start();
    Effect::new(move |_| list.locate(selection.transaction.get(), selection.event.get()));
    timeline.start();
    reports.start();
    text.start();
    Exports {
        worker,
        timings,
        log,
        list,
        selection,
        timeline,
    }
    .start();

    provide_context(settings);
    provide_context(dialogs);
    provide_context(log);
    provide_context(rows);
    provide_context(field);
    provide_context(list);
    provide_context(selection);
    provide_context(text);
    provide_context(timeline);
    provide_context(reports);
    provide_context(navigation);
    provide_context(opening);
    provide_context(commands);
}

/// The states that hear what the worker says unasked.
#[derive(Clone, Copy, Debug)]
struct WorkerEvents {
    log: LogState,
    list: ListState,
    navigation: Navigation,
}

impl WorkerEvents {
    fn apply(self, event: Event) {
        match event {
            Event::Progress(progress) => {
                self.log.progressed(progress);
                self.navigation.follow_wanted(false);
            }
            Event::Indexed(progress, summary) => {
                self.log.indexed(progress, *summary);
                self.navigation.follow_wanted(true);
            }
            Event::Shown(shown) => {
                if self.list.view_progressed(shown) {
                    self.navigation.follow_wanted(false);
                }
            }
            Event::Failed(failure) => self.log.failed(failure),
            Event::Died(why) => self.log.worker_ended(why),
        }
    }
}
