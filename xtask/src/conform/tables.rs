//! Random tables: a key, and columns of any type and charset.

use super::Server;
use fastrand::Rng;

/// What a column holds, as far as values and comparisons differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Bytes of the integer, and whether it is unsigned.
    Int(u8, bool),
    Float,
    Double,
    /// Precision and scale.
    Decimal(u8, u8),
    Bit(u8),
    Year,
    Date,
    /// Fraction digits.
    Time(u8),
    DateTime(u8),
    Timestamp(u8),
    /// Characters at most.
    Text(u32),
    /// Bytes at most.
    Bytes(u32),
    /// Members.
    Enum(u16),
    Set(u8),
    Json,
    Geometry,
    Vector(u8),
    Uuid,
    Inet4,
    Inet6,
}

/// A column: its kind and its definition in SQL.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) kind: Kind,
    pub(super) definition: String,
}

/// A table of `conform`; its first column `c0 int primary key` is not in the list.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// Charsets of both servers.
const CHARSETS: [&str; 39] = [
    "utf8mb4", "utf8mb3", "latin1", "ascii", "ucs2", "utf16", "utf16le", "utf32", "gbk", "gb2312",
    "big5", "sjis", "cp932", "ujis", "eucjpms", "euckr", "cp1250", "cp1251", "cp1256", "cp1257",
    "koi8r", "koi8u", "latin2", "latin5", "latin7", "greek", "hebrew", "tis620", "macroman",
    "macce", "cp850", "cp852", "cp866", "dec8", "hp8", "swe7", "armscii8", "geostd8", "keybcs2",
];

pub(super) fn tables(random: &mut Rng, server: Server) -> Vec<Table> {
    (0..random.usize(1..=3))
        .map(|n| Table {
            name: format!("t{n}"),
            columns: (0..random.usize(1..=14))
                .map(|_| column(random, server))
                .collect(),
        })
        .collect()
}

fn column(random: &mut Rng, server: Server) -> Column {
    let kind = kind(random, server);
    let fraction = |n: u8| {
        if n > 0 {
            format!("({n})")
        } else {
            String::new()
        }
    };
    let definition = match kind {
        Kind::Int(bytes, unsigned) => {
            let name = match bytes {
                1 => "tinyint",
                2 => "smallint",
                3 => "mediumint",
                4 => "int",
                _ => "bigint",
            };
            format!("{name}{}", if unsigned { " unsigned" } else { "" })
        }
        Kind::Float => "float".into(),
        Kind::Double => "double".into(),
        Kind::Decimal(p, s) => format!("decimal({p},{s})"),
        Kind::Bit(n) => format!("bit({n})"),
        Kind::Year => "year".into(),
        Kind::Date => "date".into(),
        Kind::Time(n) => format!("time{}", fraction(n)),
        Kind::DateTime(n) => format!("datetime{}", fraction(n)),
        Kind::Timestamp(n) => format!("timestamp{} null", fraction(n)),
        Kind::Text(n) => text(random, server, n),
        Kind::Bytes(n) => match random.u8(0..3) {
            0 if n <= 255 => format!("binary({n})"),
            1 => format!("varbinary({n})"),
            _ => ["tinyblob", "blob", "mediumblob", "longblob"][random.usize(0..4)].into(),
        },
        Kind::Enum(n) => format!("enum({})", members(u32::from(n))),
        Kind::Set(n) => format!("set({})", members(u32::from(n))),
        Kind::Json => "json".into(),
        Kind::Geometry => "geometry".into(),
        Kind::Vector(n) => format!("vector({n})"),
        Kind::Uuid => "uuid".into(),
        Kind::Inet4 => "inet4".into(),
        Kind::Inet6 => "inet6".into(),
    };
    Column { kind, definition }
}

fn members(n: u32) -> String {
    let member = |i| format!("'m{i}é'");
    (0..n).map(member).collect::<Vec<_>>().join(",")
}

fn text(random: &mut Rng, server: Server, n: u32) -> String {
    let charset = CHARSETS[random.usize(0..CHARSETS.len())];
    let charset = if server == Server::Mysql && random.u8(0..20) == 0 {
        "gb18030"
    } else {
        charset
    };
    let base = match random.u8(0..4) {
        0 if n <= 60 => format!("char({n})"),
        1 => ["tinytext", "text", "mediumtext", "longtext"][random.usize(0..4)].into(),
        _ => format!("varchar({n})"),
    };
    let compressed = server == Server::Mariadb && !base.starts_with("char") && random.u8(0..5) == 0;
    let compressed = if compressed { " compressed" } else { "" };
    format!("{base}{compressed} character set {charset}")
}

fn kind(random: &mut Rng, server: Server) -> Kind {
    let own = match server {
        Server::Mysql => 20,
        Server::Mariadb => 21,
    };
    match random.u8(0..own) {
        0..=2 => Kind::Int([1, 2, 3, 4, 8][random.usize(0..5)], random.bool()),
        3 => Kind::Float,
        4 => Kind::Double,
        5 => {
            let precision = random.u8(1..=65);
            Kind::Decimal(precision, random.u8(0..=precision.min(30)))
        }
        6 => Kind::Bit(random.u8(1..=64)),
        7 => Kind::Year,
        8 => Kind::Date,
        9 => Kind::Time(random.u8(0..=6)),
        10 => Kind::DateTime(random.u8(0..=6)),
        11 => Kind::Timestamp(random.u8(0..=6)),
        12 | 13 => Kind::Text([1, 10, 60, 100, 300][random.usize(0..5)]),
        14 => Kind::Bytes([1, 16, 255, 256, 700][random.usize(0..5)]),
        15 => Kind::Enum([1, 3, 255, 256, 400][random.usize(0..5)]),
        16 => Kind::Set(random.u8(1..=64)),
        17 => Kind::Json,
        18 if server == Server::Mysql => Kind::Vector(random.u8(1..=20)),
        18 | 19 if server == Server::Mysql || random.bool() => Kind::Geometry,
        18 => Kind::Inet6,
        19 => Kind::Uuid,
        _ if random.bool() => Kind::Inet4,
        _ => Kind::Inet6,
    }
}
