//! Random statements over random tables.

use super::Server;
use super::tables::{Kind, Table};
use fastrand::Rng;
use std::fmt::Write;

/// Makes the tables.
pub(super) fn setup(tables: &[Table]) -> String {
    let mut sql = String::from(
        "set sql_mode='', time_zone='+00:00';\ndrop database if exists conform;\ncreate database conform character set utf8mb4;\nuse conform;\n",
    );
    for table in tables {
        let columns: String = table
            .columns
            .iter()
            .enumerate()
            .map(|(i, c)| format!(", c{} {}", i + 1, c.definition))
            .collect();
        let _ = writeln!(
            sql,
            "create table {} (c0 int primary key{columns});",
            table.name
        );
    }
    sql
}

/// What is done to them.
pub(super) fn statements(random: &mut Rng, server: Server, tables: &[Table]) -> String {
    let mut sql = String::from("use conform;\n");
    let mut next = vec![0; tables.len()];
    for _ in 0..random.usize(20..=60) {
        if random.u8(0..4) == 0 {
            session(random, server, &mut sql);
        }
        let several = random.u8(0..3) == 0;
        if several {
            sql.push_str("begin;\n");
        }
        for _ in 0..if several { random.usize(1..=5) } else { 1 } {
            let n = random.usize(0..tables.len());
            change(random, &tables[n], &mut next[n], &mut sql);
            if several && random.u8(0..6) == 0 {
                let _ = writeln!(sql, "savepoint `s{}`;", random.u8(0..3));
            }
        }
        if several {
            // Never a rollback to what rows were written after: the log drops those.
            sql.push_str(if random.u8(0..8) == 0 {
                "rollback;\n"
            } else {
                "commit;\n"
            });
        }
    }
    sql
}

fn session(random: &mut Rng, server: Server, sql: &mut String) {
    let image = match server {
        Server::Mysql => ["full", "minimal", "noblob"][random.usize(0..3)],
        Server::Mariadb => ["full", "minimal", "noblob"][random.usize(0..3)],
    };
    let _ = writeln!(sql, "set session binlog_row_image={image};");
    match (server, random.u8(0..6)) {
        (Server::Mysql, 0) => {
            let on = random.bool();
            let _ = writeln!(sql, "set session binlog_transaction_compression={on};");
        }
        (Server::Mysql, 1) => {
            let value = ["", "partial_json"][random.usize(0..2)];
            let _ = writeln!(sql, "set session binlog_row_value_options='{value}';");
        }
        (_, 2) => {
            let _ = writeln!(sql, "set foreign_key_checks={};", random.u8(0..2));
        }
        (_, 3) => {
            let _ = writeln!(sql, "set unique_checks={};", random.u8(0..2));
        }
        (_, 4) => {
            let locale = ["de_DE", "en_US", "ja_JP"][random.usize(0..3)];
            let _ = writeln!(sql, "set lc_time_names='{locale}';");
        }
        (_, 5) => {
            let step = random.u8(1..4);
            let _ = writeln!(sql, "set auto_increment_increment={step};");
        }
        _ => {}
    }
}

fn change(random: &mut Rng, table: &Table, next: &mut u32, sql: &mut String) {
    let name = &table.name;
    let some_key = |random: &mut Rng, next: u32| random.u32(0..=next);
    match random.u8(0..10) {
        0..=4 => {
            let rows: Vec<String> = (0..random.usize(1..=12))
                .map(|_| {
                    *next += 1;
                    let values = table.columns.iter().map(|c| value(random, c.kind));
                    let values: Vec<String> = values.collect();
                    format!("({next},{})", values.join(","))
                })
                .collect();
            let _ = writeln!(sql, "insert ignore into {name} values {};", rows.join(","));
        }
        5..=7 => {
            let i = random.usize(0..table.columns.len());
            let kind = table.columns[i].kind;
            let column = format!("c{}", i + 1);
            let set = if kind == Kind::Json && random.bool() {
                json_change(random, &column)
            } else {
                value(random, kind)
            };
            let (a, b) = (some_key(random, *next), random.u32(0..6));
            let _ = writeln!(
                sql,
                "update ignore {name} set {column}={set} where c0 between {a} and {};",
                a + b
            );
        }
        8 => {
            let a = some_key(random, *next);
            let _ = writeln!(
                sql,
                "delete from {name} where c0 between {a} and {};",
                a + random.u32(0..3)
            );
        }
        _ => {
            let a = some_key(random, *next);
            let _ = writeln!(
                sql,
                "update ignore {name} set c0=c0+1000000 where c0={a} /* a\ttab, a \\\\ and\n a line */;"
            );
        }
    }
}

