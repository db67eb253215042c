//! The timeline across the page: bars over time or bytes, to be zoomed, moved and narrowed.

mod draw;

use crate::model::commands::Command;
use crate::model::{format, time};
use crate::platform::page;
use crate::state::{Commands, ListState, LogState, Navigation, SettingsState, TimelineState};
use crate::widgets::Canvas;
use binlight_engine::timeline::{Axis, Measure, Stack};
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

/// Pixels that the pointer may move in a click.
const CLICK: f64 = 4.0;

#[component]
pub(super) fn Timeline() -> impl IntoView {
    let log = expect_context::<LogState>();
    let timeline = expect_context::<TimelineState>();
    let navigation = expect_context::<Navigation>();
    let sources = draw::Sources {
        timeline,
        list: expect_context(),
        settings: expect_context(),
    };
    // Where the pointer went down: pixel, and the window if it moves the view.
    let pressed = StoredValue::new(None::<(f64, Option<(f64, f64)>)>);
    let on_down = move |event: ev::PointerEvent| {
        if event.button() > 1 {
            return;
        }
        page::capture(&event);
        let x = f64::from(event.offset_x());
        let pans = event.shift_key() || event.button() == 1;
        let window = untrack(|| timeline.in_view())
            .map(|(_, w)| w)
            .filter(|_| pans);
        pressed.set_value(Some((x, window)));
    };
    let on_move = move |event: ev::PointerEvent| {
        let x = f64::from(event.offset_x());
        timeline.pointer.set(Some(x));
        match pressed.get_value() {
            Some((from, Some(window))) => {
                let shift = (from - x) / timeline.width.get_untracked() * (window.1 - window.0);
                timeline.move_window((window.0 + shift, window.1 + shift));
            }
            Some((from, None))
                if (x - from).abs() > CLICK || timeline.dragged.get_untracked().is_some() =>
            {
                timeline
                    .dragged
                    .set(timeline.place_at(from).zip(timeline.place_at(x)));
            }
            _ => {}
        }
    };
    let on_up = move |event: ev::PointerEvent| {
        let Some((from, window)) = pressed.get_value() else {
            return;
        };
        pressed.set_value(None);
        let x = f64::from(event.offset_x());
        if let Some(dragged) = timeline.dragged.get_untracked() {
            timeline.dragged.set(None);
            timeline.select_range(Some(dragged));
        } else if window.is_none()
            && (x - from).abs() <= CLICK
            && let Some(at) = timeline.place_at(x)
        {
            // The transaction there.
            if let Some((axis, value)) = timeline.value_at(at) {
                navigation.go_to_value(axis, value);
            }
        }
    };
    let on_wheel = move |event: ev::WheelEvent| {
        event.prevent_default();
        let (dx, dy) = (event.delta_x(), event.delta_y());
        if event.shift_key() || dx.abs() > dy.abs() {
            timeline.pan(if dx == 0.0 { dy } else { dx } / 1000.0);
        } else {
            timeline.zoom(
                (dy / 400.0).clamp(-1.0, 1.0).exp2(),
                Some(f64::from(event.offset_x())),
            );
        }
    };
    let label = Signal::derive(move || {
        let transactions = log.progress.with(|p| p.transactions);
        format!("Timeline of {transactions} transactions. W and S zoom, A and D move, 0 shows all.")
    });
    view! {
        <section class="bi-timeline" aria-label="Timeline" data-testid="timeline" tabindex="0"
            data-window=move || timeline.in_view().map(|(s, w)| format!("{}-{}", s.to_value(w.0), s.to_value(w.1)))
            data-bars=move || timeline.bins.with(|b| b.as_ref().map_or(0, |b| b.edges.len().saturating_sub(1)).to_string())>
            <Controls/>
            <div class="bi-strip" on:pointerdown=on_down on:pointermove=on_move on:pointerup=on_up
                on:pointerleave=move |_| timeline.pointer.set(None)
                on:dblclick=move |_| timeline.zoom(0.25, timeline.pointer.get_untracked()) on:wheel=on_wheel>
                <Canvas height=Signal::stored(draw::HEIGHT) width=timeline.width label=label
                    draw=Arc::new(move |surface| draw::draw(sources, surface))/>
                <Tooltip/>
            </div>
        </section>
    }
}

