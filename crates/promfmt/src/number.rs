//! Floats as formatted by Go.

/// The maximum length of a float, rounded up: a sign, 17 digits, a point, and four bytes for the exponent or leading zeros.
pub(crate) const ROOM: usize = 40;

/// All floats from here on are whole numbers.
const ALL_WHOLE: f64 = 4_503_599_627_370_496.0; // 2^52

/// Appends `value` as formatted by Go's `strconv` with format `'g'` and the fewest digits that identify it.
///
/// Numbers from 1e6 and below 1e-4 have an exponent of at least two digits.
///
/// # Examples
///
/// ```
/// let mut line = Vec::new();
/// promfmt::append_float(&mut line, 5_273_216.0);
/// assert_eq!(line, b"5.273216e+06");
/// ```
pub fn append_float(out: &mut Vec<u8>, value: f64) {
    let mut room = [0; ROOM];
    let len = write_float(value, &mut room);
    out.extend_from_slice(&room[..len]);
}

/// Appends `value` as in OpenMetrics: like [`append_float`], with `.0` after a number without point and exponent.
///
/// # Examples
///
/// ```
/// let mut line = Vec::new();
/// promfmt::append_open_metrics_float(&mut line, 17.0);
/// assert_eq!(line, b"17.0");
/// ```
pub fn append_open_metrics_float(out: &mut Vec<u8>, value: f64) {
    let mut room = [0; ROOM];
    let len = write_open_metrics_float(value, &mut room);
    out.extend_from_slice(&room[..len]);
}

/// Writes `value` to the beginning of `out` and returns its length.
// Always: most numbers take fewer instructions than a call.
#[inline(always)]
pub(crate) fn write_float(value: f64, out: &mut [u8; ROOM]) -> usize {
    match small(value) {
        Some(value) => write_small(value, out),
        None => write_any(value, out),
    }
}

/// Writes `value` as in OpenMetrics, where a float has a point or an exponent, unlike a count; returns the length.
#[inline(always)]
pub(crate) fn write_open_metrics_float(value: f64, out: &mut [u8; ROOM]) -> usize {
    let len = write_float(value, out);
    // Larger numbers have an exponent.
    if value.abs() >= 1e6 || value.trunc() != value {
        return len;
    }
    out[len..len + 2].copy_from_slice(b".0");
    len + 2
}

/// Writes a count with all of its digits; returns the length.
#[inline]
pub(crate) fn write_count(value: u64, out: &mut [u8; ROOM]) -> usize {
    if value < 1_000_000 {
        return write_small(value as u32, out);
    }
    copy(itoa::Buffer::new().format(value).as_bytes(), out)
}

/// Returns `value` as an integer if it is one below a million, which most are; it needs no exponent.
#[inline(always)]
pub(crate) fn small(value: f64) -> Option<u32> {
    // As below; a negative, too large or NaN value results in a number that is too large.
    let shifted = value + ALL_WHOLE;
    let whole = shifted.to_bits().wrapping_sub(ALL_WHOLE.to_bits());
    (whole < 1_000_000 && shifted - ALL_WHOLE == value).then_some(whole as u32)
}

/// Returns `value` as a count if it is an integer from 0 to 2^64, exclusive.
pub(crate) fn to_count(value: f64) -> Option<u64> {
    // The first float that is too large.
    const END: f64 = 18_446_744_073_709_552_000.0;
    ((0.0..END).contains(&value) && value.trunc() == value).then_some(value as u64)
}

/// Returns `value` as an integer if it is one from 0 to 2^52, exclusive.
#[inline(always)]
fn whole(value: f64) -> Option<u64> {
    // The lowest bits of the sum hold `value`, rounded to an integer.
    let shifted = value + ALL_WHOLE;
    let is_whole = (0.0..ALL_WHOLE).contains(&value) && shifted - ALL_WHOLE == value;
    is_whole.then(|| shifted.to_bits() - ALL_WHOLE.to_bits())
}

/// Writes a [small] number.
///
/// Each length is a separate case, so that the processor can predict the length and continue behind the number before the digits are computed.
#[inline(always)]
fn write_small(value: u32, out: &mut [u8; ROOM]) -> usize {
    let digit = |value: u32| b'0' + value as u8;
    let pair = |value: u32| PAIRS[value as usize % 100];
    let mut put = |at: usize, pair: [u8; 2]| out[at..at + 2].copy_from_slice(&pair);
    match value {
        0..10 => {
            out[0] = digit(value);
            1
        }
        10..100 => {
            put(0, pair(value));
            2
        }
        100..1_000 => {
            put(1, pair(value));
            out[0] = digit(value / 100);
            3
        }
        1_000..10_000 => {
            put(0, pair(value / 100));
            put(2, pair(value));
            4
        }
        10_000..100_000 => {
            put(1, pair(value / 100));
            put(3, pair(value));
            out[0] = digit(value / 10_000);
            5
        }
        _ => {
            put(0, pair(value / 10_000));
            put(2, pair(value / 100));
            put(4, pair(value));
            6
        }
    }
}

