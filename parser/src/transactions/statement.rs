//! What a statement does to the transaction around it: told from its first words.

use alloc::string::String;

/// A statement's part in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statement {
    /// BEGIN, START TRANSACTION, XA START: opens one.
    Begin,
    /// COMMIT.
    Commit,
    /// ROLLBACK, of the whole.
    Rollback,
    /// XA PREPARE as text (MariaDB before its event).
    XaPrepare,
    /// XA COMMIT.
    XaCommit,
    /// XA ROLLBACK.
    XaRollback,
    /// SAVEPOINT, ROLLBACK TO, RELEASE SAVEPOINT, XA END: inside one, changes nothing.
    Inside,
    /// CREATE TABLE … START TRANSACTION: rows follow, up to an XID.
    DdlBegin,
    /// Changes definitions, accounts or the like; commits by itself.
    Ddl,
    /// Anything else: changes data.
    Data,
}

/// Judges a statement by its words, comments before them aside.
pub(super) fn classify(sql: &[u8]) -> Statement {
    let text = String::from_utf8_lossy(&sql[..sql.len().min(4096)]);
    let rest = skip_comments(&text);
    let mut words = rest
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|w| !w.is_empty());
    let mut next = || {
        words
            .next()
            .map(str::to_ascii_uppercase)
            .unwrap_or_default()
    };
    let (first, second) = (next(), next());
    match (first.as_str(), second.as_str()) {
        ("BEGIN", _) | ("START", "TRANSACTION") => Statement::Begin,
        ("XA", "START" | "BEGIN") => Statement::Begin,
        ("XA", "PREPARE") => Statement::XaPrepare,
        ("XA", "COMMIT") => Statement::XaCommit,
        ("XA", "ROLLBACK") => Statement::XaRollback,
        ("XA", _) => Statement::Inside,
        ("COMMIT", _) => Statement::Commit,
        ("ROLLBACK", "TO") => Statement::Inside,
        ("ROLLBACK", "WORK") if next() == "TO" => Statement::Inside,
        ("ROLLBACK", _) => Statement::Rollback,
        ("SAVEPOINT", _) | ("RELEASE", "SAVEPOINT") => Statement::Inside,
        ("CREATE", _) if ends_in_start_transaction(sql) => Statement::DdlBegin,
        (
            "CREATE" | "ALTER" | "DROP" | "RENAME" | "TRUNCATE" | "GRANT" | "REVOKE" | "ANALYZE"
            | "OPTIMIZE" | "REPAIR",
            _,
        )
        | ("FLUSH" | "INSTALL" | "UNINSTALL" | "COMMENT", _) => Statement::Ddl,
        ("SET", "PASSWORD" | "DEFAULT") => Statement::Ddl,
        _ => Statement::Data,
    }
}

fn skip_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        rest = if let Some(after) = rest.strip_prefix("/*!") {
            // A versioned comment is text that some servers run.
            return after.trim_start_matches(|c: char| c.is_ascii_digit());
        } else if let Some(after) = rest.strip_prefix("/*") {
            after.split_once("*/").map_or("", |(_, r)| r).trim_start()
        } else if rest.starts_with("-- ") || rest.starts_with('#') {
            rest.split_once('\n').map_or("", |(_, r)| r).trim_start()
        } else {
            return rest;
        };
    }
}

/// MySQL logs CREATE TABLE … SELECT of an atomic engine with these words at its end.
fn ends_in_start_transaction(sql: &[u8]) -> bool {
    let tail = String::from_utf8_lossy(&sql[sql.len().saturating_sub(40)..]).to_ascii_uppercase();
    tail.trim_end().ends_with("START TRANSACTION")
}

#[cfg(test)]
mod tests {
    use super::{Statement, classify};

    #[test]
    fn statements_by_their_words() {
        let cases = [
            ("BEGIN", Statement::Begin),
            ("start  transaction read only", Statement::Begin),
            ("XA START X'61',X'',1", Statement::Begin),
            ("XA END X'61',X'',1", Statement::Inside),
            ("XA COMMIT X'61',X'',1", Statement::XaCommit),
            ("COMMIT", Statement::Commit),
            ("ROLLBACK", Statement::Rollback),
            ("ROLLBACK TO `s`", Statement::Inside),
            ("rollback work to savepoint s", Statement::Inside),
            ("SAVEPOINT `s`", Statement::Inside),
            (
                "/* who */ -- why\n insert into t values (1)",
                Statement::Data,
            ),
            ("/*!40000 ALTER TABLE t DISABLE KEYS */", Statement::Ddl),
            ("create table t (a int)", Statement::Ddl),
            (
                "CREATE TABLE `t` (\n `a` int\n) START TRANSACTION",
                Statement::DdlBegin,
            ),
            ("truncate t", Statement::Ddl),
            ("set password for u = 'x'", Statement::Ddl),
            ("update begin set a = 1", Statement::Data),
            ("", Statement::Data),
        ];
        for (sql, expected) in cases {
            assert_eq!(classify(sql.as_bytes()), expected, "{sql}");
        }
    }
}
