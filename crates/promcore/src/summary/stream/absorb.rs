//! How a stream merges many values without sorting them.
//!
//! A value between two samples may be counted with the larger one, as if it had been inserted and immediately joined with it, unless that sample then stands for too many values.
//! The number of values below each sample stays right, so no accuracy is lost.
//! Only values for which there is no room are sorted and become samples; these make room for later values.

use super::{BATCH, MAX_SAMPLES, Objective, Sample, Stream};

/// How much of its allowance a sample uses up by being joined. The rest is for later values, and lasts because the allowance grows with the number of values.
const JOINED: f64 = 0.75;

impl Stream {
    /// Counts values of the batch with existing samples; those for which there is no room remain.
    pub(super) fn absorb(&mut self, objectives: &[Objective]) {
        let places = Places::new(&self.samples);
        let mut fresh = vec![0_u32; self.samples.len() + 2];
        for &value in &self.batch {
            fresh[places.of(value)] += 1;
        }
        let (below, within) = fresh.split_at_mut(1);
        let all = self.merged + self.batch.len() as f64;
        let mut rank = f64::from(below[0]);
        let mut is_all_taken = below[0] + within[self.samples.len()] == 0;
        for (sample, fresh) in self.samples.iter_mut().zip(within) {
            let width = sample.width + f64::from(*fresh);
            let end = rank + width + sample.delta;
            if *fresh > 0 {
                if end - rank <= allowed_within(objectives, all, rank, end) {
                    sample.width = width;
                    self.merged += f64::from(*fresh);
                    *fresh = 0;
                } else {
                    is_all_taken = false;
                }
            }
            rank += width;
        }
        if is_all_taken {
            self.batch.clear()
        } else {
            self.batch.retain(|&value| fresh[places.of(value)] > 0)
        }
    }

    /// Turns the values of the batch into samples.
    pub(super) fn merge_rest(&mut self, objectives: &[Objective]) {
        self.batch
            .sort_unstable_by(|a, b| a.is_nan().cmp(&b.is_nan()).then(a.total_cmp(b)));
        let mut merged = Vec::with_capacity(self.samples.len() + self.batch.len());
        let mut old = self.samples.iter().peekable();
        for &value in &self.batch {
            while let Some(sample) = old.next_if(|s| s.value <= value || value.is_nan()) {
                merged.push(*sample);
            }
            // A value equal to a sample can directly follow it, with the same uncertainty.
            let equal = merged.last().filter(|last: &&Sample| last.value == value);
            merged.push(Sample {
                value,
                width: 1.0,
                delta: equal.map_or(f64::INFINITY, |equal| equal.delta),
            });
        }
        merged.extend(old);
        // The largest value is known exactly, and each other one comes before the next.
        let mut most = 0.0;
        for sample in merged.iter_mut().rev() {
            sample.delta = sample.delta.min(most);
            most = sample.width + sample.delta - 1.0;
        }
        self.samples = merged;
        self.merged += self.batch.len() as f64;
        let all = self.merged;
        self.compress(|sample, next, rank| {
            let start = rank - sample.width;
            let width = sample.width + next.width;
            let end = start + width + next.delta;
            let most = allowed_within(objectives, all, start, end);
            // The smallest value is not joined, so that smaller ones are known exactly.
            start > 0.0 && end - start <= most && width <= JOINED * most
        });
    }
}

/// Finds the sample that a value is counted with.
///
/// Floats sort almost like their bits, so the upper bits of a value tell between which samples it lies.
/// There is mostly one sample at most, because samples are far apart where there are many values.
struct Places {
    /// The values of the samples, followed by one that no value is above.
    values: Vec<f64>,
    /// The sortable bits of the first sample.
    first: u64,
    shift: u32,
    /// The number of samples before each cell, which is a range of bits.
    before: [u16; CELLS + 1],
}

const CELLS: usize = 256;

// All samples can be counted, including those that a batch adds temporarily.
const _: () = assert!(MAX_SAMPLES + BATCH < u16::MAX as usize);

