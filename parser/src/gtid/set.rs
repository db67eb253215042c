//! MySQL's GTID sets: parse, print, calculate.

use super::interval::{Interval, IntervalSet, LAST};
use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::fmt;
use core::str::FromStr;
use uuid::Uuid;

/// Longest tag (MySQL `libs/mysql/gtid/tag.h`).
const TAG_LEN: usize = 32;

/// A tag in its normal form: lower case; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Tag(String);

impl Tag {
    /// `text` as a tag: a letter or underscore, then up to 31 letters, digits, underscores.
    pub fn new(text: &str) -> Option<Tag> {
        let mut chars = text.chars();
        let first = chars.next()?;
        let fine = (first.is_ascii_alphabetic() || first == '_')
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
            && text.len() <= TAG_LEN;
        fine.then(|| Tag(text.to_ascii_lowercase()))
    }

    /// The tag's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who numbered a transaction: a source, and its tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SourceTag {
    /// UUID of the source, as its 16 bytes.
    pub source: [u8; 16],
    /// Its tag.
    pub tag: Tag,
}

impl fmt::Display for SourceTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Uuid::from_bytes(self.source))?;
        if self.tag.0.is_empty() {
            Ok(())
        } else {
            write!(f, ":{}", self.tag.0)
        }
    }
}

/// A GTID set. Equal sets are equal whatever text they came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct GtidSet {
    /// Never holds an empty interval set.
    sources: BTreeMap<SourceTag, IntervalSet>,
}

impl GtidSet {
    /// Sources and their numbers, in the server's order: by UUID, no tag first, then by tag.
    pub fn sources(&self) -> impl Iterator<Item = (&SourceTag, &IntervalSet)> {
        self.sources.iter()
    }

    /// The numbers of one source and tag.
    pub fn of(&self, source: &SourceTag) -> Option<&IntervalSet> {
        self.sources.get(source)
    }

    /// Whether there is no GTID.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// How many GTIDs.
    pub fn count(&self) -> u128 {
        self.sources.values().map(|s| u128::from(s.count())).sum()
    }

    /// Adds one GTID.
    pub fn insert(&mut self, source: SourceTag, number: u64) {
        self.sources.entry(source).or_default().insert(number);
    }

    /// Adds numbers of one source and tag.
    pub fn add(&mut self, source: SourceTag, numbers: &IntervalSet) {
        if !numbers.is_empty() {
            let mine = self.sources.entry(source).or_default();
            *mine = mine.union(numbers);
        }
    }

    /// Whether this GTID is in the set.
    pub fn contains(&self, source: &SourceTag, number: u64) -> bool {
        self.sources.get(source).is_some_and(|s| s.contains(number))
    }

    /// GTIDs in either.
    pub fn union(&self, other: &GtidSet) -> GtidSet {
        let mut out = self.clone();
        for (source, numbers) in &other.sources {
            out.add(source.clone(), numbers);
        }
        out
    }

    /// GTIDs in both.
    pub fn intersect(&self, other: &GtidSet) -> GtidSet {
        self.by_source(|source, numbers| {
            other
                .of(source)
                .map(|o| numbers.intersect(o))
                .unwrap_or_default()
        })
    }

    /// `GTID_SUBTRACT(self, other)`.
    pub fn subtract(&self, other: &GtidSet) -> GtidSet {
        self.by_source(|source, numbers| match other.of(source) {
            Some(o) => numbers.subtract(o),
            None => numbers.clone(),
        })
    }

    /// `GTID_SUBSET(self, other)`.
    pub fn is_subset(&self, other: &GtidSet) -> bool {
        self.sources
            .iter()
            .all(|(source, numbers)| other.of(source).is_some_and(|o| numbers.is_subset(o)))
    }

    /// GTIDs missing between the first and the last of each source.
    pub fn gaps(&self) -> GtidSet {
        self.by_source(|_, numbers| numbers.gaps())
    }

    fn by_source(&self, f: impl Fn(&SourceTag, &IntervalSet) -> IntervalSet) -> GtidSet {
        let sources = self
            .sources
            .iter()
            .map(|(s, n)| (s.clone(), f(s, n)))
            .filter(|(_, n)| !n.is_empty());
        GtidSet {
            sources: sources.collect(),
        }
    }
}

impl fmt::Display for GtidSet {
    /// As the server prints it: `uuid:1-3:5:tag:7,\nuuid:…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last: Option<[u8; 16]> = None;
        for (source, numbers) in &self.sources {
            if last == Some(source.source) {
                write!(f, ":{}", source.tag.0)?;
            } else {
                if last.is_some() {
                    f.write_str(",\n")?;
                }
                write!(f, "{source}")?;
            }
            last = Some(source.source);
            for run in numbers.runs() {
                write!(f, ":{}", run.first)?;
                if run.last > run.first {
                    write!(f, "-{}", run.last)?;
                }
            }
        }
        Ok(())
    }
}

/// Why a text is no GTID set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Byte of the text where it stops making sense.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} expected at character {}", self.expected, self.at + 1)
    }
}

impl core::error::Error for ParseError {}

impl FromStr for GtidSet {
    type Err = ParseError;

