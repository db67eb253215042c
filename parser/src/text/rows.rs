//! Table maps and the rows of rows events.

use super::{Printer, RawEvent, Text, Tool, append, value};
use crate::bytes::clip::{after, first};
use crate::bytes::{Input, Space};
use crate::codes::ColumnType;
use crate::codes::event_type::{RowOp, RowsShape};
use crate::codes::flags::{RowsFlags, TableMapFlags};
use crate::event;
use crate::event::row_walk::{ImageLayout, ImageWalk, RowLayout, Slot};
use crate::event::rows::{self, Head};
use crate::table::{Column, Table};
use crate::trace::{Reader, Silent};
use alloc::{sync::Arc, vec::Vec};

impl Printer {
    /// `Table_map_log_event::print`; MariaDB's tool prints the annotation before it.
    pub(super) fn table_map(&mut self, raw: &RawEvent<'_>, table: &Table) {
        if self.tool == Tool::MariadbBinlog {
            self.annotation(raw);
        }
        self.header(raw);
        append!(
            self.head,
            "\tTable_map: `{}`.`{}` mapped to number {}",
            table.database,
            table.name,
            table.table_id
        );
        let flags = TableMapFlags::from_bits_retain(table.flags);
        match self.tool {
            Tool::Mysqlbinlog => {
                append!(self.head, "\n");
                // Servers from 8.0.30 on say it.
                if (80_030..999_999).contains(&self.session.immediate_version) {
                    append!(
                        self.head,
                        "# has_generated_invisible_primary_key={}\n",
                        u8::from(flags.contains(TableMapFlags::GENERATED_INVISIBLE_PK))
                    );
                }
            }
            Tool::MariadbBinlog => {
                if flags.contains(TableMapFlags::HAS_TRIGGERS) {
                    append!(self.head, " (has triggers)");
                }
                append!(self.head, "\n");
            }
        }
    }

    /// `Rows_log_event::print_helper`.
    pub(super) fn rows_event(&mut self, out: &mut Vec<u8>, raw: &RawEvent<'_>) {
        self.header(raw);
        let t = raw.header.event_type;
        let Some(shape) = t.rows_shape() else {
            return;
        };
        let input = event::body_input(raw.bytes, 0, &raw.header, &self.context);
        let mut silent = Silent::default();
        let mut reader = Reader::new(input, &mut silent);
        let Ok(head) = rows::head(&mut reader, t, shape, &self.context) else {
            return;
        };
        let name = super::context_events::type_name(t, self.tool);
        append!(self.head, "\t{name}: table id {}", head.rows.table_id);
        self.flags(head.rows.flags);
        append!(self.head, "\n");
        let data = rows::row_data(&mut reader, shape).unwrap_or_default();
        let last = RowsFlags::from_bits_retain(head.rows.flags).contains(RowsFlags::STMT_END);
        let mut body = core::mem::take(&mut self.body);
        let rows = verbose(&mut body, self.tool, &head, shape, &data);
        self.body = body;
        self.rows += rows;
        if last {
            if self.tool == Tool::MariadbBinlog {
                append!(self.body, "# Number of rows: {}\n", self.rows);
            }
            self.rows = 0;
            self.head.drain_to(out);
            self.body.drain_to(out);
        }
    }

    fn flags(&mut self, raw: u16) {
        let flags = RowsFlags::from_bits_retain(raw);
        if self.tool == Tool::MariadbBinlog {
            if flags.contains(RowsFlags::STMT_END) {
                append!(self.head, " flags: STMT_END_F");
            }
            return;
        }
        if raw == 0 {
            return;
        }
        append!(self.head, " flags:");
        let known = [
            (RowsFlags::STMT_END, "STMT_END_F"),
            (RowsFlags::NO_FOREIGN_KEY_CHECKS, "NO_FOREIGN_KEY_CHECKS_F"),
            (RowsFlags::RELAXED_UNIQUE_CHECKS, "RELAXED_UNIQUE_CHECKS_F"),
            (RowsFlags::COMPLETE_ROWS, "COMPLETE_ROWS_F"),
            (RowsFlags::USE_SQL_FOREIGN_KEY, "USE_SQL_FOREIGN_KEY_F"),
        ];
        let mut rest = raw;
        for (flag, name) in known {
            if flags.contains(flag) {
                append!(self.head, " {name}");
                rest &= !flag.bits();
            }
        }
        if rest != 0 {
            append!(self.head, " UNKNOWN_FLAG({rest:#X})");
        }
    }
}

