//! A log as the servers' own tools print it, line for line: `mysqlbinlog` (MySQL 9.7) and
//! `mariadb-binlog` (11.8), both with `-vv --base64-output=decode-rows`, and with `--hexdump`.
//!
//! Rule of this folder: what a line looks like is the tool's business, with all its oddities, and
//! the doc comment names the function of the tool that prints it. The text is bytes: names,
//! statements and values are copied as the log has them, in whatever charset.

mod context_events;
mod ends;
mod gtids;
mod head;
mod json_diff;
mod number;
mod payload;
mod query;
mod quote;
mod rows;
mod session;
mod value;

use crate::codes::EventType;
use crate::context::{Context, Flavour};
use crate::event::{self, Event};
use crate::stream::Header;
use alloc::vec::Vec;
use core::fmt;
use session::Session;

/// Whose text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// MySQL's `mysqlbinlog`.
    Mysqlbinlog,
    /// MariaDB's `mariadb-binlog`.
    MariadbBinlog,
}

impl Tool {
    /// The tool that reads logs of this flavour.
    pub fn of(flavour: Flavour) -> Tool {
        match flavour {
            Flavour::Mysql => Tool::Mysqlbinlog,
            Flavour::Mariadb => Tool::MariadbBinlog,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Mysqlbinlog => "mysqlbinlog",
            Tool::MariadbBinlog => "mariadb-binlog",
        }
    }
}

/// Text that grows: bytes, to which formatted text can be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) Vec<u8>);

impl Text {
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Moves everything to `other`.
    fn drain_to(&mut self, other: &mut Vec<u8>) {
        other.append(&mut self.0);
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.put(s.as_bytes());
        Ok(())
    }
}

/// `write!` to a [`Text`], which cannot fail.
macro_rules! append {
    ($out:expr, $($arg:tt)*) => {{
        use core::fmt::Write as _;
        let _ = write!($out, $($arg)*);
    }};
}
pub(crate) use append;

/// What statements end with.
pub(crate) const END: &str = "/*!*/;";

/// Prints one log, event by event, in order.
#[derive(Clone, Debug)]
pub struct Printer {
    tool: Tool,
    hexdump: bool,
    context: Context,
    session: Session,
    /// Headers, and everything but rows.
    head: Text,
    /// Rows of a statement: they come after the headers of all its rows events.
    body: Text,
    /// MySQL: events that wait for the statement they belong to.
    held: Text,
    /// MariaDB: an ANNOTATE_ROWS event that waits for a table map.
    annotation: Vec<u8>,
    /// MariaDB: rows of the statement so far.
    rows: u64,
    /// Bytes of text after which no more events of a payload are printed.
    limit: usize,
    /// Some were not.
    cut: bool,
}

/// An event as the printer sees it.
#[derive(Clone, Copy)]
pub(crate) struct RawEvent<'a> {
    /// All its bytes.
    pub(crate) bytes: &'a [u8],
    /// Its header.
    pub(crate) header: Header,
    /// The offset that the tool prints.
    pub(crate) at: u64,
    /// The end position that the tool prints.
    pub(crate) end: u32,
    /// The checksum that the tool prints.
    pub(crate) checksum: Option<u32>,
}

impl Printer {
    /// A printer that knows what came before: the format, at least.
    pub fn new(tool: Tool, context: Context, hexdump: bool) -> Printer {
        Printer {
            tool,
            hexdump,
            context,
            session: Session::default(),
            head: Text::default(),
            body: Text::default(),
            held: Text::default(),
            annotation: Vec::new(),
            rows: 0,
            limit: usize::MAX,
            cut: false,
        }
    }

    /// As it is, but a payload's events end after about so many bytes of text: a small one may unpack to
    /// very many.
    #[must_use]
    pub fn limited(mut self, bytes: usize) -> Printer {
        self.limit = bytes;
        self
    }

    /// Whether both print the same from here on, given the same tables.
    pub fn prints_as(&self, other: &Printer) -> bool {
        let Printer {
            tool,
            hexdump,
            context,
            session,
            head,
            body,
            held,
            annotation,
            rows,
            limit,
            cut,
        } = self;
        *tool == other.tool
            && *hexdump == other.hexdump
            && context.format == other.context.format
            && *session == other.session
            && (head, body, held) == (&other.head, &other.body, &other.held)
            && *annotation == other.annotation
            && (rows, limit, cut) == (&other.rows, &other.limit, &other.cut)
    }

