//! What is selected, as `mysqlbinlog` or `mariadb-binlog` prints it.

use crate::platform::page;
use crate::state::TextState;
use leptos::prelude::*;

#[component]
pub(super) fn ListingView() -> impl IntoView {
    let text = expect_context::<TextState>();
    let copied = RwSignal::new(false);
    Effect::new(move |_| {
        text.listing.track();
        copied.set(false);
    });
    move || {
        text.listing.get().map(|listing| {
            let text = listing.text.clone();
            let copy = move |_| {
                let text = text.clone();
                leptos::task::spawn_local(async move { copied.set(page::copy(&text).await) });
            };
            view! {
                <div class="bi-listing">
                    <div class="bi-listing-head">
                        <span class="bi-dim">"As "<code>{listing.tool.clone()}" -vv --base64-output=decode-rows"</code>" prints it"
                            {(!listing.whole).then_some(", as far as it is shown here")}</span>
                        <button class="bi-button bi-small" data-testid="copy-text" on:click=copy>
                            {move || if copied.get() { "Copied" } else { "Copy" }}</button>
                    </div>
                    <pre tabindex="0" data-testid="as-text">{listing.text.clone()}</pre>
                </div>
            }
        })
    }
}
