//! The help, made from the table of commands.

use crate::model::commands::{COMMANDS, LIST_KEYS};
use crate::platform::page;
use crate::state::{DialogState, ListState};
use leptos::prelude::*;

#[component]
pub(super) fn Help() -> impl IntoView {
    let list = expect_context::<ListState>();
    let dialogs = expect_context::<DialogState>();
    Effect::new(move |was: Option<bool>| {
        let open = dialogs.help.get();
        if open {
            page::focus("close-help");
        } else if was == Some(true) {
            list.focus();
        }
        open
    });
    let line = |keys: &str, title: &str| view! { <li><kbd>{keys.to_owned()}</kbd><span>{title.to_owned()}</span></li> };
    view! {
        <Show when=move || dialogs.help.get()>
            <div class="bi-overlay" on:click=move |_| dialogs.help.set(false)>
                <div class="bi-dialog bi-help" role="dialog" aria-modal="true" aria-label="Help" data-testid="help" on:click=|e| e.stop_propagation()>
                    <h2>"Keys"</h2>
                    <ul class="bi-keys">
                        {COMMANDS.iter().map(|c| line(if c.key == "Escape" { "Esc" } else { c.key }, c.title)).collect_view()}
                        {LIST_KEYS.iter().map(|(keys, title)| line(keys, title)).collect_view()}
                    </ul>
                    <p>"The address bar holds a link to what you look at: the file’s name, the position and the field, never its contents. Who opens it chooses the file again."</p>
                    <button class="bi-button bi-primary" data-testid="close-help" on:click=move |_| dialogs.help.set(false)>"Close"</button>
                </div>
            </div>
        </Show>
    }
}
