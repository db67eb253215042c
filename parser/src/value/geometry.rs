//! GEOMETRY: SRID u32, then well-known binary, as well-known text.

use crate::fault::{FaultKind, Field};
use crate::limits;
use alloc::string::String;
use core::fmt;

/// A geometry as it is stored: of a geographic SRS longitude comes first, whatever the SRS defines.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Geometry {
    /// Spatial reference system, 0 for none.
    pub srid: u32,
    /// Well-known text.
    pub wkt: String,
}

impl fmt::Display for Geometry {
    /// `POINT(1 2)`, or `SRID=4326;POINT(1 2)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.srid != 0 {
            write!(f, "SRID={};", self.srid)?;
        }
        f.write_str(&self.wkt)
    }
}

/// Decodes a geometry.
///
/// # Errors
/// [`FaultKind::BadValue`] for counts beyond the data, unknown kinds, too deep collections.
pub(super) fn geometry(data: &[u8]) -> Result<Geometry, FaultKind> {
    let bad = || FaultKind::BadValue {
        what: Field::Geometry,
    };
    let (srid, wkb) = data.split_first_chunk::<4>().ok_or_else(bad)?;
    // The library follows counts and nesting as they are: they are checked before.
    if extent(wkb, limits::GEOMETRY_DEPTH) != Some(wkb.len()) {
        return Err(bad());
    }
    let shape = wkb::reader::read_wkb(wkb).map_err(|_| bad())?;
    let mut text = String::new();
    wkt::to_wkt::write_geometry(&mut text, &shape).map_err(|_| bad())?;
    Ok(Geometry {
        srid: u32::from_le_bytes(*srid),
        wkt: text,
    })
}

/// Bytes of the geometry at the start of `data`: byte order (little-endian alone is stored), kind u32,
/// then a point of two doubles, or a count and so many parts.
fn extent(data: &[u8], depth: usize) -> Option<usize> {
    const POINT: usize = 16;
    let depth = depth.checked_sub(1)?;
    let [1, kind @ ..] = data else {
        return None;
    };
    let kind = u32::from_le_bytes(*kind.first_chunk::<4>()?);
    let count_at = |at: usize| -> Option<usize> {
        let bytes = data.get(at..)?.first_chunk::<4>()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    };
    let points = |at: usize| -> Option<usize> {
        let end = count_at(at)?.checked_mul(POINT)?.checked_add(at + 4)?;
        (end <= data.len()).then_some(end)
    };
    match kind {
        1 => (data.len() >= 5 + POINT).then_some(5 + POINT),
        2 => points(5),
        3 => {
            let mut at = 9;
            for _ in 0..count_at(5)? {
                at = points(at)?;
            }
            Some(at)
        }
        4..=7 => {
            let mut at = 9;
            for _ in 0..count_at(5)? {
                let part = data.get(at..)?;
                let known = kind == 7 || part.get(1).is_some_and(|k| u32::from(*k) == kind - 3);
                at += extent(part, depth).filter(|_| known)?;
            }
            Some(at)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::ToString, vec::Vec};

    fn point(x: f64, y: f64) -> Vec<u8> {
        let mut out = vec![1, 1, 0, 0, 0];
        out.extend_from_slice(&x.to_le_bytes());
        out.extend_from_slice(&y.to_le_bytes());
        out
    }

    fn collection(parts: &[Vec<u8>]) -> Vec<u8> {
        let mut out = vec![1, 7, 0, 0, 0];
        out.extend_from_slice(&(parts.len() as u32).to_le_bytes());
        out.extend(parts.concat());
        out
    }

    fn with_srid(srid: u32, wkb: &[u8]) -> Vec<u8> {
        [&srid.to_le_bytes(), wkb].concat()
    }

    #[test]
    fn points_and_collections() {
        let data = with_srid(4326, &point(1.5, -2.0));
        assert_eq!(
            geometry(&data).unwrap().to_string(),
            "SRID=4326;POINT(1.5 -2)"
        );
        let data = with_srid(0, &collection(&[point(0.0, 1.0), collection(&[])]));
        assert_eq!(
            geometry(&data).unwrap().to_string(),
            "GEOMETRYCOLLECTION(POINT(0 1),GEOMETRYCOLLECTION EMPTY)"
        );
    }

    #[test]
    fn nests_without_end_and_counts_that_lie() {
        let mut deep = point(0.0, 0.0);
        for _ in 0..200 {
            deep = collection(&[deep]);
        }
        assert!(geometry(&with_srid(0, &deep)).is_err());
        let whole = with_srid(0, &collection(&[point(0.0, 1.0), point(2.0, 3.0)]));
        for at in 0..whole.len() {
            assert!(geometry(&whole[..at]).is_err(), "cut at {at}");
            let mut flipped = whole.clone();
            flipped[at] ^= 0x81;
            let _ = geometry(&flipped);
        }
    }
}