/// Switches and legend.
#[component]
fn Controls() -> impl IntoView {
    let log = expect_context::<LogState>();
    let timeline = expect_context::<TimelineState>();
    let settings = expect_context::<SettingsState>();
    let commands = expect_context::<Commands>();
    view! {
        <div class="bi-strip-controls">
            {switch("Along", "axis", timeline.axis, &[(Axis::Time, "time"), (Axis::Bytes, "bytes")], move || timeline.window.set(None))}
            {switch("Height", "measure", timeline.measure, &[(Measure::Rows, "rows"), (Measure::Bytes, "bytes"), (Measure::Transactions, "transactions")], || {})}
            {switch("Colour", "stack", timeline.stack, &[(Stack::Operation, "operation"), (Stack::Table, "table"), (Stack::Server, "server")], || {})}
            <label class="bi-check" title="Logarithmic heights: the small is seen beside the large">
                <input type="checkbox" data-testid="log-scale" prop:checked=move || timeline.logarithmic.get()
                    on:change=move |event| timeline.logarithmic.set(event_target_checked(&event))/>"log"</label>
            <Legend/>
            <span class="bi-spring"></span>
            {move || (timeline.axis.get() == Axis::Time && !timeline.gaps.with(Vec::is_empty)).then(|| view! {
                <label class="bi-check" title="Cut stretches of time in which nothing was committed down to a sliver">
                    <input type="checkbox" data-testid="fold-gaps" prop:checked=move || timeline.folded.get()
                        on:change=move |event| {
                            timeline.folded.set(event_target_checked(&event));
                            timeline.window.set(None);
                        }/>
                    {format!("fold {}", gaps_text(timeline.gaps.with(Vec::len)))}
                </label>
            })}
            <button class="bi-button bi-small" data-testid="zone" title="Show all times in UTC, or in this browser’s zone"
                on:click=move |_| settings.toggle_zone()>{move || zone_name(log, settings)}</button>
            <button class="bi-button bi-small" title="Zoom out (s)" aria-label="Zoom out" on:click=move |_| commands.run(Command::ZoomOut)>"−"</button>
            <button class="bi-button bi-small" title="Zoom in (w)" aria-label="Zoom in" on:click=move |_| commands.run(Command::ZoomIn)>"+"</button>
            <button class="bi-button bi-small" data-testid="fit" title="Show the whole log (0)" disabled=move || timeline.window.get().is_none()
                on:click=move |_| commands.run(Command::Fit)>"Fit"</button>
        </div>
    }
}

fn gaps_text(n: usize) -> String {
    if n == 1 {
        "1 gap".to_owned()
    } else {
        format!("{n} gaps")
    }
}

/// The zone in force, at the log's time.
fn zone_name(log: LogState, settings: SettingsState) -> String {
    let zone = settings.zone();
    let (first, last) = log.progress.with(|p| p.time).unwrap_or((0, 0));
    let name = zone.name_over((first / 1_000_000) as i64, (last / 1_000_000) as i64);
    if zone.utc {
        name
    } else {
        format!("local: {name}")
    }
}

/// A few words of which one is chosen.
fn switch<T: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    testid: &'static str,
    value: RwSignal<T>,
    choices: &'static [(T, &'static str)],
    then: impl Fn() + Copy + Send + Sync + 'static,
) -> AnyView {
    let buttons = choices.iter().map(|(choice, name)| {
        let choice = *choice;
        view! {
            <button role="radio" class="bi-choice" data-testid=format!("{testid}-{name}") class:bi-chosen=move || value.get() == choice
                aria-checked=move || (value.get() == choice).to_string()
                on:click=move |_| if value.get_untracked() != choice {
                    value.set(choice);
                    then();
                }>{*name}</button>
        }
    });
    view! { <span class="bi-switch" role="radiogroup" aria-label=label><span class="bi-dim">{label}</span>{buttons.collect_view()}</span> }.into_any()
}

