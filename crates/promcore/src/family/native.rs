use std::collections::BTreeMap;

use crate::exemplar::Exemplar;

/// The exponential buckets of a native histogram.
///
/// See [`ConstMetric::histogram`](crate::ConstMetric::histogram) for how a collector exposes one.
///
/// # Examples
///
/// ```
/// use promcore::NativeValue;
///
/// // Schema 0: each bound is twice the one before. Bucket 0 ends at 1, bucket 1 at 2, bucket 2 at 4.
/// let value = NativeValue::new(0).zero(1e-6, 1).positive([(2, 3), (0, 6)]);
/// assert_eq!(value.zero_count, 1);
/// let counts: Vec<_> = value.positive.counts().collect();
/// assert_eq!(counts, [(0, 6), (1, 0), (2, 3)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct NativeValue {
    /// The resolution, from -4 (coarse) to 8 (fine): the bounds of neighbouring buckets differ by a factor of 2^(2^-schema).
    pub schema: i32,
    /// The largest absolute value that counts as 0.
    pub zero_threshold: f64,
    /// The number of observations that count as 0.
    pub zero_count: u64,
    /// The buckets of positive observations.
    pub positive: NativeBuckets,
    /// The buckets of negative observations, from 0 downwards.
    pub negative: NativeBuckets,
    /// Exemplars of observations, sorted by value.
    pub exemplars: Vec<Exemplar>,
}

/// Buckets on one side of 0, as in the protobuf format: spans of consecutive buckets, and the difference of each count from the previous one.
///
/// # Examples
///
/// ```
/// use promcore::NativeBuckets;
///
/// let buckets = NativeBuckets::from_counts([(-5, 2), (-4, 3), (7, 1)]);
/// assert_eq!(buckets.spans.len(), 2); // The gap is too long for one run.
/// assert_eq!(buckets.deltas, [2, 1, -2]);
/// let counts: Vec<_> = buckets.counts().collect();
/// assert_eq!(counts, [(-5, 2), (-4, 3), (7, 1)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NativeBuckets {
    /// The spans.
    pub spans: Vec<BucketSpan>,
    /// The difference of each bucket's count from that of the previous bucket, which may be in another span; for the first bucket, its count.
    pub deltas: Vec<i64>,
}

/// A span of consecutive buckets.
///
/// See [`NativeBuckets`] for an example.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BucketSpan {
    /// The number of the first bucket; for later spans, the gap to the previous span.
    pub offset: i32,
    /// The number of buckets.
    pub length: u32,
}

/// Spans with at most this many empty buckets between them are joined, because another span would take more bytes.
const GAP: i64 = 2;

impl NativeBuckets {
    /// Makes spans from bucket numbers and their counts, in increasing order of the numbers.
    ///
    /// Follows `makeBuckets` of `prometheus/histogram.go` of client_golang 1.24.1.
    #[must_use]
    pub fn from_counts(counts: impl IntoIterator<Item = (i32, u64)>) -> Self {
        let mut buckets = Self::default();
        let (mut next, mut last) = (0_i64, 0_i64);
        for (number, count) in counts {
            let gap = i64::from(number) - next;
            match buckets.spans.last_mut() {
                Some(span) if (0..=GAP).contains(&gap) => {
                    span.length += gap as u32 + 1;
                    for _ in 0..gap {
                        buckets
                            .deltas
                            .push(std::mem::take(&mut last).wrapping_neg());
                    }
                }
                _ => buckets.spans.push(BucketSpan {
                    offset: gap as i32,
                    length: 1,
                }),
            }
            let count = count.cast_signed();
            buckets.deltas.push(count.wrapping_sub(last));
            last = count;
            next = i64::from(number) + 1;
        }
        buckets
    }

    /// Returns the bucket numbers and their counts, in increasing order of the numbers.
    pub fn counts(&self) -> impl Iterator<Item = (i32, u64)> {
        let mut next = 0_i32;
        let numbers = self.spans.iter().flat_map(move |span| {
            let first = next.wrapping_add(span.offset);
            next = first.wrapping_add_unsigned(span.length);
            (0..span.length).map(move |at| first.wrapping_add_unsigned(at))
        });
        let counts = self.deltas.iter().scan(0_i64, |count, delta| {
            *count = count.wrapping_add(*delta);
            Some(count.cast_unsigned())
        });
        numbers.zip(counts)
    }

