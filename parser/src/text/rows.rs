//! Table maps and the rows of rows events.

use super::{Printer, Seen, Text, Tool, say, value};
use crate::bytes::{Bitmap, Input, Space};
use crate::codes::ColumnType;
use crate::codes::event_type::{RowOp, RowsShape};
use crate::codes::flags::{RowsFlags, TableMapFlags};
use crate::event::rows::{self, Head};
use crate::event::{self, row_image};
use crate::table::Table;
use crate::trace::{Reader, Silent};
use crate::unpack;
use alloc::{borrow::Cow, sync::Arc, vec::Vec};

impl Printer {
    /// `Table_map_log_event::print`; MariaDB's tool prints the annotation before it.
    pub(super) fn table_map(&mut self, seen: &Seen<'_>, table: &Table) {
        if self.tool == Tool::MariadbBinlog {
            self.annotation(seen);
        }
        self.header(seen);
        say!(
            self.head,
            "\tTable_map: `{}`.`{}` mapped to number {}",
            table.database,
            table.name,
            table.table_id
        );
        let flags = TableMapFlags::from_bits_retain(table.flags);
        match self.tool {
            Tool::Mysqlbinlog => {
                say!(self.head, "\n");
                // Servers from 8.0.30 on say it.
                if (80_030..999_999).contains(&self.session.immediate_version) {
                    say!(
                        self.head,
                        "# has_generated_invisible_primary_key={}\n",
                        u8::from(flags.contains(TableMapFlags::GENERATED_INVISIBLE_PK))
                    );
                }
            }
            Tool::MariadbBinlog => {
                if flags.contains(TableMapFlags::HAS_TRIGGERS) {
                    say!(self.head, " (has triggers)");
                }
                say!(self.head, "\n");
            }
        }
    }

    /// `Rows_log_event::print_helper`.
    pub(super) fn rows_event(&mut self, out: &mut Vec<u8>, seen: &Seen<'_>) {
        self.header(seen);
        let t = seen.header.event_type;
        let Some(shape) = t.rows_shape() else {
            return;
        };
        let range = event::body_range(seen.bytes, &seen.header, &self.context);
        let input = Input::new(&seen.bytes[range], Space::FILE, 0);
        let mut silent = Silent::default();
        let mut reader = Reader::new(input, &mut silent);
        let Ok(head) = rows::head(&mut reader, t, shape, &self.context) else {
            return;
        };
        let name = super::context_events::type_name(t, self.tool);
        say!(self.head, "\t{name}: table id {}", head.rows.table_id);
        self.flags(head.rows.flags);
        say!(self.head, "\n");
        let data = if shape.compressed {
            unpack::mariadb(&mut reader).map_or(Cow::Borrowed(&[][..]), Cow::Owned)
        } else {
            Cow::Borrowed(reader.rest().bytes())
        };
        let last = RowsFlags::from_bits_retain(head.rows.flags).contains(RowsFlags::STMT_END);
        let mut body = core::mem::take(&mut self.body);
        let rows = verbose(&mut body, self.tool, &head, shape, &data);
        self.body = body;
        self.rows += rows;
        if last {
            if self.tool == Tool::MariadbBinlog {
                say!(self.body, "# Number of rows: {}\n", self.rows);
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
                say!(self.head, " flags: STMT_END_F");
            }
            return;
        }
        if raw == 0 {
            return;
        }
        say!(self.head, " flags:");
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
                say!(self.head, " {name}");
                rest &= !flag.bits();
            }
        }
        if rest != 0 {
            say!(self.head, " UNKNOWN_FLAG({rest:#X})");
        }
    }
}

/// `Rows_log_event::print_verbose`. Returns the number of rows.
fn verbose(out: &mut Text, tool: Tool, head: &Head<'_>, shape: RowsShape, data: &[u8]) -> u64 {
    extra_info(out, tool, head, shape);
    let Some(table) = head.rows.table.as_ref().map(Arc::clone) else {
        say!(
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
        say!(
            out,
            "### INSERT INTO `{}`.`{}` VALUES ()\n",
            table.database,
            table.name
        );
    } else {
        let images = [head.before(), head.after()];
        let mut rest = data;
        'rows: while !rest.is_empty() {
            let before = rest.len();
            say!(out, "### {command} `{}`.`{}`\n", table.database, table.name);
            for (present, clause) in images.iter().flatten().zip(clauses) {
                let partial = head.partial && *clause == "### SET\n";
                say!(out, "{clause}");
                match one_image(out, tool, &table, *present, partial, rest) {
                    Some(left) => rest = left,
                    None => break 'rows,
                }
            }
            rows += 1;
            if rest.len() == before {
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
                let n = usize::from(len.saturating_sub(2)).min(tail.len());
                say!(
                    out,
                    "### Extra row ndb info: data_format: {format}, len: {} :",
                    len.saturating_sub(2)
                );
                for byte in &tail[..n] {
                    say!(out, "{byte:02x}");
                }
                say!(out, "\n");
                rest = &tail[n..];
            }
            (1, [a, b, tail @ ..]) => {
                let partition = u16::from_le_bytes([*a, *b]);
                match tail {
                    [a, b, tail @ ..] if shape.op == RowOp::Update => {
                        let source = u16::from_le_bytes([*a, *b]);
                        say!(
                            out,
                            "### Extra row info for partitioning: source_partition: {source} target_partition: {partition}"
                        );
                        rest = tail;
                    }
                    _ => {
                        say!(
                            out,
                            "### Extra row info for partitioning: partition: {partition}"
                        );
                        rest = tail;
                    }
                }
                say!(out, "\n");
            }
            _ => return,
        }
    }
}

/// `print_verbose_one_row`: the rest after the image, or `None` where the tool gives up.
fn one_image<'a>(
    out: &mut Text,
    tool: Tool,
    table: &Table,
    present: row_image::Present<'_>,
    partial: bool,
    data: &'a [u8],
) -> Option<&'a [u8]> {
    let mut rest = data;
    let mut diffs = None;
    if partial {
        let (options, tail) = value::lenenc(rest)?;
        rest = tail;
        if options & 1 != 0 {
            let n = Bitmap::bytes_for(row_image::json_columns(table));
            let (bits, tail) = rest.split_at_checked(n)?;
            diffs = Some(Bitmap(bits));
            rest = tail;
        }
    }
    let count = present.bits.count(present.width);
    let (nulls, tail) = rest.split_at_checked(Bitmap::bytes_for(count))?;
    rest = tail;
    let (mut n, mut documents) = (0, 0);
    // The tool takes a vector's dimensions from the metadata of the first column not yet used, and
    // forgets those that the image leaves out.
    let mut vectors = table
        .columns
        .iter()
        .filter(|c| c.kind == ColumnType::VECTOR);
    for (i, column) in table.columns.iter().enumerate() {
        let document = column.kind == ColumnType::JSON;
        let diff = document && diffs.is_some_and(|d| d.get(documents));
        documents += usize::from(document);
        if !present.bits.get(i) {
            continue;
        }
        let null = Bitmap(nulls).get(n);
        n += 1;
        say!(out, "###   @{}=", i + 1);
        let at = (!null).then_some(rest);
        let dimensions = if column.kind == ColumnType::VECTOR {
            vectors.next().and_then(|c| c.dimensions)
        } else {
            None
        };
        let (len, kind) = value::print(out, tool, (i, column), at, diff, dimensions)?;
        rest = rest.get(len..)?;
        say!(
            out,
            " /* {kind} meta={} nullable={} is_null={} */\n",
            column.wire_meta,
            u8::from(column.nullable),
            u8::from(null)
        );
    }
    Some(rest)
}
