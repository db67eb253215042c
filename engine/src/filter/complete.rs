//! What could be typed next.

use super::terms::ENDS;
use super::{FIELDS, Field};
use crate::limits::PROPOSALS;
use core::ops::Range;

/// What the log has names for.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Names {
    /// `database.table`.
    pub tables: Vec<String>,
    /// Server ids.
    pub servers: Vec<u32>,
    /// Event types that occur.
    pub types: Vec<String>,
    /// Sources of GTIDs.
    pub sources: Vec<String>,
    /// File names.
    pub files: Vec<String>,
    /// Codes of faults.
    pub faults: Vec<String>,
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Bytes of the text that it replaces.
    pub replaces: Range<usize>,
    /// What to put there.
    pub text: String,
    /// What it is.
    pub about: String,
}

/// What may be typed at `cursor` (a byte of `text`), best first.
pub fn complete(text: &str, cursor: usize, names: &Names) -> Vec<Completion> {
    let cursor = cursor.min(text.len());
    let Some(before) = text.get(..cursor) else {
        return Vec::new();
    };
    let start = before
        .rfind(|c: char| c.is_whitespace() || c == '(')
        .map_or(0, |i| i + 1);
    let start = start + usize::from(before[start..].starts_with('-'));
    let word = &before[start..];
    match word.find(|c: char| ":=!<>".contains(c)) {
        None => fields(word, start..cursor),
        Some(op) => {
            let name = word[..op].to_ascii_lowercase();
            let value = word[op..].trim_start_matches([':', '=', '!', '<', '>']);
            let value = value.rsplit(',').next().unwrap_or("");
            let field = FIELDS
                .iter()
                .find(|(n, _, _)| *n == name)
                .map(|(_, f, _)| *f);
            values(field, value, cursor - value.len()..cursor, names)
        }
    }
}

fn fields(word: &str, replaces: Range<usize>) -> Vec<Completion> {
    let lower = word.to_ascii_lowercase();
    let matching = FIELDS
        .iter()
        .filter(|(name, _, _)| name.starts_with(&lower));
    matching
        .take(PROPOSALS)
        .map(|(name, _, about)| Completion {
            replaces: replaces.clone(),
            text: format!("{name}:"),
            about: (*about).into(),
        })
        .collect()
}

fn values(
    field: Option<Field>,
    typed: &str,
    replaces: Range<usize>,
    names: &Names,
) -> Vec<Completion> {
    let words = |all: &[&str]| all.iter().map(|w| String::from(*w)).collect::<Vec<_>>();
    let proposals = match field {
        Some(Field::Table) => names.tables.clone(),
        Some(Field::Database) => {
            let mut all: Vec<String> = names
                .tables
                .iter()
                .filter_map(|t| Some(t.split_once('.')?.0.into()))
                .collect();
            all.dedup();
            all.sort();
            all.dedup();
            all
        }
        Some(Field::Op) => words(&["insert", "update", "delete", "ddl", "statement"]),
        Some(Field::End) => words(ENDS),
        Some(Field::Type) => {
            let mut all = words(&["row", "statement", "mixed", "ddl"]);
            all.extend(names.types.iter().map(|t| t.to_lowercase()));
            all
        }
        Some(Field::Server) => names.servers.iter().map(|s| format!("{s}")).collect(),
        Some(Field::Gtid) => names.sources.clone(),
        Some(Field::File) => names.files.clone(),
        Some(Field::Fault) => {
            let mut all = words(&["any", "none"]);
            all.extend(names.faults.iter().cloned());
            all
        }
        _ => Vec::new(),
    };
    let typed = typed.trim_start_matches(['"', '\'']).to_lowercase();
    let mut found: Vec<String> = proposals
        .into_iter()
        .filter(|p| p.to_lowercase().contains(&typed) && p.to_lowercase() != typed)
        .collect();
    // Those that begin so first; the order is kept otherwise.
    found.sort_by_key(|p| !p.to_lowercase().starts_with(&typed));
    found.truncate(PROPOSALS);
    found
        .into_iter()
        .map(|text| {
            let quoted = text.contains(|c: char| c.is_whitespace() || "(),\"".contains(c));
            let text = if quoted { format!("\"{text}\"") } else { text };
            Completion {
                replaces: replaces.clone(),
                text,
                about: String::new(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_end(text: &str) -> Vec<String> {
        let names = Names {
            tables: ["shop.orders", "shop.order item", "hr.staff"]
                .map(String::from)
                .into(),
            servers: [7, 71].into(),
            ..Names::default()
        };
        complete(text, text.len(), &names)
            .into_iter()
            .map(|c| {
                let mut whole = String::from(text);
                whole.replace_range(c.replaces, &c.text);
                whole
            })
            .collect()
    }

    #[test]
    fn fields_then_values() {
        assert_eq!(at_end("ta"), ["table:"]);
        assert_eq!(at_end("rows>1 -ta"), ["rows>1 -table:"]);
        assert_eq!(
            at_end("table:ord"),
            ["table:shop.orders", "table:\"shop.order item\""]
        );
        assert_eq!(
            at_end("(op:insert,d"),
            ["(op:insert,delete", "(op:insert,ddl", "(op:insert,update"]
        );
        assert_eq!(at_end("db:"), ["db:hr", "db:shop"]);
        assert_eq!(at_end("server:7"), ["server:71"]);
        assert!(at_end("rows>").is_empty() && at_end("nofield:x").is_empty());
        assert_eq!(at_end("").len(), PROPOSALS);
        assert!(complete("é", 1, &Names::default()).is_empty());
    }
}
