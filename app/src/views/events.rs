//! The list of events.

use super::event_cells::event_cells;
use crate::model::time;
use crate::state::{ListState, LogState, Navigation, SelectionState, SettingsState};
use crate::widgets::VirtualList;
use leptos::prelude::*;
use std::sync::Arc;

/// Pixels per line; the style sheet has the same.
const ROW: f64 = 22.0;

#[component]
pub(super) fn Events() -> impl IntoView {
    let log = expect_context::<LogState>();
    let list = expect_context::<ListState>();
    let selection = expect_context::<SelectionState>();
    let settings = expect_context::<SettingsState>();
    let navigation = expect_context::<Navigation>();
    let current = Signal::derive(move || {
        list.event_line
            .get()
            .filter(|_| selection.event.get().is_some())
    });
    let range = RwSignal::new(0..0);
    // The range in view, and again when events were added while the log is read.
    Effect::new(move |_| {
        let _ = log.event_count();
        list.shown.track();
        list.id.track();
        list.show_events(range.get());
    });
    let active = Signal::derive(move || {
        selection
            .event
            .get()
            .map(|no| format!("event-{}", no.0))
            .unwrap_or_default()
    });
    let rows = Signal::derive(move || list.event_total());
    // Where all happened on one day, its date stands in the top bar alone.
    let one_day = Memo::new(move |_| {
        let zone = settings.zone();
        let day = |t: u32| time::seconds(t, zone).get(..10).map(str::to_owned);
        log.summary
            .with(|s| s.as_ref().and_then(|s| s.totals.time))
            .is_some_and(|(a, b)| day(a) == day(b))
    });
    view! {
        <section class="bi-events" aria-label="Events" class:bi-one-day=one_day
            class:bi-long-pos=move || log.progress.with(|p| p.total >= 100_000_000)>
            <div class="bi-event bi-head" aria-hidden="true">
                <span class="bi-num">"Position"</span><span>{move || if settings.local_time.get() { "Time (local)" } else { "Time (UTC)" }}</span><span>"Type"</span>
                <span class="bi-num">"Server"</span><span class="bi-num">"Size"</span><span>"Info"</span>
            </div>
            <VirtualList rows=rows row_height=ROW
                render=Arc::new(move |i| row(list, selection, settings, i))
                current=current
                on_move=move |i: u64| navigation.select_event_line(i)
                on_range=move |r| range.set(r)
                role="grid" label="Events" testid="event-list" active=active/>
        </section>
    }
}

fn row(list: ListState, selection: SelectionState, settings: SettingsState, i: u64) -> AnyView {
    let narrowed = list.shown.with(|s| s.events.is_some());
    let line = if narrowed {
        list.found.line(i)
    } else {
        list.events.line(i)
    };
    let Some(line) = line else {
        return view! { <div class="bi-event bi-waiting" role="row"><span role="gridcell">"…"</span></div> }
            .into_any();
    };
    let no = line.no;
    let selected = move || selection.event.get() == Some(no);
    view! {
        <div class="bi-event" role="row" id=format!("event-{}", no.0) data-pos=line.row.offset.to_string() data-no=no.0.to_string()
            data-inner=line.inner.map(|(n, _)| n.to_string())
            class:bi-selected=selected class:bi-inner=line.inner.is_some() class:bi-faulty=line.fault.is_some()
            aria-selected=move || selected().to_string() aria-rowindex=(i + 1).to_string()
            on:click=move |_| selection.select(no)>
            {event_cells(settings, &line)}
        </div>
    }
    .into_any()
}
