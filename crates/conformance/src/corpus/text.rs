//! Strings, which are in base64 if they are not UTF-8.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;

/// A string of a case: plain, or an object `{"b64": "..."}` with its bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Text {
    /// Valid UTF-8.
    Utf8(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl Text {
    /// Returns the string if it is UTF-8.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Utf8(text) => Some(text),
            Self::Bytes(_) => None,
        }
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Utf8(text),
            Err(error) => Self::Bytes(error.into_bytes()),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an object with the key \"b64\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text::Utf8(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        let mut bytes = None;
        while let Some((key, value)) = map.next_entry::<String, String>()? {
            if key != "b64" {
                return Err(A::Error::unknown_field(&key, &["b64"]));
            }
            bytes = decode(&value);
        }
        let bytes = bytes.ok_or_else(|| A::Error::custom("\"b64\" is no base64"))?;
        Ok(Text::from(bytes))
    }
}

/// Reports whether some string in `json` is not UTF-8.
pub(crate) fn has_bytes(json: &Value) -> bool {
    match json {
        Value::Array(list) => list.iter().any(has_bytes),
        Value::Object(map) => {
            let hidden = map.get("b64").and_then(Value::as_str).and_then(decode);
            let is_text = map.len() == 1 && hidden.is_some_and(|it| String::from_utf8(it).is_err());
            is_text || map.values().any(has_bytes)
        }
        _ => false,
    }
}

/// Decodes padded base64 with the standard alphabet.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - digits.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut word = 0_u32;
    let mut bits = 0;
    for digit in digits.bytes() {
        word = word << 6 | u32::from(sextet(digit)?);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits) as u8);
            word &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

/// Encodes with the standard alphabet, and pads.
pub(crate) fn encode_base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| three.get(at).map_or(0, |byte| usize::from(*byte));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            text.push(if digit <= three.len() {
                char::from(DIGITS[word >> (18 - 6 * digit) & 63])
            } else {
                '='
            });
        }
    }
    text
}

const fn sextet(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: &Text) {
        assert_eq!(
            &serde_json::from_str::<Text>(json).expect("it is a text"),
            expected
        );
    }

    #[test]
    fn what_is_encoded_can_be_decoded() {
        for bytes in [&b""[..], b"a", b"ab", b"abc", b"\xff\xfe\xfd\xfc"] {
            assert_eq!(decode(&encode_base64(bytes)).as_deref(), Some(bytes));
        }
        assert_eq!(encode_base64(b"ab"), "YWI=");
    }

    #[test]
    fn plain_and_hidden_texts_are_read() {
        check("\"a\"", &Text::Utf8("a".to_owned()));
        check("{\"b64\": \"wyg=\"}", &Text::Bytes(vec![0xc3, 0x28]));
        check("{\"b64\": \"YWI=\"}", &Text::Utf8("ab".to_owned()));
        check("{\"b64\": \"\"}", &Text::Utf8(String::new()));
        assert!(has_bytes(&serde_json::json!([{"x": {"b64": "wyg="}}])));
        assert!(!has_bytes(&serde_json::json!([{"x": {"b64": "YWI="}}])));
        assert!(serde_json::from_str::<Text>("{\"b64\": \"a\"}").is_err());
        assert!(serde_json::from_str::<Text>("{\"hex\": \"00\"}").is_err());
    }
}
