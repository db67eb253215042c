//! The list of events.

use super::transactions::type_class;
use crate::model::time;
use crate::protocol::EventLine;
use crate::state::AppState;
use crate::widgets::VirtualList;
use binlight_engine::index::state as bits;
use binlight_parser::codes::EventType;
use leptos::prelude::*;
use std::sync::Arc;

/// Pixels per line; the style sheet has the same.
const ROW: f64 = 22.0;

#[component]
pub(super) fn Events() -> impl IntoView {
    let state = expect_context::<AppState>();
    let lists = state.lists;
    let current = Signal::derive(move || {
        lists
            .event_line
            .get()
            .filter(|_| state.selection.get().is_some())
    });
    let range = RwSignal::new(0..0);
    // The range in view, and again when events were added while the log is read.
    Effect::new(move |_| {
        let _ = state.event_count();
        lists.shown.track();
        lists.id.track();
        state.show_events(range.get());
    });
    let active = Signal::derive(move || {
        state
            .selection
            .get()
            .map(|no| format!("event-{}", no.0))
            .unwrap_or_default()
    });
    let rows = Signal::derive(move || {
        let narrowed = lists.shown.with(|s| s.events.map(|n| n as usize));
        narrowed.unwrap_or_else(|| state.event_count())
    });
    // Where all happened on one day, its date stands in the top bar alone.
    let one_day = Memo::new(move |_| {
        let zone = state.zone();
        let day = |t: u32| time::seconds(t, zone).get(..10).map(str::to_owned);
        state
            .summary
            .with(|s| s.as_ref().and_then(|s| s.totals.time))
            .is_some_and(|(a, b)| day(a) == day(b))
    });
    view! {
        <section class="bi-events" aria-label="Events" class:bi-one-day=one_day
            class:bi-long-pos=move || state.progress.with(|p| p.total >= 100_000_000)>
            <div class="bi-event bi-head" aria-hidden="true">
                <span class="bi-num">"Position"</span><span>{move || if state.local_time.get() { "Time (local)" } else { "Time (UTC)" }}</span><span>"Type"</span>
                <span class="bi-num">"Server"</span><span class="bi-num">"Size"</span><span>"Info"</span>
            </div>
            <VirtualList rows=rows row_height=ROW
                render=Arc::new(move |i| row(state, i))
                current=current
                on_move=move |i: usize| state.select_event_line(i)
                on_range=move |r| range.set(r)
                role="grid" label="Events" testid="event-list" active=active/>
        </section>
    }
}

fn row(state: AppState, i: usize) -> AnyView {
    let narrowed = state.lists.shown.with(|s| s.events.is_some());
    let line = if narrowed {
        state.lists.found.line(i)
    } else {
        state.lists.events.line(i)
    };
    let Some(line) = line else {
        return view! { <div class="bi-event bi-waiting" role="row"><span role="gridcell">"…"</span></div> }
            .into_any();
    };
    let no = line.no;
    let selected = move || state.selection.get() == Some(no);
    view! {
        <div class="bi-event" role="row" id=format!("event-{}", no.0) data-pos=line.row.offset.to_string() data-no=no.0.to_string()
            data-inner=line.inner.map(|(n, _)| n.to_string())
            class:bi-selected=selected class:bi-inner=line.inner.is_some() class:bi-faulty=line.fault.is_some()
            aria-selected=move || selected().to_string() aria-rowindex=(i + 1).to_string()
            on:click=move |_| state.select(no)>
            {cells(state, &line)}
        </div>
    }
    .into_any()
}

/// The cells of an event's line.
pub(super) fn cells(state: AppState, line: &EventLine) -> AnyView {
    let EventLine {
        row,
        inner,
        info,
        fault,
        ..
    } = line.clone();
    let position = inner.map_or_else(|| row.offset.to_string(), |(_, at)| format!("+{at}"));
    // Of a GTID the number must stay in view, whatever the column's width.
    let gtid = matches!(row.event_type, EventType::GTID | EventType::GTID_TAGGED);
    let cut = if gtid { info.rfind(':') } else { None };
    let (info_start, info_end) = info.split_at(cut.unwrap_or(info.len()));
    let (info_start, end) = (info_start.to_owned(), info_end.to_owned());
    let title = if info.is_empty() {
        row.event_type.to_string()
    } else {
        info.clone()
    };
    let time = time::seconds(row.timestamp, state.zone());
    let (day, clock) = time
        .split_once(' ')
        .map_or((String::new(), time.clone()), |(d, c)| {
            (format!("{d} "), c.to_owned())
        });
    let damaged = row.state & bits::DAMAGED != 0;
    let kind = if damaged {
        let encrypted = line.fault.as_deref() == Some("E101");
        if encrypted { "encrypted" } else { "damaged" }.to_owned()
    } else {
        row.event_type.to_string()
    };
    view! {
        <span class="bi-num" role="gridcell">{position}</span>
        <span role="gridcell" title=time><span class="bi-day">{day}</span>{clock}</span>
        <span role="gridcell" class=type_class(line, damaged) title=kind>{kind.clone()}</span>
        <span class="bi-num" role="gridcell">{row.server_id.to_string()}</span>
        <span class="bi-num" role="gridcell">{row.size.to_string()}</span>
        <span role="gridcell" class="bi-info" title=title>
            {fault.map(|code| view! { <b class="bi-fault">{code}"\u{a0}"</b> })}
            <span class="bi-shrinks">{info_start}</span>
            {end}
        </span>
    }
    .into_any()
}

/// Colour of a type: what it does to data.
pub(super) fn family(t: &EventType, damaged: bool) -> &'static str {
    use binlight_parser::codes::event_type::RowOp;
    if damaged {
        return "bi-t-damaged";
    }
    match t.rows_shape().map(|s| s.op) {
        Some(RowOp::Insert) => return "bi-t-insert",
        Some(RowOp::Update) => return "bi-t-update",
        Some(RowOp::Delete) => return "bi-t-delete",
        None => {}
    }
    match *t {
        EventType::QUERY
        | EventType::QUERY_COMPRESSED
        | EventType::ROWS_QUERY
        | EventType::ANNOTATE_ROWS => "bi-t-sql",
        EventType::GTID
        | EventType::ANONYMOUS_GTID
        | EventType::GTID_TAGGED
        | EventType::MARIADB_GTID => "bi-t-gtid",
        EventType::XID | EventType::XA_PREPARE | EventType::TRANSACTION_PAYLOAD => "bi-t-commit",
        _ => "bi-t-other",
    }
}
