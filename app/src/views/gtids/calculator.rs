//! Two sets: what is in which, which transactions are missing where.

use crate::model::format;
use crate::protocol::{Calculation, Computed, SetError, SetText};
use crate::state::{ListState, ReportState};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub(super) fn Calculator() -> impl IntoView {
    let list = expect_context::<ListState>();
    let reports = expect_context::<ReportState>();
    let (a, b) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let result = RwSignal::new(None::<Result<Box<Calculation>, SetError>>);
    Effect::new(move |_| {
        let (a, b) = (text(&a.get()), text(&b.get()));
        list.shown.track();
        spawn_local(async move {
            result.set(reports.calculate(a, b).await);
        });
    });
    view! {
        <section class="bi-calculator" data-testid="gtid-calculator" aria-label="Calculator">
            <h2>"Calculator"</h2>
            <p class="bi-dim">"Paste gtid_executed (or gtid_purged) of a server into one, of another into the other; or compare one with this log. MariaDB: gtid_binlog_pos, gtid_slave_pos."</p>
            <div class="bi-sets">
                {input("A", "set-a", a, result, false)}
                {input("B", "set-b", b, result, true)}
            </div>
            {move || match result.get() {
                Some(Ok(calculation)) => shown(list, &calculation),
                _ => ().into_any(),
            }}
        </section>
    }
}

const INSIDE: &str = "{this log}";
const BEFORE: &str = "{before this log}";

fn text(typed: &str) -> SetText {
    match typed.trim() {
        INSIDE => SetText::Inside,
        BEFORE => SetText::Before,
        other => SetText::Typed(other.to_owned()),
    }
}

fn input(
    name: &'static str,
    testid: &'static str,
    set: RwSignal<String>,
    result: RwSignal<Option<Result<Box<Calculation>, SetError>>>,
    second: bool,
) -> AnyView {
    let error = move || {
        result.with(|r| {
            r.as_ref()
                .and_then(|r| r.as_ref().err().filter(|e| e.second == second).cloned())
        })
    };
    view! {
        <div>
            <label><b>{name}</b>
                <textarea data-testid=testid spellcheck="false" rows="3" placeholder="3e11fa47-71ca-11e1-9e33-c80aa9429562:1-77:import:1-5"
                    aria-invalid=move || error().is_some().to_string()
                    prop:value=move || set.get() on:input=move |event| set.set(event_target_value(&event))></textarea></label>
            <button class="bi-button bi-small" data-testid=format!("{testid}-log") on:click=move |_| set.set(INSIDE.to_owned())>"this log"</button>" "
            <button class="bi-button bi-small" on:click=move |_| set.set(BEFORE.to_owned())>"before this log"</button>
            {move || error().map(|e| view! { <p class="bi-fault" role="alert" data-testid=format!("{testid}-error")>{e.message}</p> })}
        </div>
    }
    .into_any()
}

fn shown(list: ListState, result: &Calculation) -> AnyView {
    if !result.domains.is_empty() {
        return positions(result);
    }
    let yes = |yes: bool| if yes { "1 (yes)" } else { "0 (no)" };
    let line = |what: &'static str, meaning: &'static str, set: &Computed, testid: &'static str| {
        let filter = format!("gtid:\"{}\"", set.text.replace('\n', ""));
        let whole = !set.text.ends_with('…');
        view! {
            <tr data-testid=testid><th scope="row"><code>{what}</code><small>{meaning}</small></th>
                <td class="bi-num">{format::count(set.count)}</td>
                <td><pre>{if set.count == 0 { "empty".to_owned() } else { set.text.clone() }}</pre></td>
                <td>{(set.in_log > 0 && whole).then(|| view! {
                    <button class="bi-button bi-small" title="Show the transactions of this set that are in the log" on:click=move |_| list.show_matching(&filter)>{format!("show {}", format::count(set.in_log))}</button>
                })}</td></tr>
        }
    };
    let rows = result.rows.iter().take(200).map(|(uuid, tag, from, to)| view! { <tr><td>{uuid.clone()}</td><td>{tag.clone()}</td><td class="bi-num">{from.to_string()}</td><td class="bi-num">{to.to_string()}</td></tr> });
    view! {
        <table class="bi-table bi-results">
            <tbody>
                {line("GTID_SUBTRACT(A, B)", "in A, not in B: missing on B", &result.only_a, "a-minus-b")}
                {line("GTID_SUBTRACT(B, A)", "in B, not in A: errant on B, if A is its source", &result.only_b, "b-minus-a")}
                {line("A ∩ B", "in both", &result.both, "a-and-b")}
                {line("A ∪ B", "in either, as the server prints it", &result.union, "a-or-b")}
                <tr data-testid="a-in-b"><th scope="row"><code>"GTID_SUBSET(A, B)"</code><small>"B has all that A has"</small></th><td colspan="3">{yes(result.a_in_b)}</td></tr>
                <tr data-testid="b-in-a"><th scope="row"><code>"GTID_SUBSET(B, A)"</code><small>"A has all that B has"</small></th><td colspan="3">{yes(result.b_in_a)}</td></tr>
            </tbody>
        </table>
        {(!result.rows.is_empty()).then(|| view! {
            <details><summary>"A as rows of mysql.gtid_executed, once it is compressed"</summary>
                <table class="bi-table" data-testid="executed-rows"><thead><tr><th scope="col">"source_uuid"</th><th scope="col">"gtid_tag"</th><th scope="col" class="bi-num">"interval_start"</th><th scope="col" class="bi-num">"interval_end"</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody></table></details>
        })}
    }
    .into_any()
}

/// MariaDB: where each domain stands.
fn positions(result: &Calculation) -> AnyView {
    let lines = result.domains.iter().map(|(domain, a, b)| {
        let number = |n: &Option<u64>| n.map_or_else(|| "not there".to_owned(), format::count);
        let verdict = match (a, b) {
            (Some(a), Some(b)) if a == b => "the same".to_owned(),
            (Some(a), Some(b)) if a > b => format!("B is {} behind", format::count(a - b)),
            (Some(a), Some(b)) => format!("A is {} behind", format::count(b - a)),
            (None, _) => "A has nothing of this domain".to_owned(),
            (_, None) => "B has nothing of this domain".to_owned(),
        };
        view! { <tr><th scope="row">{format!("domain {domain}")}</th><td class="bi-num">{number(a)}</td><td class="bi-num">{number(b)}</td><td>{verdict}</td></tr> }
    });
    view! {
        <table class="bi-table bi-results" data-testid="domains"><thead><tr><th scope="col"><span class="bi-unseen">"more"</span></th><th scope="col" class="bi-num">"A"</th><th scope="col" class="bi-num">"B"</th><th scope="col"><span class="bi-unseen">"more"</span></th></tr></thead><tbody>{lines.collect_view()}</tbody></table>
    }
    .into_any()
}
