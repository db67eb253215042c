//! The numbers of one source along a line: before the log, in it, missing.

use crate::model::format;
use crate::protocol::Place;
use crate::state::{DialogState, ListState, Navigation, ReportState, SelectionState};
use binlight_engine::gtid_report::{Numbering, SourceReport};
use binlight_parser::gtid::interval::Interval;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Runs drawn one by one; the line is some 600 pixels wide.
const DRAWN: usize = 1500;

#[component]
#[allow(
    clippy::needless_pass_by_value,
    reason = "a component owns its properties"
)]
pub(super) fn NumberLine(report: SourceReport) -> impl IntoView {
    let list = expect_context::<ListState>();
    let selection = expect_context::<SelectionState>();
    let reports = expect_context::<ReportState>();
    let dialogs = expect_context::<DialogState>();
    let navigation = expect_context::<Navigation>();
    let whole = (report.extent.0, report.extent.1.max(report.extent.0));
    let window = RwSignal::new(first_window(&report, whole));
    let runs = RwSignal::new([
        report.before.clone(),
        report.inside.clone(),
        report.gaps.clone(),
    ]);
    let numbering = report.numbering.clone();
    // Of very many runs those in the window are asked for again when it changes.
    let many = report
        .before
        .len()
        .max(report.inside.len())
        .max(report.gaps.len())
        >= 1000;
    let for_window = numbering.clone();
    Effect::new(move |before: Option<(u64, u64)>| {
        let now = window.get();
        if many && before.is_some_and(|b| b != now) {
            let numbering = for_window.clone();
            spawn_local(async move {
                if let Some(got) = reports.gtid_window(numbering, now.0, now.1).await
                    && window.get_untracked() == now
                {
                    runs.set(got);
                }
            });
        }
        now
    });
    let set = move |from: f64, to: f64| {
        let (first, last) = (whole.0 as f64, whole.1 as f64);
        let width = (to - from).max(4.0).min((last - first).max(1.0));
        let from = from.clamp(first, (last - width).max(first));
        window.set((
            from.round() as u64,
            ((from + width).round() as u64).min(whole.1),
        ));
    };
    let at = move |event: &ev::MouseEvent| {
        let (first, last) = window.get_untracked();
        let share = crate::platform::page::share_of_width(event).unwrap_or(0.5);
        first as f64 + share * (last - first + 1) as f64
    };
    let zoom = move |factor: f64, about: f64| {
        let (first, last) = window.get_untracked();
        let width = (last - first + 1) as f64 * factor;
        let share = (about - first as f64) / (last - first + 1) as f64;
        set(about - share * width, about + (1.0 - share) * width);
    };
    let pressed = StoredValue::new(None::<(f64, (u64, u64), bool)>);
    let hovered = RwSignal::new(None::<u64>);
    let for_click = numbering.clone();
    let servers = report.servers.clone();
    let on_up = move |event: ev::PointerEvent| {
        let moved = pressed.get_value().is_some_and(|(_, _, moved)| moved);
        pressed.set_value(None);
        if moved {
            return;
        }
        let number = at(&event) as u64;
        let inside =
            runs.with_untracked(|r| r[1].iter().any(|i| i.first <= number && number <= i.last));
        if !inside {
            let near = nearest(&runs.with_untracked(|r| r[1].clone()), number);
            return match near {
                Some(near) => go(list, navigation, &for_click, &servers, near),
                None => dialogs.notice.set(Some(
                    "No transaction of this source is in the log.".to_owned(),
                )),
            };
        }
        go(list, navigation, &for_click, &servers, number);
    };
    let [before, inside, gaps] = report.counts;
    let name = numbering.to_string();
    let about = if report.servers.is_empty() {
        String::new()
    } else {
        format!(
            " servers {}",
            report
                .servers
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        )
    };
    let label = format!("{name}: {inside} in this log, {before} before it, {gaps} missing");
    view! {
        <div class="bi-source" data-source=name data-inside=inside.to_string() data-gaps=gaps.to_string()>
            <div class="bi-source-head"><code>{name.clone()}</code><span class="bi-dim">{about}</span>
                <span>{format!("{} here", format::count(inside))}</span>
                {(before > 0).then(|| view! { <span class="bi-dim">{format!("{} before", format::count(before))}</span> })}
                {(gaps > 0).then(|| view! { <b class="bi-tag bi-warn">{format!("{} missing", format::count(gaps))}</b> })}
                <span class="bi-spring"></span>
                <span class="bi-dim">{move || hovered.get().map(|n| n.to_string())}</span>
                {move || (window.get() != whole).then(|| view! { <button class="bi-button bi-small" on:click=move |_| window.set(whole)>"Fit"</button> })}
            </div>
            <div class="bi-runs" role="img" aria-label=label data-testid="gtid-strip"
                on:wheel=move |event: ev::WheelEvent| {
                    event.prevent_default();
                    zoom((event.delta_y() / 300.0).clamp(-1.5, 1.5).exp2(), at(&event));
                }
                on:pointerdown=move |event: ev::PointerEvent| {
                    crate::platform::page::capture_current(&event);
                    pressed.set_value(Some((at(&event), window.get_untracked(), false)));
                }
                on:pointermove=move |event: ev::PointerEvent| {
                    hovered.set(Some(at(&event) as u64));
                    let Some((from, (first, last), moved)) = pressed.get_value() else { return };
                    let by = from - at(&event);
                    let pixel = (last - first + 1) as f64 / 600.0;
                    if moved || by.abs() > pixel * 4.0 {
                        let (first, last) = window.get_untracked();
                        set(first as f64 + by, (last + 1) as f64 + by);
                        pressed.set_value(Some((from, window.get_untracked(), true)));
                    }
                }
                on:pointerleave=move |_| hovered.set(None)
                on:pointerup=on_up>
                {move || {
                    let (first, last) = window.get();
                    let width = (last - first + 1) as f64;
                    let one = |run: &Interval, class: &'static str| {
                        let from = run.first.max(first);
                        let to = run.last.min(last);
                        let left = 100.0 * (from - first) as f64 / width;
                        let wide = 100.0 * (to - from + 1) as f64 / width;
                        view! { <i class=class style:left=format!("{left}%") style:width=format!("max(1px, {wide}%)")></i> }
                    };
                    runs.with(|[before, inside, gaps]| {
                        let within = |runs: &Vec<Interval>| runs.iter().filter(|r| r.last >= first && r.first <= last).take(DRAWN).copied().collect::<Vec<_>>();
                        let before = within(before).iter().map(|r| one(r, "bi-run-before")).collect_view();
                        let inside = within(inside).iter().map(|r| one(r, "bi-run-inside")).collect_view();
                        let gaps = within(gaps).iter().map(|r| one(r, "bi-run-gap")).collect_view();
                        view! { {before}{gaps}{inside} }
                    })
                }}
                {move || selected(selection, &numbering).map(|number| {
                    let (first, last) = window.get();
                    let left = 100.0 * (number as f64 + 0.5 - first as f64) / (last - first + 1) as f64;
                    view! { <i class="bi-run-mark" style:left=format!("{left}%")></i> }
                })}
            </div>
            <div class="bi-run-ends"><span>{move || format::count(window.get().0)}</span><span>{move || format::count(window.get().1)}</span></div>
        </div>
    }
}

