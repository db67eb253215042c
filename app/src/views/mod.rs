//! What is on the screen, one file per part.
//!
//! Rule of this folder: views read the signals of [`AppState`](crate::state::AppState) and call its
//! methods; they talk to no worker and keep nothing that should outlive them.

mod app;
mod events;
mod field_info;
mod field_tree;
mod help;
mod hexdump;
mod inspector;
mod open;
mod row_diff;
mod status_bar;
mod top_bar;

/// Shows the page.
pub fn mount() {
    app::show_panics();
    leptos::mount::mount_to_body(app::App);
}
