//! The row changes in a tool's text.

/// A row change as the tool prints it: `@n` and the bytes of its value.
#[derive(Debug, Default)]
pub struct Printed {
    pub op: String,
    pub table: String,
    pub before: Vec<(usize, Vec<u8>)>,
    pub after: Vec<(usize, Vec<u8>)>,
}

/// The row changes in a tool's text. Of a value over several lines, the changes of a document, the
/// first line is kept.
pub fn printed(text: &[u8]) -> Vec<Printed> {
    let mut changes: Vec<Printed> = Vec::new();
    let mut in_after = false;
    for line in text.split(|b| *b == b'\n') {
        let Some(rest) = line.strip_prefix(b"### ") else {
            continue;
        };
        let text = String::from_utf8_lossy(rest);
        if let Some(value) = rest.strip_prefix(b"  @") {
            let Some(change) = changes.last_mut() else {
                continue;
            };
            let equals = value.iter().position(|b| *b == b'=').unwrap();
            let column: usize = String::from_utf8_lossy(&value[..equals]).parse().unwrap();
            let end = rfind(value, b" /* ").unwrap_or(value.len());
            let list = if in_after {
                &mut change.after
            } else {
                &mut change.before
            };
            list.push((column, value[equals + 1..end].to_vec()));
        } else if text == "SET" {
            in_after = true;
        } else if text == "WHERE" {
            in_after = false;
        } else if let Some((op, table)) = ["INSERT INTO ", "UPDATE ", "DELETE FROM "]
            .iter()
            .find_map(|op| Some((op, text.strip_prefix(op)?)))
        {
            let table = table.replace("`.`", ".").trim_matches('`').to_owned();
            changes.push(Printed {
                op: op.split(' ').next().unwrap().to_lowercase(),
                table,
                ..Printed::default()
            });
            in_after = *op == "INSERT INTO ";
        }
    }
    changes
}

fn rfind(line: &[u8], what: &[u8]) -> Option<usize> {
    (0..=line.len().checked_sub(what.len())?)
        .rev()
        .find(|i| line[*i..].starts_with(what))
}
