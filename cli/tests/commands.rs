//! Each command on logs of known content.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails loudly"
)]

mod support;

use serde_json::json;
use std::io::Write;
use std::process::Stdio;
use support::{command, file, lines, prints, run, told};

const MYSQL: &str = "public/samples/mysql-9.7.binlog";
const MARIADB: &str = "public/samples/mariadb-10.11.binlog";
const WORKLOAD: &str = "tests/fixtures/mysql-9.7/workload.binlog";
const ENCRYPTED: &str = "tests/fixtures/mariadb-10.11/aes-ctr.encrypted";
const KEY: &str = "tests/fixtures/keys/mariadb-keys.enc";

#[test]
fn events_one_line_each_with_those_in_payloads() {
    let events = lines(&prints(&["events", MYSQL]));
    assert_eq!(
        events[0],
        json!({
            "n": 0, "pos": 4, "size": 123, "type": "FORMAT_DESCRIPTION", "type_code": 15,
            "timestamp": events[0]["timestamp"], "server_id": 11, "log_pos": 127, "flags": 0,
            "checksum": "ok", "faults": [],
        })
    );
    let payloads: Vec<_> = events.iter().filter(|e| e["inner"].is_array()).collect();
    assert!(!payloads.is_empty());
    for payload in payloads {
        assert_eq!(payload["type"], "TRANSACTION_PAYLOAD");
        assert_eq!(payload["inner"][0]["type"], "QUERY");
    }
    for (n, pair) in events.windows(2).enumerate() {
        assert_eq!(pair[0]["n"], n);
        let end = pair[0]["pos"].as_u64().unwrap() + pair[0]["size"].as_u64().unwrap();
        assert_eq!(pair[1]["pos"], end);
    }
}

#[test]
fn a_tree_is_what_the_golden_file_has() {
    let tree = prints(&["tree", MYSQL, "4"]);
    assert!(
        tree.starts_with("FORMAT_DESCRIPTION at 4, 123 bytes\n"),
        "{tree}"
    );
    assert_eq!(tree, prints(&["tree", MYSQL, "0x30"]));
    let golden = std::fs::read_to_string(file("tests/fixtures/samples/mysql-9.7.txt")).unwrap();
    let body = tree.split_once('\n').unwrap().1;
    assert!(golden.contains(body.trim_end()), "{body}");
    let (_, said, code) = run(&["tree", MYSQL, "99999999"]);
    assert_eq!(
        (said.as_str(), code),
        ("binlight: no event at 99999999\n", 1)
    );
    assert_eq!(run(&["tree", MYSQL, "here"]).2, 1);
}

#[test]
fn rows_have_their_images() {
    let rows = lines(&prints(&["rows", MYSQL]));
    assert_eq!(rows.len(), 21);
    let update = rows.iter().find(|r| r["op"] == "update").unwrap();
    assert!(update["before"].is_object() && update["after"].is_object());
    assert!(rows.iter().any(|r| r["inner_pos"].is_u64()));
    assert!(
        rows.iter()
            .all(|r| r["table"].as_str().unwrap().starts_with("shop."))
    );
}

#[test]
fn text_is_the_tools_own() {
    let same = |words: &[&str], golden: &str| {
        let golden = std::fs::read(file(golden)).unwrap();
        let printed = command(words).output().unwrap().stdout;
        assert!(printed == golden, "{words:?}");
    };
    let text = "tests/fixtures/mysql-9.7/text.binlog";
    same(&["text", text], "tests/fixtures/mysql-9.7/text.mysqlbinlog");
    same(
        &["text", "--hexdump", text],
        "tests/fixtures/mysql-9.7/text.hexdump",
    );
    same(
        &["text", "tests/fixtures/mariadb-10.11/groups.binlog"],
        "tests/fixtures/mariadb-10.11/groups.mariadb-binlog",
    );
    let other = prints(&["text", "--tool", "mariadb-binlog", MYSQL]);
    assert!(other.contains("max_delayed_threads"));
    assert_eq!(run(&["text", "--tool", "strings", MYSQL]).2, 2);
}