    /// Returns whether there are no buckets.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.deltas.is_empty()
    }
}

impl NativeValue {
    /// Makes a value without observations.
    #[must_use]
    pub fn new(schema: i32) -> Self {
        Self {
            schema,
            ..Self::default()
        }
    }

    /// Sets the largest absolute value that counts as 0, and the number of observations that do.
    #[must_use]
    pub fn zero(mut self, threshold: f64, count: u64) -> Self {
        self.zero_threshold = threshold;
        self.zero_count = count;
        self
    }

    /// Sets the buckets of positive observations: their numbers, in any order, and counts.
    ///
    /// The bucket with the number 0 has the upper bound 1.
    #[must_use]
    pub fn positive(mut self, counts: impl IntoIterator<Item = (i32, u64)>) -> Self {
        self.positive = sorted(counts);
        self
    }

    /// Sets the buckets of negative observations: their numbers, in any order, and counts.
    ///
    /// The bucket with the number 0 has the lower bound -1.
    #[must_use]
    pub fn negative(mut self, counts: impl IntoIterator<Item = (i32, u64)>) -> Self {
        self.negative = sorted(counts);
        self
    }

    /// Adds an empty span if it is needed to tell an empty native histogram from one without native buckets.
    ///
    /// Readers look for spans, zero observations or a zero threshold; with none of these, Go writes an empty span.
    pub fn mark_as_native(&mut self) {
        let is_unmarked = self.zero_threshold == 0.0
            && self.zero_count == 0
            && self.positive.is_empty()
            && self.negative.is_empty();
        if is_unmarked {
            self.positive.spans.push(BucketSpan::default());
        }
    }
}

/// Makes buckets from counts in any order, adding up those with the same number.
fn sorted(counts: impl IntoIterator<Item = (i32, u64)>) -> NativeBuckets {
    let mut by_number = BTreeMap::new();
    for (number, count) in counts {
        let sum: &mut u64 = by_number.entry(number).or_default();
        *sum = sum.wrapping_add(count);
    }
    NativeBuckets::from_counts(by_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(counts: &[(i32, u64)], spans: &[(i32, u32)], deltas: &[i64]) {
        let buckets = NativeBuckets::from_counts(counts.iter().copied());
        let found: Vec<_> = buckets.spans.iter().map(|s| (s.offset, s.length)).collect();
        assert_eq!((&found[..], &buckets.deltas[..]), (spans, deltas));
        let back: Vec<_> = buckets.counts().filter(|&(_, count)| count > 0).collect();
        assert_eq!(back, counts);
    }

    #[test]
    fn small_gaps_are_bridged_and_large_ones_are_not() {
        check(&[], &[], &[]);
        check(&[(0, 1), (1, 3)], &[(0, 2)], &[1, 2]);
        check(&[(-5, 2), (-2, 2)], &[(-5, 4)], &[2, -2, 0, 2]);
        check(&[(-5, 2), (-1, 3)], &[(-5, 1), (3, 1)], &[2, 1]);
        check(&[(1, 5)], &[(1, 1)], &[5]);
        check(
            &[(i32::MIN + 1, 1), (i32::MAX - 1, 4)],
            &[(i32::MIN + 1, 1), (-4, 1)],
            &[1, 3],
        );
        // Counts of any size survive, although a difference may overflow.
        let (half, all) = (1 << 63, u64::MAX);
        check(&[(0, half), (2, all)], &[(0, 3)], &[i64::MIN, i64::MIN, -1]);
    }

    #[test]
    fn an_empty_native_histogram_has_a_mark() {
        let mut value = NativeValue::default();
        value.mark_as_native();
        assert_eq!(value.positive.spans, [BucketSpan::default()]);
        let mut value = NativeValue {
            zero_threshold: 1.0,
            ..NativeValue::default()
        };
        value.mark_as_native();
        assert!(value.positive.is_empty());
    }
}
