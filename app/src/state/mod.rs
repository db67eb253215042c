//! What the page knows: one struct of documented signals, built once at the root.
//!
//! Rule of this folder: replies of the worker are applied here, against the state as it is then;
//! views read signals and call the methods of [`AppState`], and outlive nothing.

mod apply;
mod changes;
mod listing;
mod lists;
mod navigate;
pub mod pages;
mod reports;
mod strip;

pub use changes::{ChangeItem, Changes, table_key};
pub use lists::Lists;
pub use reports::Reports;
pub use strip::Strip;

use crate::client::{Client, Latest};
use crate::model::link::{Link, ListTab, Tab};
use crate::model::time::Zone;
use crate::platform::{clock, page};
use crate::protocol::{Inspection, Listing, OpenFailure, Progress, RowsOf, Summary};
use binlight_engine::index::EventNo;
use binlight_engine::transactions::TxNo;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::File;

/// How far the page has come with a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// No file.
    Empty,
    /// Files are being read; what is indexed can be used.
    Scanning,
    /// All of it is indexed.
    Ready,
    /// The user stopped the reading; what was indexed can be used.
    Stopped,
    /// The file could not be opened.
    Failed(OpenFailure),
    /// The worker ended; its words.
    Crashed(String),
}

/// All signals of the page. `Copy`: handles into Leptos' arena.
#[derive(Clone, Copy, Debug)]
pub struct AppState {
    /// How far the page has come with the log.
    pub phase: RwSignal<Phase>,
    /// Name of the file, or of the first and how many more.
    pub file_name: RwSignal<String>,
    /// Last progress report.
    pub progress: RwSignal<Progress>,
    /// The log in numbers, once it is indexed.
    pub summary: RwSignal<Option<Summary>>,
    /// Which view is beside the inspector.
    pub list: RwSignal<ListTab>,
    /// What the lists show.
    pub lists: Lists,
    /// The timeline.
    pub strip: Strip,
    /// Overview, findings, GTIDs, files.
    pub reports: Reports,
    /// The selected event.
    pub selection: RwSignal<Option<EventNo>>,
    /// The transaction of the selected event.
    pub transaction: RwSignal<Option<TxNo>>,
    /// Whether the transaction as a whole is selected, rather than one of its events.
    pub whole: RwSignal<bool>,
    /// The selected event, annotated; for a moment still the one before.
    pub inspection: RwSignal<Option<Arc<Inspection>>>,
    /// The inspector's tab.
    pub tab: RwSignal<Tab>,
    /// The locked field: a node of the inspection's tree.
    pub field: RwSignal<Option<u32>>,
    /// The field under the pointer.
    pub hover: RwSignal<Option<u32>>,
    /// Selected bytes in the hexdump: where the selection began, where it is.
    pub bytes: RwSignal<Option<(u64, u64)>>,
    /// Row changes of what is selected.
    pub changes: Changes,
    /// A short message to the user.
    pub notice: RwSignal<Option<String>>,
    /// Whether the help is open.
    pub help: RwSignal<bool>,
    /// Whether the list of commands is open.
    pub palette: RwSignal<bool>,
    /// Whether the theme is dark.
    pub dark: RwSignal<bool>,
    /// Whether times are shown in the browser's zone rather than in UTC.
    pub local_time: RwSignal<bool>,
    /// What is selected, as the server's own tool prints it.
    pub listing: RwSignal<Option<Arc<Listing>>>,
    private: StoredValue<Private, LocalStorage>,
}

/// What no view may touch.
#[derive(Clone)]
struct Private {
    client: Client,
    inspect: Latest<EventNo>,
    bins: Latest<()>,
    files: Vec<File>,
    /// Key files, for as long as the log is open.
    keys: Vec<File>,
    /// A link that waits for its place to be indexed.
    wanted: Option<Link>,
    /// The field that a link names, to be locked when its event arrives.
    wanted_field: Option<String>,
    /// A step of the history is being followed: until its event is here the address is right, the
    /// view is not.
    following: bool,
    /// When bars were last asked for.
    bins_at: f64,
    /// The next place found is to be selected as a whole transaction.
    select_whole: bool,
    /// The tab that the user prefers for transactions, and for events.
    tabs: (Tab, Tab),
    opened_at: f64,
    first_rows_ms: Option<f64>,
    index_ms: Option<f64>,
    /// When the last transaction was selected, when the last view was asked for, and how long
    /// until rows and view were shown.
    selected_at: f64,
    select_to_rows_ms: Option<f64>,
    view_at: f64,
    view_ms: Option<f64>,
}

impl AppState {
    /// Builds the state; once, at the root.
    pub fn new() -> Self {
        let state_cell: std::rc::Rc<std::cell::Cell<Option<AppState>>> = std::rc::Rc::default();
        let for_events = std::rc::Rc::clone(&state_cell);
        let client = Client::new(move |event| {
            if let Some(state) = for_events.get() {
                state.apply(event);
            }
        });
        let state = AppState {
            phase: RwSignal::new(Phase::Empty),
            file_name: RwSignal::default(),
            progress: RwSignal::default(),
            summary: RwSignal::default(),
            list: RwSignal::default(),
            lists: Lists::new(),
            strip: Strip::new(),
            reports: Reports::new(),
            selection: RwSignal::default(),
            transaction: RwSignal::default(),
            whole: RwSignal::new(false),
            inspection: RwSignal::default(),
            tab: RwSignal::default(),
            field: RwSignal::default(),
            hover: RwSignal::default(),
            bytes: RwSignal::default(),
            changes: Changes::new(),
            notice: RwSignal::default(),
            help: RwSignal::new(false),
            palette: RwSignal::new(false),
            dark: RwSignal::new(page::is_dark()),
            local_time: RwSignal::new(page::is_local_time()),
            listing: RwSignal::default(),
            private: StoredValue::new_local(Private {
                client,
                inspect: Latest::default(),
                bins: Latest::default(),
                files: Vec::new(),
                keys: Vec::new(),
                wanted: None,
                wanted_field: None,
                following: false,
                select_whole: false,
                bins_at: 0.0,
                tabs: (Tab::Rows, Tab::Bytes),
                opened_at: 0.0,
                first_rows_ms: None,
                index_ms: None,
                selected_at: 0.0,
                select_to_rows_ms: None,
                view_at: 0.0,
                view_ms: None,
            }),
        };
        state_cell.set(Some(state));
        state.start();
        state
    }

    /// Events in the log so far.
    pub fn event_count(&self) -> usize {
        self.progress.with(|p| p.events as usize)
    }

    /// Whether a log is shown, wholly or in part.
    pub fn has_log(&self) -> bool {
        self.phase
            .with(|p| matches!(p, Phase::Scanning | Phase::Ready | Phase::Stopped))
    }

    fn has_log_untracked(&self) -> bool {
        untrack(|| self.has_log())
    }

    /// The zone that times are shown in.
    pub fn zone(&self) -> Zone {
        if self.local_time.get() {
            Zone::of(clock::offset_minutes)
        } else {
            Zone::UTC
        }
    }

    /// Whose rows the selection has.
    fn rows_of_selection(&self) -> Option<RowsOf> {
        if self.whole.get_untracked() {
            return self.transaction.get_untracked().map(RowsOf::Transaction);
        }
        self.selection.get_untracked().map(RowsOf::Event)
    }

    fn client(&self) -> Client {
        self.private.with_value(|p| p.client.clone())
    }
}

impl Default for AppState {
    fn default() -> Self {
        AppState::new()
    }
}
