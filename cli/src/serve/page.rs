//! The built page: in the program, if it was built so, else the folder that `cargo xtask build` makes.

use bytes::Bytes;
use std::collections::BTreeMap;
use std::io;

/// The page's files by their names, `/` between folders.
pub type Files = BTreeMap<String, Bytes>;

#[cfg(feature = "page")]
static PAGE: include_dir::Dir<'static> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/../dist");

/// The page's files: of the folder that `BINLIGHT_PAGE` names, else the program's own.
///
/// # Errors
/// That there is no page, and what to do.
pub fn files() -> io::Result<Files> {
    let files = match std::env::var_os("BINLIGHT_PAGE") {
        Some(folder) => read(folder.as_ref())?,
        None => own()?,
    };
    if files.contains_key("index.html") {
        return Ok(files);
    }
    Err(io::Error::other(
        "the page is not built: `cargo xtask install` builds it into this command, `cargo xtask build` beside the sources",
    ))
}

#[cfg(feature = "page")]
fn own() -> io::Result<Files> {
    let mut found = Files::new();
    let mut folders = vec![&PAGE];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        for file in folder.files() {
            let name = file.path().to_string_lossy().replace('\\', "/");
            found.insert(name, Bytes::from_static(file.contents()));
        }
    }
    Ok(found)
}

#[cfg(not(feature = "page"))]
fn own() -> io::Result<Files> {
    read(concat!(env!("CARGO_MANIFEST_DIR"), "/../dist").as_ref())
}

/// All files below `root`, read once: what is asked for is a name among these, never a path.
fn read(root: &std::path::Path) -> io::Result<Files> {
    let mut found = Files::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, before)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = format!("{before}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push((entry.path(), format!("{name}/")));
            } else {
                found.insert(name, Bytes::from(std::fs::read(entry.path())?));
            }
        }
    }
    Ok(found)
}
