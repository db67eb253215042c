//! The shell: open screen or workspace, drops anywhere, keys, errors.

use super::{
    help::Help, lock::LockPanel, open::OpenScreen, palette::Palette, status_bar::StatusBar,
    top_bar::TopBar, workspace::Workspace,
};
use crate::model::commands::{self, Command};
use crate::platform::{drop, page};
use crate::protocol::OpenFailure;
use crate::state::{self, Commands, DialogState, LogState, Opening, Phase, WorkerEnd};
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
    state::provide();
    let log = expect_context::<LogState>();
    let opening = expect_context::<Opening>();
    let dialogs = expect_context::<DialogState>();
    let commands = expect_context::<Commands>();
    opening.open_served();
    let dragging = RwSignal::new(false);
    window_event_listener(ev::keydown, move |event| on_key(commands, dialogs, &event));
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
        leptos::task::spawn_local(async move { opening.take(dropped.files().await).await });
    });
    view! {
        <TopBar/>
        {move || if log.is_open() {
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

/// What may help, besides another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Choose,
    TryAgain,
    Reload,
}

/// Why nothing is shown, and the way on.
#[component]
fn ErrorPanel() -> impl IntoView {
    let log = expect_context::<LogState>();
    let opening = expect_context::<Opening>();
    let message = move || match log.phase.get() {
        Phase::Failed(OpenFailure::NotALog(kind)) => Some((
            format!("{}: {}", log.name.get(), kind.name()),
            kind.advice().to_owned(),
            Way::Choose,
        )),
        Phase::Failed(OpenFailure::Unreadable(why)) => Some((
            format!("{} could not be read", log.name.get()),
            format!(
                "The browser says: {why}. Was the file moved, changed or deleted after it was chosen? Choose it again."
            ),
            Way::TryAgain,
        )),
        Phase::WorkerEnded(WorkerEnd::Crashed(why)) => Some((
            "The reader stopped".to_owned(),
            format!("This is a defect of Binlight, not of your file. It said: {why}"),
            Way::TryAgain,
        )),
        Phase::WorkerEnded(WorkerEnd::Misunderstood(why)) => Some((
            "The page and its reader do not understand each other".to_owned(),
            format!(
                "It said: {why}. The browser has kept a part of an older Binlight: reload the page, then open your file again."
            ),
            Way::Reload,
        )),
        _ => None,
    };
    let locked = move || match log.phase.get() {
        Phase::Failed(OpenFailure::Locked(lock)) => Some(view! {
            <section class="bi-error" role="alert" data-testid="error">
                <h2>{log.name.get()}</h2>
                <LockPanel lock/>
            </section>
        }),
        _ => None,
    };
    move || {
        if let Some(panel) = locked() {
            return Some(panel.into_any());
        }
        message().map(|(title, text, way)| {
            view! {
                <section class="bi-error" role="alert" data-testid="error">
                    <h2>{title}</h2>
                    <p>{text}</p>
                    <div class="bi-buttons">
                        {match way {
                            Way::Choose => ().into_any(),
                            Way::TryAgain => view! {
                                <button class="bi-button" on:click=move |_| opening.open_again()>"Try again"</button>
                            }.into_any(),
                            Way::Reload => view! {
                                <button class="bi-button" data-testid="reload" on:click=move |_| page::reload()>"Reload the page"</button>
                            }.into_any(),
                        }}
                        <button class="bi-button bi-primary" on:click=move |_| page::click("open-file")>"Choose another file"</button>
                    </div>
                </section>
            }
            .into_any()
        })
    }
}

fn on_key(commands: Commands, dialogs: DialogState, event: &ev::KeyboardEvent) {
    let key = event.key();
    if key == "k" && (event.ctrl_key() || event.meta_key()) && !event.alt_key() {
        event.prevent_default();
        return commands.run(Command::Palette);
    }
    if dialogs.palette.get_untracked()
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
    if dialogs.help.get_untracked() && !matches!(command, Command::Help | Command::Clear) {
        return;
    }
    event.prevent_default();
    commands.run(command);
}
