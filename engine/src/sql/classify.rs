//! What a statement does to the transaction around it: told from its first words.

use super::tokens::{Token, tokens};

/// A statement's part in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statement {
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
pub fn classify(sql: &[u8]) -> Statement {
    // What most statements of a log of rows are.
    match sql {
        b"BEGIN" => return Statement::Begin,
        b"COMMIT" => return Statement::Commit,
        _ => {}
    }
    let text = String::from_utf8_lossy(&sql[..sql.len().min(4096)]);
    let mut words = tokens(&text);
    let mut next = || match words.next() {
        Some(Token::Word(word)) => word.to_ascii_uppercase(),
        _ => String::new(),
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