    /// As it is, but it knows no tables and holds no rows back: a guess at how it will be later, to be
    /// completed by [`knows`](Printer::knows) and judged by [`prints_as`](Printer::prints_as).
    #[must_use]
    pub fn without_tables(&self) -> Printer {
        Printer {
            limit: self.limit,
            session: self.session.clone(),
            ..Printer::new(
                self.tool,
                Context::new(alloc::sync::Arc::clone(&self.context.format)),
                self.hexdump,
            )
        }
    }

    /// This format and these tables are in force from here on.
    pub fn knows(&mut self, context: Context) {
        self.context = context;
    }

    /// Whether the limit was reached.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Bytes of rows that wait for the end of their statement.
    pub fn waiting_len(&self) -> usize {
        self.head.0.len() + self.body.0.len()
    }

    /// The rows of statements that never ended, if there are any.
    pub fn flush(&mut self, out: &mut Vec<u8>) {
        self.head.drain_to(out);
        self.body.drain_to(out);
        // Where it gives up, the tool does not end its line.
        if out.last().is_some_and(|b| *b != b'\n') {
            out.push(b'\n');
        }
    }

    /// Prints a whole event, which begins at `at` of its log.
    pub fn event(&mut self, out: &mut Vec<u8>, bytes: &[u8], at: u64) {
        let Some(header) = Header::read_in(bytes, &self.context.format) else {
            return;
        };
        let checksum_len = event::checksum_len(bytes, &header, &self.context);
        // A checksum of four bytes may be there and mean nothing: format descriptions always end in one.
        let shown = checksum_len == 4 && head::checksum_is_on(bytes, &header, &self.context);
        let checksum = bytes
            .last_chunk::<4>()
            .filter(|_| shown)
            .map(|c| u32::from_le_bytes(*c));
        let raw = RawEvent {
            bytes,
            header,
            at,
            end: header.log_pos,
            checksum,
        };
        self.one(out, &raw);
    }

    /// A stretch that no header explains, which the tools stop at.
    pub fn damaged(&mut self, out: &mut Vec<u8>, at: u64, why: &str) {
        self.flush(out);
        let mut text = Text::default();
        append!(text, "# Binlight: at {at}: {why}\n");
        text.drain_to(out);
    }

    /// `process_event`.
    fn one(&mut self, out: &mut Vec<u8>, raw: &RawEvent<'_>) {
        self.format_begins(out, raw);
        let waits =
            self.tool == Tool::MariadbBinlog && raw.header.event_type.rows_shape().is_some();
        if !waits {
            // Only headers of rows still wait here, and MariaDB's tool forgets them.
            self.head.0.clear();
        }
        let mut at = Text::default();
        append!(at, "# at {}\n", raw.at);
        at.drain_to(out);
        event::update_context(&mut self.context, raw.bytes, raw.at);
        if raw.header.event_type == EventType::TRANSACTION_PAYLOAD {
            self.payload(out, raw);
        } else {
            let body = event::decode_body(raw.bytes, &self.context);
            self.print(out, raw, body.as_ref());
        }
        if !waits {
            self.head.drain_to(out);
        }
    }

    fn print(&mut self, out: &mut Vec<u8>, raw: &RawEvent<'_>, body: Option<&Event<'_>>) {
        let t = raw.header.event_type;
        if self.tool == Tool::MariadbBinlog && raw.header.is_ignorable() {
            return self.ignorable(raw);
        }
        match (t, body) {
            (_, Some(Event::Query(query))) => self.query(raw, query),
            (_, Some(Event::TableMap(table))) => self.table_map(raw, table),
            (_, Some(Event::Rows(_))) => self.rows_event(out, raw),
            (_, Some(Event::Gtid(gtid))) => self.gtid(raw, gtid),
            (_, Some(Event::PreviousGtids(set))) => self.previous_gtids(raw, set),
            (_, Some(Event::MariadbGtid(gtid))) => self.mariadb_gtid(raw, gtid),
            (_, Some(Event::GtidList(list))) => self.gtid_list(raw, list),
            (_, Some(event)) => self.other(raw, event),
            (_, None) => self.unreadable(raw),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_first_and_last() {
        let mut printer = Printer::new(Tool::MariadbBinlog, Context::default(), false);
        let mut out = Vec::new();
        printer.begin(&mut out);
        printer.end(&mut out);
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("/*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=1*/;\n/*!40019"));
        assert!(text.contains("\nDELIMITER ;\n# End of log file\nROLLBACK"));
    }
}