impl Places {
    fn new(samples: &[Sample]) -> Self {
        let values = samples.iter().map(|sample| sample.value);
        let values: Vec<f64> = values.chain([f64::NAN]).collect();
        let first = order(values[0]);
        let last = samples.last().map_or(first, |last| order(last.value));
        let bits = u64::BITS - last.saturating_sub(first).leading_zeros();
        let mut places = Self {
            values,
            first,
            shift: bits.saturating_sub(CELLS.ilog2()),
            before: [0; CELLS + 1],
        };
        for sample in samples {
            places.before[places.cell(sample.value) + 1] += 1;
        }
        let mut before = 0;
        for cell in &mut places.before {
            before += *cell;
            *cell = before;
        }
        places
    }

    #[inline]
    fn cell(&self, value: f64) -> usize {
        let cell = order(value).saturating_sub(self.first) >> self.shift;
        cell.min(CELLS as u64 - 1) as usize
    }

    /// Returns 0 for NaN and for values below all samples, otherwise 1 plus the number of samples that are smaller.
    #[inline]
    fn of(&self, value: f64) -> usize {
        if value.is_nan() {
            return 0;
        }
        let cell = self.cell(value);
        let [first, end] = [cell, cell + 1].map(|cell| usize::from(self.before[cell]));
        // Without a branch on the comparison, so that the processor searches for several values at a time.
        let mut below = first + usize::from(self.values[first] < value);
        if end > first + 1 {
            below = first + self.values[first..end].partition_point(|&sample| sample < value);
        }
        below + usize::from(self.values[0] <= value)
    }
}

/// Returns bits that sort like the value.
#[inline]
fn order(value: f64) -> u64 {
    // Adding 0 turns -0 into 0, which is equal to it.
    let bits = (value + 0.0).to_bits();
    let is_negative = bits >> 63 == 1;
    bits ^ if is_negative { u64::MAX } else { 1 << 63 }
}

/// Returns how many of `all` values a sample with ranks from `start` to `end` may stand for, so that no wanted quantile is farther from both ends than its error allows.
fn allowed_within(objectives: &[Objective], all: f64, start: f64, end: f64) -> f64 {
    let at = |&Objective { quantile, error }: &Objective| {
        let wanted = quantile * all;
        2.0 * error
            * if wanted <= start {
                start / quantile
            } else if wanted >= end {
                (all - end) / (1.0 - quantile)
            } else {
                all
            }
    };
    objectives.iter().map(at).fold(f64::MAX, f64::min)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Looks for `value` and for its neighbours.
    #[track_caller]
    fn check(samples: &[f64], value: f64) {
        let sample = |&value: &f64| Sample {
            value,
            width: 1.0,
            delta: 0.0,
        };
        let places = Places::new(&samples.iter().map(sample).collect::<Vec<_>>());
        for value in [value, value.next_up(), value.next_down(), -value] {
            let below = samples.iter().filter(|&&sample| sample < value).count();
            let is_within = samples.first().is_some_and(|&first| first <= value);
            let expected = below + usize::from(is_within);
            assert_eq!(places.of(value), expected, "{value:?} in {samples:?}");
        }
    }

    #[test]
    fn special_values_have_their_places() {
        let special = [
            f64::NEG_INFINITY,
            -1.0,
            -0.0,
            0.0,
            5e-324,
            1.0,
            f64::INFINITY,
        ];
        for from in 0..=special.len() {
            for value in special.into_iter().chain([f64::NAN, -f64::NAN]) {
                check(&special[from..], value);
            }
        }
        check(&[f64::NAN], 1.0);
        check(&[1.0, f64::NAN], 2.0);
    }

    proptest! {
        #[test]
        fn a_value_is_counted_with_the_next_sample(
            mut samples in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 0..40),
            mut near in prop::collection::vec(1.0..1.001, 0..400),
            value in prop::num::f64::ANY,
            scale in prop::num::f64::NORMAL,
        ) {
            samples.append(&mut near);
            samples.sort_by(f64::total_cmp);
            check(&samples, value);
            check(&samples, 1.0005);
            let mut scaled: Vec<f64> = samples.iter().map(|sample| sample * scale).collect();
            scaled.sort_by(f64::total_cmp);
            check(&scaled, scale);
        }
    }
}
