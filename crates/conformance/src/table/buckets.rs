//! Helpers that make bucket bounds.

use promcore::{
    DEFAULT_BUCKETS, Error as CoreError, exponential_buckets, exponential_buckets_range,
    linear_buckets,
};
use serde_json::{Value, json};

use super::native;
use crate::Error;
use crate::compare::{Difference, Output};
use crate::corpus::{BucketExpected, BucketRow, Float, Source};
use crate::outcome::Outcome;

/// The tolerance for bounds of a range, which Go computes with `pow`, whose last bits depend on the library.
const RANGE_TOLERANCE: f64 = 1e-12;

/// Makes the bounds of one row.
pub(crate) fn bucket(row: &Source) -> Result<Outcome, Error> {
    Ok(match row.parse()? {
        BucketRow::Linear {
            start: Float(start),
            width: Float(width),
            count,
            expected,
        } => compare(
            &expected,
            with_count(count, |count| linear_buckets(start, width, count)),
            0.0,
        ),
        BucketRow::Exponential {
            start: Float(start),
            factor: Float(factor),
            count,
            expected,
        } => {
            let bounds = with_count(count, |count| exponential_buckets(start, factor, count));
            compare(&expected, bounds, 0.0)
        }
        BucketRow::ExponentialRange {
            min: Float(min),
            max: Float(max),
            count,
            expected,
        } => {
            let bounds = with_count(count, |count| exponential_buckets_range(min, max, count));
            compare(&expected, bounds, RANGE_TOLERANCE)
        }
        BucketRow::DefBuckets { expected } => {
            compare(&expected, Some(DEFAULT_BUCKETS.to_vec()), 0.0)
        }
        BucketRow::PickSchema {
            factor: Float(factor),
            expected,
        } => native::schema(factor, &expected),
        BucketRow::NativeIndex {
            value: Float(value),
            schema,
            expected,
        } => native::index(value, schema, expected),
        BucketRow::NativeBounds { schema, expected } => native::bounds(schema, &expected),
    })
}

/// Calls a helper; a negative count, which Go refuses, is impossible in our types.
fn with_count(
    count: i64,
    helper: impl Fn(usize) -> Result<Vec<f64>, CoreError>,
) -> Option<Vec<f64>> {
    helper(usize::try_from(count).ok()?).ok()
}

fn compare(expected: &BucketExpected, ours: Option<Vec<f64>>, tolerance: f64) -> Outcome {
    let json = |bounds: &[f64]| {
        bounds
            .iter()
            .map(|bound| json!(bound.to_string()))
            .collect()
    };
    let theirs: Value = match expected {
        BucketExpected::Buckets(bounds) => {
            let bounds: Vec<_> = bounds.iter().map(|Float(bound)| *bound).collect();
            if ours
                .as_ref()
                .is_some_and(|ours| same(&bounds, ours, tolerance))
            {
                return Outcome::default();
            }
            json(&bounds)
        }
        BucketExpected::Panic(_) => json!("refused"),
    };
    let ours = ours.map_or_else(|| json!("refused"), |bounds| json(&bounds));
    Outcome::compared(Difference::find(
        "buckets",
        Output::Json(theirs),
        Output::Json(ours),
    ))
}

fn same(theirs: &[f64], ours: &[f64], tolerance: f64) -> bool {
    let near = |(a, b): (&f64, &f64)| {
        let equal = a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
        equal || a.is_finite() && (a - b).abs() <= tolerance * a.abs() && tolerance > 0.0
    };
    theirs.len() == ours.len() && theirs.iter().zip(ours).all(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(function: &str, expected: &str, differs: bool) {
        let row = format!(r#"{{{function}, "expected": {expected}}}"#);
        let outcome = bucket(&Source::inline("1", &row)).expect("the row can be read");
        assert_eq!(!outcome.differences.is_empty(), differs);
    }

    #[test]
    fn a_wrong_row_is_found() {
        let linear = r#""fn": "linear", "start": "1", "width": "2", "count": 2"#;
        check(linear, r#"{"buckets": ["1", "3"]}"#, false);
        check(linear, r#"{"buckets": ["1", "3.0000000000000004"]}"#, true);
        check(linear, r#"{"buckets": ["1"]}"#, true);
        check(linear, r#"{"panic": "no"}"#, true);
        let negative = r#""fn": "linear", "start": "1", "width": "2", "count": -1"#;
        check(negative, r#"{"panic": "no"}"#, false);
        let range = r#""fn": "exponential_range", "min": "1", "max": "100", "count": 2"#;
        check(range, r#"{"buckets": ["1", "100.00000000000001"]}"#, false);
        check(range, r#"{"buckets": ["1", "100.001"]}"#, true);
    }
}
