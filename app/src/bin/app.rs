//! The page's program.

fn main() {
    binlight_app::views::mount();
}
