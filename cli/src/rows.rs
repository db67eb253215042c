//! `binlight rows`: row changes as JSON Lines.

use crate::source::Source;
use binlight_parser::codes::EventType;
use binlight_parser::context::Context;
use binlight_parser::event::row_image::{Cell, Image};
use binlight_parser::event::{self, transaction_payload as payload};
use binlight_parser::rows::{self, RowChange};
use binlight_parser::table::Table;
use binlight_parser::value::Value;
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// One line per row change.
pub fn row_changes(out: &mut impl Write, file: &Source<'_>) -> io::Result<()> {
    let mut context = Context::default();
    let kind = file.for_each_frame(|frame, bytes| {
        if frame.damaged || frame.prefix.is_some() {
            return Ok(());
        }
        let at = frame.span.start;
        event::update_context(&mut context, bytes, at);
        write_rows(out, bytes, at, &context, &json!({ "pos": at }))?;
        if frame.header.event_type == EventType::TRANSACTION_PAYLOAD
            && let Ok(unpacked) = payload::unpack_event(bytes, at, &context)
        {
            let mut inner = payload::inner_context(&context);
            for f in payload::frames(&unpacked).filter(|f| !f.damaged) {
                let start = f.span.start;
                let bytes = &unpacked[start as usize..][..f.span.len as usize];
                event::update_context(&mut inner, bytes, start);
                write_rows(
                    out,
                    bytes,
                    start,
                    &inner,
                    &json!({ "pos": at, "inner_pos": start }),
                )?;
            }
        }
        Ok(())
    })?;
    file.tell_unless_log(kind);
    Ok(())
}

fn write_rows(
    out: &mut impl Write,
    bytes: &[u8],
    at: u64,
    context: &Context,
    place: &Json,
) -> io::Result<()> {
    let page = rows::page(bytes, at, context, 0, u64::MAX);
    let (Some(op), Some(table)) = (page.op, &page.table) else {
        return Ok(());
    };
    for change in &page.changes {
        let mut line = place.clone();
        line["table"] = json!(table.full_name());
        line["op"] = json!(op.name());
        let RowChange { before, after } = change;
        line["before"] = image_json(before.as_ref(), table);
        line["after"] = image_json(after.as_ref(), table);
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn image_json(image: Option<&Image<'_>>, table: &Table) -> Json {
    let Some(image) = image else {
        return Json::Null;
    };
    let mut object = serde_json::Map::new();
    for (i, (cell, column)) in image.iter().zip(&table.columns).enumerate() {
        let name = column.name.clone().unwrap_or_else(|| format!("@{}", i + 1));
        match cell {
            Cell::Absent => {}
            Cell::Value(value) => {
                object.insert(name, value_json(value));
            }
            Cell::Broken(bytes, fault) => {
                object.insert(name, json!({ "fault": fault.to_string(), "bytes": Value::Bytes(bytes.clone()).to_string() }));
            }
        }
    }
    Json::Object(object)
}

fn value_json(value: &Value<'_>) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(v) => json!(v),
        Value::UInt(v) | Value::Bits(v, _) => json!(v),
        Value::Enum(v, None) | Value::Set(v, None) => json!(v),
        Value::Float(v) if v.is_finite() => v
            .to_string()
            .parse()
            .map_or_else(|_| json!(v), Json::Number),
        Value::Double(v) if v.is_finite() => json!(v),
        Value::Vector(v) => json!(v),
        other => json!(other.to_string()),
    }
}
