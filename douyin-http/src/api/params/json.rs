//! JSON objects, each value kept as the text it was sent as: a number never goes through a float.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Value;

/// The entries of a JSON object in their order, duplicates included.
#[derive(Debug)]
pub(super) struct JsonObject(Vec<(String, Box<RawValue>)>);

impl JsonObject {
    pub(super) fn parse(text: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(text)
    }

    /// The first value of this name that is neither empty nor `null`.
    pub(super) fn first(&self, name: &str) -> Option<Value<'_>> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .find_map(|(_, raw)| value(raw.get()))
    }
}

fn value(raw: &str) -> Option<Value<'_>> {
    match raw.as_bytes().first()? {
        b'n' => None,
        b'[' | b'{' => Some(Value::NotText),
        b'"' => match serde_json::from_str::<Text<'_>>(raw) {
            Ok(Text(text)) if text.is_empty() => None,
            Ok(Text(text)) => Some(Value::Text(text)),
            // Half a surrogate pair: a string for JSON, but no text.
            Err(_) => Some(Value::NotText),
        },
        _ => Some(Value::Text(Cow::Borrowed(raw))),
    }
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = JsonObject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonObject, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(JsonObject(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str, name: &str) -> Option<String> {
        match JsonObject::parse(json.as_bytes()).unwrap().first(name)? {
            Value::Text(text) => Some(text.into_owned()),
            Value::NotText => Some("not text".to_owned()),
        }
    }

    #[test]
    fn numbers_keep_every_digit() {
        let json = r#"{"a": 9007199254740993, "b": 1.234567e+06, "c": 1e999999999, "d": -0}"#;
        assert_eq!(text(json, "a").as_deref(), Some("9007199254740993"));
        assert_eq!(text(json, "b").as_deref(), Some("1.234567e+06"));
        assert_eq!(text(json, "c").as_deref(), Some("1e999999999"));
        assert_eq!(text(json, "d").as_deref(), Some("-0"));
    }

    #[test]
    fn strings_are_unescaped_and_empty_ones_absent() {
        let json = r#"{"a":"","a":null,"a":"\u597d\n","b":true,"c":[1],"d":{"x":1},"e":"\ud800"}"#;
        assert_eq!(text(json, "a").as_deref(), Some("好\n"));
        assert_eq!(text(json, "b").as_deref(), Some("true"));
        for other in ["c", "d", "e"] {
            assert_eq!(text(json, other).as_deref(), Some("not text"));
        }
        assert_eq!(text(json, "f"), None);
    }

    #[test]
    fn what_is_not_an_object_is_refused() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(
            JsonObject::parse(deep.as_bytes()).is_ok(),
            "depth costs nothing"
        );
        for broken in [
            "[]",
            "1",
            "{",
            "{\"a\":1,}",
            "{\"a\":NaN}",
            "{\"a\":1} x",
            "{a:1}",
            "{\"a\":\"\u{1}\"}",
        ] {
            assert!(JsonObject::parse(broken.as_bytes()).is_err(), "{broken}");
        }
        assert!(JsonObject::parse(b"{\"a\":\"\xff\"}").is_err());
    }
}
