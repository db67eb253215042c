//! The list of transactions, each to be unfolded into its events.

use super::event_cells::event_cells;
use crate::model::expansion::Row;
use crate::model::{format, time};
use crate::protocol::{Sort, TxLine};
use crate::state::{ListState, LogState, Navigation, SelectionState, SettingsState};
use crate::widgets::VirtualList;
use binlight_engine::transactions::{End, Kind};
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

/// Pixels per line; the style sheet has the same.
const ROW: f64 = 22.0;

#[component]
pub(super) fn Transactions() -> impl IntoView {
    let log = expect_context::<LogState>();
    let list = expect_context::<ListState>();
    let selection = expect_context::<SelectionState>();
    let settings = expect_context::<SettingsState>();
    let navigation = expect_context::<Navigation>();
    let range = RwSignal::new(0..0);
    Effect::new(move |_| {
        list.shown.track();
        list.id.track();
        list.expansion.track();
        list.show_transactions(range.get());
    });
    let rows = Signal::derive(move || {
        let transactions = list.shown.with(|s| u64::from(s.transactions));
        list.expansion.with(|e| e.total(transactions))
    });
    let current = Signal::derive(move || {
        let line = list.transaction_line.get()?;
        list.expansion.with(
            |e| match selection.event.get().filter(|_| !selection.whole.get()) {
                Some(event) => e.of_event(event).or(Some(e.of_transaction(line))),
                None => Some(e.of_transaction(line)),
            },
        )
    });
    let active = Signal::derive(move || {
        current
            .get()
            .map(|i| format!("tx-row-{i}"))
            .unwrap_or_default()
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let Some(i) = current.get_untracked() else {
            return;
        };
        let row = list.expansion.with_untracked(|e| e.row(i));
        let (line, open) = match row {
            Row::Transaction(line) => (line, list.expansion.with_untracked(|e| e.is_open(line))),
            Row::Event(line, _) => (line, true),
        };
        match (event.key().as_str(), row) {
            ("ArrowRight", Row::Transaction(_)) if !open => list.toggle(line),
            ("ArrowLeft", Row::Transaction(_)) if open => list.toggle(line),
            ("ArrowLeft", Row::Event(..)) => navigation.select_transaction_line(line),
            ("Enter" | " ", Row::Transaction(_)) => list.toggle(line),
            _ => return,
        }
        event.prevent_default();
    };
    // Where all happened on one day, its date stands in the top bar alone.
    let one_day = Memo::new(move |_| {
        let zone = settings.zone();
        let day = |t: u64| time::micros(t, false, zone).get(..10).map(str::to_owned);
        log.progress
            .with(|p| p.time)
            .is_some_and(|(a, b)| day(a) == day(b))
    });
    view! {
        <section class="bi-txs" aria-label="Transactions" class:bi-one-day=one_day>
            <div class="bi-tx bi-head">
                <span></span>
                {header(list, Sort::Time, "Commit", "bi-c-time")}
                {header(list, Sort::Position, "GTID or position", "bi-c-gtid")}
                {header(list, Sort::Rows, "Rows", "bi-c-rows bi-num")}
                {header(list, Sort::Size, "Size", "bi-c-size bi-num")}
                {header(list, Sort::Duration, "Open", "bi-c-open bi-num")}
                {header(list, Sort::Lag, "Lag", "bi-c-lag bi-num")}
                <span>"What"</span>
            </div>
            <VirtualList rows=rows row_height=ROW render=Arc::new(move |i| row(log, list, selection, settings, i)) current=current
                on_move=move |i: u64| navigation.select_display_line(i) on_range=move |r| range.set(r) on_key=on_key
                role="treegrid" label="Transactions" testid="transaction-list" active=active/>
            {move || list.shown.with(|s| s.finished && s.transactions == 0).then(|| view! {
                <p class="bi-none">{if list.is_narrowed() { "No transaction matches." } else { "There is no transaction in this log." }}</p>
            })}
        </section>
    }
}

fn header(list: ListState, sort: Sort, label: &'static str, class: &'static str) -> AnyView {
    let title = match sort {
        Sort::Time => "Sort by commit time",
        Sort::Position => "Sort as in the log",
        Sort::Rows => "Sort by row changes",
        Sort::Size => "Sort by bytes in the log",
        Sort::Duration => "Sort by time from first statement to commit",
        Sort::Lag => "Sort by time from the first server’s commit to this one’s",
    };
    let arrow = move || {
        let (by, descending) = list.sort.get();
        (by == sort).then_some(if descending { " ▾" } else { " ▴" })
    };
    view! {
        <button class=format!("bi-sort {class}") data-testid=format!("sort-{}", label.split(' ').next().unwrap_or(label).to_lowercase())
            title=title on:click=move |_| list.sort_by(sort)>{label}{arrow}</button>
    }
    .into_any()
}

fn row(
    log: LogState,
    list: ListState,
    selection: SelectionState,
    settings: SettingsState,
    i: u64,
) -> AnyView {
    match list.expansion.with(|e| e.row(i)) {
        Row::Transaction(line) => transaction(log, list, selection, settings, i, line),
        Row::Event(_, no) => {
            let Some(line) = list.events.line(no.0.into()) else {
                return waiting();
            };
            let selected = move || selection.event.get() == Some(no) && !selection.whole.get();
            view! {
                <div class="bi-event bi-of-tx" role="row" id=format!("tx-row-{i}") data-pos=line.row.offset.to_string() data-no=no.0.to_string()
                    class:bi-selected=selected class:bi-inner=line.inner.is_some() class:bi-faulty=line.fault.is_some()
                    aria-selected=move || selected().to_string() aria-rowindex=(i + 1).to_string() on:click=move |_| selection.select(no)>
                    {event_cells(settings, &line)}
                </div>
            }
            .into_any()
        }
    }
}

fn waiting() -> AnyView {
    view! { <div class="bi-tx bi-waiting" role="row"><span role="gridcell">"…"</span></div> }
        .into_any()
}

fn transaction(
    log: LogState,
    list: ListState,
    selection: SelectionState,
    settings: SettingsState,
    i: u64,
    line: u64,
) -> AnyView {
    let Some(tx) = list.transactions.line(line) else {
        return waiting();
    };
    let no = tx.no;
    let first = tx.tx.first;
    let selected = move || selection.transaction.get() == Some(no) && selection.whole.get();
    let within = move || selection.transaction.get() == Some(no) && !selection.whole.get();
    let open = list.expansion.with(|e| e.is_open(line));
    let commit = time::micros(tx.tx.commit, tx.tx.precise, settings.zone());
    let (day, clock) = commit
        .split_once(' ')
        .map_or((String::new(), commit.clone()), |(d, c)| {
            (format!("{d} "), c.to_owned())
        });
    let clock = match clock.split_once('.') {
        // Milliseconds are enough in a list; the whole is in the title.
        Some((whole, fraction)) => format!("{whole}.{}", &fraction[..3.min(fraction.len())]),
        None => clock,
    };
    let rows: u64 = tx.rows.iter().sum();
    let lag = tx.tx.lag().map_or(String::new(), |lag| {
        if lag < 0 {
            format!("−{}", time::length(lag.unsigned_abs()))
        } else if lag == 0 {
            "0".to_owned()
        } else {
            time::length(lag.unsigned_abs())
        }
    });
    let duration = tx.tx.duration();
    let several = log.progress.with(|p| p.files.len() > 1);
    let title = title_of(
        &tx,
        &commit,
        several
            .then(|| {
                log.progress
                    .with(|p| p.files.get(tx.file as usize).cloned())
            })
            .flatten(),
    );
    view! {
        <div class="bi-tx" role="row" id=format!("tx-row-{i}") data-gtid=tx.gtid.clone() data-pos=tx.pos.to_string() data-n=no.0.to_string()
            data-end=tx.tx.is_complete().to_string()
            class:bi-selected=selected class:bi-within=within class:bi-faulty=tx.faulty class:bi-cut=!tx.tx.is_complete()
            aria-selected=move || selected().to_string() aria-expanded=open.to_string() aria-rowindex=(i + 1).to_string() title=title
            on:click=move |_| selection.select_transaction(no, first)>
            <span class="bi-fold" role="gridcell" aria-label=if open { "Fold" } else { "Unfold" } data-testid="unfold" on:click=move |event| {
                event.stop_propagation();
                list.toggle(line);
            }>{if open { "▾" } else { "▸" }}</span>
            <span role="gridcell" class="bi-c-time"><span class="bi-day">{day}</span>{clock}</span>
            <span role="gridcell" class="bi-c-gtid">{short_gtid(&tx)}</span>
            <span role="gridcell" class="bi-num bi-c-rows">{if rows > 0 { format::short(rows as f64) } else { String::new() }}</span>
            <span role="gridcell" class="bi-num bi-c-size">{format::short_bytes(tx.tx.size())}</span>
            <span role="gridcell" class="bi-num bi-c-open">{if duration > 0 { time::length(duration) } else { String::new() }}</span>
            <span role="gridcell" class="bi-num bi-c-lag">{lag}</span>
            <span role="gridcell" class="bi-info">{what(&tx)}</span>
        </div>
    }
    .into_any()
}

/// The GTID with its source shortened, so that the number is in view; without one the position.
fn short_gtid(tx: &TxLine) -> AnyView {
    if tx.gtid.is_empty() || tx.gtid == "ANONYMOUS" {
        return view! { <span class="bi-dim">"at "</span>{tx.pos.to_string()} }.into_any();
    }
    match tx.gtid.split_once(':').filter(|(uuid, _)| uuid.len() == 36) {
        Some((uuid, rest)) => {
            view! { <span class="bi-dim">{format!("{}…:", &uuid[..8])}</span>{rest.to_owned()} }
                .into_any()
        }
        None => tx.gtid.clone().into_any(),
    }
}

fn title_of(tx: &TxLine, commit: &str, file: Option<String>) -> String {
    let mut lines = vec![format!("transaction {}, committed {commit}", tx.no.0)];
    if !tx.gtid.is_empty() {
        lines.push(tx.gtid.clone());
    }
    let place = format!("{} – {}", tx.pos, tx.end_pos);
    lines.push(file.map_or(place.clone(), |f| format!("{f} {place}")));
    let thread = tx
        .tx
        .thread_id()
        .map_or(String::new(), |t| format!(", connection {t}"));
    lines.push(format!(
        "server {}{thread}, {} events",
        tx.tx.server_id,
        tx.tx.events()
    ));
    if let Some(log) = &tx.source_log {
        lines.push(format!("from the source’s {log}"));
    }
    lines.join("\n")
}

/// What it did: tables and numbers, or its statement, or how it ended.
fn what(tx: &TxLine) -> AnyView {
    let end = match tx.tx.end {
        End::Commit => None,
        End::Incomplete => Some("no end"),
        End::Rollback => Some("rolled back"),
        End::XaPrepare => Some("XA prepared"),
        End::XaCommit => Some("XA commit"),
        End::XaRollback => Some("XA rollback"),
        End::AlterStart => Some("ALTER begins"),
        End::AlterCommit => Some("ALTER done"),
        End::AlterRollback => Some("ALTER failed"),
        End::Unopened => Some("not opened"),
    };
    let end = end.map(|text| {
        let bad = matches!(tx.tx.end, End::Incomplete | End::Unopened);
        view! { <b class=if bad { "bi-tag bi-bad" } else { "bi-tag bi-warn" }>{text}</b> }
    });
    let fault = tx
        .faulty
        .then(|| view! { <b class="bi-tag bi-bad">"fault"</b> });
    let kind = (tx.tx.kind == Kind::Ddl).then(|| view! { <b class="bi-tag bi-ddl">"DDL"</b> });
    // The database once, and again where it changes.
    let mut last = "";
    let named = tx.tables.iter().map(|(name, counts)| {
        let (database, table) = name.split_once('.').unwrap_or(("", name));
        let shown = if database == last { table } else { name };
        last = database;
        (shown.to_owned(), *counts)
    });
    let named: Vec<(String, [u32; 3])> = named.collect();
    let tables = named.into_iter().map(|(name, [inserts, updates, deletes])| {
        let count = |n: u32, sign: &str, class: &'static str| {
            (n > 0).then(|| view! { <b class=class>{format!("{sign}{}", format::short(f64::from(n)))}</b> })
        };
        view! { <span class="bi-touch"><span class="bi-shrinks">{name}</span>" "{count(inserts, "+", "bi-t-insert")}{count(updates, "~", "bi-t-update")}{count(deletes, "−", "bi-t-delete")}</span> }
    });
    let more = (tx.more_tables > 0).then(|| format!("and {} more", tx.more_tables));
    let other = tx.other_half.map(|n| format!("→ transaction {}", n.0));
    view! { {fault}{end}{kind}{tables.collect_view()}<span class="bi-shrinks bi-t-sql">{tx.statement.clone()}</span>{more}<span class="bi-dim bi-other">{other}</span> }.into_any()
}
