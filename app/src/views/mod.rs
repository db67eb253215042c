//! What is on the screen, one file per part.
//!
//! Rule of this folder: views read the signals of [`AppState`](crate::state::AppState) and call its
//! methods; they talk to no worker and keep nothing that should outlive them.

mod app;
mod cell;
mod events;
mod field_info;
mod field_tree;
mod files;
mod filter_bar;
mod findings;
mod gtids;
mod help;
mod hexdump;
mod inspector;
mod listing;
mod lock;
mod open;
mod overview;
mod palette;
mod rows;
mod status_bar;
mod timeline;
mod top_bar;
mod transactions;
mod whole_value;
mod workspace;

/// Shows the page.
pub fn mount() {
    app::show_panics();
    leptos::mount::mount_to_body(app::App);
}