fn json_change(random: &mut Rng, column: &str) -> String {
    let path = ["$.a", "$.b", "$.c[0]", "$.c[1]", "$.d.e", "$[0]"][random.usize(0..6)];
    let value = [
        "1",
        "'x'",
        "true",
        "cast('[1,{\"q\":2}]' as json)",
        "null",
        "1.5",
    ][random.usize(0..6)];
    match random.u8(0..4) {
        0 => format!("json_remove({column},'{path}')"),
        1 => format!("json_replace({column},'{path}',{value})"),
        2 => format!("json_array_insert({column},'$.c[0]',{value})"),
        _ => format!("json_set({column},'{path}',{value},'$.a',{value})"),
    }
}

/// A value, as SQL.
fn value(random: &mut Rng, kind: Kind) -> String {
    if random.u8(0..9) == 0 {
        return "null".into();
    }
    let hex = |bytes: &[u8]| {
        let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        format!("x'{digits}'")
    };
    match kind {
        Kind::Int(bytes, unsigned) => {
            let bits = u32::from(bytes) * 8;
            let raw = random.u64(..) >> (64 - bits) >> random.u32(0..bits);
            if unsigned || random.bool() {
                raw.to_string()
            } else {
                format!("-{}", raw >> 1)
            }
        }
        Kind::Float | Kind::Double => match random.u8(0..4) {
            0 => format!("{}", random.i32(-1000..1000)),
            1 => format!("{:e}", f32::from_bits(random.u32(..) & 0xbf7f_ffff)),
            _ => format!("{}e{}", random.f64() - 0.5, random.i32(-30..30)),
        },
        Kind::Decimal(precision, scale) => {
            let digits = |random: &mut Rng, n: u8| -> String {
                let n = if n > 0 { random.u8(0..=n) } else { 0 };
                (0..n).map(|_| random.digit(10)).collect()
            };
            let whole = digits(random, precision - scale);
            let part = digits(random, scale);
            let sign = if random.bool() { "-" } else { "" };
            format!("{sign}0{whole}.{part}0")
        }
        Kind::Bit(n) => (random.u64(..) >> (64 - u32::from(n))).to_string(),
        Kind::Year => [0, 1901, 2155, 2024, 1970][random.usize(0..5)].to_string(),
        Kind::Date => date(random, "'"),
        Kind::Time(_) => {
            let sign = if random.bool() { "-" } else { "" };
            format!(
                "'{sign}{}:{:02}:{:02}.{:06}'",
                random.u16(0..=838),
                random.u8(0..60),
                random.u8(0..60),
                random.u32(0..1_000_000)
            )
        }
        Kind::DateTime(_) => format!("'{} {}'", date(random, ""), clock(random)),
        Kind::Timestamp(_) => format!(
            "from_unixtime({}.{:06})",
            random.u32(1..0x7fff_0000),
            random.u32(0..1_000_000)
        ),
        Kind::Text(n) => {
            let text = unicode(random, n);
            format!("_utf8mb4 {}", hex(text.as_bytes()))
        }
        Kind::Bytes(n) => {
            let len = random.usize(0..=n as usize);
            let bytes: Vec<u8> = (0..len).map(|_| random.u8(..)).collect();
            hex(&bytes)
        }
        Kind::Enum(n) => random.u16(1..=n).to_string(),
        Kind::Set(n) => (random.u64(..) >> (64 - u32::from(n))).to_string(),
        Kind::Json => {
            let text = json(random, 0);
            format!("_utf8mb4 {}", hex(text.as_bytes()))
        }
        Kind::Geometry => geometry(random),
        Kind::Vector(n) => {
            let floats = (0..n).flat_map(|_| (random.f32() * 100.0 - 50.0).to_le_bytes());
            hex(&floats.collect::<Vec<u8>>())
        }
        Kind::Uuid => {
            let bytes: String = (0..16).map(|_| format!("{:02x}", random.u8(..))).collect();
            format!("'{bytes}'")
        }
        Kind::Inet4 => {
            let [a, b, c, d] = random.u32(..).to_be_bytes();
            format!("'{a}.{b}.{c}.{d}'")
        }
        Kind::Inet6 => format!("'{}'", std::net::Ipv6Addr::from(random.u128(..))),
    }
}

