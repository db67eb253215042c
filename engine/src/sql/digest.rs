//! What is the same in statements that differ in their values.

use super::tokens::{Token, tokens};
use crate::limits::DIGEST;

/// The statement with its values as `?` and its lists of values as `(...)`, like the servers'
/// `STATEMENT_DIGEST_TEXT` in spirit, with the statement's own spelling.
pub fn digest(sql: &str) -> String {
    let mut out = String::new();
    let mut last = Token::Symbol('(');
    for token in tokens(sql) {
        if out.len() > DIGEST {
            out.push('…');
            break;
        }
        let glued = matches!(token, Token::Symbol(',' | ')' | '.' | ';'))
            || matches!(last, Token::Symbol('(' | '.'))
            || token == Token::Symbol('(') && matches!(last, Token::Word(w) if !is_keyword(w));
        if !glued {
            out.push(' ');
        }
        match token {
            Token::Text(_) | Token::Number(_) => out.push('?'),
            Token::Symbol(c) => out.push(c),
            Token::Word(w) if is_keyword(w) => {
                out.push_str(&w.to_ascii_uppercase());
            }
            Token::Word(w) | Token::Name(w) | Token::Variable(w) => out.push_str(w),
        }
        fold(&mut out);
        last = token;
    }
    out
}

/// A number that statements of one digest share as a rule: for finding a digest that is known
/// already without making its text.
pub fn fingerprint(sql: &str) -> u64 {
    // FNV-1a: no secret is kept here, and a collision costs a count in a table.
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut add = |bytes: &[u8]| {
        for b in bytes {
            hash = (hash ^ u64::from(b.to_ascii_uppercase())).wrapping_mul(0x100_0000_01b3);
        }
        hash = (hash ^ 0xff).wrapping_mul(0x100_0000_01b3);
    };
    let mut value_before = false;
    for token in tokens(sql) {
        let value = matches!(token, Token::Text(_) | Token::Number(_));
        match token {
            // `1, 2` is as good as `1`.
            Token::Text(_) | Token::Number(_) if value_before => {}
            Token::Text(_) | Token::Number(_) => add(b"?"),
            Token::Symbol(',') if value_before => continue,
            Token::Symbol(c) => add(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Token::Word(w) | Token::Name(w) | Token::Variable(w) => add(w.as_bytes()),
        }
        value_before = value;
    }
    hash
}

/// A list of values is one, however long: `?, ?` → `?`; `(?), (?)` → `(?)`.
fn fold(out: &mut String) {
    if out.ends_with("?, ?") {
        out.truncate(out.len() - 3);
    } else if out.ends_with("- ?") || out.ends_with("-?") {
        // The sign belongs to the value.
        let sign = out.rfind('-').unwrap_or(0);
        let before = out[..sign].trim_end();
        if before.ends_with(['(', ',', '=']) {
            let spaced = !before.ends_with('(');
            out.truncate(before.len());
            out.push_str(if spaced { " ?" } else { "?" });
            fold(out);
        }
    } else {
        for list in ["(?)", "(NULL)"] {
            if let Some(before) = out.strip_suffix(list).and_then(|b| b.strip_suffix(", "))
                && before.ends_with(list)
            {
                let len = before.len();
                out.truncate(len);
            }
        }
    }
}

fn is_keyword(word: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "SELECT",
        "INSERT",
        "UPDATE",
        "DELETE",
        "REPLACE",
        "INTO",
        "FROM",
        "WHERE",
        "SET",
        "VALUES",
        "VALUE",
        "AND",
        "OR",
        "NOT",
        "IN",
        "ON",
        "AS",
        "JOIN",
        "LEFT",
        "RIGHT",
        "INNER",
        "ORDER",
        "GROUP",
        "BY",
        "LIMIT",
        "DUPLICATE",
        "KEY",
        "NULL",
        "IS",
        "LIKE",
        "BETWEEN",
        "EXISTS",
        "IGNORE",
        "LOAD",
        "DATA",
        "TABLE",
        "USING",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "DESC",
        "ASC",
        "INTERVAL",
    ];
    KEYWORDS.iter().any(|k| k.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::{digest, fingerprint};

    #[test]
    fn values_are_gone_and_lists_are_one() {
        let cases = [
            (
                "insert into t(a,b) values (1,'x'),(2,'y') , (-3, 'z')",
                "INSERT INTO t(a, b) VALUES (?)",
            ),
            (
                "UPDATE `t` SET a=a+1 WHERE id IN (1,2,3)  /* x */",
                "UPDATE `t` SET a = a + ? WHERE id IN (?)",
            ),
            (
                "delete from d.t where x = -1 limit 1",
                "DELETE FROM d.t WHERE x = ? LIMIT ?",
            ),
            (
                "INSERT INTO t SELECT now(), @v",
                "INSERT INTO t SELECT now(), @v",
            ),
        ];
        for (sql, expected) in cases {
            assert_eq!(digest(sql).trim(), expected);
        }
        assert_eq!(
            fingerprint("delete from t where a in (1, 2)"),
            fingerprint("DELETE  FROM t WHERE a IN ('x')")
        );
        assert_ne!(fingerprint("delete from t"), fingerprint("delete from u"));
        assert!(digest(&"a ".repeat(10_000)).len() < 1100);
    }
}
