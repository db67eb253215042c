//! LOAD DATA as it is logged: its file in blocks, then the statement that reads them
//! (`libs/mysql/binlog/event/load_data_events.h`; the kinds before 5.0: MySQL 5.1 `sql/log_event.cc`,
//! `Load_log_event`, `Create_file_log_event`, `sql_ex_info`).

use crate::codes::EventType;
use crate::context::Context;
use crate::trace::{Name, Reader, Result, Trace};

const FILE_ID: &str = "Number of the file that the blocks belong to.";

/// A block of a file, or the mention of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileBlock<'a> {
    /// Number of the file.
    pub file_id: u32,
    /// The next bytes of it.
    pub block: &'a [u8],
}

/// What EXECUTE_LOAD_QUERY says of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadQuery {
    /// Number of the file.
    pub file_id: u32,
    /// Where in the statement `LOCAL INFILE 'name' INTO` stands: bytes from, to.
    pub name: (u32, u32),
    /// Rows with a key that is there already: 0 error, 1 ignore, 2 replace.
    pub duplicates: u8,
}

/// BEGIN_LOAD_QUERY, APPEND_BLOCK: file id u32, then a block of the file.
pub fn block<'a, T: Trace>(r: &mut Reader<'a, '_, T>) -> Result<FileBlock<'a>> {
    let file_id = r.u32("file_id", FILE_ID)?;
    let len = r.left();
    let block = r.text("block", "The next bytes of the file.", len)?;
    Ok(FileBlock { file_id, block })
}

/// DELETE_FILE, EXEC_LOAD: file id u32.
pub fn file<'a, T: Trace>(r: &mut Reader<'a, '_, T>) -> Result<FileBlock<'a>> {
    let file_id = r.u32("file_id", FILE_ID)?;
    Ok(FileBlock {
        file_id,
        block: &[],
    })
}

/// What follows a query's fixed fields in EXECUTE_LOAD_QUERY: file id u32, where the file's name stands
/// in the statement (from, to) u32 each, what to do with duplicates u8.
pub(super) fn execute_load_fields<T: Trace>(r: &mut Reader<'_, '_, T>) -> Result<LoadQuery> {
    let file_id = r.u32("file_id", FILE_ID)?;
    let from = r.u32(
        "name_start",
        "Where the file's name begins in the statement.",
    )?;
    let to = r.u32("name_end", "Where it ends.")?;
    let duplicates = r.u8("duplicates", "Rows with a key that is there already.")?;
    r.note(|| {
        ["error", "ignore", "replace"]
            .get(usize::from(duplicates))
            .copied()
            .unwrap_or("unknown")
            .into()
    });
    Ok(LoadQuery {
        file_id,
        name: (from, to),
        duplicates,
    })
}

/// LOAD, NEW_LOAD, CREATE_FILE. Post-header 18: thread id u32, seconds u32, lines to skip u32, lengths of
/// table and database u8 each, number of fields u32; CREATE_FILE adds the file id u32. Body: separators,
/// field lengths u8 each, names, table, database, file, each with a zero byte; CREATE_FILE ends in the
/// first block.
pub fn load<T: Trace>(r: &mut Reader<'_, '_, T>, t: EventType, context: &Context) -> Result<()> {
    let post_header = context
        .format
        .post_header_len(EventType::LOAD, 18)
        .min(r.left());
    let (table, database, fields) = r.post_header(post_header, |r| {
        r.u32("thread_id", "Connection that ran the statement.")?;
        r.u32("exec_time", "Seconds the statement took on the source.")?;
        r.u32("skip_lines", "Lines of the file that are skipped.")?;
        let table = r.u8("table_length", "Bytes of the table's name.")?;
        let database = r.u8("database_length", "Bytes of the database's name.")?;
        Ok((
            table,
            database,
            r.u32("field_count", "Number of fields that the statement names.")?,
        ))
    })?;
    if t == EventType::CREATE_FILE {
        r.u32("file_id", FILE_ID)?;
    }
    separators(r, t == EventType::LOAD)?;
    let count = r.length(u64::from(fields))?;
    let lengths = r.bytes("field_lengths", "Bytes of each field's name.", count)?;
    for (i, len) in lengths.iter().enumerate() {
        zero_ended(
            r,
            Name::Item("field", i),
            "Name of a field.",
            usize::from(*len),
        )?;
    }
    zero_ended(r, Name::from("table"), "The table.", usize::from(table))?;
    zero_ended(
        r,
        Name::from("database"),
        "The database.",
        usize::from(database),
    )?;
    let name = r.rest().bytes();
    if t == EventType::CREATE_FILE {
        let len = name.iter().position(|b| *b == 0).unwrap_or(name.len());
        zero_ended(r, Name::from("file_name"), "The file.", len)?;
        let len = r.left();
        r.text("block", "The first bytes of the file.", len)?;
    } else {
        let len = r.left();
        r.text("file_name", "The file.", len)?;
    }
    Ok(())
}

/// A text and the zero byte after it.
fn zero_ended<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    name: Name<'_>,
    about: &'static str,
    len: usize,
) -> Result<()> {
    r.text(name, about, len)?;
    r.u8("end", "Zero byte that ends the name.")?;
    Ok(())
}

/// How fields and lines are told apart: a byte each in LOAD, texts with a length before them since.
fn separators<T: Trace>(r: &mut Reader<'_, '_, T>, short: bool) -> Result<()> {
    const PARTS: [(&str, &str); 5] = [
        ("field_terminator", "FIELDS TERMINATED BY"),
        ("enclosed", "ENCLOSED BY"),
        ("line_terminator", "LINES TERMINATED BY"),
        ("line_start", "LINES STARTING BY"),
        ("escaped", "ESCAPED BY"),
    ];
    r.group("separators", "How fields and lines are told apart.", |r| {
        for (name, about) in PARTS {
            let len = if short {
                1
            } else {
                usize::from(r.u8("length", "Bytes of the text that follows.")?)
            };
            r.text(name, about, len)?;
        }
        r.u8(
            "options",
            "Bit 0: DUMPFILE; 1: OPTIONALLY ENCLOSED; 2: REPLACE; 3: IGNORE.",
        )?;
        if short {
            r.u8("empty_flags", "Bit per separator: it is empty.")?;
        }
        Ok(())
    })
}
