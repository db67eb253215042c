//! The open screen: drop zone, picker, samples, privacy.

use crate::model::link::Link;
use crate::platform::samples::SAMPLES;
use crate::platform::{hash, page};
use crate::state::Opening;
use leptos::prelude::*;

#[component]
pub(super) fn OpenScreen() -> impl IntoView {
    let opening = expect_context::<Opening>();
    let link = Link::parse(&hash::read());
    let wanted = link.pos.map(|pos| {
        let file = if link.file.is_empty() { "a log".to_owned() } else { link.file.clone() };
        view! { <p class="bi-note" data-testid="deep-link">{format!("This link leads to offset {pos} of {file}. Open that file to go there.")}</p> }
    });
    view! {
        <section class="bi-drop-zone" data-testid="drop-zone" on:click=move |_| page::click("open-file")>
            <h1>"See what a MySQL or MariaDB binary log holds"</h1>
            <p>"Drop a log here, several, or a folder of them: a timeline of transactions, the rows before and after, GTIDs and their gaps, and every byte of every event, named and explained."</p>
            <button class="bi-button bi-primary" on:click=move |event| {
                event.stop_propagation();
                page::click("open-file");
            }>"Choose files"</button>
            " "<button class="bi-button" on:click=move |event| {
                event.stop_propagation();
                page::click("open-folder");
            }>"Choose a folder"</button>
            <p class="bi-dim">"MySQL 3.23 to 9.7, MariaDB 5.3 to 11.8; binary logs and relay logs, whole or damaged, of any size."</p>
        </section>
        {wanted}
        <section class="bi-samples">
            <h2>"Or try a sample"</h2>
            <div class="bi-buttons">
                {SAMPLES.iter().map(|sample| view! {
                    <button class="bi-card" data-testid="sample" data-file=sample.file on:click=move |_| opening.open_sample(*sample)>
                        <strong>{sample.title}</strong>
                        <span>{sample.about}</span>
                    </button>
                }).collect_view()}
            </div>
        </section>
        <p class="bi-privacy">
            <strong>"Your file never leaves this tab. "</strong>
            "It is read on your machine; the page’s security policy allows it no request but for its own files."
        </p>
    }
}
