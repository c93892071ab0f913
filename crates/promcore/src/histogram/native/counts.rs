//! The counts of a native histogram.

use crate::cell::stripes::Observation;
use crate::family::{Bucket, HistogramValue, NativeBuckets, NativeValue};
use crate::histogram::native::scale::{bucket_of, is_beyond, upper_bound, wider};
use crate::histogram::native::window::Window;

/// The resolution of the buckets, and the threshold for counting values as 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Resolution {
    pub(crate) schema: i32,
    pub(crate) zero_threshold: f64,
}

/// Counted observations, and their resolution.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    resolution: Resolution,
    count: u64,
    sum: f64,
    zero: u64,
    positive: Window,
    negative: Window,
    /// The counts of the classic buckets, not cumulative, including the last one.
    classic: Box<[u64]>,
}

impl Counts {
    pub(crate) fn new(resolution: Resolution, classic: usize) -> Self {
        Self {
            resolution,
            count: 0,
            sum: 0.0,
            zero: 0,
            positive: Window::default(),
            negative: Window::default(),
            classic: vec![0; classic].into(),
        }
    }

    /// Counts an observation, and returns whether its bucket was empty.
    #[inline]
    pub(crate) fn observe(&mut self, observation: Observation) -> bool {
        self.sum += observation.amount();
        self.count(observation)
    }

    /// Counts an observation whose amount is added to another sum.
    #[inline]
    pub(crate) fn count(&mut self, observation: Observation) -> bool {
        let Observation {
            value,
            times,
            bucket,
        } = observation;
        let Resolution {
            schema,
            zero_threshold,
        } = self.resolution;
        self.count = self.count.wrapping_add(times);
        if let Some(classic) = self.classic.get_mut(bucket) {
            *classic = classic.wrapping_add(times);
        }
        if is_beyond(value, zero_threshold) {
            self.positive.add(bucket_of(value, schema), times)
        } else if is_beyond(-value, zero_threshold) {
            self.negative.add(bucket_of(-value, schema), times)
        } else {
            // NaN is in no bucket.
            self.zero = self
                .zero
                .wrapping_add(if value.is_nan() { 0 } else { times });
            false
        }
    }

    /// Adds counts with the same resolution.
    pub(crate) fn add(&mut self, other: &Self) {
        self.count = self.count.wrapping_add(other.count);
        self.sum += other.sum;
        self.zero = self.zero.wrapping_add(other.zero);
        other
            .positive
            .iter()
            .for_each(|(bucket, count)| _ = self.positive.add(bucket, count));
        other
            .negative
            .iter()
            .for_each(|(bucket, count)| _ = self.negative.add(bucket, count));
        for (count, more) in self.classic.iter_mut().zip(&other.classic) {
            *count = count.wrapping_add(*more);
        }
    }

    /// Adds counts of positive buckets.
    pub(crate) fn add_positive(&mut self, buckets: &[(i32, u64)], count: u64, sum: f64) {
        self.count = self.count.wrapping_add(count);
        self.sum += sum;
        for &(bucket, count) in buckets {
            self.positive.add(bucket, count);
        }
    }

    /// Returns the number of buckets in use, without the zero bucket.
    pub(crate) fn buckets(&self) -> usize {
        self.positive.iter().count() + self.negative.iter().count()
    }

    /// Returns the zero threshold that would include the bucket nearest to 0, and that bucket.
    pub(crate) fn next_zero_threshold(&self) -> Option<(f64, i32)> {
        let nearest = [&self.positive, &self.negative].map(|side| side.iter().next());
        let nearest = nearest
            .into_iter()
            .flatten()
            .map(|(bucket, _)| bucket)
            .min()?;
        Some((upper_bound(nearest, self.resolution.schema), nearest))
    }

    /// Counts the bucket `nearest` as 0, on both sides.
    pub(crate) fn widen_zero(&mut self, threshold: f64, nearest: i32) {
        self.resolution.zero_threshold = threshold;
        let taken = self
            .positive
            .take(nearest)
            .wrapping_add(self.negative.take(nearest));
        self.zero = self.zero.wrapping_add(taken);
    }

    /// Makes all buckets twice as wide.
    pub(crate) fn halve_resolution(&mut self) {
        self.resolution.schema -= 1;
        self.positive = self.positive.renamed(wider);
        self.negative = self.negative.renamed(wider);
    }

    /// Writes everything except exemplars and times into `value`; `bounds` are those of the classic buckets.
    pub(crate) fn write(&self, bounds: &[f64], value: &mut HistogramValue) {
        value.count = self.count;
        value.sum = self.sum;
        value.buckets.clear();
        let mut cumulative = 0_u64;
        for (&upper_bound, count) in bounds.iter().zip(&self.classic) {
            cumulative = cumulative.wrapping_add(*count);
            value.buckets.push(Bucket::new(upper_bound, cumulative));
        }
        let mut native = NativeValue {
            schema: self.resolution.schema,
            zero_threshold: self.resolution.zero_threshold,
            zero_count: self.zero,
            positive: NativeBuckets::from_counts(self.positive.iter()),
            negative: NativeBuckets::from_counts(self.negative.iter()),
            ..NativeValue::default()
        };
        native.mark_as_native();
        value.native = Some(Box::new(native));
    }
}
