//! Flag sets, each bit with the server's name and what it is for.

use super::flag_set;

flag_set! {
    /// Flags of the common header (MySQL `binlog_event.h`, MariaDB `sql/log_event.h`).
    HeaderFlags(u16) {
        BINLOG_IN_USE = 0x0001, "The log was not closed: the server is still writing it, or stopped without closing it.";
        FORCED_ROTATE = 0x0002, "Old: the rotation was asked for rather than caused by the log's size.";
        THREAD_SPECIFIC = 0x0004, "The statement depends on its connection (temporary tables, say).";
        SUPPRESS_USE = 0x0008, "The tool need not print USE before this statement.";
        UPDATE_TABLE_MAP_VERSION = 0x0010, "Old: the query cache is to drop its tables.";
        ARTIFICIAL = 0x0020, "Made up by a server for its replica; it stands in no log of the source.";
        RELAY_LOG = 0x0040, "Written by a replica into its relay log.";
        IGNORABLE = 0x0080, "Who does not know this type may skip it.";
        NO_FILTER = 0x0100, "MySQL: not subject to replication filters.";
        MTS_ISOLATE = 0x0200, "MySQL: parallel workers must wait for all before it.";
        ACCEPT_OWN = 0x4000, "MariaDB: to be applied although it bears the replica's own server id.";
        SKIP_REPLICATION = 0x8000, "MariaDB: written with @@skip_replication; a replica may skip it.";
    }
}

flag_set! {
    /// Flags of a TABLE_MAP (MySQL `rows_event.h`, MariaDB `log_event.h`).
    TableMapFlags(u16) {
        BIT_LEN_EXACT = 0x0001, "Lengths of BIT columns are exact.";
        REFERRED_FK_DB = 0x0002, "The database is named because a foreign key refers to it.";
        GENERATED_INVISIBLE_PK = 0x0004, "The first column is a generated invisible primary key.";
        HAS_TRIGGERS = 0x4000, "MariaDB: the table has triggers.";
    }
}

flag_set! {
    /// Flags of a rows event (MySQL `rows_event.h`, MariaDB `log_event.h`).
    RowsFlags(u16) {
        STMT_END = 0x0001, "Last rows event of its statement.";
        NO_FOREIGN_KEY_CHECKS = 0x0002, "The session ran with foreign_key_checks=0.";
        RELAXED_UNIQUE_CHECKS = 0x0004, "The session ran with unique_checks=0.";
        COMPLETE_ROWS = 0x0008, "The rows hold values for all columns.";
        USE_SQL_FOREIGN_KEY = 0x0010, "MySQL 9.6 on: cascades of foreign keys are logged as row changes of their own.";
        NO_CHECK_CONSTRAINT_CHECKS = 0x0080, "MariaDB: the session ran with check_constraint_checks=0.";
    }
}

flag_set! {
    /// Flags of a GTID event (MySQL `control_events.h`).
    GtidFlags(u8) {
        MAY_HAVE_SBR = 0x01, "The transaction may hold statements (so a replica must not run it at READ COMMITTED).";
    }
}

flag_set! {
    /// `flags2` of a MariaDB GTID event (`sql/log_event.h`).
    MariadbGtidFlags(u8) {
        STANDALONE = 0x01, "One event long; no COMMIT follows (DDL, say).";
        GROUP_COMMIT_ID = 0x02, "Committed together with others; the commit id follows.";
        TRANSACTIONAL = 0x04, "Only transactional engines were changed.";
        ALLOW_PARALLEL = 0x08, "May be run in parallel with others.";
        WAITED = 0x10, "Waited for a lock of another transaction on the source.";
        DDL = 0x20, "Changes a table's definition.";
        PREPARED_XA = 0x40, "Prepares an XA transaction; its XID follows.";
        COMPLETED_XA = 0x80, "Commits or rolls back a prepared XA transaction; its XID follows.";
    }
}

flag_set! {
    /// `flags_extra` of a MariaDB GTID event (`sql/log_event.h`).
    MariadbGtidExtraFlags(u8) {
        MULTI_ENGINE = 0x01, "More than one transactional engine took part; their number follows.";
        START_ALTER = 0x02, "First half of an ALTER TABLE logged in two phases.";
        COMMIT_ALTER = 0x04, "Second half of an ALTER TABLE: it succeeded.";
        ROLLBACK_ALTER = 0x08, "Second half of an ALTER TABLE: it failed.";
        THREAD_ID = 0x10, "The id of the connection follows.";
    }
}

