//! `application/x-www-form-urlencoded`, as query strings and bodies have it.

use std::borrow::Cow;

use super::Value;

/// The first value of this name that is not empty. Only its own encoding matters: a `100%` in another parameter is none of
/// its business.
pub(super) fn first<'a>(encoded: &'a [u8], name: &str) -> Option<Value<'a>> {
    encoded
        .split(|byte| *byte == b'&')
        .filter_map(|pair| {
            let equals = pair.iter().position(|byte| *byte == b'=')?;
            Some((&pair[..equals], &pair[equals + 1..]))
        })
        .find(|(key, value)| !value.is_empty() && decode(key).is_some_and(|key| key == name))
        .map(|(_, value)| decode(value).map_or(Value::NotText, Value::Text))
}

/// The text; `None` where a `%` has no two hexadecimal digits behind it, or what comes out is not UTF-8.
fn decode(encoded: &[u8]) -> Option<Cow<'_, str>> {
    if !encoded.iter().any(|byte| b"%+".contains(byte)) {
        return std::str::from_utf8(encoded).ok().map(Cow::Borrowed);
    }
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.iter().copied();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next())? << 4 | hex(bytes.next())?,
            plain => plain,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

fn hex(digit: Option<u8>) -> Option<u8> {
    let value = char::from(digit?).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(encoded: &str, name: &str) -> Option<String> {
        match first(encoded.as_bytes(), name)? {
            Value::Text(text) => Some(text.into_owned()),
            Value::NotText => Some("not text".to_owned()),
        }
    }

    #[test]
    fn the_first_value_that_is_not_empty_wins() {
        assert_eq!(text("a=&b=2&a=1&a=3", "a").as_deref(), Some("1"));
        assert_eq!(text("a=&a", "a"), None);
        assert_eq!(text("", "a"), None);
        assert_eq!(text("a=b=c", "a").as_deref(), Some("b=c"));
        assert_eq!(text("aa=1&A=2", "a"), None);
    }

    #[test]
    fn names_and_values_are_decoded() {
        assert_eq!(
            text("user%5Fid=%E5%A5%BD+%2B1%25", "user_id").as_deref(),
            Some("好 +1%")
        );
        assert_eq!(text("名=好", "名").as_deref(), Some("好"));
    }

    #[test]
    fn what_cannot_be_decoded_is_no_text_and_nothing_to_others() {
        for value in ["%", "%4", "%zz", "100%", "%+1", "%ff", "%E5%A5"] {
            let encoded = format!("{value}=1&a={value}&b=2");
            assert_eq!(text(&encoded, "a").as_deref(), Some("not text"), "{value}");
            assert_eq!(text(&encoded, "b").as_deref(), Some("2"), "{value}");
        }
        assert!(matches!(first(b"a=\xff", "a"), Some(Value::NotText)));
        assert!(matches!(first(b"a=\xff&b=2", "b"), Some(Value::Text(_))));
    }
}
