//! `application/x-www-form-urlencoded`, as query strings and bodies have it.

use std::borrow::Cow;

/// A text that is not encoded as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    /// A `%` without two hexadecimal digits behind it.
    #[error("malformed percent-encoding")]
    Percent,
    /// Bytes that are not UTF-8.
    #[error("text is not UTF-8")]
    Utf8,
}

/// Checks that all of it can be decoded.
pub(super) fn check(encoded: &str) -> Result<(), Malformed> {
    if encoded.contains('%') {
        for part in encoded.split(['&', '=']) {
            decode(part)?;
        }
    }
    Ok(())
}

/// The first value of this name that is not empty, of a text that [`check`] found right.
pub(super) fn first<'a>(encoded: &'a str, name: &str) -> Option<Cow<'a, str>> {
    encoded
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, value)| !value.is_empty() && decode(key).is_ok_and(|key| key == name))
        .find_map(|(_, value)| decode(value).ok())
}

fn decode(text: &str) -> Result<Cow<'_, str>, Malformed> {
    if !text.contains(['%', '+']) {
        return Ok(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next())? << 4 | hex(bytes.next())?,
            plain => plain,
        });
    }
    String::from_utf8(decoded)
        .map(Cow::Owned)
        .map_err(|_| Malformed::Utf8)
}

fn hex(digit: Option<u8>) -> Result<u8, Malformed> {
    let value = digit.and_then(|digit| char::from(digit).to_digit(16));
    value
        .and_then(|value| u8::try_from(value).ok())
        .ok_or(Malformed::Percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_that_is_not_empty_wins() {
        assert_eq!(first("a=&b=2&a=1&a=3", "a").as_deref(), Some("1"));
        assert_eq!(first("a=&a", "a"), None);
        assert_eq!(first("", "a"), None);
        assert_eq!(first("a=b=c", "a").as_deref(), Some("b=c"));
        assert_eq!(first("aa=1&A=2", "a"), None);
    }

    #[test]
    fn names_and_values_are_decoded() {
        assert_eq!(
            first("user%5Fid=%E5%A5%BD+%2B1", "user_id").as_deref(),
            Some("好 +1")
        );
        assert_eq!(first("名=好", "名").as_deref(), Some("好"));
    }

    #[test]
    fn what_cannot_be_decoded_is_found() {
        for (text, error) in [
            ("a=%", Malformed::Percent),
            ("a=%4", Malformed::Percent),
            ("a=%zz", Malformed::Percent),
            ("%+1=a", Malformed::Percent),
            ("a=%ff", Malformed::Utf8),
            ("a=%E5%A5&b=%BD", Malformed::Utf8),
        ] {
            assert_eq!(check(text), Err(error), "{text}");
        }
        assert_eq!(check("a=1&&=&b=100%25+%e5%a5%bd"), Ok(()));
    }
}
