//! Commands by name: Ctrl+K.

use crate::model::commands::{COMMANDS, Command, Entry};
use crate::platform::page;
use crate::state::{Commands, DialogState, ListState};
use leptos::ev;
use leptos::prelude::*;

#[component]
pub(super) fn Palette() -> impl IntoView {
    let list = expect_context::<ListState>();
    let dialogs = expect_context::<DialogState>();
    let commands = expect_context::<Commands>();
    let text = RwSignal::new(String::new());
    let chosen = RwSignal::new(0usize);
    Effect::new(move |_| {
        if dialogs.palette.get() {
            text.set(String::new());
            chosen.set(0);
            page::focus("palette-input");
        }
    });
    let found = Memo::new(move |_| {
        let typed = text.get().to_lowercase();
        let fits = |e: &&Entry| {
            typed
                .split_whitespace()
                .all(|w| e.title.to_lowercase().contains(w))
        };
        COMMANDS
            .iter()
            .filter(|e| e.command != Command::Palette)
            .filter(fits)
            .map(|e| e.key)
            .collect::<Vec<_>>()
    });
    let entry = |key: &str| COMMANDS.iter().find(|e| e.key == key);
    let close = move || {
        dialogs.palette.set(false);
        list.focus();
    };
    let carry_out = move |key: &'static str| {
        close();
        if let Some(entry) = entry(key) {
            commands.run(entry.command);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let n = found.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|c| *c = (*c + 1) % n),
            "ArrowUp" => chosen.update(|c| *c = (*c + n - 1) % n),
            "Enter" => {
                if let Some(key) = found.with_untracked(|f| f.get(chosen.get_untracked()).copied())
                {
                    carry_out(key);
                }
            }
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <Show when=move || dialogs.palette.get()>
            <div class="bi-overlay" on:click=move |_| close()>
                <div class="bi-dialog bi-palette" role="dialog" aria-modal="true" aria-label="Commands" data-testid="palette" on:click=|e| e.stop_propagation()>
                    <input type="text" data-testid="palette-input" aria-label="Command" placeholder="what to do" spellcheck="false" autocomplete="off"
                        prop:value=move || text.get() on:keydown=on_key on:input=move |event| {
                            text.set(event_target_value(&event));
                            chosen.set(0);
                        }/>
                    <ul role="listbox" aria-label="Commands" tabindex="0">
                        {move || found.get().into_iter().enumerate().filter_map(|(i, key)| Some((i, entry(key)?))).map(|(i, e)| view! {
                            <li role="option" aria-selected=move || (chosen.get() == i).to_string() class:bi-chosen=move || chosen.get() == i
                                on:click=move |_| carry_out(e.key)><span>{e.title}</span><kbd>{if e.key == "Escape" { "Esc" } else { e.key }}</kbd></li>
                        }).collect_view()}
                    </ul>
                </div>
            </div>
        </Show>
    }
}
