//! Names of log files: `./binlog.000012` is number 12 of the logs `binlog`.

/// A path without its folders.
pub fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A log's name without folders and number: `binlog` of `./binlog.000012`.
pub fn stem(path: &str) -> &str {
    let name = base_name(path);
    match name.rsplit_once('.') {
        Some((stem, digits))
            if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) =>
        {
            stem
        }
        _ => name,
    }
}

/// The number of a log's name.
pub fn number(path: &str) -> Option<u64> {
    let (_, digits) = base_name(path).rsplit_once('.')?;
    digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| digits.parse().ok())?
}
