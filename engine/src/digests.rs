//! Statements that change data, and which of them are alike.

use crate::column::Column;
use crate::index::EventNo;
use crate::limits::{DIGESTED, DIGESTS, FINGERPRINTS};
use crate::sql::{self, Hazard};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The digest of statements beyond `DIGESTS`.
const OTHER: &str = "other statements";

/// Statements alike but for their values.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Digest {
    /// With `?` for values.
    pub text: String,
    /// Database that unqualified names are in.
    pub database: String,
    /// The first of them.
    pub first: EventNo,
    /// What a replica may run differently.
    pub hazards: Vec<Hazard>,
    /// Of one of them at least the text is longer than what is digested.
    pub cut: bool,
}

/// What finds a digest that is known without making its text: database, fingerprint.
type Key = (Vec<u8>, u64);

/// Every statement that changes data, by the number of its digest.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Statements {
    /// Digests by number.
    pub digests: Vec<Digest>,
    /// In order: its event and the number of its digest.
    all: Column<(EventNo, u32)>,
    fingerprints: BTreeMap<Key, u32>,
    texts: BTreeMap<(String, String), u32>,
    /// Of a part of a log: the first statement of each key, in place of the digests, which depend on
    /// those before them. `all` has their numbers.
    firsts: Option<Vec<First>>,
}

/// The first statement of a key.
#[derive(Debug, Serialize, Deserialize)]
struct First {
    no: EventNo,
    key: Key,
    /// As much of it as is digested.
    sql: String,
    /// See [`Digest::cut`].
    cut: bool,
}

impl Statements {
    /// Those of a part of a log that is read by itself.
    pub(crate) fn amid() -> Self {
        Statements {
            firsts: Some(Vec::new()),
            ..Statements::default()
        }
    }

    /// A statement that changes data.
    pub(crate) fn add(&mut self, no: EventNo, database: &[u8], sql: &[u8]) {
        let text = String::from_utf8_lossy(sql.get(..DIGESTED).unwrap_or(sql));
        let key = (database.to_vec(), sql::fingerprint(&text));
        let number = match (self.fingerprints.get(&key), &mut self.firsts) {
            (Some(number), _) => *number,
            (None, None) => self.new_digest(no, &text, key),
            (None, Some(firsts)) => {
                let number = firsts.len() as u32;
                self.fingerprints.insert(key.clone(), number);
                firsts.push(First {
                    no,
                    key,
                    sql: text.into_owned(),
                    cut: false,
                });
                number
            }
        };
        if sql.len() > DIGESTED {
            self.cut(number);
        }
        self.all.push((no, number));
    }

    /// A statement of this number is longer than what is digested.
    fn cut(&mut self, number: u32) {
        let i = number as usize;
        if let Some(firsts) = &mut self.firsts {
            if let Some(first) = firsts.get_mut(i) {
                first.cut = true;
            }
        } else if let Some(digest) = self.digests.get_mut(i) {
            digest.cut = true;
        }
    }

    fn new_digest(&mut self, no: EventNo, sql: &str, key: Key) -> u32 {
        let full = self.digests.len() >= DIGESTS;
        let database = String::from_utf8_lossy(&key.0).into_owned();
        let named = if full {
            // No statement has this database: none can be taken for the rest.
            ("\0".to_owned(), OTHER.to_owned())
        } else {
            (database, sql::digest(sql))
        };
        let number = *self
            .texts
            .entry(named)
            .or_insert_with_key(|(database, text)| {
                self.digests.push(Digest {
                    text: text.trim().into(),
                    database: database.clone(),
                    first: no,
                    hazards: sql::hazards(sql),
                    cut: text.ends_with('…'),
                });
                self.digests.len() as u32 - 1
            });
        if self.fingerprints.len() < FINGERPRINTS {
            self.fingerprints.insert(key, number);
        }
        number
    }

    /// The digest that stands for all statements past the first `DIGESTS` different ones.
    pub fn other(&self) -> Option<u32> {
        let last = self.digests.get(DIGESTS)?;
        (last.text == OTHER).then_some(DIGESTS as u32)
    }

    /// Number of statements.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All, in order: event and digest.
    pub fn iter(&self) -> impl Iterator<Item = (EventNo, u32)> {
        self.all.iter().copied()
    }

    /// Those of events `first ..= last`: event and digest.
    pub fn between(&self, first: EventNo, last: EventNo) -> impl Iterator<Item = (EventNo, u32)> {
        let (mut low, mut high) = (0, self.all.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.all.get(middle).is_some_and(|(no, _)| no < first) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..)
            .map_while(|i| self.all.get(i))
            .take_while(move |(no, _)| *no <= last)
    }

    /// Whether a part that was read by itself says enough to be told as if it had been read after this.
    pub(crate) fn admits(&self, part: &Statements) -> bool {
        self.fingerprints.len() + part.fingerprints.len() <= FINGERPRINTS
    }

    /// Takes over a part that follows, of `shift` events later.
    pub(crate) fn append(&mut self, part: Statements, shift: u32) {
        let late = |no: EventNo| EventNo(no.0 + shift);
        let mut numbers = Vec::new();
        for first in part.firsts.unwrap_or_default() {
            let number = match self.fingerprints.get(&first.key) {
                Some(number) => *number,
                None => self.new_digest(late(first.no), &first.sql, first.key),
            };
            if first.cut {
                self.cut(number);
            }
            numbers.push(number);
        }
        for (no, i) in part.all.iter() {
            let number = numbers.get(*i as usize).copied().unwrap_or(0);
            self.all.push((late(*no), number));
        }
    }
}
