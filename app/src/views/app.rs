//! The shell: open screen or workspace, drops anywhere, keys, errors.

use super::{
    help::Help, lock::LockPanel, open::OpenScreen, palette::Palette, status_bar::StatusBar,
    top_bar::TopBar, workspace::Workspace,
};
use crate::model::commands::{self, Command};
use crate::model::link::{ListTab, Tab};
use crate::platform::{drop, page};
use crate::protocol::OpenFailure;
use crate::state::{AppState, Phase};
use leptos::ev;
use leptos::prelude::*;

/// A panic of the page becomes a message that can be read, not a dead page.
pub(super) fn show_panics() {
    std::panic::set_hook(Box::new(|info| {
        page::show_crash(&info.to_string());
    }));
}

#[component]
pub(super) fn App() -> impl IntoView {
    let state = AppState::new();
    provide_context(state);
    let dragging = RwSignal::new(false);
    window_event_listener(ev::keydown, move |event| on_key(state, &event));
    window_event_listener(ev::dragover, move |event| {
        event.prevent_default();
        dragging.set(true);
    });
    window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            dragging.set(false);
        }
    });
    window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        dragging.set(false);
        let dropped = drop::dropped(&event);
        leptos::task::spawn_local(async move { state.take(dropped.files().await).await });
    });
    view! {
        <TopBar/>
        {move || if state.phase.with(|p| matches!(p, Phase::Scanning | Phase::Ready | Phase::Stopped)) {
            view! { <Workspace/> }.into_any()
        } else {
            view! {
                <main class="bi-open">
                    <ErrorPanel/>
                    <OpenScreen/>
                </main>
            }.into_any()
        }}
        <StatusBar/>
        <Help/>
        <Palette/>
        <Show when=move || dragging.get()>
            <div class="bi-drop-hint" aria-hidden="true">"Drop logs, or a folder of them, to open them as one"</div>
        </Show>
    }
}

/// Why nothing is shown, and the way on.
#[component]
fn ErrorPanel() -> impl IntoView {
    let state = expect_context::<AppState>();
    let message = move || match state.phase.get() {
        Phase::Failed(OpenFailure::NotALog(kind)) => Some((
            format!("{}: {}", state.file_name.get(), kind.name()),
            kind.advice().to_owned(),
            false,
        )),
        Phase::Failed(OpenFailure::Unreadable(why)) => Some((
            format!("{} could not be read", state.file_name.get()),
            format!(
                "The browser says: {why}. Was the file moved, changed or deleted after it was chosen? Choose it again."
            ),
            true,
        )),
        Phase::Crashed(why) => Some((
            "The reader stopped".to_owned(),
            format!("This is a defect of Binlight, not of your file. It said: {why}"),
            true,
        )),
        _ => None,
    };
    let locked = move || match state.phase.get() {
        Phase::Failed(OpenFailure::Locked(lock)) => Some(view! {
            <section class="bi-error" role="alert" data-testid="error">
                <h2>{state.file_name.get()}</h2>
                <LockPanel lock/>
            </section>
        }),
        _ => None,
    };
    move || {
        if let Some(panel) = locked() {
            return Some(panel.into_any());
        }
        message().map(|(title, text, again)| {
            view! {
                <section class="bi-error" role="alert" data-testid="error">
                    <h2>{title}</h2>
                    <p>{text}</p>
                    <div class="bi-buttons">
                        <Show when=move || again>
                            <button class="bi-button" on:click=move |_| state.open_again()>"Try again"</button>
                        </Show>
                        <button class="bi-button bi-primary" on:click=move |_| page::click("open-file")>"Choose another file"</button>
                    </div>
                </section>
            }
            .into_any()
        })
    }
}

fn on_key(state: AppState, event: &ev::KeyboardEvent) {
    let key = event.key();
    if key == "k" && (event.ctrl_key() || event.meta_key()) && !event.alt_key() {
        event.prevent_default();
        return run(state, Command::Palette);
    }
    if state.palette.get_untracked()
        || event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || page::is_typing(event) && key != "Escape"
    {
        return;
    }
    let Some(command) = commands::of_key(&key) else {
        return;
    };
    // An open dialog has the keys to itself.
    if state.help.get_untracked() && !matches!(command, Command::Help | Command::Clear) {
        return;
    }
    event.prevent_default();
    run(state, command);
}

/// Carries out a command, whatever called it.
pub(super) fn run(state: AppState, command: Command) {
    match command {
        Command::Help => state.help.update(|h| *h = !*h),
        Command::Open => page::click("open-file"),
        Command::GoTo => page::focus("go-to"),
        Command::NextEvent => state.select_beside(1),
        Command::PreviousEvent => state.select_beside(-1),
        Command::NextField => super::inspector::step_field(state, true),
        Command::PreviousField => super::inspector::step_field(state, false),
        Command::NextFault => state.next_fault(),
        Command::Filter => page::focus("filter"),
        Command::ZoomIn => state.zoom(0.5, state.strip.pointer.get_untracked()),
        Command::ZoomOut => state.zoom(2.0, state.strip.pointer.get_untracked()),
        Command::PanLeft => state.pan(-0.25),
        Command::PanRight => state.pan(0.25),
        Command::Fit => state.fit(),
        Command::FocusSelected => state.focus_selected(),
        Command::Palette => state.palette.update(|p| *p = !*p),
        Command::TransactionsList => state.list.set(ListTab::Transactions),
        Command::EventsList => state.list.set(ListTab::Events),
        Command::OverviewList => state.list.set(ListTab::Overview),
        Command::GtidsList => state.list.set(ListTab::Gtids),
        Command::FindingsList => state.list.set(ListTab::Findings),
        Command::FilesList => state.list.set(ListTab::Files),
        Command::BytesTab => state.choose_tab(Tab::Bytes),
        Command::RowsTab => state.choose_tab(Tab::Rows),
        Command::TextTab => state.choose_tab(Tab::Text),
        Command::Reference => state.reference(),
        Command::Theme => {
            state.dark.update(|d| *d = !*d);
            page::show_theme(state.dark.get_untracked(), true);
        }
        Command::Clear => {
            if state.help.get_untracked() {
                state.help.set(false);
            } else if state.notice.with_untracked(Option::is_some) {
                state.notice.set(None);
            } else if state.lists.range.with_untracked(Option::is_some) {
                state.select_range(None);
            } else {
                state.clear_field();
            }
        }
    }
}

/// Gives the focus to the list in view.
pub(super) fn focus_list(state: AppState) {
    page::focus(match state.list.get_untracked() {
        ListTab::Transactions => "transaction-list",
        ListTab::Events => "event-list",
        ListTab::Overview => "overview",
        ListTab::Gtids => "gtid-view",
        ListTab::Findings => "findings",
        ListTab::Files => "files",
    });
}
