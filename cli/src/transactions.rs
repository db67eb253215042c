//! `binlight transactions` and `binlight filter`.

use crate::input::FileSource;
use crate::json;
use crate::open_log::clock;
use binlight_engine::answer;
use binlight_engine::filter;
use binlight_engine::log::Log;
use binlight_engine::session::Session;
use binlight_engine::transactions::TxNo;
use binlight_engine::view::{View, ViewId, ViewState};
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// A line per transaction.
pub fn transactions(out: &mut impl Write, session: &Session<FileSource>) -> io::Result<()> {
    let log = session.log.borrow();
    for (no, _) in log.transactions().iter() {
        one(out, &log, no)?;
    }
    Ok(())
}

/// The transactions that `expression` finds: their numbers, or all about them.
pub fn filter(
    out: &mut impl Write,
    session: &Session<FileSource>,
    expression: &str,
    whole: bool,
) -> io::Result<()> {
    let id = ViewId(1);
    let view = View {
        filter: expression.to_owned(),
        ..View::default()
    };
    *session.view.borrow_mut() = ViewState::new(id, view);
    let mut failure = None;
    let turn = || std::future::ready(());
    futures::executor::block_on(answer::view::make(session, id, clock(), turn, |shown| {
        failure = shown.failure;
    }));
    let (log, view) = (session.log.borrow(), session.view.borrow());
    for no in view.transactions(&log) {
        if whole {
            one(out, &log, no)?;
        } else {
            writeln!(out, "{}", no.0)?;
        }
    }
    failure.map_or(Ok(()), |why| Err(io::Error::other(why)))
}

/// Whether `expression` can be read.
///
/// # Errors
/// What is wrong with it, with an arrow below the place.
pub fn readable(expression: &str) -> Result<(), String> {
    let Err(wrong) = filter::parse(expression, 0) else {
        return Ok(());
    };
    let before = expression.get(..wrong.at.start).unwrap_or(expression);
    let arrow = " ".repeat(before.chars().count());
    Err(format!("{}\n  {expression}\n  {arrow}^", wrong.message))
}

fn one(out: &mut impl Write, log: &Log, no: TxNo) -> io::Result<()> {
    let all = log.transactions();
    let Some(tx) = all.get(no) else { return Ok(()) };
    let mut tables = serde_json::Map::new();
    for touch in all.touches(no) {
        let Some(name) = log.index().tables.get(touch.table as usize) else {
            continue;
        };
        let counts =
            json!({ "insert": touch.inserts, "update": touch.updates, "delete": touch.deletes });
        tables.insert(format!("{}.{}", name.database, name.name), counts);
    }
    let file = log.file_at(tx.pos).and_then(|i| log.files.get(i));
    let base = file.map_or(0, |f| f.base);
    let gtid = all.gtid(&tx).to_string();
    let line = json!({
        "n": no.0,
        "gtid": if gtid.is_empty() { Json::Null } else { json!(gtid) },
        "pos": tx.pos - base,
        "end_pos": tx.end_pos - base,
        "size": tx.size(),
        "start": u64::from(tx.start) * 1_000_000,
        "commit": tx.commit,
        "kind": tx.kind.name(),
        "server_id": tx.server_id,
        "thread_id": tx.thread_id(),
        "xid": (tx.xid != 0).then_some(tx.xid),
        "last_committed": tx.last_committed,
        "sequence_number": tx.sequence_number,
        "tables": tables,
        "statements": tx.statements,
        "events": tx.events(),
        "end": format!("{:?}", tx.end),
        "other_half": log.grouper.gtids.halves.get(&no).map(|n| n.0),
        "complete": tx.is_complete(),
    });
    let line = line.to_string();
    let rest = line.strip_prefix('{').unwrap_or(&line);
    match file.filter(|_| log.files.len() > 1) {
        Some(file) => {
            let mut name = Vec::new();
            json::string(&mut name, &file.name);
            write!(out, "{{\"file\":{},", String::from_utf8_lossy(&name))?;
        }
        None => write!(out, "{{")?,
    }
    writeln!(out, "{rest}")
}
