//! What was dropped: files, and folders with what is in them.

use js_sys::Array;
use std::collections::VecDeque;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// Files taken from dropped folders.
const MOST: usize = 10_000;

/// What a drop holds. It must be looked at before the event is over; folders are read after.
#[derive(Debug)]
pub struct Dropped {
    files: Vec<File>,
    folders: VecDeque<FileSystemDirectoryEntry>,
}

/// What `event` drops.
pub fn dropped(event: &DragEvent) -> Dropped {
    let mut out = Dropped {
        files: Vec::new(),
        folders: VecDeque::new(),
    };
    let Some(data) = event.data_transfer() else {
        return out;
    };
    let items = data.items();
    for i in 0..items.length() {
        let Some(item) = items.get(i).filter(|i| i.kind() == "file") else {
            continue;
        };
        match item
            .webkit_get_as_entry()
            .ok()
            .flatten()
            .filter(FileSystemEntry::is_directory)
        {
            Some(folder) => out.folders.push_back(folder.unchecked_into()),
            None => out.files.extend(item.get_as_file().ok().flatten()),
        }
    }
    if out.files.is_empty()
        && out.folders.is_empty()
        && let Some(list) = data.files()
    {
        out.files
            .extend((0..list.length()).filter_map(|i| list.get(i)));
    }
    out
}

impl Dropped {
    /// All files, those in folders included. What cannot be read is left out.
    pub async fn files(mut self) -> Vec<File> {
        while let Some(folder) = self.folders.pop_front() {
            for entry in entries(&folder).await {
                if self.files.len() >= MOST {
                    return self.files;
                }
                if entry.is_directory() {
                    self.folders.push_back(entry.unchecked_into());
                } else if let Some(file) = file(entry.unchecked_into()).await {
                    self.files.push(file);
                }
            }
        }
        self.files
    }
}

/// What is in a folder. The browser gives it in pieces, the last of them empty.
async fn entries(folder: &FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let promise = js_sys::Promise::new(&mut |resolve, reject| {
            let failed = reject.clone();
            if reader
                .read_entries_with_callback_and_callback(&resolve, &reject)
                .is_err()
            {
                let _ = failed.call0(&JsValue::UNDEFINED);
            }
        });
        let Ok(piece) = JsFuture::from(promise).await else {
            return all;
        };
        let piece: Array = piece.unchecked_into();
        if piece.length() == 0 || all.len() >= MOST {
            return all;
        }
        all.extend(piece.iter().map(FileSystemEntry::unchecked_from_js));
    }
}

async fn file(entry: FileSystemFileEntry) -> Option<File> {
    let promise = js_sys::Promise::new(&mut |resolve, reject| {
        entry.file_with_callback_and_callback(&resolve, &reject);
    });
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}