fn date(random: &mut Rng, quote: &str) -> String {
    match random.u8(0..8) {
        0 => format!("{quote}0000-00-00{quote}"),
        1 => format!("{quote}{:04}-00-00{quote}", random.u16(1000..9999)),
        _ => format!(
            "{quote}{:04}-{:02}-{:02}{quote}",
            random.u16(1000..=9999),
            random.u8(1..=12),
            random.u8(1..=28)
        ),
    }
}

fn clock(random: &mut Rng) -> String {
    format!(
        "{:02}:{:02}:{:02}.{:06}",
        random.u8(0..24),
        random.u8(0..60),
        random.u8(0..60),
        random.u32(0..1_000_000)
    )
}

/// Text of one or several scripts, with what has to be escaped.
fn unicode(random: &mut Rng, most: u32) -> String {
    const SCRIPTS: [(u32, u32); 10] = [
        (0x20, 0x7e),
        (0x20, 0x7e),
        (0xa0, 0xff),
        (0x100, 0x17f),
        (0x391, 0x3c9),
        (0x410, 0x44f),
        (0x5d0, 0x5ea),
        (0x3041, 0x30f6),
        (0x4e00, 0x9fa0),
        (0xac00, 0xd7a3),
    ];
    let len = random.u32(0..=most.min(100));
    let script = SCRIPTS[random.usize(0..SCRIPTS.len())];
    (0..len)
        .filter_map(|_| match random.u8(0..30) {
            0 => Some(['\'', '\\', '"', '\n', '\t', '\r', '\u{8}', '\u{1}'][random.usize(0..8)]),
            1 => char::from_u32(0x1f600 + random.u32(0..60)),
            2 | 3 => {
                let (a, b) = SCRIPTS[random.usize(0..SCRIPTS.len())];
                char::from_u32(random.u32(a..=b))
            }
            _ => char::from_u32(random.u32(script.0..=script.1)),
        })
        .collect()
}

fn json(random: &mut Rng, depth: usize) -> String {
    match random.u8(0..if depth < 3 { 10 } else { 7 }) {
        0 => ["null", "true", "false"][random.usize(0..3)].into(),
        1 => (random.i64(..) >> random.u32(0..63)).to_string(),
        2 => random.u64(..).to_string(),
        3 => format!("{:e}", random.f64() * 1000.0),
        4..=6 => {
            let text = unicode(random, 40);
            let mut out = String::from("\"");
            for c in text.chars() {
                match c {
                    '"' | '\\' => {
                        out.push('\\');
                        out.push(c);
                    }
                    c if c < ' ' => {
                        let _ = write!(out, "\\u{:04x}", u32::from(c));
                    }
                    c => out.push(c),
                }
            }
            out.push('"');
            out
        }
        7 => {
            let parts: Vec<String> = (0..random.usize(0..5))
                .map(|_| json(random, depth + 1))
                .collect();
            format!("[{}]", parts.join(","))
        }
        _ => {
            let keys = ["a", "b", "c", "d", "é", "a long key", ""];
            let parts: Vec<String> = (0..random.usize(0..6))
                .map(|_| {
                    format!(
                        "\"{}\":{}",
                        keys[random.usize(0..keys.len())],
                        json(random, depth + 1)
                    )
                })
                .collect();
            format!("{{{}}}", parts.join(","))
        }
    }
}

fn geometry(random: &mut Rng) -> String {
    let point = |random: &mut Rng| format!("{} {}", random.i32(-90..90), random.f32() * 100.0);
    let points = |random: &mut Rng, n: usize| -> String {
        (0..n).map(|_| point(random)).collect::<Vec<_>>().join(",")
    };
    let text = match random.u8(0..6) {
        0 => format!("POINT({})", point(random)),
        1 => {
            let n = random.usize(2..6);
            format!("LINESTRING({})", points(random, n))
        }
        2 => {
            let corner = point(random);
            format!("POLYGON(({corner},{},{corner}))", points(random, 3))
        }
        3 => format!("MULTIPOINT({})", points(random, 3)),
        4 => format!(
            "MULTILINESTRING(({}),({}))",
            points(random, 2),
            points(random, 3)
        ),
        _ => format!(
            "GEOMETRYCOLLECTION(POINT({}),LINESTRING({}))",
            point(random),
            points(random, 2)
        ),
    };
    format!("st_geomfromtext('{text}')")
}
