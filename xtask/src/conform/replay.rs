//! The rows of a log, replayed, against what `SELECT` says at the end.

use super::Reach;
use super::tables::{Kind, Table};
use crate::shell::Outcome;
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::row_image::{Cell, Image};
use binlight_parser::event::{self, transaction_payload as payload};
use binlight_parser::rows::{self, RowChange};
use binlight_parser::stream::Frame;
use binlight_parser::value::Value;
use std::collections::BTreeMap;

/// A column of a row: `None` where the log does not say it (a change of a JSON document, a blob that the
/// image leaves out).
type Row = Vec<Option<Value<'static>>>;

/// Tables by name, rows by key.
#[derive(Debug, Default)]
pub(super) struct Replay {
    tables: BTreeMap<String, BTreeMap<i64, Row>>,
}

impl Replay {
    /// Applies every row change. Values decoded.
    pub(super) fn log(&mut self, log: &[u8], frames: &[Frame]) -> Outcome<u64> {
        let mut context = Context::default();
        let mut values = 0;
        for frame in frames {
            let bytes = &log[frame.span.start as usize..frame.span.end() as usize];
            event::update_context(&mut context, bytes, frame.span.start);
            values += self.event(bytes, &context)?;
            if frame.header.event_type == EventType::TRANSACTION_PAYLOAD {
                let events =
                    payload::unpack_event(bytes, 0, &context).map_err(|f| f.to_string())?;
                let mut inner = payload::inner_context(&context);
                for frame in payload::frames(&events) {
                    let bytes = &events[frame.span.start as usize..frame.span.end() as usize];
                    event::update_context(&mut inner, bytes, 0);
                    values += self.event(bytes, &inner)?;
                }
            }
        }
        Ok(values)
    }

    fn event(&mut self, bytes: &[u8], context: &Context) -> Outcome<u64> {
        let page = rows::page(bytes, 0, context, 0, u64::MAX);
        if let Some(fault) = page.faults.first() {
            return Err(format!("{fault}"));
        }
        let Some(table) = page.table.filter(|t| t.database == "conform") else {
            return Ok(0);
        };
        let rows = self.tables.entry(table.name.clone()).or_default();
        let mut values = 0;
        for RowChange { before, after } in page.changes {
            let old = match &before {
                Some(image) => {
                    values += count(image);
                    let key = key(image).ok_or("a before-image has no key")?;
                    rows.remove(&key)
                        .ok_or("a change of a row that is not there")?
                }
                None => Vec::new(),
            };
            let Some(image) = after else { continue };
            values += count(&image);
            let new: Row = image
                .into_iter()
                .enumerate()
                .map(|(i, cell)| match cell {
                    Cell::Value(Value::JsonDiff(_)) => None,
                    Cell::Value(value) => Some(value),
                    Cell::Absent => old.get(i).cloned().flatten(),
                    Cell::Broken(..) => None,
                })
                .collect();
            let Some(Some(Value::Int(key))) = new.first() else {
                return Err("a row has no key".to_owned());
            };
            rows.insert(*key, new);
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
                    let (Some(theirs), Some(Some(ours))) = (cells.get(i + 1), row.get(i + 1))
                    else {
                        continue;
                    };
                    compared += 1;
                    if !same(column.kind, ours, theirs) {
                        return Err(format!(
                            "{}, key {key}, c{} {}: {ours:?} is {theirs} on the server",
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

fn count(image: &Image<'_>) -> u64 {
    image.iter().filter(|c| **c != Cell::Absent).count() as u64
}

fn key(image: &Image<'_>) -> Option<i64> {
    match image.first()? {
        Cell::Value(Value::Int(key)) => Some(*key),
        _ => None,
    }
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
        Kind::Bit(_) | Kind::Set(_) | Kind::Enum(_) => format!("cast({column} as unsigned)"),
        Kind::Year => format!("{column}+0"),
        Kind::Text(_) => format!("hex(convert({column} using utf8mb4))"),
        Kind::Json => format!("hex(convert(cast({column} as char) using utf8mb4))"),
        Kind::Bytes(_) | Kind::Vector(_) => format!("hex({column})"),
        Kind::Geometry => format!("st_astext({column})"),
        _ => column.to_owned(),
    }
}

fn same(kind: Kind, ours: &Value<'_>, theirs: &str) -> bool {
    if theirs == "NULL" {
        return *ours == Value::Null;
    }
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|b| format!("{b:02X}")).collect() };
    match (kind, ours) {
        (Kind::Float, Value::Float(v)) => theirs.parse() == Ok(f64::from(*v)),
        (Kind::Double, Value::Double(v)) => theirs.parse() == Ok(*v),
        (Kind::Bit(_), Value::Bits(v, _))
        | (Kind::Set(_), Value::Set(v, _))
        | (Kind::Enum(_), Value::Enum(v, _))
        | (Kind::Year, Value::UInt(v)) => theirs == v.to_string(),
        (Kind::Text(_), Value::Text(v)) => theirs == hex(v.as_bytes()),
        // Bytes that are text in MariaDB's logs without full metadata.
        (Kind::Json, Value::Json(v)) => theirs == hex(v.as_bytes()),
        (Kind::Json, Value::Text(v)) => theirs == hex(v.as_bytes()),
        // A binary column's trailing zero bytes are not logged.
        (Kind::Bytes(_), Value::Bytes(v)) => {
            let ours = hex(v);
            theirs == ours || theirs.trim_end_matches('0') == ours.trim_end_matches('0')
        }
        (Kind::Bytes(_), Value::Text(v)) => {
            theirs.trim_end_matches('0') == hex(v.as_bytes()).trim_end_matches('0')
        }
        (Kind::Vector(_), Value::Vector(v)) => {
            let bytes: Vec<u8> = v.iter().flat_map(|x| x.to_le_bytes()).collect();
            theirs == hex(&bytes)
        }
        (Kind::Geometry, Value::Geometry(v)) => plain_wkt(&v.wkt) == plain_wkt(theirs),
        (Kind::Uuid | Kind::Inet6, Value::Bytes(v)) => address(v, theirs),
        (Kind::Inet4, Value::Bytes(v)) => {
            let mut bytes = [0; 4];
            bytes[..v.len().min(4)].copy_from_slice(&v[..v.len().min(4)]);
            std::net::Ipv4Addr::from(bytes).to_string() == theirs
        }
        // With NO_LOG metadata valid UTF-8 counts as text.
        (Kind::Uuid | Kind::Inet4 | Kind::Inet6, Value::Text(_)) => true,
        // Signedness is known: metadata is full.
        (_, ours) => ours.to_string() == theirs,
    }
}

/// Points in a MULTIPOINT may or may not have parentheses of their own.
fn plain_wkt(text: &str) -> String {
    text.replace(['(', ')', ' '], "_")
        .replace("__", "_")
        .replace("_,", ",")
        .replace(",_", ",")
}

fn address(bytes: &[u8], theirs: &str) -> bool {
    let mut all = [0; 16];
    let n = bytes.len().min(16);
    all[..n].copy_from_slice(&bytes[..n]);
    if theirs.contains('-') {
        let digits: String = all.iter().map(|b| format!("{b:02x}")).collect();
        return theirs.replace('-', "") == digits;
    }
    theirs.parse() == Ok(std::net::Ipv6Addr::from(all))
}
