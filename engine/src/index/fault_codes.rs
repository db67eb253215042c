//! Which events have faults of which codes: of all of them, where the faults themselves are too many to
//! be kept.

use super::EventNo;
use crate::column::Column;
use crate::limits::FAULT_CODES;
use binlight_parser::fault::FaultKind;
use core::fmt;
use serde::{Deserialize, Serialize};

/// The code of a fault as a number: 205 of E205.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FaultCode(pub u16);

impl FaultCode {
    /// The code of this kind of faults.
    pub fn of(kind: &FaultKind) -> FaultCode {
        let digits = kind.code().strip_prefix('E').map(str::parse);
        FaultCode(digits.and_then(Result::ok).unwrap_or(0))
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E{}", self.0)
    }
}

/// Codes of faults by event, in order: each code once per event, the first [`FAULT_CODES`] of them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct FaultCodes {
    events: Column<u32>,
    codes: Column<u16>,
    /// There were more.
    left_out: bool,
}

impl FaultCodes {
    /// Event `no`, which is not before those added so far, has a fault of this code.
    pub(super) fn add(&mut self, no: EventNo, code: FaultCode) {
        self.add_up_to(FAULT_CODES, no, code);
    }

    fn add_up_to(&mut self, most: usize, no: EventNo, code: FaultCode) {
        let own = (0..self.len()).rev().map_while(|i| self.at(i));
        if own.take_while(|(n, _)| *n == no).any(|(_, c)| c == code) {
            return;
        }
        if self.len() < most {
            self.events.push(no.0);
            self.codes.push(code.0);
        } else {
            self.left_out = true;
        }
    }

    /// Takes over those of a part that follows, of `shift` events later.
    pub(super) fn append(&mut self, part: &FaultCodes, shift: u32) {
        for (no, code) in part.iter() {
            self.add(EventNo(no.0 + shift), code);
        }
        self.left_out |= part.left_out;
    }

    fn len(&self) -> usize {
        self.events.len()
    }

    fn at(&self, i: usize) -> Option<(EventNo, FaultCode)> {
        Some((EventNo(self.events.get(i)?), FaultCode(self.codes.get(i)?)))
    }

    /// Whether there are more than are kept: an answer by them is "at least".
    pub fn left_out(&self) -> bool {
        self.left_out
    }

    /// All that are kept, in order.
    pub fn iter(&self) -> impl Iterator<Item = (EventNo, FaultCode)> {
        (0..self.len()).map_while(|i| self.at(i))
    }

    /// Codes of the faults of events `first ..= last`.
    pub fn between(&self, first: EventNo, last: EventNo) -> impl Iterator<Item = FaultCode> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.events.get(middle).is_some_and(|no| no < first.0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..)
            .map_while(|i| self.at(i))
            .take_while(move |(no, _)| *no <= last)
            .map(|(_, code)| code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_once_per_event_and_no_more_than_are_kept() {
        let mut codes = FaultCodes::default();
        for (no, code) in [(3, 205), (3, 204), (3, 205), (7, 205), (7, 205), (9, 301)] {
            codes.add_up_to(3, EventNo(no), FaultCode(code));
        }
        let of =
            |a, b| -> Vec<u16> { codes.between(EventNo(a), EventNo(b)).map(|c| c.0).collect() };
        assert_eq!(
            (of(0, 100), of(4, 7), of(8, 9)),
            (vec![205, 204, 205], vec![205], vec![])
        );
        assert!(codes.left_out());
        let mut known = FaultCodes::default();
        known.add(EventNo(2), FaultCode(205));
        known.append(&codes, 10);
        let all: Vec<(u32, u16)> = known.iter().map(|(no, code)| (no.0, code.0)).collect();
        assert_eq!(all, [(2, 205), (13, 205), (13, 204), (17, 205)]);
        assert!(known.left_out(), "what a part left out is left out");
    }

    #[test]
    fn the_code_of_a_kind_is_its_number() {
        let code = FaultCode::of(&FaultKind::Garbage);
        assert_eq!(
            (code.0, code.to_string()),
            (206, FaultKind::Garbage.code().to_owned())
        );
    }
}
