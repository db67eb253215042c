//! `binlight text`: the log as the server's tool prints it.
//!
//! The tool prints a setting when it changes, so that what it prints of an event depends on all before it.
//! Chunks are printed side by side all the same: each from a guess, the state after the last chunk that is
//! done and the few events before this one. When it is a chunk's turn the state before it is known; if the
//! guess was not the same, the chunk is printed again.

use crate::args::ToolName;
use crate::chunks::{Chunk, Chunks};
use crate::in_order::{Turn, in_order};
use binlight_parser::context::Context;
use binlight_parser::event;
use binlight_parser::text::{Printer, Tool};
use std::io::{self, Write};

/// The text and where it has come to.
struct Printed<W> {
    out: W,
    /// After the last chunk that is written; none before the first.
    printer: Option<Printer>,
}

/// Whose text, and how.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// None: that of the log's flavour.
    pub tool: Option<ToolName>,
    /// Each event's bytes below its first line.
    pub hexdump: bool,
}

/// Bytes of text that wait for their turn.
const HELD: usize = 16 << 20;

/// The log as the server's tool prints it.
pub fn text(out: impl Write + Send, mut chunks: Chunks, form: Form) -> io::Result<()> {
    let none_yet = Printed { out, printer: None };
    let next = || chunks.next_chunk();
    let mut all = in_order(none_yet, next, |chunk, turn| one_chunk(&chunk, form, turn))?;
    let mut buffer = Vec::new();
    if let Some(printer) = &mut all.printer {
        printer.end(&mut buffer);
    }
    all.out.write_all(&buffer)?;
    all.out.flush()
}

fn one_chunk<W: Write>(chunk: &Chunk, form: Form, turn: &Turn<'_, Printed<W>>) -> io::Result<()> {
    let before = turn.glance(|printed| printed.printer.as_ref().map(Printer::without_tables));
    let guess = before.map(|printer| led_in(printer, chunk));
    let mut buffer = Vec::new();
    let mut after = guess.clone();
    let mut left = chunk.events();
    if let Some(printer) = &mut after {
        print(&mut left, printer, &mut buffer, HELD);
    }
    let mut printed = turn.take()?;
    let Printed { out, printer } = &mut *printed;
    let guessed = printer.as_ref().zip(guess.as_ref());
    if !guessed.is_some_and(|(known, guess)| known.prints_as(guess)) {
        buffer.clear();
        left = chunk.events();
        after = Some(match printer.take() {
            Some(known) => known,
            None => first(chunk, form, &mut buffer),
        });
    }
    if let Some(after) = &mut after {
        loop {
            print(&mut left, after, &mut buffer, HELD);
            if buffer.is_empty() {
                break;
            }
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    *printer = after;
    Ok(())
}

/// The printer at the beginning of the log.
fn first(chunk: &Chunk, form: Form, buffer: &mut Vec<u8>) -> Printer {
    let mut context = Context::default();
    if let Some((frame, bytes)) = chunk.events().next() {
        event::update_context(&mut context, bytes, frame.span.start);
    }
    let tool = match form.tool {
        None => Tool::of(context.format.flavour),
        Some(ToolName::Mysqlbinlog) => Tool::Mysqlbinlog,
        Some(ToolName::MariadbBinlog) => Tool::MariadbBinlog,
    };
    let mut printer = Printer::new(tool, Context::default(), form.hexdump);
    printer.begin(buffer);
    printer
}

/// The printer as it is likely to be before `chunk`.
fn led_in(mut printer: Printer, chunk: &Chunk) -> Printer {
    let mut unwanted = Vec::new();
    printer.knows(chunk.context.clone());
    for (at, bytes) in &chunk.lead_in {
        printer.event(&mut unwanted, bytes, *at);
        unwanted.clear();
    }
    printer.knows(chunk.context.clone());
    printer
}

/// Prints events until there are `most` bytes of text, or none left.
fn print<'a>(
    events: &mut impl Iterator<Item = (&'a binlight_parser::stream::Frame, &'a [u8])>,
    printer: &mut Printer,
    buffer: &mut Vec<u8>,
    most: usize,
) {
    while buffer.len() < most
        && let Some((frame, bytes)) = events.next()
    {
        let at = frame.span.start;
        if frame.damaged || frame.prefix.is_some() {
            let why = frame.faults.first().map(ToString::to_string);
            let why = why.as_deref().unwrap_or("too long to be held");
            printer.damaged(buffer, at, why);
        } else {
            printer.event(buffer, bytes, at);
        }
    }
}
