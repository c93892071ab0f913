//! Timestamps of OpenMetrics: seconds since the Unix epoch.

use promcore::Timestamp;

/// Converts seconds to the nanosecond that is formatted as the same number of seconds, if there is one.
pub(super) fn from_seconds(seconds: f64) -> Timestamp {
    // A float has less precision than many nanoseconds, and rounding twice may give a neighbour.
    let nanos = (seconds * 1e9).round();
    let near = [nanos, nanos.next_down(), nanos.next_up()];
    let written = near.into_iter().find(|nanos| nanos / 1e9 == seconds);
    Timestamp::from_unix_nanos(written.unwrap_or(nanos) as i64)
}

/// Converts seconds to milliseconds.
pub(super) fn to_millis(seconds: f64) -> i64 {
    (seconds * 1e3).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_that_were_written_are_the_same_after_reading() {
        let mut nanos = 1_i64;
        for step in 0..1_000_i64 {
            for nanos in [nanos, -nanos] {
                let seconds = Timestamp::from_unix_nanos(nanos).unix_seconds();
                assert_eq!(from_seconds(seconds).unix_seconds(), seconds, "{nanos}");
                let millis = nanos / 1_000_000;
                assert_eq!(to_millis(millis as f64 / 1e3), millis);
            }
            nanos = (nanos.wrapping_mul(6_364_136_223_846_793_005) + step) & (i64::MAX >> 1);
        }
        assert_eq!(from_seconds(0.123).unix_nanos(), 123_000_000);
        // The product is slightly less.
        assert_eq!(from_seconds(0.500131072).unix_nanos(), 500_131_072);
        assert_eq!(from_seconds(1e300).unix_nanos(), i64::MAX);
    }
}