#[test]
fn transactions_and_what_finds_them() {
    let all = prints(&["transactions", WORKLOAD]);
    let transactions = lines(&all);
    assert_eq!(transactions.len(), 80);
    let found = prints(&["filter", "rows>5", WORKLOAD]);
    let numbers: Vec<u64> = found.lines().map(|l| l.parse().unwrap()).collect();
    let rows = |t: &serde_json::Value| -> u64 {
        let tables = t["tables"].as_object().unwrap().values();
        let ops = tables.flat_map(|t| t.as_object().unwrap().values());
        ops.map(|n| n.as_u64().unwrap()).sum()
    };
    let expected: Vec<u64> = transactions
        .iter()
        .filter(|t| rows(t) > 5)
        .map(|t| t["n"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, expected);
    assert!(!numbers.is_empty());
    let whole = prints(&["filter", "rows>5", "--json", WORKLOAD]);
    let chosen: String = all
        .lines()
        .zip(&transactions)
        .filter(|(_, t)| rows(t) > 5)
        .map(|(line, _)| format!("{line}\n"))
        .collect();
    assert_eq!(whole, chosen);
}

#[test]
fn a_filter_reads_the_statements_where_the_index_cannot_decide() {
    let ddl = lines(&prints(&[
        "filter",
        "--json",
        "sql:\"create table\"",
        MYSQL,
    ]));
    assert!(!ddl.is_empty());
    assert!(ddl.iter().all(|t| t["kind"] == "ddl"), "{ddl:?}");
    assert_eq!(prints(&["filter", "sql:\"no such words\"", MYSQL]), "");
    let (out, said, code) = run(&["filter", "rows>1 tabel:x", MYSQL]);
    assert_eq!((out.as_str(), code), ("", 2));
    assert!(said.ends_with("  rows>1 tabel:x\n         ^\n"), "{said}");
}

#[test]
fn reports_as_text_and_json() {
    assert_eq!(
        prints(&["gtids", MYSQL]),
        "before: a9fa2036-e4ee-11f1-807f-02fc00000001:1-132:import:1\ninside: a9fa2036-e4ee-11f1-807f-02fc00000001:133-148:import:2\ngaps: \n"
    );
    let gtids = lines(&prints(&["gtids", "--json", MYSQL]));
    assert_eq!(
        gtids[0]["inside"],
        "a9fa2036-e4ee-11f1-807f-02fc00000001:133-148:import:2"
    );
    let overview = prints(&["overview", MYSQL]);
    assert!(
        overview.contains("17 transactions, 9721 bytes; 12 rows inserted, 6 updated, 3 deleted")
    );
    assert!(overview.contains("shop.orders"));
    let overview = lines(&prints(&["overview", "--json", MYSQL]));
    assert_eq!(overview[0]["overview"]["transactions"], 17);
    assert_eq!(overview[0]["summary"]["size"], 10011);
    let findings = prints(&["findings", MYSQL]);
    let json = lines(&prints(&["findings", "--json", MYSQL]));
    assert_eq!(findings.lines().count(), json.len());
    for (line, finding) in findings.lines().zip(&json) {
        let begin = format!(
            "{} {}:",
            finding["severity"].as_str().unwrap(),
            finding["code"].as_str().unwrap()
        );
        assert!(line.starts_with(&begin), "{line}");
    }
}

#[test]
fn check_counts_and_fails_on_faults() {
    let out = prints(&["check", MYSQL, MARIADB]);
    assert!(
        out.ends_with("total files=2 events=142 bytes=16301 unknown_bytes=0 faults=0 rows=48\n"),
        "{out}"
    );
    let fast = prints(&["check", "--fast", MYSQL]);
    assert!(fast.contains("faults=0"), "{fast}");
    let dir = tempfile::tempdir().unwrap();
    let mut bytes = std::fs::read(file(MYSQL)).unwrap();
    bytes[300] ^= 1;
    let damaged = dir.path().join("damaged.binlog");
    std::fs::write(&damaged, bytes).unwrap();
    for words in [&["check"][..], &["check", "--fast"]] {
        let (out, _, code) = told(&command(words).arg(&damaged).output().unwrap());
        assert_eq!(code, 1, "{out}");
        assert!(!out.contains("faults=0"), "{out}");
    }
}

#[test]
fn a_folder_is_one_log_in_the_order_of_its_index() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("deeper")).unwrap();
    std::fs::copy(file(MYSQL), dir.path().join("deeper/b.000001")).unwrap();
    std::fs::copy(file(WORKLOAD), dir.path().join("a.000002")).unwrap();
    std::fs::write(dir.path().join("binlog.index"), "./b.000001\n./a.000002\n").unwrap();
    std::fs::write(dir.path().join("notes.txt"), "no log\n").unwrap();
    let (out, said, code) = told(&command(&["transactions"]).arg(dir.path()).output().unwrap());
    assert_eq!(code, 0);
    assert!(said.contains("notes.txt: "), "{said}");
    let all = lines(&out);
    assert_eq!(all.len(), 17 + 80);
    let alone: Vec<String> = [MYSQL, WORKLOAD]
        .map(|f| prints(&["transactions", f]))
        .into();
    let alone = lines(&alone.concat());
    for (i, (one, alone)) in all.iter().zip(&alone).enumerate() {
        let name = if i < 17 { "b.000001" } else { "a.000002" };
        assert!(one["file"].as_str().unwrap().ends_with(name));
        assert_eq!(
            (&one["pos"], &one["end_pos"]),
            (&alone["pos"], &alone["end_pos"])
        );
        assert_eq!(one["gtid"], alone["gtid"]);
    }
    let (rows, ..) = told(&command(&["rows"]).arg(dir.path()).output().unwrap());
    let names = |n: usize| {
        rows.lines()
            .filter(|l| l.contains(["b.000001", "a.000002"][n]))
            .count()
    };
    assert_eq!((names(0), names(1)), (21, 460));
    assert!(rows.lines().next().unwrap().contains("b.000001"));
}

