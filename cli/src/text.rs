//! `binlight text`: the log as the server's tool prints it.

use crate::source::Source;
use binlight_parser::context::Context;
use binlight_parser::event;
use binlight_parser::text::{Printer, Tool};
use std::io::{self, Write};

/// The log as the server's tool prints it; `tool` by name, or the one of the log's flavour.
pub fn text(
    out: &mut impl Write,
    file: &Source<'_>,
    tool: Option<&str>,
    hexdump: bool,
) -> io::Result<()> {
    let mut tool = match tool {
        None => None,
        Some("mysqlbinlog") => Some(Tool::Mysqlbinlog),
        Some("mariadb-binlog") => Some(Tool::MariadbBinlog),
        Some(other) => return Err(io::Error::other(format!("{other} is no tool"))),
    };
    let mut printer: Option<Printer> = None;
    let mut buffer = Vec::new();
    let kind = file.for_each_frame(|frame, bytes| {
        let at = frame.span.start;
        if printer.is_none() {
            let mut context = Context::default();
            event::update_context(&mut context, bytes, at);
            let tool = *tool.get_or_insert(Tool::of(context.format.flavour));
            let mut new = Printer::new(tool, Context::default(), hexdump);
            new.begin(&mut buffer);
            printer = Some(new);
        }
        if let Some(printer) = &mut printer {
            if frame.damaged || frame.prefix.is_some() {
                let why = frame.faults.first().map(ToString::to_string);
                printer.damaged(
                    &mut buffer,
                    at,
                    why.as_deref().unwrap_or("too long to be held"),
                );
            } else {
                printer.event(&mut buffer, bytes, at);
            }
        }
        out.write_all(&buffer)?;
        buffer.clear();
        Ok(())
    })?;
    file.tell_unless_log(kind);
    if let Some(printer) = &mut printer {
        printer.end(&mut buffer);
    }
    out.write_all(&buffer)
}
