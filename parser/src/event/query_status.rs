//! The status variables of a QUERY event.

use crate::codes::{charset::Charset, flags, open_constants};
use crate::context::Flavour;
use crate::fault::FaultKind;
use crate::int;
use crate::trace::{Name, Reader, Result, Trace};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

open_constants! {
    /// Codes (MySQL `statement_events.h`, `Query_event_status_vars`; MariaDB `log_event.h`).
    StatusVar(u8) {
        /// Options of the session.
        FLAGS2 = 0, "flags2";
        /// `sql_mode`.
        SQL_MODE = 1, "sql_mode";
        /// Catalog with a zero byte (5.0.0 to 5.0.3).
        CATALOG = 2, "catalog";
        /// `auto_increment_increment` and `_offset`.
        AUTO_INCREMENT = 3, "auto_increment";
        /// Client, connection and server charset.
        CHARSET = 4, "charset";
        /// `time_zone`.
        TIME_ZONE = 5, "time_zone";
        /// Catalog.
        CATALOG_NZ = 6, "catalog_nz";
        /// `lc_time_names`.
        LC_TIME_NAMES = 7, "lc_time_names";
        /// `collation_database`.
        CHARSET_DATABASE = 8, "charset_database";
        /// Tables that a multi-table update changes.
        TABLE_MAP_FOR_UPDATE = 9, "table_map_for_update";
        /// Old: bytes written so far.
        MASTER_DATA_WRITTEN = 10, "master_data_written";
        /// User and host that a definer clause stands for.
        INVOKER = 11, "invoker";
        /// Databases the statement touches.
        UPDATED_DB_NAMES = 12, "updated_db_names";
        /// Fraction of the timestamp.
        MICROSECONDS = 13, "microseconds";
        /// Unused.
        COMMIT_TS = 14, "commit_ts";
        /// Unused.
        COMMIT_TS2 = 15, "commit_ts2";
        /// `explicit_defaults_for_timestamp`.
        EXPLICIT_DEFAULTS_FOR_TIMESTAMP = 16, "explicit_defaults_for_timestamp";
        /// The DDL commits with this XID.
        DDL_LOGGED_WITH_XID = 17, "ddl_logged_with_xid";
        /// `default_collation_for_utf8mb4`.
        DEFAULT_COLLATION_FOR_UTF8MB4 = 18, "default_collation_for_utf8mb4";
        /// `sql_require_primary_key`.
        SQL_REQUIRE_PRIMARY_KEY = 19, "sql_require_primary_key";
        /// `default_table_encryption`.
        DEFAULT_TABLE_ENCRYPTION = 20, "default_table_encryption";
        /// Foreign keys were left to InnoDB (MySQL 9.6 on; named after the system variable).
        INNODB_NATIVE_FOREIGN_KEYS = 21, "innodb_native_foreign_keys";
        /// MariaDB: fraction of the timestamp.
        HRNOW = 128, "hrnow";
        /// MariaDB: XID of a DDL.
        XID = 129, "xid";
        /// MariaDB: two-phase ALTER.
        GTID_FLAGS3 = 130, "gtid_flags3";
        /// MariaDB: `character_set_collations`.
        CHARACTER_SET_COLLATIONS = 131, "character_set_collations";
        /// MariaDB: the rest is zeros.
        DUMMY = 255, "dummy";
    }
}

