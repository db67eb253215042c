//! The filter: one box with completion, what it found, what is wrong with it.

use crate::model::{format, time};
use crate::platform::page;
use crate::state::{ListState, LogState, ReportState, SettingsState, TimelineState};
use binlight_engine::filter::{self, Completion};
use binlight_engine::timeline::Axis;
use leptos::ev;
use leptos::prelude::*;

#[component]
pub(super) fn FilterBar() -> impl IntoView {
    let list = expect_context::<ListState>();
    let reports = expect_context::<ReportState>();
    let text = RwSignal::new(list.filter.get_untracked());
    // Set by others: a link, a legend, a finding.
    Effect::new(move |_| text.set(list.filter.get()));
    let proposals = RwSignal::new(Vec::<Completion>::new());
    let chosen = RwSignal::new(None::<usize>);
    let input = NodeRef::<leptos::html::Input>::new();
    let propose = move || {
        let cursor = input
            .get_untracked()
            .and_then(|i| i.selection_start().ok().flatten());
        let typed = text.get_untracked();
        let at = cursor.map_or(typed.len(), |utf16| byte_at(&typed, utf16 as usize));
        let names = reports.names.get_untracked();
        proposals.set(filter::complete(&typed, at, &names));
        chosen.set(None);
    };
    let close = move || {
        proposals.set(Vec::new());
        chosen.set(None);
    };
    let take = move |completion: &Completion| {
        let mut typed = text.get_untracked();
        if typed.get(completion.replaces.clone()).is_some() {
            typed.replace_range(completion.replaces.clone(), &completion.text);
        }
        let field = completion.text.ends_with(':');
        if !field {
            typed.push(' ');
        }
        text.set(typed.clone());
        if let Some(input) = input.get_untracked() {
            input.set_value(&typed);
            let _ = input.focus();
        }
        if field {
            propose();
        } else {
            close();
            list.set_filter(typed.trim());
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let n = proposals.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if n > 0 => chosen.update(|c| *c = Some(c.map_or(0, |i| (i + 1) % n))),
            "ArrowUp" if n > 0 => {
                chosen.update(|c| *c = Some(c.map_or(n - 1, |i| (i + n - 1) % n)));
            }
            "Tab" if n > 0 && !event.shift_key() => {
                let i = chosen.get_untracked().unwrap_or(0);
                if let Some(completion) = proposals.with_untracked(|p| p.get(i).cloned()) {
                    take(&completion);
                }
            }
            "Enter" => match chosen
                .get_untracked()
                .and_then(|i| proposals.with_untracked(|p| p.get(i).cloned()))
            {
                Some(completion) => take(&completion),
                None => {
                    close();
                    list.set_filter(text.get_untracked().trim());
                }
            },
            "Escape" => {
                event.stop_propagation();
                if n > 0 {
                    close();
                } else {
                    list.focus();
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    // While one types the error is of what is typed, not of what is in force.
    let error = Memo::new(move |_| filter::parse(&text.get(), 0).err());
    view! {
        <div class="bi-filter" role="search" aria-label="Filter">
            <div class="bi-filter-box" class:bi-wrong=move || error.with(Option::is_some)>
                <input type="text" data-testid="filter" node_ref=input spellcheck="false" autocomplete="off" role="combobox"
                    aria-label="Filter" aria-controls="filter-proposals" aria-expanded=move || (!proposals.with(Vec::is_empty)).to_string()
                    aria-activedescendant=move || chosen.get().map(|i| format!("proposal-{i}"))
                    aria-invalid=move || error.with(Option::is_some).to_string()
                    placeholder="filter (/): table:orders op:delete   rows>1000   time:2026-02-03T10:15..   not (server:7 or end:rollback)   any text"
                    prop:value=move || text.get()
                    on:input=move |event| {
                        text.set(event_target_value(&event));
                        propose();
                    }
                    on:focus=move |_| propose() on:blur=move |_| close() on:keydown=on_key/>
                <ul class="bi-proposals" id="filter-proposals" role="listbox" data-testid="filter-proposals" hidden=move || proposals.with(Vec::is_empty)>
                    {move || proposals.get().into_iter().enumerate().map(|(i, completion)| {
                        let (shown, about) = (completion.text.clone(), completion.about.clone());
                        view! {
                            <li role="option" id=format!("proposal-{i}") class:bi-chosen=move || chosen.get() == Some(i)
                                aria-selected=move || (chosen.get() == Some(i)).to_string()
                                on:mousedown=move |event: ev::MouseEvent| {
                                    // The box keeps the focus.
                                    event.prevent_default();
                                    take(&completion);
                                }><b>{shown}</b><span>{about}</span></li>
                        }
                    }).collect_view()}
                </ul>
            </div>
            // What is being typed may yet become right: proposals are shown for it.
            {move || match error.get().filter(|e| e.at.end < text.with(String::len) || proposals.with(Vec::is_empty)) {
                Some(error) => view! { <span class="bi-filter-error" role="alert" data-testid="filter-error" data-at=error.at.start.to_string()>
                    {pointed(&text.get(), &error.at)}" "{error.message}</span> }.into_any(),
                None => view! { <MatchCount/> }.into_any(),
            }}
            {move || (!text.with(String::is_empty)).then(|| view! {
                <button class="bi-button bi-small" data-testid="filter-clear" title="Show all again" on:click=move |_| {
                    text.set(String::new());
                    list.set_filter("");
                    page::focus("filter");
                }>"Clear"</button>
            })}
            <Range/>
        </div>
    }
}

/// The byte of `text` at UTF-16 unit `at`.
fn byte_at(text: &str, at: usize) -> usize {
    let mut units = 0;
    for (i, c) in text.char_indices() {
        if units >= at {
            return i;
        }
        units += c.len_utf16();
    }
    text.len()
}

/// The wrong characters, marked, with a little of what is around them.
fn pointed(text: &str, at: &std::ops::Range<usize>) -> AnyView {
    let (start, end) = (at.start.min(text.len()), at.end.min(text.len()));
    let around = |range: std::ops::Range<usize>| text.get(range).unwrap_or("").to_owned();
    let before: String = around(0..start)
        .chars()
        .rev()
        .take(12)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let wrong = around(start..end);
    let wrong = if wrong.is_empty() {
        "▁".to_owned()
    } else {
        wrong
    };
    let after: String = around(end..text.len()).chars().take(8).collect();
    view! { <code>{before}<mark>{wrong}</mark>{after}</code> }.into_any()
}

/// How many match, and how far the search is.
#[component]
fn MatchCount() -> impl IntoView {
    let log = expect_context::<LogState>();
    let list = expect_context::<ListState>();
    let narrowed = Memo::new(move |_| list.is_narrowed());
    move || {
        let shown = list.shown.get();
        let all = log.progress.with(|p| p.transactions);
        let count = |n: u32| format::count(n.into());
        let text = if narrowed.get() {
            format!(
                "{} of {} transactions",
                count(shown.transactions),
                count(all)
            )
        } else {
            if all == 1 {
                "1 transaction".to_owned()
            } else {
                format!("{} transactions", count(all))
            }
        };
        let events = shown.events.map(|n| format!(", {} events", count(n)));
        let running = narrowed.get() && !shown.finished && shown.of > 0;
        let percent = 100.0 * shown.looked as f64 / shown.of.max(1) as f64;
        view! {
            <span class="bi-found" data-testid="found" aria-live="polite">{text}{events}</span>
            {running.then(|| view! {
                <span class="bi-loading"><progress max="100" prop:value=percent aria-label="Searching"></progress>
                    <button class="bi-button bi-small" data-testid="filter-cancel" on:click=move |_| list.set_filter("")>"Cancel"</button></span>
            })}
            {shown.failure.map(|why| view! { <span class="bi-notice">{why}</span> })}
        }
    }
}

/// The selected stretch of the timeline, and a way to drop it.
#[component]
fn Range() -> impl IntoView {
    let list = expect_context::<ListState>();
    let timeline = expect_context::<TimelineState>();
    let settings = expect_context::<SettingsState>();
    move || {
        list.range.get().map(|(axis, from, to)| {
            let zone = settings.zone();
            let text = match axis {
                Axis::Time => format!("{} – {}", time::micros(from, true, zone), time::micros(to, true, zone)),
                Axis::Bytes => format!("bytes {} – {}", format::count(from), format::count(to)),
            };
            view! {
                <span class="bi-range" data-testid="range">{text}
                    <button class="bi-link" aria-label="Drop the selected stretch" title="Drop the selected stretch (Esc)" on:click=move |_| timeline.select_range(None)>"✕"</button></span>
            }
        })
    }
}
