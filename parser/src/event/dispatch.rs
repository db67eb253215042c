//! The dispatch table: which decoder reads which type's body.

use super::{
    Event, control, format_description, gtid, gtid_tagged, load_data, mariadb, previous_gtids,
    query, rows, small, table_map, transaction_payload, user_var,
};
use crate::codes::EventType;
use crate::context::{Context, Flavour};
use crate::stream::{Header, rules::START_ENCRYPTION_LEN};
use crate::trace::{Reader, Result, Trace};
use alloc::sync::Arc;

/// Makes [`body`] and [`is_decoded`] of one table: types, a condition if the number may mean something
/// else, the decoder.
macro_rules! dispatch {
    (|$r:ident, $header:ident, $context:ident| $($($t:ident)|+ $(if $when:expr)? => $decode:expr;)*) => {
        /// Decodes the body in `r`; of a type that nothing decodes, nothing.
        pub(super) fn body<'a, T: Trace>(
            $r: &mut Reader<'a, '_, T>,
            $header: &Header,
            $context: &Context,
        ) -> Result<Event<'a>> {
            if let Some(shape) = $header.event_type.rows_shape() {
                return rows::rows($r, $header.event_type, shape, $context).map(Event::Rows);
            }
            match $header.event_type {
                $($(EventType::$t)|+ $(if $when)? => $decode,)*
                t if $header.is_ignorable() && !is_decoded(t) => other(control::ignorable($r)),
                _ => Ok(Event::Other),
            }
        }

        /// Whether bodies of this type are decoded to the last byte.
        pub fn is_decoded(t: EventType) -> bool {
            t.rows_shape().is_some() || matches!(t, $($(EventType::$t)|+)|*)
        }
    };
}

dispatch! { |r, header, context|
    FORMAT_DESCRIPTION => format_description::format_description(r).map(|f| Event::Format(Arc::new(f)));
    START_V3 => format_description::start_v3(r).map(|f| Event::Format(Arc::new(f)));
    QUERY => query::query(r, context).map(Event::Query);
    QUERY_COMPRESSED => query::query_compressed(r, context).map(Event::Query);
    EXECUTE_LOAD_QUERY => query::execute_load_query(r, context).map(Event::Query);
    ROWS_QUERY => small::rows_query(r).map(Event::Statement);
    ANNOTATE_ROWS => small::annotate_rows(r).map(Event::Statement);
    TABLE_MAP => table_map::table_map(r, context).map(|t| Event::TableMap(Arc::new(t)));
    GTID | ANONYMOUS_GTID => gtid::gtid(r, header.event_type, context).map(Event::Gtid);
    GTID_TAGGED => gtid_tagged::gtid_tagged(r).map(Event::Gtid);
    PREVIOUS_GTIDS => previous_gtids::previous_gtids(r).map(Event::PreviousGtids);
    MARIADB_GTID => mariadb::gtid(r, header.server_id).map(Event::MariadbGtid);
    GTID_LIST => mariadb::gtid_list(r).map(Event::GtidList);
    BINLOG_CHECKPOINT => mariadb::checkpoint(r).map(Event::Checkpoint);
    XID => small::xid(r).map(Event::Xid);
    XA_PREPARE => small::xa_prepare(r).map(Event::XaPrepare);
    ROTATE => small::rotate(r, context).map(Event::Rotate);
    STOP => Ok(Event::Other);
    INTVAR => small::intvar(r).map(|(kind, value)| Event::Intvar(kind, value));
    RAND => small::rand(r).map(|(first, second)| Event::Rand(first, second));
    USER_VAR => user_var::user_var(r, context).map(Event::UserVar);
    TRANSACTION_PAYLOAD => transaction_payload::payload(r, context).map(Event::Payload);
    BEGIN_LOAD_QUERY | APPEND_BLOCK => load_data::block(r).map(Event::Block);
    DELETE_FILE | EXEC_LOAD => load_data::file(r).map(Event::Block);
    LOAD | NEW_LOAD | CREATE_FILE => other(load_data::load(r, header.event_type, context));
    INCIDENT => control::incident(r).map(Event::Incident);
    HEARTBEAT => other(small::heartbeat(r));
    HEARTBEAT_V2 => other(small::heartbeat_v2(r));
    IGNORABLE => other(control::ignorable(r));
    SLAVE => other(control::slave(r));
    TRANSACTION_CONTEXT => other(control::transaction_context(r, context));
    VIEW_CHANGE => other(control::view_change(r, context));
    PRE_GA_WRITE_ROWS | PRE_GA_UPDATE_ROWS | PRE_GA_DELETE_ROWS =>
        other(rows::pre_ga(r, header.event_type, context));
    // Percona Server 5.7 has it of MariaDB, number and layout; elsewhere it may be anything.
    START_ENCRYPTION
        if context.format.flavour == Flavour::Mariadb || r.left() == START_ENCRYPTION_LEN =>
        other(control::start_encryption(r));
    LARGE_TRANSACTION_HEADER => other(control::large_transaction(r));
    PARTIAL_ROW_DATA => other(control::partial_row_data(r));
}

/// A body that nothing else needs.
fn other(result: Result<()>) -> Result<Event<'static>> {
    result.map(|()| Event::Other)
}
