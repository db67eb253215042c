//! `binlight`: binary logs on the command line.
//!
//! ```text
//! args ─▶ input (files in order) ─┬▶ chunks ─▶ in_order: rows, text, events, check    many hands, one line
//!                                 ├▶ open_log ─▶ transactions, reports, filter        the engine's answers
//!                                 └▶ serve: the page in the browser, the files by range requests
//! ```
#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program"
)]

mod args;
mod check;
mod chunks;
mod events;
mod in_order;
mod input;
mod json;
mod open_log;
mod progress;
mod reports;
mod rows;
mod serve;
mod tables;
mod text;
mod threads;
mod transactions;

use args::{Cli, Command, Given};
use binlight_engine::session::Session;
use chunks::Chunks;
use clap::{CommandFactory, Parser};
use input::FileSource;
use progress::Progress;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

/// What ended a command early.
enum Failure {
    /// The command line means nothing.
    Usage(String),
    /// Something could not be read or written.
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Self {
        Failure::Io(e)
    }
}

/// Whether all is well: everything was read, no fault was found.
type Outcome = Result<bool, Failure>;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // Whoever reads has seen enough.
        Err(Failure::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Io(e)) => {
            eprintln!("binlight: {e}");
            ExitCode::FAILURE
        }
        Err(Failure::Usage(why)) => {
            eprintln!("binlight: {why}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Outcome {
    match command {
        Command::Events(given) => chunked(&given, |chunks| events::events(io::stdout(), chunks)),
        Command::Tree {
            file,
            position,
            keys,
        } => {
            let files = vec![file];
            chunked(&Given { files, keys }, |chunks| {
                events::tree(&mut io::stdout().lock(), chunks, &position)
            })
        }
        Command::Rows(given) => chunked(&given, |chunks| rows::row_changes(io::stdout(), chunks)),
        Command::Text {
            hexdump,
            tool,
            given,
        } => chunked(&given, |chunks| {
            text::text(io::stdout(), chunks, text::Form { tool, hexdump })
        }),
        Command::Check { fast: false, given } => {
            let (files, all) = input::arranged(&given)?;
            let progress = Progress::new(files.len());
            let chunks = Chunks::new(files, true, progress.clone());
            let totals = check::check(&mut io::stdout(), chunks)?;
            progress.end();
            Ok(all && totals.faults + totals.untiled == 0)
        }
        Command::Check { fast: true, given } => {
            let mut faults = 0;
            let all = whole(&given, |out, session| {
                faults = check::fast(out, session)?;
                Ok(())
            })?;
            Ok(all && faults == 0)
        }
        Command::Transactions(given) => {
            whole(&given, |out, log| transactions::transactions(out, log))
        }
        Command::Gtids(r) => whole(&r.given, |out, log| reports::gtids(out, log, r.json)),
        Command::Findings(r) => whole(&r.given, |out, log| reports::findings(out, log, r.json)),
        Command::Overview(r) => whole(&r.given, |out, log| reports::overview(out, log, r.json)),
        Command::Filter {
            expression,
            json,
            given,
        } => {
            transactions::readable(&expression).map_err(Failure::Usage)?;
            whole(&given, |out, session| {
                transactions::filter(out, session, &expression, json)
            })
        }
        Command::Open {
            port,
            no_browser,
            given,
        } => {
            serve::open(&given, port, !no_browser)?;
            Ok(true)
        }
        Command::Completions { shell } => {
            let mut command = Cli::command();
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command, "binlight", &mut script);
            io::stdout().write_all(&script)?;
            Ok(true)
        }
    }
}

/// An answer made while the log is read.
fn chunked(given: &Given, answer: impl FnOnce(Chunks) -> io::Result<()>) -> Outcome {
    let (files, all) = input::arranged(given)?;
    let progress = Progress::beside_output(files.len());
    let done = answer(Chunks::new(files, false, progress.clone()));
    progress.end();
    done?;
    Ok(all)
}

/// An answer that needs the whole log.
fn whole(
    given: &Given,
    answer: impl FnOnce(&mut BufWriter<io::StdoutLock<'_>>, &Session<FileSource>) -> io::Result<()>,
) -> Outcome {
    let (files, all) = input::arranged(given)?;
    let progress = Progress::new(files.len());
    let session = open_log::open_log(files, &progress)?;
    let mut out = BufWriter::new(io::stdout().lock());
    answer(&mut out, &session)?;
    out.flush()?;
    Ok(all)
}
