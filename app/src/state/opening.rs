//! Opening files and closing them: what every state has of one log goes before another comes.

use super::dialogs::DialogState;
use super::list::ListState;
use super::log::LogState;
use super::navigation::Navigation;
use super::reports::ReportState;
use super::selection::SelectionState;
use super::text::TextState;
use super::timeline::TimelineState;
use super::worker::Worker;
use crate::model::link::{Link, ListTab};
use crate::platform::samples::Sample;
use crate::platform::{hash, key_file, samples};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

/// What is told of another log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listeners {
    pub(super) log: LogState,
    pub(super) list: ListState,
    pub(super) timeline: TimelineState,
    pub(super) reports: ReportState,
    pub(super) selection: SelectionState,
    pub(super) text: TextState,
    pub(super) navigation: Navigation,
    pub(super) dialogs: DialogState,
}

/// No signals of its own: it keeps the files.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The files of the log, and its key files, for as long as it is open.
    files: StoredValue<(Vec<File>, Vec<File>), LocalStorage>,
    worker: Worker,
    to: Listeners,
}

impl Opening {
    pub(super) fn new(worker: Worker, to: Listeners) -> Self {
        Opening {
            files: StoredValue::new_local((Vec::new(), Vec::new())),
            worker,
            to,
        }
    }

    /// Takes files that the user chose or dropped: keys for the log that is open, or another log.
    pub async fn take(self, files: Vec<File>) {
        if self.to.log.is_locked() && key_file::all_are(&files).await {
            self.unlock(files, None);
        } else {
            self.open(&files);
        }
    }

    /// Opens the log again, with key files besides those given before, and the password of one that is
    /// encrypted.
    pub fn unlock(self, keys: Vec<File>, password: Option<String>) {
        let (files, mut all) = self.files.with_value(Clone::clone);
        all.extend(keys);
        self.open_with(files, all, password);
    }

    /// Opens files as one log.
    pub fn open(self, files: &[File]) {
        self.open_with(files.to_vec(), Vec::new(), None);
    }

    fn open_with(self, files: Vec<File>, keys: Vec<File>, password: Option<String>) {
        let Some(first) = files.first() else { return };
        self.clear();
        let to = self.to;
        let link = Link::parse(&hash::read());
        let named = |name: &str| files.iter().any(|f| f.name() == name);
        let wanted = (link.pos.is_some()
            || !link.filter.is_empty()
            || link.range.is_some()
            || link.list != ListTab::default())
            && (link.file.is_empty() || named(&link.file));
        if wanted {
            to.list.restore(link.list, &link.filter, link.range);
        }
        to.navigation.want(wanted.then_some(link));
        let name = match files.len() {
            1 => first.name(),
            n => format!("{} and {} more", first.name(), n - 1),
        };
        let total: f64 = files.iter().map(|f| f.size()).sum();
        to.log.opening(name, total as u64);
        let all = [files.as_slice(), keys.as_slice()].concat();
        self.files.set_value((files, keys));
        // First, for what the worker says may be that there is none.
        to.log.scanning();
        self.worker.client().open(&all, password);
        // A view for the new log, whatever the old one's was.
        to.list.reopen();
    }

    /// Opens the files again, after a crash or an error.
    pub fn open_again(self) {
        self.unlock(Vec::new(), None);
    }

    /// Fetches and opens a bundled sample.
    pub fn open_sample(self, sample: Sample) {
        spawn_local(async move {
            match samples::fetch(sample).await {
                Ok(file) => self.open(&[file]),
                Err(why) => self.to.dialogs.notify(why),
            }
        });
    }

    /// Back to the open screen.
    pub fn close(self) {
        self.cancel();
        self.clear();
        self.files.set_value((Vec::new(), Vec::new()));
        self.to.log.closed();
        hash::write("#", true);
    }

    /// Stops reading; what is indexed stays.
    pub fn cancel(self) {
        self.worker.client().cancel();
    }

    fn clear(self) {
        let to = self.to;
        to.log.clear();
        to.list.clear();
        to.timeline.clear();
        to.reports.clear();
        to.text.clear();
        to.selection.clear();
        to.dialogs.clear();
    }
}
