//! The exponential scale: the bucket of a value, and the bounds of buckets.

use std::sync::LazyLock;

use crate::histogram::search::Search;

/// The coarsest schema.
pub(crate) const COARSEST: i32 = -4;

/// The finest schema.
const FINEST: i32 = 8;

/// For each schema from the finest to 2: the factor between the bounds of neighbouring buckets.
const FACTORS: [f64; 7] = [
    1.002_711_275_050_202_5,
    1.005_429_901_112_802_8,
    1.010_889_286_051_700_5,
    1.021_897_148_654_116_6,
    1.044_273_782_427_413_8,
    1.090_507_732_665_257_7,
    1.189_207_115_002_721,
];

/// For each schema except the finest: the smallest factor that selects it.
///
/// Go takes two logarithms, whose rounding decides near the exact factors; these are the values at which it switches.
const LEAST: [f64; 12] = [
    1.005_429_901_112_803,
    1.010_889_286_051_700_5,
    1.021_897_148_654_116_6,
    1.044_273_782_427_414,
    1.090_507_732_665_257_7,
    1.189_207_115_002_721_2,
    std::f64::consts::SQRT_2,
    2.0,
    4.0,
    15.999_999_999_999_998,
    255.999_999_999_999_77,
    65_535.999_999_999_88,
];

/// Returns the coarsest schema whose factor is not larger than `factor`, which is larger than 1.
///
/// Follows `pickSchema` of `prometheus/histogram.go`, bit by bit.
pub(crate) fn schema_of(factor: f64) -> i32 {
    let coarser = LEAST.iter().take_while(|&&least| least <= factor);
    FINEST - coarser.count() as i32
}

/// The buckets between two powers of two, of a schema above 0.
#[derive(Debug)]
struct Between {
    /// Their lower bounds, as fractions from 0.5 on.
    bounds: Vec<f64>,
    search: Search,
}

/// For each schema from 0 to the finest.
static BETWEEN: LazyLock<[Between; FINEST as usize + 1]> = LazyLock::new(|| {
    let mut bounds = vec![0.5];
    std::array::from_fn(|schema| {
        if let Some(factor) = schema
            .checked_sub(1)
            .map(|finer| fraction_factor(finer as u32 + 1))
        {
            // Not all of these are the floats nearest to the powers that they stand for, but Go and the server use the same.
            let finer = bounds.iter().flat_map(|&bound| [bound, bound * factor]);
            bounds = finer.collect();
        }
        Between {
            search: Search::new(&bounds),
            bounds: bounds.clone(),
        }
    })
});

/// Returns the factor between neighbouring entries in the table of a schema.
fn fraction_factor(schema: u32) -> f64 {
    match schema {
        // The float below the square root of 2, as in Go's table.
        1 => std::f64::consts::SQRT_2.next_down(),
        _ => FACTORS[(FINEST as u32 - schema) as usize],
    }
}

/// Returns whether a value is in a positive bucket rather than in the zero bucket.
///
/// As in Go, infinity is no larger than the largest number here, so a threshold that leaves no room for numbers leaves none for infinity.
#[inline]
pub(crate) fn is_beyond(value: f64, zero_threshold: f64) -> bool {
    value > zero_threshold && zero_threshold < f64::MAX
}

/// Returns the number of the bucket of `value`, which is larger than 0; the bucket 0 ends at 1.
#[inline]
pub(crate) fn bucket_of(value: f64, schema: i32) -> i32 {
    // The bucket of infinity is the one after that of the largest number.
    let (fraction, exponent) = split(value.min(f64::MAX));
    let behind = i32::from(value == f64::INFINITY);
    if let Some(Between { bounds, search }) = BETWEEN.get(schema as usize)
        && schema > 0
    {
        let within = search.find(fraction, bounds) as i32;
        return within + ((exponent - 1) << schema) + behind;
    }
    // A power of two belongs to the bucket that ends with it.
    let exponent = exponent - i32::from(fraction == 0.5);
    ((exponent + (1 << -schema) - 1) >> -schema) + behind
}

/// Splits a positive number into a fraction from 0.5 to 1 and a power of two.
#[inline]
fn split(value: f64) -> (f64, i32) {
    const EXPONENT: u32 = f64::MANTISSA_DIGITS - 1;
    let (bits, shift) = if value < f64::MIN_POSITIVE {
        // Subnormal numbers are scaled to normal ones.
        ((value * (1_u64 << 54) as f64).to_bits(), 54)
    } else {
        (value.to_bits(), 0)
    };
    let exponent = (bits >> EXPONENT) as i32 - 1022 - shift;
    let mantissa = bits & ((1 << EXPONENT) - 1);
    (f64::from_bits(mantissa | 0.5_f64.to_bits()), exponent)
}

/// Returns the upper bound of the bucket `number`; the bucket before that of infinity ends at the largest number.
pub(crate) fn upper_bound(number: i32, schema: i32) -> f64 {
    let (fraction, exponent) = match schema {
        ..0 => (0.5, (i64::from(number) << -schema) + 1),
        _ => {
            let within = number & ((1 << schema) - 1);
            let fraction = BETWEEN[schema as usize].bounds[within as usize];
            (fraction, i64::from(number >> schema) + 1)
        }
    };
    match exponent {
        1025 if fraction == 0.5 => f64::MAX,
        1025.. => f64::INFINITY,
        // Two factors, because the power alone may underflow.
        _ => {
            fraction
                * 2_f64.powi(exponent as i32 / 2)
                * 2_f64.powi((exponent - exponent / 2) as i32)
        }
    }
}

/// Returns the number of a bucket after all buckets became twice as wide.
pub(crate) fn wider(number: i32) -> i32 {
    // Rounded towards 0, starting from the next number if positive.
    (number + i32::from(number > 0)) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_decides_the_schema() {
        for (schema, &least) in (COARSEST..FINEST).rev().zip(&LEAST) {
            assert_eq!(schema_of(least), schema, "{least}");
            assert_eq!(schema_of(least.next_down()), schema + 1, "{least}");
            let exact = 2_f64.powf(2_f64.powi(-schema));
            let off = (least - exact).abs();
            assert!(off <= 8.0 * f64::EPSILON * exact, "{least}");
        }
        assert_eq!(schema_of(f64::INFINITY), COARSEST);
        assert_eq!(schema_of(1.0_f64.next_up()), FINEST);
    }

    #[test]
    fn a_value_is_in_the_bucket_that_ends_at_it_or_behind() {
        let values = [1e-310, f64::MIN_POSITIVE, 0.1, 1.0, 1.5, 2.0, 1e9, f64::MAX];
        for schema in COARSEST..=FINEST {
            for value in values.into_iter().flat_map(|v| [v, v.next_up()]) {
                let number = bucket_of(value, schema);
                assert!(value <= upper_bound(number, schema), "{value} at {schema}");
                assert!(
                    value > upper_bound(number - 1, schema),
                    "{value} at {schema}"
                );
            }
            assert_eq!(bucket_of(1.0, schema), 0);
            assert_eq!(upper_bound(0, schema), 1.0);
            assert_eq!(upper_bound(bucket_of(f64::MAX, schema), schema), f64::MAX);
        }
    }

    #[test]
    fn wider_buckets_hold_the_values_of_those_they_are_made_of() {
        for schema in COARSEST + 1..=FINEST {
            for value in [1e-300, 0.3, 0.9, 1.0, 1.1, 7.0, 1e300] {
                let number = bucket_of(value, schema);
                assert_eq!(
                    wider(number),
                    bucket_of(value, schema - 1),
                    "{value} at {schema}"
                );
            }
        }
    }
}