#[test]
fn standard_input_is_a_file() {
    for words in [
        &["events", "-"][..],
        &["text", "-"],
        &["transactions", "-"],
        &["check", "--fast", "-"],
    ] {
        let mut child = command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let bytes = std::fs::read(file(MYSQL)).unwrap();
        child.stdin.take().unwrap().write_all(&bytes).unwrap();
        let (out, _, code) = told(&child.wait_with_output().unwrap());
        let mut named = words.to_vec();
        *named.last_mut().unwrap() = MYSQL;
        let path = file(MYSQL).display().to_string();
        assert_eq!(out, prints(&named).replace(&path, "-"), "{words:?}");
        assert_eq!(code, 0);
    }
}

#[test]
fn keys_open_encrypted_logs() {
    let (_, said, _) = run(&["rows", ENCRYPTED]);
    assert!(said.contains("key"), "{said}");
    let opened = prints(&["rows", "--key", KEY, "--password", "secret", ENCRYPTED]);
    assert!(!opened.is_empty());
    // Among the files they do the same, as on the page.
    let among = prints(&["rows", "--password", "secret", ENCRYPTED, KEY]);
    assert_eq!(among, opened);
    let (_, said, code) = run(&["rows", "--key", KEY, "--password", "wrong", ENCRYPTED]);
    assert_eq!(code, 1);
    assert!(said.contains("mariadb-keys.enc: "), "{said}");
}

#[test]
fn exit_codes() {
    assert_eq!(run(&[]).2, 2);
    assert_eq!(run(&["rows"]).2, 2);
    assert_eq!(run(&["--version"]).2, 0);
    assert_eq!(run(&["events", "nowhere.binlog"]).2, 1);
    let (out, said, code) = run(&["rows", "nowhere.binlog", MYSQL]);
    assert_eq!((out.lines().count(), code), (21, 1));
    assert!(said.contains("nowhere.binlog: "), "{said}");
    let (_, said, code) = run(&["transactions", "tests/fixtures/mysql-9.7/gtid-pairs.tsv"]);
    assert_eq!(code, 1);
    assert!(said.contains("text file"), "{said}");
}

#[test]
fn each_command_has_examples_and_shells_their_completions() {
    let names = [
        "events",
        "tree",
        "rows",
        "transactions",
        "gtids",
        "findings",
        "overview",
        "filter",
        "text",
        "check",
        "open",
        "completions",
    ];
    for name in names {
        let help = prints(&[name, "--help"]);
        assert!(
            help.contains(&format!("Examples:\n  binlight {name} "))
                || name == "open" && help.contains("binlight open"),
            "{help}"
        );
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            prints(&["completions", shell]).contains("transactions"),
            "{shell}"
        );
    }
}

/// Whoever reads may stop; that is no error.
#[test]
fn a_closed_pipe_is_quiet() {
    let mut child = command(&["text", "--hexdump", WORKLOAD])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let (_, said, code) = told(&child.wait_with_output().unwrap());
    assert_eq!((said.as_str(), code), ("", 0));
}
