//! The names by which the halves of XA transactions find each other.

use crate::sql::{Token, tokens};
use binlight_parser::event::small::XaPrepare;

/// `XA … gtrid, bqual, format`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct XaName {
    format: u32,
    gtrid: Vec<u8>,
    bqual: Vec<u8>,
}

impl XaName {
    /// From the event that prepares it.
    pub fn of_event(event: &XaPrepare<'_>) -> XaName {
        XaName {
            format: event.xid.format_id,
            gtrid: event.xid.gtrid.to_vec(),
            bqual: event.xid.bqual.to_vec(),
        }
    }

    /// From `XA COMMIT X'67',X'62',1` and the like. Without the last two: no branch, format 1.
    pub fn of_statement(sql: &str) -> Option<XaName> {
        let mut rest = tokens(sql).skip(2);
        let gtrid = bytes(rest.next()?)?;
        let mut name = XaName {
            format: 1,
            gtrid,
            bqual: Vec::new(),
        };
        let mut values = rest.filter(|t| *t != Token::Symbol(','));
        if let Some(bqual) = values.next().and_then(bytes) {
            name.bqual = bqual;
        }
        if let Some(Token::Number(format)) = values.next() {
            name.format = format.parse().ok()?;
        }
        Some(name)
    }
}

/// The bytes of `'text'` or `X'6869'`.
fn bytes(token: Token<'_>) -> Option<Vec<u8>> {
    let Token::Text(text) = token else {
        return None;
    };
    if let Some(hex) = text.strip_prefix(['x', 'X']) {
        let digits = hex.trim_matches('\'').as_bytes();
        let pairs = digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok());
        return pairs.collect();
    }
    Some(text.trim_matches(['\'', '"']).as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use binlight_parser::event::small::XaId;

    #[test]
    fn both_halves_have_one_name() {
        let event = XaPrepare {
            one_phase: false,
            xid: XaId {
                format_id: 7,
                gtrid: b"g1",
                bqual: b"b",
            },
        };
        let name = XaName::of_event(&event);
        assert_eq!(
            XaName::of_statement("XA COMMIT X'6731',X'62',7"),
            Some(name.clone())
        );
        assert_eq!(
            XaName::of_statement("xa rollback 'g1' , 'b' , 7"),
            Some(name.clone())
        );
        assert_ne!(XaName::of_statement("XA COMMIT X'6731',X'',1"), Some(name));
        assert_eq!(XaName::of_statement("XA COMMIT"), None);
    }
}