/// The variables that other code needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status<'a> {
    /// See [`QueryFlags2`](flags::QueryFlags2).
    pub flags2: Option<u32>,
    /// See [`SqlMode`](flags::SqlMode).
    pub sql_mode: Option<u64>,
    /// `auto_increment_increment` and `_offset`.
    pub auto_increment: Option<(u16, u16)>,
    /// Collation ids: client, connection, server.
    pub charset: Option<[u16; 3]>,
    /// `time_zone`; empty where the statement does not depend on it.
    pub time_zone: &'a [u8],
    /// `lc_time_names`, by number.
    pub lc_time_names: u16,
    /// Collation id of the default database; 0 where it is the server's.
    pub collation_database: u16,
    /// `explicit_defaults_for_timestamp`.
    pub explicit_defaults_for_timestamp: Option<u8>,
    /// `default_collation_for_utf8mb4`.
    pub default_collation_for_utf8mb4: Option<u16>,
    /// `sql_require_primary_key`.
    pub sql_require_primary_key: Option<u8>,
    /// `default_table_encryption`.
    pub default_table_encryption: Option<u8>,
    /// Microseconds to add to the header's timestamp.
    pub microseconds: u32,
    /// XID of a DDL that commits by itself.
    pub ddl_xid: Option<u64>,
    /// MariaDB: see [`MariadbGtidExtraFlags`](flags::MariadbGtidExtraFlags).
    pub gtid_flags_extra: u8,
    /// MariaDB's `character_set_collations`: charset (by its default collation) and collation.
    pub character_set_collations: Vec<(u16, u16)>,
}

/// Reads code and value pairs to the end of `r` into `status`. An unknown code ends the reading: where
/// its value ends nobody knows. What was read before it stands.
pub(super) fn status<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    flavour: Flavour,
    status: &mut Status<'a>,
) -> Result<()> {
    while let Some(code) = r.rest().bytes().first() {
        let code = StatusVar(*code);
        let name = code.name().unwrap_or("unknown");
        r.group(name, "A status variable.", |r| {
            one(r, code, flavour, status)
        })?;
    }
    Ok(())
}

