//! The rows of a log, replayed, against what `SELECT` says at the end.

use super::Reach;
use super::tables::{Kind, Table};
use crate::shell::Outcome;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// A row by the names of its columns; without those that the log does not say (a change of a JSON
/// document, a blob that the image leaves out).
type Row = Map<String, Json>;

/// Tables by name, rows by key.
#[derive(Debug, Default)]
pub(super) struct Replay {
    tables: BTreeMap<String, BTreeMap<i64, Row>>,
}

impl Replay {
    /// Applies every row change, as `binlight rows` prints them. Values met.
    pub(super) fn rows(&mut self, lines: &[u8]) -> Outcome<u64> {
        let mut values = 0;
        for line in serde_json::Deserializer::from_slice(lines).into_iter::<Json>() {
            let mut line = line.map_err(|e| format!("binlight rows: {e}"))?;
            let table = line["table"]
                .as_str()
                .and_then(|t| t.strip_prefix("conform."));
            let Some(table) = table.map(str::to_owned) else {
                continue;
            };
            let rows = self.tables.entry(table).or_default();
            let mut row = Row::new();
            if let Json::Object(before) = line["before"].take() {
                values += before.len() as u64;
                let key = before.get("c0").and_then(Json::as_i64);
                let key = key.ok_or("a before-image has no key")?;
                row = rows
                    .remove(&key)
                    .ok_or("a change of a row that is not there")?;
            }
            if let Json::Object(after) = line["after"].take() {
                values += after.len() as u64;
                for (name, value) in after {
                    if is_changes(&value) {
                        row.remove(&name);
                    } else {
                        row.insert(name, value);
                    }
                }
                let key = row.get("c0").and_then(Json::as_i64);
                rows.insert(key.ok_or("a row has no key")?, row);
            }
        }
        Ok(values)
    }

    /// Compares with what was selected. Values compared.
    pub(super) fn compare(&self, tables: &[Table], selected: &[Vec<u8>]) -> Outcome<u64> {
        let none = BTreeMap::new();
        let mut compared = 0;
        for (table, text) in tables.iter().zip(selected) {
            let rows = self.tables.get(&table.name).unwrap_or(&none);
            let lines: Vec<&str> = std::str::from_utf8(text)
                .map_err(|e| e.to_string())?
                .lines()
                .collect();
            if lines.len() != rows.len() {
                return Err(format!(
                    "{}: {} rows on the server, {} replayed",
                    table.name,
                    lines.len(),
                    rows.len()
                ));
            }
            for (line, (key, row)) in lines.iter().zip(rows) {
                let cells: Vec<&str> = line.split('\t').collect();
                if cells.first() != Some(&key.to_string().as_str()) {
                    return Err(format!("{}: key {key} is {:?}", table.name, cells.first()));
                }
                for (i, column) in table.columns.iter().enumerate() {
                    let ours = row.get(&format!("c{}", i + 1));
                    let (Some(theirs), Some(ours)) = (cells.get(i + 1), ours) else {
                        continue;
                    };
                    compared += 1;
                    if !same(column.kind, ours, theirs) {
                        return Err(format!(
                            "{}, key {key}, c{} {}: {ours} is {theirs} on the server",
                            table.name,
                            i + 1,
                            column.definition
                        ));
                    }
                }
            }
        }
        Ok(compared)
    }
}

/// Whether a value is a list of changes of a JSON document: no document begins so.
fn is_changes(value: &Json) -> bool {
    let text = value.as_str();
    text.is_some_and(|t| t.starts_with("JSON_") || t == "(unchanged)")
}

/// All tables, in a form that shows every bit of a value.
pub(super) fn select(reach: &Reach, tables: &[Table]) -> Outcome<Vec<Vec<u8>>> {
    tables
        .iter()
        .map(|table| {
            let shown: String = table
                .columns
                .iter()
                .enumerate()
                .map(|(i, c)| format!(", {}", expression(c.kind, &format!("c{}", i + 1))))
                .collect();
            reach.sql(&format!(
                "set time_zone='+00:00', sql_mode=''; select c0{shown} from conform.{} order by c0;",
                table.name
            ))
        })
        .collect()
}

fn expression(kind: Kind, column: &str) -> String {
    match kind {
        Kind::Float => format!("{column}*1e0"),
        Kind::Bit(_) => format!("cast({column} as unsigned)"),
        Kind::Year => format!("{column}+0"),
        Kind::Text(_) | Kind::Set(_) | Kind::Enum(_) => {
            format!("hex(convert({column} using utf8mb4))")
        }
        Kind::Json => format!("hex(convert(cast({column} as char) using utf8mb4))"),
        Kind::Bytes(_) | Kind::Vector(_) => format!("hex({column})"),
        Kind::Geometry => format!("st_astext({column})"),
        _ => column.to_owned(),
    }
}

fn same(kind: Kind, ours: &Json, theirs: &str) -> bool {
    if theirs == "NULL" {
        return ours.is_null();
    }
    // A binary column's trailing zero bytes are not logged.
    let unpadded = |hex: &str| hex.trim_end_matches('0').to_owned();
    match (kind, ours) {
        // As many digits as a FLOAT has: the nearest one is meant.
        (Kind::Float, Json::Number(v)) => {
            let ours = v.to_string().parse::<f32>();
            ours.is_ok_and(|v| theirs.parse() == Ok(f64::from(v)))
        }
        (Kind::Double, Json::Number(v)) => theirs.parse::<f64>() == v.to_string().parse(),
        (Kind::Text(_) | Kind::Set(_) | Kind::Enum(_) | Kind::Json, Json::String(v)) => {
            theirs == hex(v.as_bytes())
        }
        (Kind::Bytes(_), Json::String(v)) => v
            .strip_prefix("0x")
            .is_some_and(|v| unpadded(&v.to_ascii_uppercase()) == unpadded(theirs)),
        (Kind::Vector(_), Json::Array(v)) => {
            let floats = v.iter().filter_map(|v| v.to_string().parse::<f32>().ok());
            let bytes: Vec<u8> = floats.flat_map(f32::to_le_bytes).collect();
            theirs == hex(&bytes)
        }
        (Kind::Geometry, Json::String(v)) => {
            let wkt = v.split_once(';').map_or(v.as_str(), |(_, wkt)| wkt);
            plain_wkt(wkt) == plain_wkt(theirs)
        }
        (Kind::Uuid | Kind::Inet4 | Kind::Inet6, Json::String(v)) => {
            let digits = v.strip_prefix("0x").unwrap_or("");
            address(kind, theirs).is_some_and(|bytes| unpadded(digits) == unpadded(&bytes))
        }
        (_, Json::String(v)) => v == theirs,
        // Signedness is known: metadata is full.
        (_, Json::Number(v)) => v.to_string() == *theirs,
        _ => false,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}

/// Points in a MULTIPOINT may or may not have parentheses of their own.
fn plain_wkt(text: &str) -> String {
    text.replace(['(', ')', ' '], "_")
        .replace("__", "_")
        .replace("_,", ",")
        .replace(",_", ",")
}

/// The bytes of a UUID or an address, as digits in lower case.
fn address(kind: Kind, text: &str) -> Option<String> {
    let digits = |bytes: &[u8]| hex(bytes).to_ascii_lowercase();
    match kind {
        Kind::Uuid => Some(text.replace('-', "")),
        Kind::Inet4 => Some(digits(&text.parse::<std::net::Ipv4Addr>().ok()?.octets())),
        _ => Some(digits(&text.parse::<std::net::Ipv6Addr>().ok()?.octets())),
    }
}
