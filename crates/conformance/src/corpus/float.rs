//! Floats, which the corpus writes as strings to keep every bit.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A float given as a decimal literal, `NaN`, `+Inf`, `-Inf`, or `0x` and 16 digits of its bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Float(pub(crate) f64);

impl Float {
    fn parse(text: &str) -> Option<Self> {
        let value = match text.strip_prefix("0x") {
            Some(digits) if digits.len() == 16 => {
                f64::from_bits(u64::from_str_radix(digits, 16).ok()?)
            }
            Some(_) => return None,
            None => text.parse().ok()?,
        };
        Some(Self(value))
    }
}

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(FloatVisitor)
    }
}

struct FloatVisitor;

impl Visitor<'_> for FloatVisitor {
    type Value = Float;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a float as a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Float, E> {
        Float::parse(text).ok_or_else(|| E::custom(format_args!("{text:?} is no float")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, bits: u64) {
        let Float(value) = Float::parse(text).expect("it is a float");
        assert_eq!(value.to_bits(), bits, "{text}");
    }

    #[test]
    fn every_spelling_is_read() {
        check("1.5", 0x3ff8_0000_0000_0000);
        check("-0", 0x8000_0000_0000_0000);
        check("+Inf", 0x7ff0_0000_0000_0000);
        check("-Inf", 0xfff0_0000_0000_0000);
        check("5e-324", 1);
        check("0x0000000000000002", 2);
        assert!(Float::parse("NaN").is_some_and(|Float(value)| value.is_nan()));
        assert!(Float::parse("0x12").is_none());
        assert!(Float::parse("one").is_none());
    }
}
