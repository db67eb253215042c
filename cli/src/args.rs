//! The command line: what may be asked, and the help that says so.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Binary logs of MySQL and MariaDB on the command line.
#[derive(Debug, Parser)]
#[command(
    name = "binlight",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "Exit codes: 0 done; 1 something could not be read, or `check` found faults; 2 the command line is wrong.\n\nMore with `binlight COMMAND --help`."
)]
pub struct Cli {
    /// What is asked.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// One JSON line per event; events inside a payload as its "inner"
    #[command(after_help = examples(&[
        "binlight events binlog.000042 | jq -r .type | sort | uniq -c",
        "zstd -dc binlog.000042.zst | binlight events -",
    ]))]
    Events(Given),
    /// The annotated event at, or around, a position: every byte with its name
    #[command(after_help = examples(&[
        "binlight tree binlog.000042 4",
        "binlight tree binlog.000042 0x1f3a",
    ]))]
    Tree {
        /// The log.
        file: PathBuf,
        /// Offset in it, decimal or 0x….
        position: String,
        #[command(flatten)]
        keys: Keys,
    },
    /// One JSON line per row change, with its images before and after
    #[command(after_help = examples(&[
        "binlight rows binlog.000042 | jq -c 'select(.table == \"shop.orders\")'",
        "binlight rows /var/lib/mysql-logs/ | gzip > rows.jsonl.gz",
    ]))]
    Rows(Given),
    /// One JSON line per transaction; times in microseconds since 1970
    #[command(after_help = examples(&[
        "binlight transactions binlog.0000* | jq -s 'sort_by(-.size) | .[:10]'",
    ]))]
    Transactions(Given),
    /// The GTIDs before the log, in it, and missing in it
    #[command(after_help = examples(&[
        "binlight gtids binlog.000042",
        "binlight gtids --json logs/ | jq -r .gaps",
    ]))]
    Gtids(Report),
    /// What a reader of the log should know, the gravest first
    #[command(after_help = examples(&[
        "binlight findings binlog.0000*",
        "binlight findings --json logs/ | jq 'select(.severity == \"Bad\")'",
    ]))]
    Findings(Report),
    /// The log in a few tables: kinds, tables, servers, statements
    #[command(after_help = examples(&[
        "binlight overview binlog.0000*",
        "binlight overview --json binlog.000042 | jq '.tables[0]'",
    ]))]
    Overview(Report),
    /// Numbers of the transactions that match, in the page's filter language
    ///
    /// Times without a zone are UTC.
    #[command(after_help = examples(&[
        "binlight filter 'table:orders op:delete' binlog.000042",
        "binlight filter 'rows>1000 and not server:7' --json logs/",
        "binlight filter 'sql:\"drop table\"' binlog.0000*",
    ]))]
    Filter {
        /// What to look for.
        expression: String,
        /// Whole transactions, as `binlight transactions` prints them.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        given: Given,
    },
    /// The log as mysqlbinlog or mariadb-binlog prints it (-vv --base64-output=decode-rows)
    #[command(after_help = examples(&[
        "binlight text binlog.000042 | less",
        "binlight text --hexdump --tool mariadb-binlog mysql-bin.000007",
    ]))]
    Text {
        /// Each event's bytes below its first line.
        #[arg(short = 'H', long)]
        hexdump: bool,
        /// Whose text; that of the log's family if not said.
        #[arg(long, value_enum)]
        tool: Option<ToolName>,
        #[command(flatten)]
        given: Given,
    },
    /// Decodes everything and counts; a line per file and a total
    ///
    /// It fails (exit code 1) if there are faults.
    #[command(after_help = examples(&[
        "binlight check binlog.0000* && echo sound",
        "binlight check --fast logs/",
    ]))]
    Check {
        /// Frames, checksums, index and transactions alone: no field of rows is decoded.
        #[arg(long)]
        fast: bool,
        #[command(flatten)]
        given: Given,
    },
    /// Shows the logs in the browser: serves the page and the files on this machine alone
    #[command(after_help = examples(&[
        "binlight open binlog.000042",
        "ssh -L 7007:127.0.0.1:7007 db1 binlight open --no-browser --port 7007 /var/lib/mysql-logs/",
    ]))]
    Open {
        /// The port; any free one if not said.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Only print the address.
        #[arg(long)]
        no_browser: bool,
        #[command(flatten)]
        given: Given,
    },
    /// Prints completions for a shell
    #[command(after_help = examples(&[
        "binlight completions bash > ~/.local/share/bash-completion/completions/binlight",
    ]))]
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// What stands below a command's help.
fn examples(lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|l| format!("\n  {l}")).collect();
    format!("Examples:{lines}")
}

/// Logs, and what opens them.
#[derive(Debug, Args)]
pub struct Given {
    /// Logs, folders of them, an index file, key files; - for standard input. Several are one log.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub keys: Keys,
}

/// Logs and the form of the answer.
#[derive(Debug, Args)]
pub struct Report {
    /// JSON instead of text.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub given: Given,
}

/// What opens encrypted logs.
#[derive(Debug, Args)]
pub struct Keys {
    /// A key file (MySQL's keyring, MariaDB's file_key_management) that opens encrypted logs; may be repeated
    #[arg(long = "key", value_name = "FILE")]
    pub key: Vec<PathBuf>,
    /// Opens a key file that is encrypted itself
    #[arg(long, value_name = "TEXT")]
    pub password: Option<String>,
}

/// A server's tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ToolName {
    /// MySQL's.
    Mysqlbinlog,
    /// MariaDB's.
    MariadbBinlog,
}
