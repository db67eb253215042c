//! What an encrypted log needs, and the way to give it.

use crate::platform::page;
use crate::protocol::Lock;
use crate::state::Opening;
use binlight_parser::crypt::{KeyFileFault, Locked};
use leptos::prelude::*;

/// Says which key is missing or wrong, and takes the password of a key file that is encrypted itself.
#[component]
pub(super) fn LockPanel(lock: Lock) -> impl IntoView {
    let opening = expect_context::<Opening>();
    let password = RwSignal::new(String::new());
    let Lock {
        why,
        key_file: fault,
    } = lock;
    let (key, wrong) = match why {
        Some(Locked::WrongKey(key)) => (Some(key), true),
        Some(Locked::NoKey(key)) => (Some(key), false),
        _ => (None, false),
    };
    let mysql = key.as_ref().is_some_and(|k| k.parse::<u32>().is_err());
    let about = match (&key, wrong) {
        (None, _) => "Its encryption header is damaged, so that no key can open it.".to_owned(),
        (Some(key), true) => format!(
            "The key {key} in the file given does not open it: it is the key of another server, or of another time."
        ),
        (Some(key), false) => format!("It needs the key {key}."),
    };
    let where_from = if mysql {
        "MySQL keeps it in the file of its keyring: component_keyring_file, or the one that keyring_file_data names."
    } else {
        "MariaDB keeps it in the file that file_key_management_filename names."
    };
    let asks = matches!(
        fault,
        Some((_, KeyFileFault::NeedsPassword | KeyFileFault::WrongPassword))
    );
    view! {
        <div class="bi-lock" data-testid="lock">
            <p><strong>"This log is encrypted. "</strong>{about}</p>
            {fault.map(|(name, fault)| view! { <p class="bi-bad" data-testid="key-fault">{format!("{name}: {fault}.")}</p> })}
            {key.map(|_| view! { <p>{where_from}" Drop that file here, or choose it: it stays in this tab’s memory, and nowhere else."</p> })}
            {asks.then(|| view! {
                <form on:submit=move |event| {
                    event.prevent_default();
                    opening.unlock(Vec::new(), Some(password.get_untracked()));
                }>
                    <label>"Password of the key file "
                        <input type="password" data-testid="key-password" autocomplete="off"
                            on:input=move |event| password.set(event_target_value(&event))/>
                    </label>
                    " "<button class="bi-button bi-primary" type="submit">"Open"</button>
                </form>
            })}
            <div class="bi-buttons">
                <button class="bi-button bi-primary" data-testid="choose-key" on:click=move |_| page::click("open-file")>"Choose the key file"</button>
            </div>
        </div>
    }
}
