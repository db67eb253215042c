//! QUERY: a statement as text; MariaDB's QUERY_COMPRESSED; EXECUTE_LOAD_QUERY.

use super::{load_data, query_status};
use crate::codes::EventType;
use crate::context::Context;
use crate::trace::{Reader, Result, Trace};
use crate::unpack;
use alloc::borrow::Cow;

/// What other code needs of a statement.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    /// The connection that ran it.
    pub thread_id: u32,
    /// Seconds it took on the source.
    pub exec_time: u32,
    /// Error it ended with, 0 for none.
    pub error_code: u16,
    /// The session's default database; empty for none.
    pub database: &'a [u8],
    /// What the status variables say.
    pub status: query_status::Status<'a>,
    /// EXECUTE_LOAD_QUERY: the file that the statement reads.
    pub load: Option<load_data::LoadQuery>,
    /// The statement, in the client's charset.
    pub sql: Cow<'a, [u8]>,
}

/// `statement_events.h`, `Query_event`. Post-header 13 (11 before 5.0, without status): thread id
/// u32, seconds u32, database length u8, error u16, status length u16. Body: status variables,
/// database and a zero byte, the statement to the end.
pub fn query<'a, T: Trace>(r: &mut Reader<'a, '_, T>, context: &Context) -> Result<Query<'a>> {
    let mut query = before_statement(r, EventType::QUERY, context)?;
    let len = r.left();
    query.sql = Cow::Borrowed(r.text("query", "The statement.", len)?);
    Ok(query)
}

/// The BEGIN that most transactions of a log of rows have, without its status variables: `None` for
/// any other statement, or lengths that do not add up. `body`: without header and checksum.
pub(crate) fn begin<'a>(body: &'a [u8], context: &Context) -> Option<Query<'a>> {
    let sql = body.last_chunk::<5>().filter(|sql| *sql == b"BEGIN")?;
    let post_header = context.format.post_header_len(EventType::QUERY, 13);
    let (thread_id, rest) = body.split_first_chunk().filter(|_| post_header == 13)?;
    let (exec_time, rest) = rest.split_first_chunk()?;
    let (database_len, rest) = rest.split_first()?;
    let (error_code, rest) = rest.split_first_chunk()?;
    let (status_len, rest) = rest.split_first_chunk()?;
    let (_, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*status_len)))?;
    let (database, rest) = rest.split_at_checked(usize::from(*database_len))?;
    (rest.len() == 1 + sql.len()).then(|| Query {
        thread_id: u32::from_le_bytes(*thread_id),
        exec_time: u32::from_le_bytes(*exec_time),
        error_code: u16::from_le_bytes(*error_code),
        database,
        status: query_status::Status::default(),
        load: None,
        sql: Cow::Borrowed(sql),
    })
}

/// As QUERY, with the statement compressed (MariaDB `log_event.h`).
pub fn query_compressed<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    context: &Context,
) -> Result<Query<'a>> {
    let mut query = before_statement(r, EventType::QUERY_COMPRESSED, context)?;
    let sql = unpack::mariadb(r)?;
    r.unpacked("statement", "The statement, unpacked.", &sql, |r| {
        let len = r.left();
        r.text("query", "The statement.", len).map(|_| ())
    })?;
    query.sql = Cow::Owned(sql);
    Ok(query)
}

/// EXECUTE_LOAD_QUERY: a QUERY that reads a file logged before it.
pub fn execute_load_query<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    context: &Context,
) -> Result<Query<'a>> {
    let mut query = before_statement(r, EventType::EXECUTE_LOAD_QUERY, context)?;
    let len = r.left();
    query.sql = Cow::Borrowed(r.text("query", "The statement.", len)?);
    Ok(query)
}

fn before_statement<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    t: EventType,
    context: &Context,
) -> Result<Query<'a>> {
    let load = t == EventType::EXECUTE_LOAD_QUERY;
    let usual = if load { 26 } else { 13 };
    let post_header = context
        .format
        .post_header_len(t, usual)
        .max(11)
        .min(r.left());
    let mut query = Query {
        thread_id: 0,
        exec_time: 0,
        error_code: 0,
        database: &[],
        status: query_status::Status::default(),
        load: None,
        sql: Cow::Borrowed(&[]),
    };
    let (db_len, status_len) = r.post_header(post_header, |r| {
        query.thread_id = r.u32("thread_id", "Connection that ran the statement.")?;
        query.exec_time = r.u32("exec_time", "Seconds the statement took on the source.")?;
        let db_len = r.u8("database_length", "Bytes of the default database's name.")?;
        query.error_code = r.u16(
            "error_code",
            "Error the statement ended with on the source; 0 for none.",
        )?;
        let status_len = if r.left() >= 2 {
            r.u16("status_length", "Bytes of the status variables.")?
        } else {
            0
        };
        if load {
            query.load = Some(load_data::execute_load_fields(r)?);
        }
        Ok((db_len, status_len))
    })?;
    let len = r.length(u64::from(status_len))?;
    let flavour = context.format.flavour;
    if len > 0 {
        // A status variable that cannot be read costs those after it, not the statement.
        let status = &mut query.status;
        let _ = r.window(
            "status_variables",
            "Session settings that the statement depends on: code and value each.",
            len,
            |r| query_status::status(r, flavour, status),
        );
    }
    query.database = r.text(
        "database",
        "The session's default database.",
        usize::from(db_len),
    )?;
    r.u8("database_end", "Zero byte that ends the name.")?;
    Ok(query)
}
