//! MariaDB's GTIDs: domain, server, sequence; positions and the state of a binlog.

use alloc::{collections::BTreeMap, string::ToString, vec::Vec};
use core::fmt;
use core::str::FromStr;

/// `domain-server-sequence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MariadbGtid {
    /// Stream of transactions that is ordered in itself.
    pub domain: u32,
    /// Server that logged it first.
    pub server: u32,
    /// Number in the domain.
    pub sequence: u64,
}

impl fmt::Display for MariadbGtid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.domain, self.server, self.sequence)
    }
}

impl FromStr for MariadbGtid {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let mut parts = text.trim().split('-');
        let gtid = (|| {
            let domain = parts.next()?.parse().ok()?;
            let server = parts.next()?.parse().ok()?;
            Some(MariadbGtid {
                domain,
                server,
                sequence: parts.next()?.parse().ok()?,
            })
        })();
        gtid.filter(|_| parts.next().is_none())
            .ok_or("domain-server-sequence expected")
    }
}

/// What a log does out of order; where strict mode (`gtid_strict_mode`) would have stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The next number of its domain, or a later one.
    InOrder,
    /// A number not above one of its domain that came before.
    OutOfOrder {
        /// The largest number of the domain so far.
        after: u64,
    },
}

/// The last GTID of each domain and server: what GTID_LIST holds, and `@@gtid_binlog_state`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BinlogState {
    last: BTreeMap<(u32, u32), u64>,
    /// Of each domain: the server that logged last, and the largest number so far.
    newest: BTreeMap<u32, (u32, u64)>,
}

impl BinlogState {
    /// Notes a transaction in the order of the log.
    pub fn add(&mut self, gtid: MariadbGtid) -> Order {
        self.last.insert((gtid.domain, gtid.server), gtid.sequence);
        let newest = self.newest.entry(gtid.domain).or_insert((gtid.server, 0));
        let largest = newest.1;
        *newest = (gtid.server, largest.max(gtid.sequence));
        if gtid.sequence > largest {
            Order::InOrder
        } else {
            Order::OutOfOrder { after: largest }
        }
    }

    /// The last GTID of each domain: `@@gtid_binlog_pos`, a position to go on from.
    pub fn position(&self) -> Vec<MariadbGtid> {
        let last = |domain: u32, server: u32| self.last.get(&(domain, server)).copied();
        self.newest
            .iter()
            .filter_map(|(domain, (server, _))| {
                Some(MariadbGtid {
                    domain: *domain,
                    server: *server,
                    sequence: last(*domain, *server)?,
                })
            })
            .collect()
    }

    /// All GTIDs of the state, in the order of GTID_LIST's text: by domain, each domain's newest
    /// server last.
    pub fn list(&self) -> Vec<MariadbGtid> {
        let mut list: Vec<MariadbGtid> = self
            .last
            .iter()
            .map(|((domain, server), sequence)| MariadbGtid {
                domain: *domain,
                server: *server,
                sequence: *sequence,
            })
            .collect();
        list.sort_by_key(|g| {
            (
                g.domain,
                self.newest
                    .get(&g.domain)
                    .is_some_and(|(s, _)| *s == g.server),
                g.server,
            )
        });
        list
    }
}

impl fmt::Display for BinlogState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list: Vec<_> = self.list().iter().map(ToString::to_string).collect();
        f.write_str(&list.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_position_and_order() {
        let mut state = BinlogState::default();
        let gtid = |t: &str| t.parse::<MariadbGtid>().unwrap();
        assert_eq!(state.add(gtid("0-1-5")), Order::InOrder);
        assert_eq!(state.add(gtid("0-2-6")), Order::InOrder);
        assert_eq!(state.add(gtid("7-1-1")), Order::InOrder);
        assert_eq!(state.add(gtid("0-1-6")), Order::OutOfOrder { after: 6 });
        assert_eq!(state.add(gtid("0-1-9")), Order::InOrder);
        assert_eq!(state.to_string(), "0-2-6,0-1-9,7-1-1");
        assert_eq!(state.position(), [gtid("0-1-9"), gtid("7-1-1")]);
        for bad in ["", "1-2", "1-2-3-4", "a-1-1", "1-1--1", "4294967296-1-1"] {
            assert!(bad.parse::<MariadbGtid>().is_err(), "{bad}");
        }
    }
}
