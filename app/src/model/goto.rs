//! The go-to box: what a user may type to get somewhere.

use crate::protocol::Place;
use binlight_engine::index::EventNo;

/// Where the box is typed from.
#[derive(Clone, Copy, Debug, Default)]
pub struct From {
    /// Offset of the selected event.
    pub offset: u64,
    /// Its number.
    pub no: u32,
    /// Number of its file.
    pub file: u32,
    /// Minutes east of UTC that times are meant in.
    pub utc_offset: i32,
}

/// `1234`, `0x4d2` (offsets), `+100`, `-0x10` (from the selected event), `#12` (event number),
/// `#+1`, `#-1`, `fault` (the next one), a GTID, a time (`2026-02-03 10:15`).
///
/// # Errors
/// A sentence about what can be typed.
pub fn parse(text: &str, from: From) -> Result<Place, String> {
    let typed = text.trim();
    if is_gtid(typed) {
        return Ok(Place::Gtid(typed.to_owned()));
    }
    if let Some(at) = binlight_engine::filter::time(typed, from.utc_offset) {
        return Ok(Place::Time(at));
    }
    let text = typed.replace(['_', ' ', ','], "");
    let help = || {
        format!(
            "“{text}” is no place: type an offset (1234, 0x4d2), +/- from here, #event number, a GTID or a time"
        )
    };
    if text.eq_ignore_ascii_case("fault") {
        return Ok(Place::NextFault(EventNo(from.no)));
    }
    if let Some(event) = text.strip_prefix('#') {
        let n = relative(event, u64::from(from.no)).ok_or_else(help)?;
        return u32::try_from(n).map(Place::Number).map_err(|_| help());
    }
    relative(&text, from.offset)
        .map(|at| Place::Offset(from.file, at))
        .ok_or_else(help)
}

/// `uuid:7`, `uuid:tag:7`, `0-1-7`.
fn is_gtid(text: &str) -> bool {
    let mariadb =
        text.split('-').count() == 3 && text.parse::<binlight_parser::gtid::MariadbGtid>().is_ok();
    // A date is three numbers with dashes too: no domain is written with a leading zero or four digits.
    let date = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    mariadb && !date
        || text.len() > 37
            && text.as_bytes()[36] == b':'
            && text.parse::<binlight_parser::gtid::GtidSet>().is_ok()
}

fn relative(text: &str, from: u64) -> Option<u64> {
    if let Some(more) = text.strip_prefix('+') {
        return from.checked_add(number(more)?);
    }
    if let Some(less) = text.strip_prefix('-') {
        return Some(from.saturating_sub(number(less)?));
    }
    number(text)
}

fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form() {
        let from = From {
            offset: 1000,
            no: 5,
            ..From::default()
        };
        let at = |t| parse(t, from).unwrap();
        assert_eq!(at("1234"), Place::Offset(0, 1234));
        assert_eq!(at(" 0x4D2 "), Place::Offset(0, 1234));
        assert_eq!(at("1_000_000"), Place::Offset(0, 1_000_000));
        assert_eq!(
            (at("+0x10"), at("-2000")),
            (Place::Offset(0, 1016), Place::Offset(0, 0))
        );
        assert_eq!(
            (at("#12"), at("#+1"), at("#-9")),
            (Place::Number(12), Place::Number(6), Place::Number(0))
        );
        assert_eq!(at("fault"), Place::NextFault(EventNo(5)));
        assert_eq!(at("0-21-46"), Place::Gtid("0-21-46".into()));
        let gtid = "3e11fa47-71ca-11e1-9e33-c80aa9429562:7";
        assert_eq!(at(gtid), Place::Gtid(gtid.into()));
        assert_eq!(
            at("2024-02-29 09:34:56"),
            Place::Time(1_709_199_296_000_000)
        );
        for bad in ["", "x", "0x", "#", "+", "12.5", "#99999999999"] {
            assert!(parse(bad, from).is_err(), "{bad}");
        }
    }
}
