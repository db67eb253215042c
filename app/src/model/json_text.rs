//! Documents as the parser prints them, read back for comparison: numbers keep every digit.

use serde_json::Value as Json;

/// The member that stands for a number inside `serde_json` (its `arbitrary_precision`).
const NUMBER: &str = "$serde_json::private::Number";

/// The document that `text` is; `None` if it is none, or if it has a member that would be taken for a
/// number: it is shown as text then.
pub fn parse(text: &str) -> Option<Json> {
    if text.contains(NUMBER) {
        return None;
    }
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        for text in [
            "123456789012345678.901234567890",
            "-0.000000000000000000000000000001",
            "18446744073709551615",
            "9007199254740993",
            "123456789012345678901234567890",
            "1.10",
        ] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn no_member_passes_for_a_number() {
        let text = r#"{"$serde_json::private::Number": "1"}"#;
        assert_eq!(parse(text), None);
        assert!(serde_json::from_str::<Json>(text).is_ok_and(|v| v.is_number()));
    }
}