/// What is shown first: all, unless what the log holds were a sliver of it; then that.
fn first_window(report: &SourceReport, whole: (u64, u64)) -> (u64, u64) {
    let (Some(first), Some(last)) = (report.inside.first(), report.inside.last()) else {
        return whole;
    };
    let wide = last.last - first.first + 1;
    if wide > (whole.1 - whole.0) / 4 {
        return whole;
    }
    (
        first.first.saturating_sub(wide / 4).max(whole.0),
        last.last.saturating_add(wide / 4).min(whole.1),
    )
}

/// The number of the selected transaction, if it is of this source.
fn selected(selection: SelectionState, numbering: &Numbering) -> Option<u64> {
    let gtid = selection
        .inspection
        .with(|i| i.as_ref()?.transaction.as_ref().map(|t| t.gtid.clone()))?;
    let (source, number) = match numbering {
        Numbering::Mysql(_) => gtid.rsplit_once(':')?,
        Numbering::Domain(_) => {
            let (domain, rest) = gtid.split_once('-')?;
            (domain, rest.rsplit_once('-')?.1)
        }
    };
    let mine = match numbering {
        Numbering::Mysql(tag) => source == tag.to_string(),
        Numbering::Domain(domain) => source == domain.to_string(),
    };
    number.parse().ok().filter(|_| mine)
}

fn nearest(runs: &[Interval], number: u64) -> Option<u64> {
    let near = |r: &Interval| number.clamp(r.first, r.last);
    runs.iter().map(near).min_by_key(|n| n.abs_diff(number))
}

/// Selects the transaction of a number. In a domain any of its servers may have given it.
fn go(
    list: ListState,
    navigation: Navigation,
    numbering: &Numbering,
    servers: &[u32],
    number: u64,
) {
    match numbering {
        Numbering::Mysql(source) => {
            navigation.go_to_place(Place::Gtid(format!("{source}:{number}")));
        }
        Numbering::Domain(domain) => match servers {
            [server] => navigation.go_to_place(Place::Gtid(format!("{domain}-{server}-{number}"))),
            _ => list.show_matching(&format!("gtid:{domain}-*-{number}")),
        },
    }
}