fn one<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    code: StatusVar,
    flavour: Flavour,
    status: &mut Status<'a>,
) -> Result<()> {
    let at = r.rest();
    r.u8("code", "Which variable.")?;
    r.note(|| code.to_string());
    match code {
        StatusVar::FLAGS2 => {
            let v = r.field_as(
                "value",
                "Session options that affect the statement.",
                int::u32,
                |v| format!("{v:#010x}"),
            )?;
            r.bits(flags::QueryFlags2::BITS, v);
            status.flags2 = Some(v);
        }
        StatusVar::SQL_MODE => {
            let v = r.field_as("value", "The session's sql_mode.", int::u64, |v| {
                format!("{v:#x}")
            })?;
            r.bits(flags::SqlMode::BITS, v);
            status.sql_mode = Some(v);
        }
        StatusVar::CATALOG => {
            counted(r, "catalog", "Catalog, always std.")?;
            r.u8("end", "Zero byte that ends the name.")?;
        }
        StatusVar::CATALOG_NZ => {
            counted(r, "catalog", "Catalog, always std.")?;
        }
        StatusVar::TIME_ZONE => {
            status.time_zone = counted(r, "time_zone", "The session's time_zone.")?;
        }
        StatusVar::AUTO_INCREMENT => {
            let increment = r.u16("increment", "auto_increment_increment.")?;
            let offset = r.u16("offset", "auto_increment_offset.")?;
            status.auto_increment = Some((increment, offset));
        }
        StatusVar::CHARSET => {
            let client = collation(
                r,
                "client",
                "Collation id of character_set_client: the statement's charset.",
            )?;
            let connection = collation(r, "connection", "collation_connection.")?;
            let server = collation(r, "server", "collation_server.")?;
            status.charset = Some([client, connection, server]);
        }
        StatusVar::LC_TIME_NAMES => {
            status.lc_time_names = r.u16("value", "Number of the locale of lc_time_names.")?;
        }
        StatusVar::CHARSET_DATABASE => {
            status.collation_database = collation(r, "value", "collation_database.")?;
        }
        StatusVar::DEFAULT_COLLATION_FOR_UTF8MB4 => {
            let id = collation(r, "value", "default_collation_for_utf8mb4.")?;
            status.default_collation_for_utf8mb4 = Some(id);
        }
        StatusVar::TABLE_MAP_FOR_UPDATE => {
            r.field_as(
                "value",
                "Bit per table that a multi-table update changes.",
                int::u64,
                |v| format!("{v:#x}"),
            )?;
        }
        StatusVar::MASTER_DATA_WRITTEN => {
            r.u32("value", "Old: bytes the source had written.")?;
        }
        StatusVar::INVOKER => {
            counted(r, "user", "User that the definer clause stands for.")?;
            counted(r, "host", "Host that the definer clause stands for.")?;
        }
        StatusVar::UPDATED_DB_NAMES => {
            let count = r.u8(
                "count",
                "Databases that the statement touches; 254 stands for too many to list.",
            )?;
            for i in 0..if count == 254 { 0 } else { usize::from(count) } {
                let len = r.rest().bytes().iter().take_while(|b| **b != 0).count();
                r.text(
                    Name::Item("database", i),
                    "A database that the statement touches.",
                    len,
                )?;
                r.u8("end", "Zero byte that ends the name.")?;
            }
        }
        StatusVar::MICROSECONDS | StatusVar::HRNOW => {
            status.microseconds = r.field(
                "value",
                "Microseconds to add to the header's timestamp.",
                int::u24,
            )?;
        }
        StatusVar::COMMIT_TS | StatusVar::COMMIT_TS2 => {
            r.u64("value", "Unused.")?;
        }
        StatusVar::EXPLICIT_DEFAULTS_FOR_TIMESTAMP => {
            let on = r.u8("value", "explicit_defaults_for_timestamp.")?;
            status.explicit_defaults_for_timestamp = Some(on);
        }
        StatusVar::DDL_LOGGED_WITH_XID | StatusVar::XID => {
            status.ddl_xid = Some(r.u64(
                "value",
                "Number under which the statement's change of the dictionary commits.",
            )?);
        }
        StatusVar::SQL_REQUIRE_PRIMARY_KEY => {
            status.sql_require_primary_key = Some(r.u8("value", "sql_require_primary_key.")?);
        }
        StatusVar::DEFAULT_TABLE_ENCRYPTION => {
            status.default_table_encryption = Some(r.u8("value", "default_table_encryption.")?);
        }
        StatusVar::INNODB_NATIVE_FOREIGN_KEYS => {
            r.u8(
                "value",
                "1: foreign keys were checked and cascaded by InnoDB itself, not by the SQL layer.",
            )?;
        }
        StatusVar::GTID_FLAGS3 => {
            let v = r.u8("value", "Extra flags of the event group's GTID.")?;
            r.bits(flags::MariadbGtidExtraFlags::BITS, v);
            status.gtid_flags_extra = v;
            use flags::MariadbGtidExtraFlags as F;
            if F::from_bits_retain(v).intersects(F::COMMIT_ALTER | F::ROLLBACK_ALTER) {
                r.u64(
                    "start_alter_sequence",
                    "Sequence number of the first half of this ALTER TABLE.",
                )?;
            }
        }
        StatusVar::CHARACTER_SET_COLLATIONS => {
            let count = r.u8("count", "Pairs that follow.")?;
            for i in 0..usize::from(count) {
                let pair = r.group(
                    Name::Item("pair", i),
                    "A charset and its default collation.",
                    |r| {
                        let charset =
                            collation(r, "charset", "The charset, by its default collation's id.")?;
                        let about = "The collation that character_set_collations gives it.";
                        Ok((charset, collation(r, "collation", about)?))
                    },
                )?;
                status.character_set_collations.push(pair);
            }
        }
        StatusVar::DUMMY if flavour == Flavour::Mariadb => {
            let len = r.left();
            r.bytes(
                "rest",
                "Overwritten for a replica that does not know these variables.",
                len,
            )?;
        }
        _ => {
            return Err(crate::fault::Fault::new(
                FaultKind::StatusVar { code: code.0 },
                at.span_of(1),
            ));
        }
    }
    Ok(())
}

fn counted<'a, T: Trace>(
    r: &mut Reader<'a, '_, T>,
    name: &'static str,
    about: &'static str,
) -> Result<&'a [u8]> {
    let len = r.u8("length", "Bytes of the text.")?;
    r.text(name, about, usize::from(len))
}

fn collation<T: Trace>(
    r: &mut Reader<'_, '_, T>,
    name: &'static str,
    about: &'static str,
) -> Result<u16> {
    let id = r.u16(name, about)?;
    r.note(|| {
        Charset::of_collation(u64::from(id))
            .map_or_else(|| String::from("unknown"), |c| c.to_string())
    });
    Ok(id)
}