/// `Rows_log_event::print_verbose`. Returns the number of rows.
fn verbose(out: &mut Text, tool: Tool, head: &Head<'_>, shape: RowsShape, data: &[u8]) -> u64 {
    extra_info(out, tool, head, shape);
    let Some(table) = head.rows.table.as_ref().map(Arc::clone) else {
        append!(
            out,
            "### Row event for unknown table #{}",
            head.rows.table_id
        );
        return 0;
    };
    let (command, clauses): (&str, &[&str]) = match shape.op {
        RowOp::Insert => ("INSERT INTO", &["### SET\n"]),
        RowOp::Delete => ("DELETE FROM", &["### WHERE\n"]),
        RowOp::Update => ("UPDATE", &["### WHERE\n", "### SET\n"]),
    };
    let mut rows = 0;
    if shape.op == RowOp::Insert && data.is_empty() {
        append!(
            out,
            "### INSERT INTO `{}`.`{}` VALUES ()\n",
            table.database,
            table.name
        );
    } else {
        let layout = RowLayout::of(&table);
        let images = head.images(&layout);
        let mut silent = Silent::default();
        let mut r = Reader::new(Input::new(data, Space::FILE, 0), &mut silent);
        'rows: while r.left() > 0 {
            let before = r.left();
            append!(out, "### {command} `{}`.`{}`\n", table.database, table.name);
            for (image, clause) in images.iter().flatten().zip(clauses) {
                append!(out, "{clause}");
                if one_image(out, tool, &table, *image, &mut r).is_none() {
                    break 'rows;
                }
            }
            rows += 1;
            if r.left() == before {
                break;
            }
        }
    }
    rows
}

fn extra_info(out: &mut Text, tool: Tool, head: &Head<'_>, shape: RowsShape) {
    if tool == Tool::MariadbBinlog {
        return;
    }
    let mut rest = head.extra;
    while let [kind, tail @ ..] = rest {
        match (kind, tail) {
            (0, [len, format, tail @ ..]) => {
                let n = usize::from(len.saturating_sub(2));
                append!(
                    out,
                    "### Extra row ndb info: data_format: {format}, len: {} :",
                    len.saturating_sub(2)
                );
                for byte in first(tail, n) {
                    append!(out, "{byte:02x}");
                }
                append!(out, "\n");
                rest = after(tail, n);
            }
            (1, [a, b, tail @ ..]) => {
                let partition = u16::from_le_bytes([*a, *b]);
                match tail {
                    [a, b, tail @ ..] if shape.op == RowOp::Update => {
                        let source = u16::from_le_bytes([*a, *b]);
                        append!(
                            out,
                            "### Extra row info for partitioning: source_partition: {source} target_partition: {partition}"
                        );
                        rest = tail;
                    }
                    _ => {
                        append!(
                            out,
                            "### Extra row info for partitioning: partition: {partition}"
                        );
                        rest = tail;
                    }
                }
                append!(out, "\n");
            }
            _ => return,
        }
    }
}

/// `print_verbose_one_row`; `None` where the tool gives up.
fn one_image(
    out: &mut Text,
    tool: Tool,
    table: &Table,
    layout: ImageLayout<'_>,
    r: &mut Reader<'_, '_, Silent>,
) -> Option<()> {
    // The tool takes a vector's dimensions from the metadata of the first column not yet used, and
    // forgets those that the image leaves out.
    let vector = |c: &&Column| c.kind == ColumnType::VECTOR;
    let mut vectors = table.columns.iter().filter(vector);
    for found in ImageWalk::begin(r, layout).ok()? {
        let (i, slot) = match found {
            Ok((i, slot)) => (i, Some(slot)),
            Err(stop) => (stop.column, None),
        };
        let column = table.columns.get(i)?;
        append!(out, "###   @{}=", i + 1);
        let dimensions = if column.kind == ColumnType::VECTOR {
            vectors.next().and_then(|c| c.dimensions)
        } else {
            None
        };
        let kind = value::print(out, tool, (i, column), slot, dimensions)?;
        r.claim(slot.map_or(0, Slot::len));
        append!(
            out,
            " /* {kind} meta={} nullable={} is_null={} */\n",
            column.wire_meta,
            u8::from(column.nullable),
            u8::from(slot == Some(Slot::Null))
        );
    }
    Some(())
}
