//! `cargo xtask conform`: random workloads on a real server, read by us and by the server's own tool.
//!
//! Per round: a log of its own with tables of random types and charsets, random values and images;
//! then our text must be the tool's, line for line, and our rows, replayed, what `SELECT` says.

mod replay;
mod tables;
mod workload;

use crate::shell::{Outcome, say};
use binlight_parser::context::Context;
use binlight_parser::stream::{Frame, Framer, Step};
use binlight_parser::text::{Printer, Tool};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Mysql,
    Mariadb,
}

/// How to reach it: the environment says so.
struct Reach {
    server: Server,
    client: String,
    datadir: String,
    tool: String,
}

impl Reach {
    fn new(server: Server) -> Outcome<Reach> {
        let var = |name: &str| {
            std::env::var(name).map_err(|_| {
                format!("{name} is not set. CLIENT: the client's command; DATADIR: where the server's logs are; TOOL: mysqlbinlog's or mariadb-binlog's command, given the log's path")
            })
        };
        Ok(Reach {
            server,
            client: var("CLIENT")?,
            datadir: var("DATADIR")?,
            tool: var("TOOL")?,
        })
    }

    /// Runs SQL, errors of single statements aside; what it printed.
    fn sql(&self, sql: &str) -> Outcome<Vec<u8>> {
        let mut words = self.client.split_whitespace();
        let program = words.next().ok_or("CLIENT is empty")?;
        let mut child = Command::new(program)
            .args(words)
            .args(["--default-character-set=utf8mb4", "-N", "-B", "--force"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{}: {e}", self.client))?;
        let mut input = child.stdin.take().ok_or("no input")?;
        let sql = sql.to_owned();
        let writer = std::thread::spawn(move || input.write_all(sql.as_bytes()));
        let output = child.wait_with_output().map_err(|e| e.to_string())?;
        let _ = writer.join();
        Ok(output.stdout)
    }

    /// The log that is written to.
    fn log(&self) -> Outcome<String> {
        let status = match self.server {
            Server::Mysql => "show binary log status",
            Server::Mariadb => "show master status",
        };
        let line = String::from_utf8_lossy(&self.sql(status)?).into_owned();
        let name = line
            .split_whitespace()
            .next()
            .ok_or("the server has no binary log")?;
        Ok(format!("{}/{name}", self.datadir))
    }

    /// What the server's tool prints for a log.
    fn tool(&self, log: &str) -> Outcome<Vec<u8>> {
        let mut words = self.tool.split_whitespace();
        let program = words.next().ok_or("TOOL is empty")?;
        let output = Command::new(program)
            .args(words)
            .args([
                "--verify-binlog-checksum",
                "-vv",
                "--base64-output=decode-rows",
            ])
            .arg(log)
            .env("TZ", "UTC")
            .output()
            .map_err(|e| format!("{}: {e}", self.tool))?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

#[derive(Debug, Default)]
struct Count {
    rounds: u64,
    events: u64,
    lines: u64,
    logged: u64,
    selected: u64,
}

/// Rounds until the time is over, or something differs: then the log is kept and named.
pub(crate) fn conform(server: Server, minutes: f64, seed: Option<u64>) -> Outcome {
    let reach = Reach::new(server)?;
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    say(&format!("conform with {server:?}, seed {seed}"));
    let mut random = fastrand::Rng::with_seed(seed);
    let until = Instant::now() + Duration::from_secs_f64(minutes * 60.0);
    let mut count = Count::default();
    while Instant::now() < until {
        round(&reach, &mut random, &mut count)
            .map_err(|why| format!("round {} of seed {seed}: {why}", count.rounds))?;
        count.rounds += 1;
        if count.rounds % 20 == 0 {
            println!("{count:?}");
        }
    }
    println!("{count:?}");
    Ok(())
}

fn round(reach: &Reach, random: &mut fastrand::Rng, count: &mut Count) -> Outcome {
    let tables = tables::tables(random, reach.server);
    let setup = workload::setup(&tables);
    let sql = workload::statements(random, reach.server, &tables);
    reach.sql("flush binary logs")?;
    let path = reach.log()?;
    reach.sql(&(setup + &sql + "flush binary logs;\n"))?;
    let selected = replay::select(reach, &tables)?;
    let log = std::fs::read(&path).map_err(|e| format!("{path}: {e}"))?;
    let frames = frames(&log);
    count.events += frames.len() as u64;
    let keep = |why: String| {
        let kept = Path::new("target").join("conform.binlog");
        let _ = std::fs::write(&kept, &log);
        format!("{why}\nthe log is kept as {}", kept.display())
    };
    count.lines += same_text(reach, &path, &log, &frames).map_err(keep)?;
    let mut replayed = replay::Replay::default();
    count.logged += replayed.log(&log, &frames).map_err(keep)?;
    count.selected += replayed.compare(&tables, &selected).map_err(keep)?;
    Ok(())
}

fn frames(log: &[u8]) -> Vec<Frame> {
    let mut framer = Framer::new(Some(log.len() as u64));
    let mut frames = Vec::new();
    loop {
        match framer.step(&log[framer.at() as usize..], true) {
            Step::Frame { frame, .. } => frames.push(frame),
            Step::Kind { .. } | Step::Skip { .. } => {}
            Step::Need(_) | Step::End => return frames,
        }
    }
}

/// Our text against the tool's; lines compared.
fn same_text(reach: &Reach, path: &str, log: &[u8], frames: &[Frame]) -> Outcome<u64> {
    let tool = match reach.server {
        Server::Mysql => Tool::Mysqlbinlog,
        Server::Mariadb => Tool::MariadbBinlog,
    };
    let mut printer = Printer::new(tool, Context::default(), false);
    let mut ours = Vec::new();
    printer.begin(&mut ours);
    for frame in frames {
        let (start, end) = (frame.span.start, frame.span.end());
        if frame.damaged || !frame.faults.is_empty() {
            return Err(format!("a fault at {start}: {:?}", frame.faults));
        }
        printer.event(&mut ours, &log[start as usize..end as usize], start);
    }
    printer.end(&mut ours);
    let theirs = reach.tool(path)?;
    let lines = |text: &[u8]| text.split(|b| *b == b'\n').count();
    if ours == theirs {
        return Ok(lines(&ours) as u64);
    }
    let (a, b) = (ours.split(|b| *b == b'\n'), theirs.split(|b| *b == b'\n'));
    let differs = a.zip(b).enumerate().find(|(_, (a, b))| a != b);
    Err(differs.map_or_else(
        || {
            format!(
                "{} lines of ours, {} of the tool",
                lines(&ours),
                lines(&theirs)
            )
        },
        |(i, (a, b))| {
            format!(
                "line {}:\n  ours: {}\n  tool: {}",
                i + 1,
                String::from_utf8_lossy(a),
                String::from_utf8_lossy(b)
            )
        },
    ))
}
