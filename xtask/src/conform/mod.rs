//! `cargo xtask conform`: random workloads on a real server, read by us and by the server's own tool.
//!
//! Per round: a log of its own with tables of random types and charsets, random values and images.
//! Then the command `binlight` reads it: `check` finds it sound, `transactions` has as many as the
//! tool's text has GTIDs, `text` is that text line for line, and `rows`, replayed, are what `SELECT`
//! says.

mod replay;
mod tables;
mod workload;

use crate::build;
use crate::shell::{Outcome, say};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Mysql,
    Mariadb,
}

/// The command, and how to reach the server: the environment says so.
struct Reach {
    binlight: PathBuf,
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
        let (client, datadir, tool) = (var("CLIENT")?, var("DATADIR")?, var("TOOL")?);
        say("building binlight (release)");
        Ok(Reach {
            binlight: build::command(true)?,
            server,
            client,
            datadir,
            tool,
        })
    }

    /// What `binlight COMMAND` prints of a log.
    fn ours(&self, command: &str, log: &str) -> Outcome<Vec<u8>> {
        printed(Command::new(&self.binlight).args([command, log]))
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
        let options = [
            "--verify-binlog-checksum",
            "-vv",
            "--base64-output=decode-rows",
        ];
        let mut command = Command::new(program);
        printed(command.args(words).args(options).arg(log).env("TZ", "UTC"))
    }
}

/// What a program prints; if it fails, its last words.
fn printed(command: &mut Command) -> Outcome<Vec<u8>> {
    let output = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&said)))
}

#[derive(Debug, Default)]
struct Count {
    rounds: u64,
    transactions: usize,
    lines: usize,
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
    let keep = |why: String| {
        let kept = Path::new("target").join("conform.binlog");
        let _ = std::fs::copy(&path, &kept);
        format!("{why}\nthe log is kept as {}", kept.display())
    };
    read(reach, &path, &tables, &selected, count).map_err(keep)
}

/// Reads a log by the command, and compares.
fn read(
    reach: &Reach,
    log: &str,
    tables: &[tables::Table],
    selected: &[Vec<u8>],
    count: &mut Count,
) -> Outcome {
    reach.ours("check", log)?;
    let theirs = reach.tool(log)?;
    same_text(&reach.ours("text", log)?, &theirs)?;
    count.lines += lines(&theirs).count();
    let transactions = lines(&reach.ours("transactions", log)?).count() - 1;
    let gtids = lines(&theirs).filter(|l| begins(l)).count();
    if transactions != gtids {
        return Err(format!("{transactions} transactions, {gtids} of the tool"));
    }
    count.transactions += transactions;
    let mut replayed = replay::Replay::default();
    count.logged += replayed.rows(&reach.ours("rows", log)?)?;
    count.selected += replayed.compare(tables, selected)?;
    Ok(())
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| *b == b'\n')
}

/// Whether a line of a tool's text is the first of a GTID event: of both tools, it names the event and
/// goes on behind it.
fn begins(line: &[u8]) -> bool {
    let is_gtid = |w: &[u8]| [b"\tGTID ", b"\tGTID\t"].iter().any(|g| w == *g);
    line.starts_with(b"#") && !line.starts_with(b"###") && line.windows(6).any(is_gtid)
}

/// Our text must be the tool's.
fn same_text(ours: &[u8], theirs: &[u8]) -> Outcome {
    if ours == theirs {
        return Ok(());
    }
    let differs = lines(ours).zip(lines(theirs)).enumerate();
    let differs = differs.into_iter().find(|(_, (a, b))| a != b);
    let shown = String::from_utf8_lossy;
    Err(match differs {
        None => {
            let (a, b) = (lines(ours).count(), lines(theirs).count());
            format!("{a} lines of ours, {b} of the tool")
        }
        Some((i, (a, b))) => {
            let (a, b) = (shown(a), shown(b));
            format!("line {}:\n  ours: {a}\n  tool: {b}", i + 1)
        }
    })
}
