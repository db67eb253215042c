//! File, server, span of time, integrity; go-to box, theme, help.

use crate::model::{commands::Command, format, time};
use crate::platform::page;
use crate::protocol::Summary;
use crate::state::{Commands, ListState, LogState, Navigation, Opening, Phase, SettingsState};
use leptos::ev;
use leptos::prelude::*;

#[component]
pub(super) fn TopBar() -> impl IntoView {
    let log = expect_context::<LogState>();
    let settings = expect_context::<SettingsState>();
    let opening = expect_context::<Opening>();
    let commands = expect_context::<Commands>();
    view! {
        <header class="bi-top">
            <FileInput/>
            <button class="bi-brand" title="Back to the start" on:click=move |_| opening.close()>"Binlight"</button>
            <div class="bi-summary" data-testid="summary">
                {move || log.is_open().then(|| view! { <Facts/> })}
            </div>
            <Show when=move || log.is_open()><GoTo/></Show>
            <button class="bi-button" title="Open a file (o)" on:click=move |_| commands.run(Command::Open)>"Open"</button>
            <button class="bi-button bi-icon" aria-label="Light or dark" title="Light or dark (t)" on:click=move |_| commands.run(Command::Theme)>
                {move || if settings.dark.get() { "☀" } else { "☾" }}
            </button>
            <button class="bi-button bi-icon" aria-label="Help" title="Help (?)" on:click=move |_| commands.run(Command::Help)>"?"</button>
        </header>
    }
}

/// The pickers, for files and for a folder, behind every "open" button.
#[component]
fn FileInput() -> impl IntoView {
    let opening = expect_context::<Opening>();
    let (files, folder) = (
        NodeRef::<leptos::html::Input>::new(),
        NodeRef::<leptos::html::Input>::new(),
    );
    // Not among the attributes that views know.
    Effect::new(move |_| {
        if let Some(input) = folder.get() {
            let _ = input.set_attribute("webkitdirectory", "");
        }
    });
    let chosen = move |input: NodeRef<leptos::html::Input>| {
        if let Some(input) = input.get_untracked() {
            let files = page::chosen_files(&input);
            leptos::task::spawn_local(async move { opening.take(files).await });
        }
    };
    view! {
        <input type="file" multiple class="bi-file-input" node_ref=files data-testid="open-file" tabindex="-1" aria-label="Binary logs"
            on:change=move |_| chosen(files)/>
        <input type="file" class="bi-file-input" node_ref=folder data-testid="open-folder" tabindex="-1" aria-label="Folder of binary logs"
            on:change=move |_| chosen(folder)/>
    }
}

#[component]
fn Facts() -> impl IntoView {
    let log = expect_context::<LogState>();
    let settings = expect_context::<SettingsState>();
    let server = move || {
        let version = log
            .progress
            .with(|p| p.head.as_ref().map(|h| h.server_version.clone()));
        let flavour = log.progress.with(|p| p.head.as_ref().map(|h| h.flavour));
        let last = log
            .summary
            .with(|s| s.as_ref().map(|s| s.server_version.clone()));
        let version = last.filter(|v| !v.is_empty()).or(version)?;
        let name = match flavour? {
            binlight_parser::context::Flavour::Mysql => "MySQL",
            binlight_parser::context::Flavour::Mariadb => "MariaDB",
        };
        Some(format!("{name} {version}"))
    };
    let span = move || {
        let totals = log.summary.with(|s| s.as_ref().map(|s| s.totals.clone()))?;
        let (first, last) = totals.time?;
        Some((
            time::span(first, last, settings.zone()),
            format::duration(u64::from(last - first)),
        ))
    };
    let counts = move || {
        log.progress.with(|p| {
            format!(
                "{} transactions, {} row changes",
                format::count(u64::from(p.transactions)),
                format::count(p.rows)
            )
        })
    };
    view! {
        <strong class="bi-file" title=move || log.name.get()>{move || log.name.get()}</strong>
        <span>{server}</span>
        <span>{move || format::bytes(log.progress.with(|p| p.total))}</span>
        <span class="bi-counts">{counts}</span>
        {move || span().map(|(span, long)| view! { <span title=long>{span}</span> })}
        {move || match log.phase.get() {
            Phase::Scanning => view! { <Loading/> }.into_any(),
            _ => view! { <Integrity/> }.into_any(),
        }}
    }
}

