//! Stored geometries, read here once more.

/// A stored geometry as text, read here once more.
pub fn geometry(mut stored: &[u8]) -> Option<String> {
    let srid = number(&mut stored)?;
    let shape = shape(&mut stored, true)?;
    let prefix = if srid == 0 {
        String::new()
    } else {
        format!("SRID={srid};")
    };
    stored.is_empty().then(|| prefix + &shape)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(u32::from_le_bytes(*bytes))
}

/// The well-known binary at the start of `rest` as text; its kind is said unless it follows from where it stands.
fn shape(rest: &mut &[u8], named: bool) -> Option<String> {
    const NAMES: [&str; 7] = [
        "POINT",
        "LINESTRING",
        "POLYGON",
        "MULTIPOINT",
        "MULTILINESTRING",
        "MULTIPOLYGON",
        "GEOMETRYCOLLECTION",
    ];
    *rest = rest.strip_prefix(&[1])?;
    let kind = number(rest)?;
    let name = NAMES.get(kind.checked_sub(1)? as usize)?;
    let inside = match kind {
        1 => point(rest)?,
        2 => list(rest, point)?,
        3 => list(rest, |rest| Some(format!("({})", list(rest, point)?)))?,
        _ => list(rest, |rest| shape(rest, kind == 7))?,
    };
    Some(match (named, inside.is_empty()) {
        (true, true) => format!("{name} EMPTY"),
        (true, false) => format!("{name}({inside})"),
        (false, _) => format!("({inside})"),
    })
}

fn list(rest: &mut &[u8], one: impl Fn(&mut &[u8]) -> Option<String>) -> Option<String> {
    let count = number(rest)?;
    let parts: Option<Vec<String>> = (0..count).map(|_| one(rest)).collect();
    Some(parts?.join(","))
}

fn point(rest: &mut &[u8]) -> Option<String> {
    let mut double = || -> Option<f64> {
        let (bytes, tail) = rest.split_first_chunk()?;
        *rest = tail;
        Some(f64::from_le_bytes(*bytes))
    };
    Some(format!("{} {}", double()?, double()?))
}
