//! Bucket bounds, and helpers that compute them.

use std::cmp::Ordering;

use crate::error::Error;
use crate::histogram::search::Search;
use crate::sync::Arc;

/// Buckets for the response time of a network service, in seconds.
#[doc(alias = "DefBuckets")]
pub const DEFAULT_BUCKETS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Returns `count` bounds that start at `start` and increase by `width`.
///
/// # Errors
///
/// [`Error::BucketParameters`] if `count` is 0.
///
/// # Examples
///
/// ```
/// assert_eq!(promcore::linear_buckets(-10.0, 15.0, 3)?, [-10.0, 5.0, 20.0]);
/// # Ok::<(), promcore::Error>(())
/// ```
pub fn linear_buckets(start: f64, width: f64, count: usize) -> Result<Vec<f64>, Error> {
    check(
        "linear",
        "the count must be positive",
        count as f64,
        count > 0,
    )?;
    Ok(series(start, count, |bound| bound + width))
}

/// Returns `count` bounds that start at `start` and increase by a factor of `factor`.
///
/// # Errors
///
/// [`Error::BucketParameters`] if `count` is 0, `start` is not positive, or `factor` is not larger than 1.
///
/// # Examples
///
/// ```
/// assert_eq!(promcore::exponential_buckets(100.0, 1.2, 3)?, [100.0, 120.0, 144.0]);
/// # Ok::<(), promcore::Error>(())
/// ```
pub fn exponential_buckets(start: f64, factor: f64, count: usize) -> Result<Vec<f64>, Error> {
    // As in Go, NaN passes here; the histogram's constructor refuses it.
    let kind = "exponential";
    check(kind, "the count must be positive", count as f64, count > 0)?;
    check(
        kind,
        "the start must be positive",
        start,
        start > 0.0 || start.is_nan(),
    )?;
    check(
        kind,
        "the factor must be larger than 1",
        factor,
        factor > 1.0 || factor.is_nan(),
    )?;
    Ok(series(start, count, |bound| bound * factor))
}

/// Returns `count` bounds from `min` to about `max` that increase by a constant factor.
///
/// # Errors
///
/// [`Error::BucketParameters`] if `count` is 0 or `min` is not positive.
///
/// # Examples
///
/// ```
/// let buckets = promcore::exponential_buckets_range(1.0, 100.0, 3)?;
/// assert!((buckets[1] - 10.0).abs() < 1e-9);
/// # Ok::<(), promcore::Error>(())
/// ```
pub fn exponential_buckets_range(min: f64, max: f64, count: usize) -> Result<Vec<f64>, Error> {
    let kind = "exponential range";
    check(kind, "the count must be positive", count as f64, count > 0)?;
    check(
        kind,
        "the minimum must be positive",
        min,
        min > 0.0 || min.is_nan(),
    )?;
    let factor = (max / min).powf(1.0 / (count as f64 - 1.0));
    Ok((0..count).map(|i| min * factor.powf(i as f64)).collect())
}

/// Repeats `next` from `start`: as in Go, rounding errors accumulate, and show in the bounds.
fn series(start: f64, count: usize, next: impl Fn(f64) -> f64) -> Vec<f64> {
    std::iter::successors(Some(start), |&bound| Some(next(bound)))
        .take(count)
        .collect()
}

fn check(kind: &'static str, reason: &'static str, value: f64, right: bool) -> Result<(), Error> {
    if right {
        return Ok(());
    }
    Err(Error::BucketParameters {
        kind,
        reason,
        value,
    })
}

/// The bounds of a histogram's buckets, except for the last one, with a search for the bucket of a value.
///
/// Blocks have copies that share the large parts, which saves a search following another pointer.
#[derive(Clone, Debug)]
pub(crate) struct Buckets {
    pub(crate) bounds: Arc<[f64]>,
    search: Search,
}

impl Buckets {
    /// Checks that bounds increase. An infinite last bound is dropped.
    pub(crate) fn new(mut bounds: Vec<f64>) -> Result<Self, Error> {
        bounds.pop_if(|last| *last == f64::INFINITY);
        let next = bounds.iter().skip(1).chain([&f64::INFINITY]);
        let is_out_of_order = |(a, b): &(&f64, &f64)| a.partial_cmp(b) != Some(Ordering::Less);
        if let Some((&bucket, &next)) = bounds.iter().zip(next).find(is_out_of_order) {
            return Err(Error::BucketOrder { bucket, next });
        }
        Ok(Self {
            search: Search::new(&bounds),
            bounds: bounds.into(),
        })
    }

    /// Returns the number of buckets, including the last one.
    pub(crate) fn len(&self) -> usize {
        self.bounds.len() + 1
    }

    /// Returns the number of the bucket of `value` like [`find`](Self::find), if that takes only a few instructions.
    #[inline]
    pub(crate) fn quick(&self, value: f64) -> Option<usize> {
        self.search.quick(value)
    }

    /// Returns the number of the bucket of `value`: the first whose bound is not smaller, or the last one.
    #[inline]
    pub(crate) fn find(&self, value: f64) -> usize {
        self.search.find(value, &self.bounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(buckets: Result<Vec<f64>, Error>, expected: &str) {
        assert_eq!(buckets.unwrap_err().to_string(), expected);
    }

    #[test]
    fn parameters_are_checked() {
        refused(
            linear_buckets(1.0, 1.0, 0),
            "cannot make linear buckets: the count must be positive, got 0.0",
        );
        refused(
            exponential_buckets(0.0, 2.0, 1),
            "cannot make exponential buckets: the start must be positive, got 0.0",
        );
        refused(
            exponential_buckets(1.0, 1.0, 1),
            "cannot make exponential buckets: the factor must be larger than 1, got 1.0",
        );
        refused(
            exponential_buckets_range(-1.0, 1.0, 1),
            "cannot make exponential range buckets: the minimum must be positive, got -1.0",
        );
    }

    #[test]
    fn bounds_must_increase() {
        let check =
            |bounds: &[f64]| Buckets::new(bounds.to_vec()).map_err(|error| error.to_string());
        assert_eq!(check(&[1.0, f64::INFINITY]).unwrap().bounds, [1.0].into());
        assert_eq!(
            check(&[1.0, 3.0, 2.0]).unwrap_err(),
            "histogram buckets must increase, but 3.0 is followed by 2.0"
        );
        assert!(check(&[0.0, -0.0]).is_err());
        assert!(check(&[f64::NAN]).is_err());
        assert!(check(&[f64::INFINITY, f64::INFINITY]).is_err());
    }
}
