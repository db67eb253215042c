//! Statements that a replica may run differently (MySQL manual 19.2.1.3 "Determination of Safe and
//! Unsafe Statements in Binary Logging"; MariaDB "Unsafe Statements for Statement-based Replication").

use super::functions::is_built_in;
use super::tokens::{Token, tokens};

/// Why a replica may end with other data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Hazard {
    /// A function whose value is the server's own: its name.
    Function(String),
    /// `LIMIT` without `ORDER BY`: which rows it takes is the engine's choice.
    Limit,
    /// A system variable's value: its name.
    Variable(String),
    /// A function that is not built in, stored or loadable: what it does the log does not say.
    Foreign(String),
}

impl core::fmt::Display for Hazard {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Hazard::Function(name) => write!(f, "{name}() gives another value on each server"),
            Hazard::Limit => {
                f.write_str("LIMIT without ORDER BY may take other rows on each server")
            }
            Hazard::Variable(name) => write!(f, "{name} may differ between servers"),
            Hazard::Foreign(name) => write!(
                f,
                "{name}() is not built in; what it does depends on the server"
            ),
        }
    }
}

/// Functions that the manuals name. RAND() is not among them: its seeds are logged.
const UNSAFE: &[&str] = &[
    "FOUND_ROWS",
    "GET_LOCK",
    "IS_FREE_LOCK",
    "IS_USED_LOCK",
    "LOAD_FILE",
    "RELEASE_LOCK",
    "RELEASE_ALL_LOCKS",
    "ROW_COUNT",
    "SESSION_USER",
    "SLEEP",
    "SYSDATE",
    "SYSTEM_USER",
    "USER",
    "CURRENT_USER",
    "UUID",
    "UUID_SHORT",
    "UUID_V4",
    "UUID_V7",
    "SYS_GUID",
    "RANDOM_BYTES",
];

/// Variables that the log carries along (manual 19.5.1.40).
const CARRIED: &[&str] = &[
    "@@pseudo_thread_id",
    "@@timestamp",
    "@@insert_id",
    "@@last_insert_id",
    "@@identity",
    "@@sql_mode",
    "@@auto_increment_increment",
    "@@auto_increment_offset",
    "@@character_set_client",
    "@@collation_connection",
    "@@time_zone",
    "@@foreign_key_checks",
    "@@unique_checks",
];

/// What in a statement that changes data may come out differently on a replica, each once.
pub fn hazards(sql: &str) -> Vec<Hazard> {
    let all: Vec<Token<'_>> = tokens(sql).take(4096).collect();
    let changes = [
        "INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "CALL", "DO", "WITH",
    ];
    if !all.first().is_some_and(|t| changes.iter().any(|c| t.is(c))) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut add = |hazard: Hazard| {
        if !found.contains(&hazard) {
            found.push(hazard);
        }
    };
    for (i, token) in all.iter().enumerate() {
        let called = all.get(i + 1) == Some(&Token::Symbol('('));
        match *token {
            Token::Word(word) if called || token.is("CURRENT_USER") => {
                let upper = word.to_ascii_uppercase();
                if UNSAFE.contains(&upper.as_str()) {
                    add(Hazard::Function(upper));
                } else if !is_built_in(word) && !names_a_table(&all, i) {
                    add(Hazard::Foreign(String::from(word)));
                }
            }
            Token::Name(name) if called && !names_a_table(&all, i) && qualified_call(&all, i) => {
                add(Hazard::Foreign(name.trim_matches('`').into()));
            }
            Token::Variable(name) if name.starts_with("@@") => {
                let name = name
                    .to_ascii_lowercase()
                    .replace("session.", "")
                    .replace("local.", "");
                if !CARRIED.contains(&name.as_str()) {
                    add(Hazard::Variable(name));
                }
            }
            _ => {}
        }
    }
    let has = |a: &str, b: Option<&str>| {
        all.iter()
            .enumerate()
            .any(|(i, t)| t.is(a) && b.is_none_or(|b| all.get(i + 1).is_some_and(|n| n.is(b))))
    };
    if has("LIMIT", None) && !has("ORDER", Some("BY")) {
        add(Hazard::Limit);
    }
    found
}

