//! Quantiles of a stream of values, of which few are kept.

use std::cmp::Ordering::Greater;

/// A quantile that is wanted, and by how much its rank may be wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Objective {
    pub(crate) quantile: f64,
    pub(crate) error: f64,
}

/// A summary of the values that were inserted, exact enough for some quantiles.
///
/// After Cormode, Korn, Muthukrishnan and Srivastava, "Effective Computation of Biased Quantiles over Data Streams", for quantiles that are known beforehand.
/// Values are taken in sorted batches of 500, as in the `beorn7/perks` package that Go uses, so that answers are the same; until the first batch is full, they are exact.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    samples: Vec<Sample>,
    /// How many values the samples stand for.
    merged: f64,
    batch: Vec<f64>,
    is_sorted: bool,
}

/// A value that stands for some others.
#[derive(Clone, Copy, Debug)]
struct Sample {
    value: f64,
    /// How many values it stands for, itself included.
    width: f64,
    /// How uncertain its rank is.
    delta: f64,
}

/// Values of a batch.
const BATCH: usize = 500;

/// Most samples that are kept. Mostly it takes less than a hundred, but values that come in falling order, or are few different ones, would take more and more.
const MOST: usize = 16_384;

impl Stream {
    /// Adds a value.
    pub(crate) fn insert(&mut self, value: f64, objectives: &[Objective]) {
        self.batch.push(value);
        self.is_sorted = false;
        if self.batch.len() == BATCH {
            self.merge(objectives);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.batch.is_empty() && self.samples.is_empty()
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
            self.batch.sort_unstable_by(f64::total_cmp);
        }
    }

    /// Takes the batch in among the samples.
    fn merge(&mut self, objectives: &[Objective]) {
        self.sort();
        let mut merged = Vec::with_capacity(self.samples.len() + self.batch.len());
        let (mut old, mut rank) = (self.samples.iter().peekable(), 0.0);
        for &value in &self.batch {
            // What is not a number is not larger either.
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
        self.batch.clear();
        let all = self.merged;
        self.compress(|width, delta, rank| width + delta <= allowed(objectives, all, rank));
        if self.samples.len() > MOST {
            // Two neighbours together stand for more than this afterwards, so that half as many are left at most.
            let least = 4.0 * all / MOST as f64;
            self.compress(|width, _, _| width <= least);
        }
    }

    /// Joins neighbours, from the largest value down, if they may stand for as many values together as they do, with this delta and at this rank.
    fn compress(&mut self, may_be_joined: impl Fn(f64, f64, f64) -> bool) {
        let Some(mut last) = self.samples.pop() else {
            return;
        };
        let mut rank = self.merged - 1.0 - last.width;
        // What is left, from the largest down.
        let mut kept = Vec::with_capacity(self.samples.len() + 1);
        for &sample in self.samples.iter().rev() {
            if may_be_joined(sample.width + last.width, last.delta, rank) {
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

/// Returns how many values one of `all` may stand for at `rank`.
// The order of the operations decides the last digit, and that which values are kept: it is Go's.
fn allowed(objectives: &[Objective], all: f64, rank: f64) -> f64 {
    let mut least = f64::MAX;
    for &Objective { quantile, error } in objectives {
        let here = match quantile * all <= rank {
            true => 2.0 * error * rank / quantile,
            false => 2.0 * error * (all - rank) / (1.0 - quantile),
        };
        if here < least {
            least = here;
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECTIVES: [Objective; 4] = [
        Objective {
            quantile: 0.01,
            error: 0.001,
        },
        Objective {
            quantile: 0.5,
            error: 0.05,
        },
        Objective {
            quantile: 0.9,
            error: 0.01,
        },
        Objective {
            quantile: 0.99,
            error: 0.001,
        },
    ];

    /// Checks that the rank of each answer is one that its objective allows.
    #[track_caller]
    fn check(values: impl Iterator<Item = f64>) {
        let mut values: Vec<f64> = values.collect();
        let mut stream = Stream::default();
        values
            .iter()
            .for_each(|&value| stream.insert(value, &OBJECTIVES));
        values.sort_unstable_by(f64::total_cmp);
        let len = values.len() as f64;
        for Objective { quantile, error } in OBJECTIVES {
            let answer = stream.query(quantile, &OBJECTIVES);
            let first = values.partition_point(|&value| value < answer) as f64;
            let behind = values.partition_point(|&value| value <= answer) as f64;
            let (low, high) = ((quantile - error) * len, (quantile + error) * len);
            assert!(first <= high.ceil(), "{quantile}: {first} of {len}");
            assert!(behind >= low.floor() - 1.0, "{quantile}: {behind} of {len}");
        }
        assert!(stream.samples.len() <= MOST, "{}", stream.samples.len());
    }

    /// Random numbers from 0 to 1, the same in every run.
    fn uniform() -> impl Iterator<Item = f64> {
        let mut state = 88_172_645_463_325_252_u64;
        std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64
        })
    }

    const MANY: usize = 1_000_000;

    #[test]
    fn ranks_are_within_what_the_objectives_promise() {
        let mut normal = uniform();
        let mut sum = move || normal.by_ref().take(12).sum::<f64>();
        check((0..MANY).map(|_| sum() - 6.0));
        check(uniform().take(MANY).map(|x| -(1.0 - x).ln()));
        check((0..MANY).map(|n| n as f64));
        check((0..MANY).rev().map(|n| n as f64));
        check((0..MANY).map(|_| 42.0));
        check(uniform().take(MANY).map(|x| (x * 10.0).floor()));
    }

    #[test]
    fn few_values_are_answered_exactly() {
        let mut stream = Stream::default();
        assert!(stream.is_empty() && stream.query(0.5, &OBJECTIVES).is_nan());
        (1..=100)
            .rev()
            .for_each(|n| stream.insert(f64::from(n), &OBJECTIVES));
        let answers = [0.01, 0.5, 0.9, 0.99].map(|quantile| stream.query(quantile, &OBJECTIVES));
        assert_eq!(answers, [1.0, 50.0, 90.0, 99.0]);
    }
}
