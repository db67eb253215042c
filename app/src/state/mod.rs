//! What the page knows: one struct of documented signals, built once at the root.
//!
//! Rule of this folder: replies of the worker are applied here, against the state as it is then;
//! views read signals and call the methods of [`AppState`], and outlive nothing.

mod apply;
mod navigate;
pub mod pages;

pub use apply::ROWS_PER_PAGE;

use crate::client::{Client, Latest};
use crate::model::link::{Link, Tab};
use crate::protocol::{Inspection, OpenFailure, Progress, Summary};
use binlight_parser::index::EventNo;
use binlight_parser::rows::RowPage;
use leptos::prelude::*;
use pages::PageStore;
use std::sync::Arc;
use web_sys::File;

/// How far the page has come with a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// No file.
    Empty,
    /// A file is being read; what is indexed can be used.
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
    /// How far the page has come with the file.
    pub phase: RwSignal<Phase>,
    /// Name of the file.
    pub file_name: RwSignal<String>,
    /// Last progress report.
    pub progress: RwSignal<Progress>,
    /// The log in numbers, once it is indexed.
    pub summary: RwSignal<Option<Summary>>,
    /// Lines of the event list.
    pub pages: PageStore,
    /// The selected event.
    pub selection: RwSignal<Option<EventNo>>,
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
    /// Row changes of the selected event, by page.
    pub rows: RwSignal<Option<(EventNo, RowPage)>>,
    /// A short message to the user.
    pub notice: RwSignal<Option<String>>,
    /// Whether the help is open.
    pub help: RwSignal<bool>,
    /// Whether the theme is dark.
    pub dark: RwSignal<bool>,
    private: StoredValue<Private, LocalStorage>,
}

/// What no view may touch.
#[derive(Clone)]
struct Private {
    client: Client,
    inspect: Latest<EventNo>,
    rows: Latest<(EventNo, u64)>,
    file: Option<File>,
    /// A link that waits for its place to be indexed.
    wanted: Option<Link>,
    /// The field that a link names, to be locked when its event arrives.
    wanted_field: Option<String>,
    /// A step of the history is being followed: until its event is here the address is right, the
    /// view is not.
    following: bool,
    opened_at: f64,
    first_rows_ms: Option<f64>,
    index_ms: Option<f64>,
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
            pages: PageStore::new(),
            selection: RwSignal::default(),
            inspection: RwSignal::default(),
            tab: RwSignal::default(),
            field: RwSignal::default(),
            hover: RwSignal::default(),
            bytes: RwSignal::default(),
            rows: RwSignal::default(),
            notice: RwSignal::default(),
            help: RwSignal::new(false),
            dark: RwSignal::new(crate::platform::page::is_dark()),
            private: StoredValue::new_local(Private {
                client,
                inspect: Latest::default(),
                rows: Latest::default(),
                file: None,
                wanted: None,
                wanted_field: None,
                following: false,
                opened_at: 0.0,
                first_rows_ms: None,
                index_ms: None,
            }),
        };
        state_cell.set(Some(state));
        state.start();
        state
    }

    /// Lines in the event list so far.
    pub fn event_count(&self) -> usize {
        self.progress.with(|p| p.events as usize)
    }

    /// Whether a log is shown, wholly or in part.
    pub fn has_log(&self) -> bool {
        self.phase
            .with(|p| matches!(p, Phase::Scanning | Phase::Ready | Phase::Stopped))
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