/// The digits of the numbers below a hundred.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut value = 0;
    while value < 100 {
        pairs[value] = [b'0' + value as u8 / 10, b'0' + value as u8 % 10];
        value += 1;
    }
    pairs
};

#[inline(never)]
fn write_any(value: f64, out: &mut [u8; ROOM]) -> usize {
    if value.is_nan() {
        return copy(b"NaN", out);
    }
    if value.is_infinite() {
        return copy(if value > 0.0 { b"+Inf" } else { b"-Inf" }, out);
    }
    // `zmij` formats fractions of usual size as Go does.
    if (1e-4..1e6).contains(&value.abs()) && value.trunc() != value {
        return copy(zmij::Buffer::new().format_finite(value).as_bytes(), out);
    }
    write_digits(value, out)
}

fn write_digits(value: f64, out: &mut [u8; ROOM]) -> usize {
    let mut writer = Writer { out, len: 0 };
    if value < 0.0 {
        writer.push(b"-");
    }
    let digits = match whole(value.abs()) {
        Some(whole) => Digits::of_whole(whole),
        None => Digits::of(value.abs()),
    };
    match digits.point {
        // A float below 1e6 has at most six digits before the point.
        1..=6 => writer.plain(&digits),
        -3..=0 => writer.fraction(&digits),
        _ => writer.exponent(&digits),
    }
    writer.len
}

fn copy(text: &[u8], out: &mut [u8; ROOM]) -> usize {
    out[..text.len()].copy_from_slice(text);
    text.len()
}

/// The decimal digits of a number, without zeros at either end.
struct Digits {
    digits: [u8; 20],
    len: usize,
    /// The exponent: the number is 0.digits times ten to this power.
    point: i32,
}

impl Digits {
    /// Returns the digits of a whole number that needs all of them to be distinct from other floats.
    fn of_whole(value: u64) -> Self {
        let mut buffer = itoa::Buffer::new();
        let text = buffer.format(value);
        let mut digits = [b'0'; 20];
        digits[..text.len()].copy_from_slice(text.as_bytes());
        Self {
            digits,
            len: text.trim_end_matches('0').len().max(1),
            point: text.len() as i32,
        }
    }

    /// Returns the fewest digits that identify `value`, which is finite and not negative.
    fn of(value: f64) -> Self {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(value);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().expect("an exponent is a number");
        let whole = mantissa.find('.').unwrap_or(mantissa.len()) as i32;

        let all = mantissa.bytes().filter(|byte| *byte != b'.');
        let zeros = all.clone().take_while(|digit| *digit == b'0').count();
        let mut this = Self {
            digits: [b'0'; 20],
            len: 0,
            point: whole - zeros as i32 + exponent,
        };
        for (i, digit) in all.skip(zeros).enumerate() {
            if digit != b'0' {
                this.digits[i] = digit;
                this.len = i + 1;
            }
        }
        if this.len == 0 {
            (this.len, this.point) = (1, 1);
        }
        this
    }

    fn as_bytes(&self) -> &[u8] {
        &self.digits[..self.len]
    }
}

struct Writer<'a> {
    out: &'a mut [u8; ROOM],
    len: usize,
}

