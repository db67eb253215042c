//! Damage, and files that are missing or not closed.

use super::{List, Place, Severity, at, clip, plural};
use crate::index::{EventNo, FaultCode, Totals};
use crate::limits::PLACES;
use crate::log::Log;
use binlight_parser::fault::FaultKind;
use std::collections::BTreeMap;

pub(super) fn damage(log: &Log, out: &mut List) {
    let index = log.index();
    let in_file = |no: EventNo| index.events.get(no).map_or(0, |r| log.in_file(r.offset));
    // Events of each group, and the last that was counted: one may have faults of several codes.
    let mut groups: BTreeMap<&'static str, (u64, EventNo, Vec<Place>)> = BTreeMap::new();
    for (no, code) in index.fault_codes.iter().filter(|(_, c)| *c != ENCRYPTED) {
        let group = groups.entry(group_of(code));
        let (count, last, _) = group.or_insert((0, EventNo(u32::MAX), Vec::new()));
        *count += u64::from(*last != no);
        *last = no;
    }
    for (no, fault) in &index.faults {
        let places = groups.get_mut(group_of(FaultCode::of(&fault.kind)));
        if let Some((_, _, places)) = places.filter(|(_, _, p)| p.len() < PLACES)
            && places.last().is_none_or(|p| p.event != Some(*no))
            && fault.kind != FaultKind::Encrypted
        {
            let what = format!("{} {}, event at {}", fault.code(), fault.kind, in_file(*no));
            places.push(at(*no, what));
        }
    }
    for (code, (count, _, places)) in groups {
        let (title, why): (fn(u64) -> String, _) = match code {
            "checksum" => (
                |n| {
                    plural(
                        n,
                        "event’s checksum does not match",
                        "events’ checksums do not match",
                    )
                },
                "The bytes are not those the server wrote. A replica reading them stops with error 1594 or 1236; fetch the log again, and check the disk.",
            ),
            "truncated" => (
                |n| {
                    if n == 1 {
                        "The log ends inside an event".into()
                    } else {
                        format!("{n} files end inside an event")
                    }
                },
                "A copy that was cut short, or a server that crashed while it wrote. The transaction there is not whole; a server rolls it back when it recovers.",
            ),
            "framing" => (
                |n| plural(n, "stretch is no event", "stretches are no events"),
                "Lengths or headers are damaged there; reading went on at the next place where events chain. What lay between is not decoded.",
            ),
            "compressed" => (
                |n| {
                    plural(
                        n,
                        "compressed event cannot be unpacked",
                        "compressed events cannot be unpacked",
                    )
                },
                "What it holds stays unknown here: its bytes are damaged, or it is larger than a browser can hold.",
            ),
            _ => (
                |n| {
                    plural(
                        n,
                        "event’s body is not as it must be",
                        "events’ bodies are not as they must be",
                    )
                },
                "The event is framed well, yet fields in it contradict each other. A parser of yours may fail there too.",
            ),
        };
        // Beyond those kept it is not known which they are.
        let more = index.fault_codes.left_out();
        let title = |n| {
            let title = title(n);
            if more {
                format!("At least {title}")
            } else {
                title
            }
        };
        out.add(code, Severity::Bad, count, places, title, why);
        out.shown_by(code, "fault:any");
    }
    if let Some((no, _)) = index.fault_codes.iter().find(|(_, c)| *c == ENCRYPTED) {
        let why = "The events after START_ENCRYPTION cannot be read without the server's key.";
        out.add(
            "encrypted",
            Severity::Bad,
            1,
            [at(no, "START_ENCRYPTION")],
            |_| "The log is encrypted".into(),
            why,
        );
    }
}

/// E101.
const ENCRYPTED: FaultCode = FaultCode(101);

/// What a fault of this code is counted with (see [`FaultKind`]).
fn group_of(code: FaultCode) -> &'static str {
    match code.0 {
        205 => "checksum",
        201 | 203 => "truncated",
        202 | 204 | 206 | 207 => "framing",
        501..=506 => "compressed",
        _ => "body",
    }
}

pub(super) fn files(log: &Log, whole: bool, out: &mut List) {
    let index = log.index();
    let Totals { in_use, closed, .. } = index.totals;
    if in_use && !closed && whole {
        let why = "Its first event says that it is in use: the server was still writing when it was copied, or it crashed. More may follow.";
        out.add(
            "in-use",
            Severity::Note,
            1,
            [at(EventNo(0), "in-use flag of the format description")],
            |_| "The log was not closed".into(),
            why,
        );
    }
    let missing: Vec<Place> = log
        .missing_files()
        .into_iter()
        .map(|(event, name)| Place { event, what: name })
        .collect();
    let why = "Files before and after are here, this one is not: transactions in it are missing from everything shown.";
    out.add(
        "missing-files",
        Severity::Bad,
        missing.len() as u64,
        missing,
        |n| plural(n, "file is missing", "files are missing"),
        why,
    );
    let lost = log
        .grouper
        .gtids
        .missing
        .iter()
        .map(|(no, set)| at(*no, clip(&set.to_string().replace('\n', ""))));
    let why = "PREVIOUS_GTIDS of a file lists transactions that neither the files before it nor their own lists hold.";
    out.add(
        "gtids-between-files",
        Severity::Bad,
        log.grouper.gtids.missing.len() as u64,
        lost,
        |n| {
            plural(
                n,
                "file follows on transactions that are not here",
                "files follow on transactions that are not here",
            )
        },
        why,
    );
    let own = &log.notes.own;
    let why = "In a ring of servers a replica gets its own transactions back and must skip them. Were it to run them (replicate_same_server_id), they would be there twice.";
    out.add(
        "own-server-id",
        Severity::Warning,
        own.count,
        own.kept
            .iter()
            .map(|no| at(*no, "event with the replica’s own server id")),
        |n| {
            plural(
                n,
                "event bears the replica’s own server id",
                "events bear the replica’s own server id",
            )
        },
        why,
    );
    let back = &log.notes.clock_back;
    let why = "Commit times go backwards: the server's clock was set back. Point-in-time recovery by time is not safe across it; use positions or GTIDs.";
    let places = back
        .kept
        .iter()
        .map(|(no, from, to)| at(*no, format!("back by {:.3} s", (from - to) as f64 / 1e6)));
    out.add(
        "clock",
        Severity::Warning,
        back.count,
        places,
        |n| plural(n, "step of the clock back", "steps of the clock back"),
        why,
    );
}
