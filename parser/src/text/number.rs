//! Numbers as C's `printf` writes them.

use alloc::{format, string::String};

/// `%.<precision>g`: as many significant digits as asked for, no trailing zeros, an exponent of two
/// digits or more where the number is very large or small.
pub(super) fn general(value: f64, precision: usize) -> String {
    if value.is_nan() {
        return String::from(if value.is_sign_negative() {
            "-nan"
        } else {
            "nan"
        });
    }
    if value.is_infinite() {
        return String::from(if value < 0.0 { "-inf" } else { "inf" });
    }
    let scientific = format!("{value:.*e}", precision - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let significant = i32::try_from(precision).unwrap_or(i32::MAX);
    let trim = |text: &str| -> String {
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').into()
        } else {
            text.into()
        }
    };
    if exponent < -4 || exponent >= significant {
        format!("{}{}", trim(mantissa), exponent_text(exponent))
    } else {
        let decimals = usize::try_from(significant - 1 - exponent).unwrap_or(0);
        trim(&format!("{value:.decimals$}"))
    }
}

/// `%.<precision>e`.
pub(super) fn scientific(value: f32, precision: usize) -> String {
    let value = f64::from(value);
    if !value.is_finite() {
        return general(value, 6);
    }
    let text = format!("{value:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{mantissa}{}", exponent_text(exponent.parse().unwrap_or(0)))
}

fn exponent_text(exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_printf_does() {
        for (value, precision, text) in [
            (1.5, 6, "1.5"),
            (0.0, 20, "0"),
            (-0.0, 6, "-0"),
            (1e-5, 6, "1e-05"),
            (0.0001, 6, "0.0001"),
            (1_234_567.0, 6, "1.23457e+06"),
            (123_456.0, 6, "123456"),
            (999_999.5, 6, "1e+06"),
            (0.1, 20, "0.10000000000000000555"),
            (1e300, 20, "1.0000000000000000525e+300"),
            (f64::from(f32::MAX), 6, "3.40282e+38"),
        ] {
            assert_eq!(general(value, precision), text);
        }
        assert_eq!(scientific(-2.5, 5), "-2.50000e+00");
    }
}