/// Progress, speed and a way to stop.
#[component]
fn Loading() -> impl IntoView {
    let log = expect_context::<LogState>();
    let opening = expect_context::<Opening>();
    let percent = move || {
        log.progress.with(|p| {
            if p.total == 0 {
                0.0
            } else {
                100.0 * p.done as f64 / p.total as f64
            }
        })
    };
    let speed = move || {
        log.progress.with(|p| {
            if p.elapsed_ms < 1.0 {
                String::new()
            } else {
                format!("{:.0} MB/s", p.done as f64 / 1000.0 / p.elapsed_ms)
            }
        })
    };
    view! {
        <span class="bi-loading" data-testid="loading">
            <progress max="100" prop:value=percent aria-label="Reading"></progress>
            {move || format!("{:.0} %", percent())}" "{speed}
            <button class="bi-button" data-testid="cancel" on:click=move |_| opening.cancel()>"Stop"</button>
        </span>
    }
}

/// One badge that says whether the log is whole; leads to the faults.
#[component]
fn Integrity() -> impl IntoView {
    let log = expect_context::<LogState>();
    let navigation = expect_context::<Navigation>();
    move || {
        let stopped = log.phase.get() == Phase::Stopped;
        log.summary.get().map(|summary| {
            let (class, text, title) = verdict(&summary, stopped);
            let faulty = summary.totals.faults > 0;
            view! {
                <button class=format!("bi-badge {class}") data-testid="integrity" title=title disabled=!faulty
                    on:click=move |_| navigation.next_fault()>{text}</button>
            }
        })
    }
}

fn verdict(summary: &Summary, stopped: bool) -> (&'static str, String, String) {
    let totals = &summary.totals;
    if summary.lock.why.is_some() {
        return (
            "bi-bad",
            "encrypted".to_owned(),
            "The events after START_ENCRYPTION are encrypted: drop the key file.".to_owned(),
        );
    }
    if totals.faults > 0 {
        let n = format::count(totals.faults);
        let plural = if totals.faults == 1 {
            "fault"
        } else {
            "faults"
        };
        let bad = if totals.checksums_bad > 0 {
            format!("{} bad checksums. ", totals.checksums_bad)
        } else {
            String::new()
        };
        return (
            "bi-bad",
            format!("{n} {plural}"),
            format!("{bad}Click to go to the next one (e)."),
        );
    }
    if stopped {
        return (
            "bi-warn",
            "stopped".to_owned(),
            "Reading was stopped; what was read until then is shown.".to_owned(),
        );
    }
    let sums = if summary.checksummed {
        "checksums ok"
    } else {
        "no checksums"
    };
    if totals.in_use {
        let why = "The in-use flag is set: the server is still writing this log, or stopped without closing it.";
        return ("bi-warn", format!("{sums}, not closed"), why.to_owned());
    }
    let relay = if totals.relay { "relay log, " } else { "" };
    (
        "bi-good",
        format!("{relay}{sums}"),
        "Every event is framed, and no fault was found.".to_owned(),
    )
}

/// The box for offsets and event numbers.
#[component]
fn GoTo() -> impl IntoView {
    let list = expect_context::<ListState>();
    let navigation = expect_context::<Navigation>();
    let text = RwSignal::new(String::new());
    view! {
        <form class="bi-goto" role="search" aria-label="Go to a place" on:submit=move |event: ev::SubmitEvent| {
            event.prevent_default();
            navigation.go_to(&text.get_untracked());
            list.focus();
        }>
            <input type="text" data-testid="go-to" aria-label="Go to offset, event, GTID or time" placeholder="go to: 1234, +100, #7, GTID, time"
                title="An offset in the file (decimal or 0x…), +/- from the selected event, #number of an event, a GTID, a time, or “fault” (g)"
                spellcheck="false" autocomplete="off"
                prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event))
                on:keydown=move |event: ev::KeyboardEvent| if event.key() == "Escape" { list.focus(); }/>
        </form>
    }
}
