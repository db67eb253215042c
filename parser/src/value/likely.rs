//! What bytes may mean of which a log says no more than that they are bytes.

use crate::codes::ColumnType;
use crate::table::Column;
use alloc::{format, string::String};
use core::net::{Ipv4Addr, Ipv6Addr};
use uuid::{Uuid, Variant};

/// A likely reading of a BINARY(16) or BINARY(4), as MariaDB logs its UUID, INET6 and INET4 (and MySQL
/// `uuid_to_bin`); trailing zero bytes are not stored. `None` for other columns, and where nothing
/// speaks for it.
pub fn likely(column: &Column, bytes: &[u8]) -> Option<String> {
    let binary = column.charset().is_none_or(|c| c.is_binary());
    if column.kind != ColumnType::STRING || !binary {
        return None;
    }
    match column.meta {
        16 => {
            let all: [u8; 16] = padded(bytes)?;
            let uuid = Uuid::from_bytes(all);
            let address = Ipv6Addr::from(all);
            let routed = matches!(all[0], 0x20..=0x3f | 0xfc..=0xfe);
            if uuid.get_variant() == Variant::RFC4122 && (1..=8).contains(&uuid.get_version_num()) {
                Some(format!("perhaps UUID {uuid}"))
            } else if routed || address.to_ipv4().is_some() {
                Some(format!("perhaps INET6 {address}"))
            } else {
                None
            }
        }
        4 => Some(format!("perhaps INET4 {}", Ipv4Addr::from(padded(bytes)?))),
        _ => None,
    }
}

fn padded<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    out.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_and_addresses() {
        let column = |meta| Column {
            kind: ColumnType::STRING,
            meta,
            collation: Some(63),
            ..Column::default()
        };
        let hex = |text: &str| hex::decode(text).unwrap();
        let read = |meta, text: &str| likely(&column(meta), &hex(text));
        assert_eq!(
            read(16, "6ccd780cbaba102695645b8c656024db").unwrap(),
            "perhaps UUID 6ccd780c-baba-1026-9564-5b8c656024db"
        );
        assert_eq!(
            read(16, "20010db8000000000000ff0000428329").unwrap(),
            "perhaps INET6 2001:db8::ff00:42:8329"
        );
        assert_eq!(read(4, "0a0102").unwrap(), "perhaps INET4 10.1.2.0");
        assert_eq!(read(16, "ff0102030405060708090a0b0c0d0e0f"), None);
        assert_eq!(read(8, "0a01"), None);
    }
}