/// `t (a, b)` after INTO and the like, `AS t (a)`, `WITH t (a) AS`: no call.
fn names_a_table(all: &[Token<'_>], i: usize) -> bool {
    // The name may be qualified: look before `db.`.
    let mut first = i;
    while first >= 2 && all[first - 1] == Token::Symbol('.') {
        first -= 2;
    }
    let before = |back: usize| first.checked_sub(back).map(|i| all[i]);
    let words = [
        "INTO",
        "TABLE",
        "AS",
        "WITH",
        "RECURSIVE",
        "IGNORE",
        "INSERT",
        "REPLACE",
        "PARTITION",
        "USING",
        "INDEX",
        "KEY",
        "WINDOW",
        "OVER",
        "OF",
    ];
    before(1).is_some_and(|t| words.iter().any(|w| t.is(w)))
        || all[0].is("WITH")
            && before(1) == Some(Token::Symbol(','))
            && all[i..].iter().any(|t| t.is("AS"))
}

/// A call of a name in quotes is a stored function only where an expression may stand.
fn qualified_call(all: &[Token<'_>], i: usize) -> bool {
    i > 0 && !all[0].is("CALL")
}

/// The hazards in one line.
impl Hazard {
    /// `a; b`.
    pub fn list(hazards: &[Hazard]) -> String {
        let mut out = String::new();
        for hazard in hazards {
            out.push_str(&if out.is_empty() {
                format!("{hazard}")
            } else {
                format!("; {hazard}")
            });
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{Hazard, hazards};

    #[test]
    fn what_replicas_run_differently() {
        let one = |sql: &str| {
            hazards(sql)
                .into_iter()
                .map(|h| format!("{h:?}"))
                .collect::<std::vec::Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            one("INSERT INTO t VALUES (uuid(), now(), 'uuid()')"),
            "Function(\"UUID\")"
        );
        assert_eq!(
            one("UPDATE t SET u = CURRENT_USER WHERE a = 1"),
            "Function(\"CURRENT_USER\")"
        );
        assert_eq!(one("DELETE FROM t LIMIT 3"), "Limit");
        assert_eq!(one("DELETE FROM t ORDER BY a LIMIT 3"), "");
        assert_eq!(
            one("INSERT INTO d.`t` (a, b) SELECT a, my_fn(b) FROM s"),
            "Foreign(\"my_fn\")"
        );
        assert_eq!(one("SELECT `shop`.`f`(1)"), "Foreign(\"f\")");
        assert_eq!(
            one("UPDATE t SET h = @@hostname, z = @@session.time_zone"),
            "Variable(\"@@hostname\")"
        );
        for safe in [
            "INSERT INTO t(a) VALUES (1), (2) ON DUPLICATE KEY UPDATE a = VALUES(a) + IF(b IN (1,2), 3, 4)",
            "INSERT IGNORE t (a) SELECT CAST(a AS DECIMAL(10,2)) FROM (SELECT 1) AS x (a)",
            "WITH RECURSIVE c (n) AS (SELECT 1), e (m) AS (SELECT 2) INSERT INTO t SELECT n FROM c",
            "CREATE FUNCTION f() RETURNS CHAR(36) RETURN uuid()",
            "UPDATE t SET a = JSON_SET(a, '$.x', ST_AsText(g)), r = RAND()",
        ] {
            assert_eq!(hazards(safe), [], "{safe}");
        }
        assert_eq!(
            Hazard::list(&hazards("DELETE FROM t WHERE a = sleep(1) LIMIT 1"))
                .matches(';')
                .count(),
            1
        );
    }
}
