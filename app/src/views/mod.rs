//! What is on the screen, one file per part.
//!
//! Rule of this folder: a view takes the states that it needs from the context, reads their signals and
//! calls their functions; it talks to no worker and keeps nothing that should outlive it. No file uses
//! one that uses it: what several share stands in a file of its own.

mod app;
mod cell;
mod event_cells;
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
mod space;
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
