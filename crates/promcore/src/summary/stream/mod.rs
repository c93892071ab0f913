//! Quantiles of a stream of values, of which few are kept.

mod absorb; // Merging many values without sorting them.

#[cfg(test)]
mod tests;

use std::cmp::Ordering::Greater;

/// A quantile to estimate, and the allowed error of its rank.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Objective {
    pub(crate) quantile: f64,
    pub(crate) error: f64,
}

/// A sketch of the inserted values, exact enough for some quantiles.
///
/// After Cormode, Korn, Muthukrishnan and Srivastava, "Effective Computation of Biased Quantiles over Data Streams", for quantiles that are known in advance.
/// Values are merged in batches of 500.
/// Until the first batch is full, answers are exact; the first [`AS_GO`] values are sorted and merged as in the `beorn7/perks` package that Go uses, so that answers are the same.
/// After that, most values only increase the width of a sample.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    samples: Vec<Sample>,
    /// The number of values that the samples stand for.
    merged: f64,
    batch: Vec<f64>,
    is_sorted: bool,
}

/// A value that stands for others, too.
#[derive(Clone, Copy, Debug)]
struct Sample {
    value: f64,
    /// The number of values it stands for, including itself.
    width: f64,
    /// The uncertainty of its rank.
    delta: f64,
}

/// The number of values in a batch.
const BATCH: usize = 500;

/// The number of values that are merged as in Go.
const AS_GO: f64 = 16_384.0;

/// The maximum number of samples. There are usually fewer than a hundred, but for some orders of values there would be more and more.
const MAX_SAMPLES: usize = 16_384;

impl Stream {
    /// Adds values.
    pub(crate) fn insert(&mut self, mut values: &[f64], objectives: &[Objective]) {
        while !values.is_empty() {
            let room = BATCH - self.batch.len();
            let (now, later) = values.split_at(room.min(values.len()));
            self.batch.extend_from_slice(now);
            self.is_sorted = false;
            if self.batch.len() == BATCH {
                self.merge(objectives);
            }
            values = later;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.batch.is_empty() && self.samples.is_empty()
    }

    /// Returns whether a query would merge waiting values.
    pub(crate) fn changes_when_asked(&self) -> bool {
        !self.batch.is_empty() && !self.samples.is_empty()
    }

    /// Returns the value at `quantile`, which is one of `objectives`; NaN if there are no values.
    pub(crate) fn query(&mut self, quantile: f64, objectives: &[Objective]) -> f64 {
        if self.samples.is_empty() {
            self.sort();
            let rank = (self.batch.len() as f64 * quantile).ceil() as usize;
            let at = rank
                .saturating_sub(1)
                .min(self.batch.len().saturating_sub(1));
            return self.batch.get(at).copied().unwrap_or(f64::NAN);
        }
        self.merge(objectives);
        let target = (quantile * self.merged).ceil();
        let target = target + (allowed(objectives, self.merged, target) / 2.0).ceil();
        let mut rank = 0.0;
        for pair in self.samples.windows(2) {
            rank += pair[0].width;
            if rank + pair[1].width + pair[1].delta > target {
                return pair[0].value;
            }
        }
        self.samples.last().map_or(f64::NAN, |last| last.value)
    }

    fn sort(&mut self) {
        if !std::mem::replace(&mut self.is_sorted, true) {
            // As in Go, zeros stay in their original order, whatever their signs.
            let order = |a: &f64, b: &f64| a.partial_cmp(b).unwrap_or_else(|| a.total_cmp(b));
            self.batch.sort_by(order);
        }
    }

    /// Merges the batch into the samples.
    fn merge(&mut self, objectives: &[Objective]) {
        if self.merged < AS_GO {
            self.sort();
            self.merge_as_go(objectives);
        } else {
            self.absorb(objectives);
            if self.batch.is_empty() {
                return;
            }
            self.merge_rest(objectives);
        }
        self.batch.clear();
        if self.samples.len() > MAX_SAMPLES {
            // Afterwards any two neighbours stand for more than this, so at most half of the maximum is left.
            let least = 4.0 * self.merged / MAX_SAMPLES as f64;
            self.compress(|sample, next, _| sample.width + next.width <= least);
        }
    }

    fn merge_as_go(&mut self, objectives: &[Objective]) {
        let mut merged = Vec::with_capacity(self.samples.len() + self.batch.len());
        let (mut old, mut rank) = (self.samples.iter().peekable(), 0.0);
        for &value in &self.batch {
            // NaN is not larger either.
            let is_not_larger =
                |sample: &&Sample| sample.value.partial_cmp(&value) != Some(Greater);
            while let Some(sample) = old.next_if(is_not_larger) {
                rank += sample.width;
                merged.push(*sample);
            }
            // The largest value so far is known exactly.
            let delta = match old.peek() {
                Some(_) => (allowed(objectives, self.merged, rank).floor() - 1.0).max(0.0),
                None => 0.0,
            };
            merged.push(Sample {
                value,
                width: 1.0,
                delta,
            });
            self.merged += 1.0;
            rank += 1.0;
        }
        merged.extend(old);
        self.samples = merged;
        let all = self.merged;
        self.compress(|sample, next, rank| {
            sample.width + next.width + next.delta <= allowed(objectives, all, rank - 1.0)
        });
    }

    /// Joins neighbours, from the largest value down, if `may_be_joined` allows it for a sample, the next one, and the rank of the first.
    fn compress(&mut self, may_be_joined: impl Fn(&Sample, &Sample, f64) -> bool) {
        let Some(mut last) = self.samples.pop() else {
            return;
        };
        let mut rank = self.merged - last.width;
        // The remaining samples, from the largest down.
        let mut kept = Vec::with_capacity(self.samples.len() + 1);
        for &sample in self.samples.iter().rev() {
            if may_be_joined(&sample, &last, rank) {
                last.width += sample.width;
            } else {
                kept.push(last);
                last = sample;
            }
            rank -= sample.width;
        }
        kept.push(last);
        kept.reverse();
        self.samples = kept;
    }
}

/// Returns how many values a sample may stand for at `rank`, of `all` values.
// The order of operations is Go's: it decides the last digit, and thus which values are kept.
fn allowed(objectives: &[Objective], all: f64, rank: f64) -> f64 {
    let mut least = f64::MAX;
    for &Objective { quantile, error } in objectives {
        let here = if quantile * all <= rank {
            2.0 * error * rank / quantile
        } else {
            2.0 * error * (all - rank) / (1.0 - quantile)
        };
        if here < least {
            least = here;
        }
    }
    least
}
