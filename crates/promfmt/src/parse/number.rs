//! Numbers as parsed by Go's `strconv`.

/// Powers of ten that are exact as floats.
static TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// From here on, not every whole number is a float.
const EXACT: u64 = 1 << 53;

/// Parses a float: decimal, `Inf`, `Infinity` or `NaN` in any case; a number that is too large is invalid.
#[inline]
pub(super) fn parse_float(text: &[u8]) -> Option<f64> {
    parse_short(text).or_else(|| parse_any(text))
}

/// Parses a usual number, whose digits and power of ten are both exact, so that a single operation rounds correctly.
fn parse_short(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    // 19 digits fit into the mantissa.
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let (mut mantissa, mut point, mut count) = (0_u64, None, 0);
    let mut exponent = 0_i32;
    for (at, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() => point = Some(count),
            b'e' | b'E' => {
                exponent = parse_exponent(&digits[at + 1..])?;
                break;
            }
            _ => return None,
        }
    }
    if count == 0 || mantissa > EXACT {
        return None;
    }
    let power = exponent - (count - point.unwrap_or(count));
    let ten = *TENS.get(power.unsigned_abs() as usize)?;
    let value = if power < 0 {
        mantissa as f64 / ten
    } else {
        mantissa as f64 * ten
    };
    Some(if negative { -value } else { value })
}

/// Parses an exponent of at most two digits.
fn parse_exponent(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    let number = match digits {
        [a @ b'0'..=b'9'] => i32::from(a - b'0'),
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => i32::from(a - b'0') * 10 + i32::from(b - b'0'),
        _ => return None,
    };
    Some(if negative { -number } else { number })
}

fn parse_any(text: &[u8]) -> Option<f64> {
    let text = str::from_utf8(text).ok()?;
    let value: f64 = text.parse().ok()?;
    let word = text.trim_start_matches(['+', '-']);
    let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic());
    match is_word {
        // Rust accepts a sign before NaN, Go does not.
        true if value.is_nan() => (word.len() == text.len()).then_some(value),
        true => Some(value),
        false => value.is_finite().then_some(value),
    }
}

/// Parses an integer with or without a sign.
pub(super) fn parse_int(text: &[u8]) -> Option<i64> {
    str::from_utf8(text).ok()?.parse().ok()
}

/// Parses a non-negative integer without a sign.
pub(super) fn parse_count(text: &[u8]) -> Option<u64> {
    let zero = (!text.is_empty()).then_some(0_u64)?;
    text.iter().try_fold(zero, |count, byte| {
        let digit = byte.wrapping_sub(b'0');
        let tenfold = (digit < 10).then(|| count.checked_mul(10))??;
        tenfold.checked_add(digit.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<f64>) {
        let found = parse_float(text.as_bytes());
        assert_eq!(
            found.map(f64::to_bits),
            expected.map(f64::to_bits),
            "{text}"
        );
    }

    #[test]
    fn floats_are_read_as_in_go() {
        for text in [
            "0",
            "-0",
            "1",
            "17",
            "017",
            ".5",
            "5.",
            "1e3",
            "1E-3",
            "-1.5e+06",
            "0.1",
            "123.456",
            "1.7560473e+06",
            "9007199254740993",
            "9007199254740992",
            "18446744073709551615",
            "1e22",
            "1e23",
            "1e-22",
            "1e-23",
            "5e-324",
            "1e-400",
            "1.7976931348623157e308",
            "0.30000000000000004",
            "-12.34",
            "00000000000000000000001",
            "1e0000000001",
            "1.e5",
            "99999999999999999999",
            "1e+100",
            "123456789012345678",
        ] {
            check(text, Some(text.parse().unwrap()));
        }
        check("+5", Some(5.0));
        for text in ["inf", "Inf", "+Inf", "INFINITY", "+infinity"] {
            check(text, Some(f64::INFINITY));
        }
        check("-Inf", Some(f64::NEG_INFINITY));
        for text in ["nan", "NaN", "NAN"] {
            assert!(parse_float(text.as_bytes()).is_some_and(f64::is_nan));
        }
    }

    #[test]
    fn what_is_no_float_in_go_is_none_here() {
        for text in [
            "", "-", "+", ".", "-.", "e", "e5", ".e5", "1e", "1e+", "1e5.0", "1e1e1", "1.2.3",
            "--1", "+-1", "-+1", "1_0", "0x1", "0x1p-2", "0b1", "1f", "1,2", " 1", "1 ", "1\r",
            "+nan", "-NaN", "infi", "in", "nano", "1e400", "-1e400", "é", "\0", "١",
        ] {
            check(text, None);
        }
        assert_eq!(parse_float(b"\xff"), None);
    }

    #[test]
    fn whole_numbers_are_read_if_they_fit() {
        assert_eq!(parse_count(b"18446744073709551615"), Some(u64::MAX));
        for text in [
            &b"18446744073709551616"[..],
            b"99999999999999999999",
            b"+1",
            b"1.0",
            b"1e3",
        ] {
            assert_eq!(parse_count(text), None);
        }
        assert_eq!(parse_int(b"+5"), Some(5));
        assert_eq!(parse_int(b"-9223372036854775808"), Some(i64::MIN));
        assert_eq!(parse_int(b"9223372036854775808"), None);
        assert_eq!(parse_int(b"1_0"), None);
    }
}
