//! The cells of an event's line, in the list of events and in an unfolded transaction.

use crate::model::time;
use crate::protocol::EventLine;
use crate::state::SettingsState;
use binlight_engine::index::state as bits;
use binlight_parser::codes::EventType;
use leptos::prelude::*;

/// The cells of an event's line.
pub(super) fn event_cells(settings: SettingsState, line: &EventLine) -> AnyView {
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
    let time = time::seconds(row.timestamp, settings.zone());
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
        <span role="gridcell" class=format!("bi-type {}", family(&row.event_type, damaged)) title=kind>{kind.clone()}</span>
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
fn family(t: &EventType, damaged: bool) -> &'static str {
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