/// The series and their colours; a click filters by one.
#[component]
fn Legend() -> impl IntoView {
    let list = expect_context::<ListState>();
    let timeline = expect_context::<TimelineState>();
    let names = Memo::new(move |_| {
        timeline.bins.with(|b| {
            let used = |values: &[f64]| values.iter().any(|v| *v > 0.0);
            b.as_ref()
                .map(|b| {
                    b.series
                        .iter()
                        .enumerate()
                        .filter(|(_, (_, v))| used(v))
                        .map(|(i, (n, _))| (i, n.clone()))
                        .collect::<Vec<_>>()
                })
                .unwrap_or_default()
        })
    });
    move || {
        let stack = timeline.stack.get();
        let items = names.get().into_iter().map(|(i, name)| {
            let filter = match stack {
                Stack::Operation => Some(format!("op:{name}")),
                Stack::Table if name == "other" => None,
                Stack::Table => Some(format!("table:{}", quoted(&name))),
                Stack::Server => name.strip_prefix("server ").map(|id| format!("server:{id}")),
            };
            let title = filter.as_ref().map(|f| format!("Filter: {f}"));
            view! {
                <button class=format!("bi-legend {}", draw::class(stack, i)) title=title disabled=filter.is_none()
                    on:click=move |_| if let Some(filter) = &filter { list.set_filter(filter) }><i></i>{name}</button>
            }
        });
        view! { <span class="bi-legends">{items.collect_view()}</span> }
    }
}

/// A name as a value of the filter language.
pub(super) fn quoted(name: &str) -> String {
    if name.contains(|c: char| c.is_whitespace() || "(),\"".contains(c)) {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}

/// The figures of the bar under the pointer, or of the stretch being dragged.
#[component]
fn Tooltip() -> impl IntoView {
    let list = expect_context::<ListState>();
    let timeline = expect_context::<TimelineState>();
    let settings = expect_context::<SettingsState>();
    move || {
        let x = timeline.pointer.get()?;
        let (scale, window) = timeline.in_view()?;
        let zone = settings.zone();
        let at = |value: u64| match scale.axis {
            Axis::Time => time::micros(value, true, zone),
            Axis::Bytes => format::offset(value),
        };
        let lines = match timeline.dragged.get() {
            Some((a, b)) => {
                let (from, to) = (scale.to_value(a.min(b)), scale.to_value(a.max(b)));
                let long = if scale.axis == Axis::Time {
                    time::length(to - from)
                } else {
                    format::bytes(to - from)
                };
                vec![format!("{} – {}", at(from), at(to)), long]
            }
            None => figures(
                list,
                timeline,
                scale.to_value(window.0 + (window.1 - window.0) * x / timeline.width.get()),
                &at,
            )?,
        };
        let side = if x > timeline.width.get() / 2.0 {
            "bi-tip bi-left"
        } else {
            "bi-tip"
        };
        Some(view! {
            <div class=side data-testid="timeline-tip" style:left=format!("{x}px")>
                {lines.into_iter().map(|l| view! { <div>{l}</div> }).collect_view()}
            </div>
        })
    }
}

/// What a bar holds, in words.
fn figures(
    list: ListState,
    timeline: TimelineState,
    value: u64,
    at: &dyn Fn(u64) -> String,
) -> Option<Vec<String>> {
    let bins = timeline.bins.get()?;
    let i = bins.edges.partition_point(|e| *e <= value).checked_sub(1)?;
    let all = *bins.all.get(i)?;
    let measure = timeline.measure.get();
    let amount = |n: f64| match measure {
        Measure::Bytes => format::bytes(n.round() as u64),
        _ => format::count(n.round() as u64),
    };
    let unit = match measure {
        Measure::Rows => " rows and statements",
        Measure::Bytes => "",
        Measure::Transactions => " transactions",
    };
    let mut lines = vec![at(bins.edges[i])];
    let found: f64 = bins.series.iter().map(|(_, v)| v[i]).sum();
    if untrack(|| list.is_narrowed()) {
        lines.push(format!("{} of {}{unit}", amount(found), amount(all)));
    } else {
        lines.push(format!("{}{unit}", amount(all)));
    }
    let parts = bins.series.iter().filter(|(_, v)| v[i] > 0.0);
    lines.extend(parts.map(|(name, v)| format!("{name}: {}", amount(v[i]))));
    Some(lines)
}
