//! The one parser of numbers, wherever they come from.

/// Reads a decimal integer (`42`, `-7`, `007`) or the exponent form of one (`1.234567e+06`), exactly: nothing goes through
/// a float, so that an id of 53 bits arrives as it was sent. `None` for everything else: fractions, other digits than ASCII
/// ones, what does not fit 64 bits.
///
/// A space in place of the exponent's sign is a `+` that a form decoder has been at.
pub(crate) fn parse_integer(text: &str) -> Option<i64> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    match digits.split_once(['e', 'E']) {
        None => signed(negative, digits, "", 0),
        Some((mantissa, exponent)) => {
            let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
            if fraction.is_empty() {
                return None;
            }
            signed(negative, whole, fraction, parse_exponent(exponent)?)
        }
    }
}

/// Exponents beyond this leave no room for an integer of 64 bits, whatever they are multiplied with (bodies are far
/// smaller than so many digits).
const MOST: i64 = 1 << 40;

fn parse_exponent(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' | b' ' => (false, &text[1..]),
        _ => (false, text),
    };
    if !all_digits(digits) {
        return None;
    }
    // All digits, so the only way not to parse is to be too large.
    let size = digits.parse::<i64>().unwrap_or(MOST).min(MOST);
    Some(if negative { -size } else { size })
}

/// The integer `whole.fraction * 10^exponent`, if it is one.
fn signed(negative: bool, whole: &str, fraction: &str, exponent: i64) -> Option<i64> {
    if !all_digits(whole) || !(fraction.is_empty() || all_digits(fraction)) {
        return None;
    }
    let digits = || whole.bytes().chain(fraction.bytes());
    // How many of the digits stand before the point once the exponent has moved it.
    let length = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let mut value: i128 = 0;
    for (index, digit) in (0_i64..).zip(digits()) {
        if index >= length {
            if digit != b'0' {
                return None;
            }
        } else {
            value = times_ten(value)? + i128::from(digit - b'0');
        }
    }
    let given = i64::try_from(whole.len() + fraction.len()).ok()?;
    if value != 0 {
        for _ in given..length {
            value = times_ten(value)?;
        }
    }
    i64::try_from(if negative { -value } else { value }).ok()
}

/// Ten times the value, while it still has a chance to fit 64 bits.
fn times_ten(value: i128) -> Option<i128> {
    (value <= i128::from(u64::MAX)).then_some(value * 10)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_integers_are_read_with_spaces_signs_and_leading_zeros() {
        for (text, number) in [
            ("42", 42),
            (" 42\t", 42),
            ("+42", 42),
            ("-7", -7),
            ("007", 7),
            ("0", 0),
            ("-0", 0),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("0000000000000000000000000000000000000000000001", 1),
        ] {
            assert_eq!(parse_integer(text), Some(number), "{text}");
        }
    }

    #[test]
    fn exponent_forms_are_read_exactly() {
        for (text, number) in [
            ("1.234567e+06", 1_234_567),
            ("1.234567e 06", 1_234_567),
            ("1.234567E6", 1_234_567),
            ("9.007199254740991e+15", 9_007_199_254_740_991),
            ("9.007199254740993e15", 9_007_199_254_740_993),
            ("1e3", 1_000),
            ("1e0", 1),
            ("1.50e1", 15),
            ("100e-2", 1),
            ("-1e2", -100),
            ("0e999999999999999999999", 0),
            ("0.000000e+00", 0),
            ("0.001e3", 1),
        ] {
            assert_eq!(parse_integer(text), Some(number), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            " ",
            "-",
            "+",
            "1.5",
            "1.0",
            "1.",
            ".5",
            "NaN",
            "nan",
            "Infinity",
            "1e400",
            "1.5e0",
            "15e-1",
            "１２３",
            "٣",
            "0x10",
            "1_000",
            "1,000",
            "--1",
            "+-1",
            "1e",
            "e1",
            "1e+",
            "1e1.0",
            "1.e5",
            ".5e1",
            "1 2",
            "9223372036854775808",
            "-9223372036854775809",
            "1e19",
            "undefined",
            "null",
            "1\u{a0}",
            "1e--1",
            "1e+ 6",
        ] {
            assert_eq!(parse_integer(text), None, "{text}");
        }
    }

    #[test]
    fn hostile_numbers_are_cheap() {
        for text in [
            "1e999999999",
            "1e-999999999",
            "1e99999999999999999999999999",
        ] {
            assert_eq!(parse_integer(text), None, "{text}");
        }
        let long = "9".repeat(1 << 20);
        assert_eq!(parse_integer(&long), None);
        let many_zeros = format!("1{}e-{}", "0".repeat(1 << 20), 1 << 20);
        assert_eq!(parse_integer(&many_zeros), Some(1));
    }
}
