//! Events as the server's own tool prints them.

use super::RowsOf;
use super::events::{context_of, event_bytes};
use crate::index::{EventNo, state};
use crate::limits::{LISTING, LISTING_EVENT};
use crate::session::Session;
use crate::source::ByteSource;
use binlight_parser::text::{Printer, Tool};
use serde::{Deserialize, Serialize};

/// Events as the server's own tool prints them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// Whose text.
    pub of: RowsOf,
    /// The tool's name.
    pub tool: String,
    /// The text; bytes that are no UTF-8 are replaced.
    pub text: String,
    /// Whether it is all.
    pub whole: bool,
}

/// The text of an event or of a whole transaction. The settings that a statement needs are said at its
/// beginning, as if nothing had been printed before.
///
/// # Errors
/// A sentence for the user if the file cannot be read.
pub async fn listing<S: ByteSource>(session: &Session<S>, of: RowsOf) -> Result<Listing, String> {
    let (first, last) = {
        let log = session.log.borrow();
        match of {
            RowsOf::Event(no) => (no, no),
            RowsOf::Transaction(no) => {
                let tx = log
                    .transactions()
                    .get(no)
                    .ok_or("there is no such transaction")?;
                (tx.first, tx.last)
            }
            RowsOf::Table(..) => return Err("a table has no text of its own".to_owned()),
        }
    };
    let context = context_of(session, first).await?;
    let tool = Tool::of(context.format.flavour);
    let mut printer = Printer::new(tool, context, false).limited(LISTING);
    let (mut out, mut whole) = (Vec::new(), true);
    for no in (first.0..=last.0).map(EventNo) {
        let Some(row) = session.log.borrow().index().events.get(no) else {
            break;
        };
        // What is inside a payload is printed with it.
        if row.state & state::INNER != 0 && first != last {
            continue;
        }
        if out.len() + printer.waiting_len() > LISTING {
            whole = false;
            break;
        }
        let (bytes, at, all) = event_bytes(session, no, LISTING_EVENT).await?;
        if all && row.state & state::DAMAGED == 0 {
            printer.event(&mut out, &bytes, at);
        } else {
            whole = false;
            printer.damaged(
                &mut out,
                at,
                "this event is damaged, or too long to be printed",
            );
        }
    }
    printer.flush(&mut out);
    whole &= !printer.is_cut();
    if out.len() > 2 * LISTING {
        out.truncate(2 * LISTING);
        whole = false;
    }
    Ok(Listing {
        of,
        tool: tool.name().to_owned(),
        text: String::from_utf8_lossy(&out).into_owned(),
        whole,
    })
}
