//! Questions about an open log, a function each: plain over the session and its source.

mod calculation;
mod changes;
mod changes_page;
mod events;
mod gtids;
mod inspection;
mod lines;
mod listing;
mod transactions;
pub mod view;

pub use crate::layout::RowsOf;
pub use calculation::{Calculation, Computed, SetError, SetText};
pub use changes::page as changes;
pub use changes_page::{ChangeLine, ChangesPage};
pub use events::{line, lines};
pub use gtids::calculate;
pub use inspection::inspected;
pub use lines::{EventLine, Inspection, TxLine};
pub use listing::{Listing, listing};
pub use transactions::{line as transaction_line, lines as transaction_lines, texts};

use crate::filter::Names;
use crate::index::{EventNo, FaultCode};
use crate::limits::NAMES;
use crate::session::Session;
use crate::source::ByteSource;
use crate::transactions::TxNo;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A way to name an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The event that holds this byte of the file with this number.
    Offset(u32, u64),
    /// An event inside the payload at this offset of that file, by its index there.
    Inner(u32, u64, u32),
    /// By number.
    Number(u32),
    /// The first event of a transaction.
    Transaction(TxNo),
    /// The first event of the transaction with this GTID: `uuid:7`, `uuid:tag:7`, `0-1-7`.
    Gtid(String),
    /// The first event of the first transaction committed at this time (microseconds since 1970) or
    /// after.
    Time(u64),
    /// The next event after this one that has a fault, from the start again after the last.
    NextFault(EventNo),
}

/// The event that `place` names.
pub fn find<S: ByteSource>(session: &Session<S>, place: &Place) -> Option<EventNo> {
    let log = session.log.borrow();
    let all = log.transactions();
    let blocks = || {
        let mut blocks = session.blocks.borrow_mut();
        blocks.extend(&log);
        blocks
    };
    match place {
        Place::Transaction(no) => all.get(*no).map(|t| t.first),
        Place::Gtid(text) => {
            let gtid = transactions::gtid_of(text)?;
            let no = blocks().named(&log, &gtid)?;
            all.get(no).map(|t| t.first)
        }
        Place::Time(at) => {
            let no = blocks().committed_from(&log, *at)?;
            all.get(no).map(|t| t.first)
        }
        other => events::find(&log, other),
    }
}

/// Names that may be typed into a filter.
pub fn names<S: ByteSource>(session: &Session<S>) -> Names {
    let log = session.log.borrow();
    let index = log.index();
    let types: BTreeSet<u8> = index.events.types();
    let codes: BTreeSet<FaultCode> = index.fault_codes.iter().map(|(_, c)| c).collect();
    let tables = index.tables.iter().take(NAMES);
    Names {
        tables: tables
            .map(|t| format!("{}.{}", t.database, t.name))
            .collect(),
        servers: index.totals.servers.iter().copied().take(NAMES).collect(),
        types: types
            .into_iter()
            .map(|t| binlight_parser::codes::EventType(t).to_string())
            .collect(),
        sources: log
            .transactions()
            .sources()
            .iter()
            .take(NAMES)
            .map(ToString::to_string)
            .collect(),
        files: log
            .files
            .iter()
            .take(NAMES)
            .map(|f| f.name.clone())
            .collect(),
        faults: codes.into_iter().map(|c| c.to_string()).collect(),
    }
}