    /// The server's syntax (manual, "GTID Sets"; `sql/rpl_gtid_set.cc`, `add_gtid_text`): sources
    /// separated by commas, each a UUID and colons with numbers, ranges or tags; a tag holds for
    /// what follows it. White space anywhere between; an empty set, empty items and ranges that
    /// end before they begin are allowed.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut runs: BTreeMap<SourceTag, Vec<Interval>> = BTreeMap::new();
        let mut at = 0;
        for item in text.split(',') {
            parse_source(item, at, &mut runs)?;
            at += item.len() + 1;
        }
        let sources = runs
            .into_iter()
            .map(|(s, r)| (s, IntervalSet::of(r)))
            .filter(|(_, n)| !n.is_empty());
        Ok(GtidSet {
            sources: sources.collect(),
        })
    }
}

fn parse_source(
    item: &str,
    at: usize,
    runs: &mut BTreeMap<SourceTag, Vec<Interval>>,
) -> Result<(), ParseError> {
    if item.trim().is_empty() {
        return Ok(());
    }
    let mut parts = item.split(':');
    let first = parts.next().unwrap_or("");
    let source = uuid(first.trim()).ok_or(ParseError {
        at: at + leading(first),
        expected: "a UUID",
    })?;
    let mut key = SourceTag {
        source,
        tag: Tag::default(),
    };
    let mut pos = at + first.len() + 1;
    // After a source or a tag at least one number must come.
    let mut wants_number = true;
    for part in parts {
        let (here, trimmed) = (pos + leading(part), part.trim());
        pos += part.len() + 1;
        if let Some(tag) = Tag::new(trimmed) {
            key.tag = tag;
            wants_number = true;
            continue;
        }
        let run = interval(trimmed).ok_or(ParseError {
            at: here,
            expected: "a number, a range or a tag",
        })?;
        wants_number = false;
        if run.first <= run.last {
            runs.entry(key.clone()).or_default().push(run);
        }
    }
    if wants_number {
        Err(ParseError {
            at: at + item.trim_end().len(),
            expected: "a colon and a number",
        })
    } else {
        Ok(())
    }
}

fn leading(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// A UUID with dashes at their places or with none at all, as the server takes it; never in
/// braces or as a URN.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let plain = text.len() == 32 || text.len() == 36;
    Uuid::try_parse(text)
        .ok()
        .filter(|_| plain)
        .map(Uuid::into_bytes)
}

fn interval(text: &str) -> Option<Interval> {
    let number = |t: &str| {
        let t = t.trim();
        t.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| t.parse::<u64>().ok())?
    };
    let valid = |n: &u64| (1..=LAST).contains(n);
    match text.split_once('-') {
        None => number(text)
            .filter(valid)
            .map(|n| Interval { first: n, last: n }),
        Some((a, b)) => {
            let (first, last) = (number(a).filter(valid)?, number(b).filter(|n| *n <= LAST)?);
            Some(Interval { first, last })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    const B: &str = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

    fn set(text: &str) -> GtidSet {
        text.parse().unwrap()
    }

    #[test]
    fn printed_as_the_server_prints() {
        let text = format!(" {B}:5-7 , {A} : 3 : 1-2:9 - 4, {A}:TAG_b:1:tag_a:2-3:11,,");
        assert_eq!(
            set(&text).to_string(),
            format!("{A}:1-3:tag_a:2-3:11:tag_b:1,\n{B}:5-7")
        );
        assert_eq!(set("").to_string(), "");
        let bare = A.replace('-', "").to_uppercase();
        assert_eq!(set(&format!("{bare}:1")), set(&format!("{A}:1")));
    }

    #[test]
    fn errors_point_at_the_place() {
        let at = |text: &str| text.parse::<GtidSet>().unwrap_err().at;
        assert_eq!(at("nonsense:1"), 0);
        assert_eq!(at(&format!("{A}:1, x:1")), 40);
        assert_eq!(at(&format!("{A}:1:0")), 39);
        assert_eq!(at(&format!("{A}:1-9223372036854775807")), 37);
        assert_eq!(at(A), 36);
        assert_eq!(at(&format!("{A}:tag")), 40);
        assert_eq!(at(&format!("{A}:1:{}", "t".repeat(33))), 39);
    }

    #[test]
    fn the_manuals_examples() {
        let a = set(&format!("{A}:21-57"));
        assert_eq!(
            a.subtract(&set(&format!("{A}:21"))).to_string(),
            format!("{A}:22-57")
        );
        assert_eq!(
            a.subtract(&set(&format!("{A}:20-25"))).to_string(),
            format!("{A}:26-57")
        );
        assert!(set(&format!("{A}:23")).is_subset(&a) && !set(&format!("{A}:20-25")).is_subset(&a));
        assert!(
            !set(&format!("{A}:x:23")).is_subset(&a),
            "a tag is a name space of its own"
        );
    }

    #[test]
    fn millions_of_intervals() {
        let runs = |offset: u64| {
            (0..1_000_000u64).map(move |i| Interval {
                first: 1 + 4 * i + offset,
                last: 2 + 4 * i + offset,
            })
        };
        let make = |offset| {
            let key = SourceTag {
                source: [7; 16],
                tag: Tag::default(),
            };
            GtidSet {
                sources: [(key, IntervalSet::of(runs(offset).collect()))].into(),
            }
        };
        let (a, b) = (make(0), make(1));
        assert_eq!(a.subtract(&b).count(), 1_000_000);
        assert_eq!(a.union(&b).count(), 3_000_000);
        let text = a.to_string();
        assert_eq!(set(&text), a);
    }
}