flag_set! {
    /// `flags2` among a query's status variables (both servers, `log_event.h`).
    QueryFlags2(u32) {
        OPTION_AUTO_IS_NULL = 0x0000_4000, "sql_auto_is_null=1";
        OPTION_NOT_AUTOCOMMIT = 0x0008_0000, "autocommit=0";
        OPTION_NO_FOREIGN_KEY_CHECKS = 0x0400_0000, "foreign_key_checks=0";
        OPTION_RELAXED_UNIQUE_CHECKS = 0x0800_0000, "unique_checks=0";
        OPTION_IF_EXISTS = 0x1000_0000, "MariaDB: sql_if_exists=1";
        OPTION_NO_CHECK_CONSTRAINT_CHECKS = 0x0000_8000, "MariaDB: check_constraint_checks=0";
        OPTION_EXPLICIT_DEF_TIMESTAMP = 0x0100_0000, "MariaDB: explicit_defaults_for_timestamp=1";
        OPTION_INSERT_HISTORY = 0x4000_0000, "MariaDB: system_versioning_insert_history=1";
    }
}

flag_set! {
    /// `sql_mode` (MySQL `sql/system_variables.h`, MariaDB `sql/sql_class.h`; bits from 32 on are MariaDB's).
    SqlMode(u64) {
        REAL_AS_FLOAT = 0x1, "REAL means FLOAT.";
        PIPES_AS_CONCAT = 0x2, "|| joins strings.";
        ANSI_QUOTES = 0x4, "Double quotes name identifiers.";
        IGNORE_SPACE = 0x8, "Spaces allowed between a function's name and its parenthesis.";
        NOT_USED_OR_IGNORE_BAD_TABLE_OPTIONS = 0x10, "MySQL: unused. MariaDB: unknown table options are warnings.";
        ONLY_FULL_GROUP_BY = 0x20, "Selected columns must be grouped or aggregated.";
        NO_UNSIGNED_SUBTRACTION = 0x40, "Subtracting unsigned numbers may be negative.";
        NO_DIR_IN_CREATE = 0x80, "DATA DIRECTORY is ignored.";
        POSTGRESQL = 0x100, "Combination mode.";
        ORACLE = 0x200, "Combination mode.";
        MSSQL = 0x400, "Combination mode.";
        DB2 = 0x800, "Combination mode.";
        MAXDB = 0x1000, "Combination mode.";
        NO_KEY_OPTIONS = 0x2000, "SHOW CREATE TABLE without index options.";
        NO_TABLE_OPTIONS = 0x4000, "SHOW CREATE TABLE without table options.";
        NO_FIELD_OPTIONS = 0x8000, "SHOW CREATE TABLE without column options.";
        MYSQL323 = 0x1_0000, "Combination mode.";
        MYSQL40 = 0x2_0000, "Combination mode.";
        ANSI = 0x4_0000, "Combination mode.";
        NO_AUTO_VALUE_ON_ZERO = 0x8_0000, "0 is stored as 0 in AUTO_INCREMENT columns.";
        NO_BACKSLASH_ESCAPES = 0x10_0000, "Backslash is an ordinary character.";
        STRICT_TRANS_TABLES = 0x20_0000, "Bad values are errors in transactional tables.";
        STRICT_ALL_TABLES = 0x40_0000, "Bad values are errors in all tables.";
        NO_ZERO_IN_DATE = 0x80_0000, "Dates with month or day 0 are refused.";
        NO_ZERO_DATE = 0x100_0000, "0000-00-00 is refused.";
        ALLOW_INVALID_DATES = 0x200_0000, "Only ranges of month and day are checked.";
        ERROR_FOR_DIVISION_BY_ZERO = 0x400_0000, "Division by zero is an error.";
        TRADITIONAL = 0x800_0000, "Combination mode.";
        NO_AUTO_CREATE_USER = 0x1000_0000, "GRANT makes no users.";
        HIGH_NOT_PRECEDENCE = 0x2000_0000, "NOT binds tighter.";
        NO_ENGINE_SUBSTITUTION = 0x4000_0000, "An unknown engine is an error.";
        PAD_CHAR_TO_FULL_LENGTH = 0x8000_0000, "CHAR is returned with its padding.";
        TIME_TRUNCATE_FRACTIONAL_OR_EMPTY_STRING_IS_NULL = 0x1_0000_0000, "MySQL: TIME_TRUNCATE_FRACTIONAL. MariaDB: EMPTY_STRING_IS_NULL.";
        SIMULTANEOUS_ASSIGNMENT = 0x2_0000_0000, "MariaDB: UPDATE assigns all columns at once.";
        TIME_ROUND_FRACTIONAL = 0x4_0000_0000, "MariaDB: fractions of seconds are rounded.";
    }
}