impl Writer<'_> {
    fn push(&mut self, text: &[u8]) {
        self.out[self.len..][..text.len()].copy_from_slice(text);
        self.len += text.len();
    }

    /// Writes digits with the point among or after them.
    fn plain(&mut self, digits: &Digits) {
        let whole = digits.point as usize;
        if digits.len <= whole {
            self.push(&digits.digits[..whole]);
            return;
        }
        let (whole, fraction) = digits.as_bytes().split_at(whole);
        self.push(whole);
        self.push(b".");
        self.push(fraction);
    }

    /// Writes digits after the point and any leading zeros.
    fn fraction(&mut self, digits: &Digits) {
        self.push(b"0.");
        self.push(&b"000"[..digits.point.unsigned_abs() as usize]);
        self.push(digits.as_bytes());
    }

    /// Writes scientific notation, with one digit before the point.
    fn exponent(&mut self, digits: &Digits) {
        let (first, fraction) = digits.as_bytes().split_at(1);
        self.push(first);
        if !fraction.is_empty() {
            self.push(b".");
            self.push(fraction);
        }
        let exponent = digits.point - 1;
        self.push(if exponent < 0 { b"e-" } else { b"e+" });
        let exponent = exponent.unsigned_abs();
        if exponent < 10 {
            self.push(b"0");
        }
        self.push(itoa::Buffer::new().format(exponent).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: f64, expected: &str) {
        let mut text = Vec::new();
        append_float(&mut text, value);
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn the_exponent_starts_at_six_and_minus_five() {
        check(0.0, "0");
        check(-0.0, "0");
        check(7.0, "7");
        check(-7.0, "-7");
        check(100_000.0, "100000");
        check(999_999.0, "999999");
        check(999_999.5, "999999.5");
        check(1e6, "1e+06");
        check(1_234_567.0, "1.234567e+06");
        check(0.0001, "0.0001");
        check(0.000_123, "0.000123");
        check(0.000_01, "1e-05");
        check(1_234_000.0, "1.234e+06");
        check(-12_345_678_000.0, "-1.2345678e+10");
        check(4_503_599_627_370_495.0, "4.503599627370495e+15");
        check(-2.5e-7, "-2.5e-07");
        check(0.1, "0.1");
        check(100.5, "100.5");
    }

    /// The first ones are from the specification.
    #[test]
    fn numbers_of_open_metrics_have_a_point_or_an_exponent() {
        for expected in [
            "0.0",
            "0.001",
            "0.002",
            "0.01",
            "0.1",
            "0.9",
            "0.95",
            "0.99",
            "0.999",
            "1.0",
            "1.7",
            "10.0",
            "1e-10",
            "1e-09",
            "1e-05",
            "0.0001",
            "100000.0",
            "1e+06",
            "1e+10",
            "999999.0",
            "-7.0",
            "-0.5",
            "1e-07",
            "1e+21",
            "5e-324",
            "-2.2e-308",
            "9.007199254740991e+15",
            "9.007199254740992e+15",
            "9.007199254740994e+15",
            "1.8446744073709552e+19",
            "+Inf",
            "-Inf",
            "NaN",
        ] {
            let mut text = Vec::new();
            append_open_metrics_float(&mut text, expected.parse().unwrap());
            assert_eq!(str::from_utf8(&text), Ok(expected));
        }
        let mut text = Vec::new();
        append_open_metrics_float(&mut text, -0.0);
        assert_eq!(text, b"0.0");
    }

    #[test]
    fn counts_have_all_of_their_digits() {
        for count in [0, 9, 10, 999_999, 1_000_000, (1 << 53) + 1, u64::MAX] {
            let mut room = [0; ROOM];
            let len = write_count(count, &mut room);
            assert_eq!(room[..len], *count.to_string().as_bytes());
        }
    }

    #[test]
    fn floats_that_are_counts_are_known() {
        for (value, count) in [
            (0.0, Some(0)),
            (-0.0, Some(0)),
            (3.0, Some(3)),
            (18_446_744_073_709_550_000.0, Some(u64::MAX - 2047)),
            (18_446_744_073_709_552_000.0, None),
            (-1.0, None),
            (0.5, None),
            (f64::INFINITY, None),
            (f64::NAN, None),
        ] {
            assert_eq!(to_count(value), count, "{value}");
        }
    }

    #[test]
    fn whole_numbers_of_all_lengths_are_written() {
        for value in (0..1_000_000).step_by(7).chain(999_000..1_000_000) {
            check(f64::from(value), &value.to_string());
        }
    }

    #[test]
    fn usual_fractions_need_no_layout() {
        let mut value = 1e-4;
        while value < 1e6 {
            let mut room = [0; ROOM];
            let len = write_digits(-value, &mut room);
            check(-value, str::from_utf8(&room[..len]).unwrap());
            value *= 1.000_1;
        }
    }

    #[test]
    fn extremes_have_all_their_digits() {
        check(f64::MAX, "1.7976931348623157e+308");
        check(5e-324, "5e-324");
        check(1e22, "1e+22");
        check(u64::MAX as f64, "1.8446744073709552e+19");
        check(f64::NAN, "NaN");
        check(f64::INFINITY, "+Inf");
        check(f64::NEG_INFINITY, "-Inf");
    }
}
