//! `cargo xtask …`: everything a clone needs, from an empty machine on.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program"
)]

mod bench;
mod build;
mod check;
mod conform;
mod fetch;
mod licences;
mod serve;
mod shell;
mod size;
mod skips;
mod synth;
mod tools;
mod wasm_target;

use shell::Outcome;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask serve [--port N]            set up, build, serve on localhost, open the browser
cargo xtask test [--fast]               all checks and tests; --fast leaves the browser out
cargo xtask build                       dist/ for any static host
cargo xtask install                     the command binlight, the page in it, into cargo's bin folder
cargo xtask synth [--from LOG] --size 1GiB OUT
                                        a large log made of real transactions (of LOG, which may be .zst)
cargo xtask bench [--size 1GiB] [--runs 5] [--native | --browser] [--dist DIR] [--keep before|after]
                                        natively and in Chromium, beside cat, mysql_common and mysqlbinlog
cargo xtask bench --frames FILE         frames of the page while a user works with FILE
cargo xtask conform --server mysql|mariadb --minutes N [--seed N]
                                        random workloads on a real server, compared with its tool and SELECT";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    if let Err(e) = std::env::set_current_dir(shell::root()) {
        eprintln!("xtask: {}: {e}", shell::root().display());
        return ExitCode::FAILURE;
    }
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nxtask: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Outcome {
    match *args {
        ["serve"] => serve::serve(8080),
        ["serve", "--port", port] => {
            serve::serve(port.parse().map_err(|_| format!("{port} is no port"))?)
        }
        ["test"] => check::all(true),
        ["test", "--fast"] => check::all(false),
        ["build"] => build::dist().map(|_| ()),
        ["install"] => build::install(),
        ["synth", "--size", size, out] => synth::synth(synth::WORKLOAD, size, out),
        ["synth", "--from", log, "--size", size, out] => synth::synth(log, size, out),
        ["bench", "--frames", file] => bench::frames(file),
        ["bench", ref options @ ..] => bench::bench(&bench::Options::parse(options).ok_or(USAGE)?),
        [
            "conform",
            "--server",
            server,
            "--minutes",
            minutes,
            ref seed @ ..,
        ] => {
            let server = match server {
                "mysql" => conform::Server::Mysql,
                "mariadb" => conform::Server::Mariadb,
                _ => return Err(USAGE.to_owned()),
            };
            let minutes = minutes.parse().map_err(|_| USAGE.to_owned())?;
            let seed = match seed {
                [] => None,
                ["--seed", n] => Some(n.parse().map_err(|_| USAGE.to_owned())?),
                _ => return Err(USAGE.to_owned()),
            };
            conform::conform(server, minutes, seed)
        }
        _ => Err(USAGE.to_owned()),
    }
}
