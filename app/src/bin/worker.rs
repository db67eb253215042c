//! The worker's program.

fn main() {
    binlight_app::worker::run();
}
