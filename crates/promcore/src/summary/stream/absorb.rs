//! How a stream takes in many values without sorting them.
//!
//! A value between two samples may be counted with the larger one, as if it had been inserted and at once joined with it, as long as that one does not stand for too many then.
//! The number of values below each sample stays right, so nothing is lost by this.
//! Only values for which there is no room are sorted and become samples; they make room for those that follow.

use std::hint::select_unpredictable;

use super::{Objective, Sample, Stream};

/// How much of what a sample may stand for is used up when samples are joined. The rest is for values to come; as the allowance grows with the number of values, it lasts.
const JOINED: f64 = 0.75;

impl Stream {
    /// Counts the values of the batch with samples; those for which there is no room stay.
    pub(super) fn absorb(&mut self, objectives: &[Objective]) {
        let values: Vec<f64> = self.samples.iter().map(|sample| sample.value).collect();
        let mut fresh = vec![0_u32; values.len() + 2];
        for &value in &self.batch {
            fresh[place(&values, value)] += 1;
        }
        let (below, within) = fresh.split_at_mut(1);
        let all = self.merged + self.batch.len() as f64;
        let mut rank = f64::from(below[0]);
        let mut is_all_taken = below[0] + within[values.len()] == 0;
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
        match is_all_taken {
            true => self.batch.clear(),
            false => self.batch.retain(|&value| fresh[place(&values, value)] > 0),
        }
    }

    /// Makes samples of the values of the batch.
    pub(super) fn merge_rest(&mut self, objectives: &[Objective]) {
        self.batch
            .sort_unstable_by(|a, b| a.is_nan().cmp(&b.is_nan()).then(a.total_cmp(b)));
        let mut merged = Vec::with_capacity(self.samples.len() + self.batch.len());
        let mut old = self.samples.iter().peekable();
        for &value in &self.batch {
            while let Some(sample) = old.next_if(|s| s.value <= value || value.is_nan()) {
                merged.push(*sample);
            }
            // One that is equal to another can come right behind it, and is as certain.
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
            // The smallest value stays as it is, so that smaller ones are known exactly.
            start > 0.0 && end - start <= most && width <= JOINED * most
        });
    }
}

/// Returns where to count `value`: 0 is for what is below all of `values` or is not a number, and each of these has the next place, for what is above the one before or equal to it.
#[inline]
fn place(values: &[f64], value: f64) -> usize {
    let (mut last, mut len) = (0, values.len());
    // Without a branch on what is compared, so that the processor looks for several values at once.
    while len > 1 {
        let half = len / 2;
        let middle = last + half;
        last = select_unpredictable(values[middle] <= value, middle, last);
        len -= half;
    }
    let found = values.get(last).copied().unwrap_or(f64::NAN);
    last + usize::from(found <= value) + usize::from(found < value)
}

/// Returns how many values one of `all` may stand for whose ranks are between these two: so few that no wanted quantile is farther from both than it may be wrong.
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
