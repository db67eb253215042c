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
use crate::platform::{hash, key_file, samples, served};
use crate::protocol::ServedFile;
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

/// What a log is made of.
#[derive(Clone, Debug, Default)]
struct Files {
    /// What `binlight open` serves, key files among it.
    served: Vec<ServedFile>,
    /// What the user chose.
    chosen: Vec<File>,
    /// Key files that the user gave later.
    keys: Vec<File>,
}

impl Files {
    /// Names and bytes of all but the later keys.
    fn each(&self) -> Vec<(String, u64)> {
        let served = self.served.iter().map(|f| (f.name.clone(), f.len));
        let chosen = self.chosen.iter().map(|f| (f.name(), f.size() as u64));
        served.chain(chosen).collect()
    }
}

/// No signals of its own: it keeps the files.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// For as long as the log is open.
    files: StoredValue<Files, LocalStorage>,
    worker: Worker,
    to: Listeners,
}

impl Opening {
    pub(super) fn new(worker: Worker, to: Listeners) -> Self {
        Opening {
            files: StoredValue::new_local(Files::default()),
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
        let mut files = self.files.with_value(Clone::clone);
        files.keys.extend(keys);
        self.open_with(files, password);
    }

    /// Opens files as one log.
    pub fn open(self, files: &[File]) {
        let chosen = files.to_vec();
        let files = Files {
            chosen,
            ..Files::default()
        };
        self.open_with(files, None);
    }

    /// Opens what the server of this page was told to show, if it is `binlight open`.
    pub fn open_served(self) {
        let told = served::told();
        let files = Files {
            served: told.files,
            ..Files::default()
        };
        self.open_with(files, told.password);
    }

    fn open_with(self, files: Files, password: Option<String>) {
        let each = files.each();
        let Some((first, _)) = each.first() else {
            return;
        };
        self.clear();
        let to = self.to;
        let link = Link::parse(&hash::read());
        let named = |name: &str| each.iter().any(|(n, _)| n == name);
        let wanted = (link.pos.is_some()
            || !link.filter.is_empty()
            || link.range.is_some()
            || link.list != ListTab::default())
            && (link.file.is_empty() || named(&link.file));
        if wanted {
            to.list.restore(link.list, &link.filter, link.range);
        }
        to.navigation.want(wanted.then_some(link));
        let name = match each.len() {
            1 => first.clone(),
            n => format!("{first} and {} more", n - 1),
        };
        to.log.opening(name, each.iter().map(|(_, len)| len).sum());
        let (served, all) = (
            files.served.clone(),
            [files.chosen.as_slice(), &files.keys].concat(),
        );
        self.files.set_value(files);
        // First, for what the worker says may be that there is none.
        to.log.scanning();
        self.worker.client().open(served, &all, password);
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
        self.files.set_value(Files::default());
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
