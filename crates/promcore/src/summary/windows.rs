//! The streams of a summary: one for each age that values may have.

use std::collections::VecDeque;
use std::time::Duration;

use crate::family::Quantile;
use crate::summary::stream::{Objective, Stream};
use crate::time::Timestamp;

/// The merged values of a summary with objectives.
///
/// As in Go, every value goes to all streams; the oldest one answers queries, until it is cleared and becomes the newest.
/// Streams with the same values are stored once: the initial ones, and those cleared with no value in between.
#[derive(Debug)]
pub(crate) struct Windows {
    count: u64,
    sum: f64,
    /// The oldest first, each with the number of streams that it stands for.
    streams: VecDeque<(Stream, u32)>,
    /// The end of the oldest one.
    end: Timestamp,
}

/// How long values count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ages {
    pub(crate) max_age: Duration,
    pub(crate) buckets: u32,
}

impl Ages {
    /// Returns the time between the ends of two windows in nanoseconds, at least 1.
    fn step(self) -> i64 {
        let step = self.max_age.as_nanos() / u128::from(self.buckets.max(1));
        i64::try_from(step).unwrap_or(i64::MAX).max(1)
    }

    /// Returns how late an observation may be without harm, in nanoseconds.
    pub(crate) fn moment(self) -> i64 {
        self.step() / 1000
    }
}

impl Windows {
    pub(crate) fn new(created: Timestamp, ages: Ages) -> Self {
        Self {
            count: 0,
            sum: 0.0,
            streams: VecDeque::from([(Stream::default(), ages.buckets.max(1))]),
            end: Timestamp::from_unix_nanos(created.unix_nanos().saturating_add(ages.step())),
        }
    }

    pub(crate) fn end(&self) -> Timestamp {
        self.end
    }

    /// Merges values.
    pub(crate) fn insert(&mut self, values: &[f64], objectives: &[Objective]) {
        for &value in values {
            self.count = self.count.wrapping_add(1);
            self.sum += value;
        }
        for (stream, _) in &mut self.streams {
            stream.insert(values, objectives);
        }
    }

    /// Forgets values that are too old at `now`.
    pub(crate) fn rotate(&mut self, now: Timestamp, ages: Ages) {
        let (step, late) = (
            ages.step(),
            now.unix_nanos().saturating_sub(self.end.unix_nanos()),
        );
        if late <= 0 {
            return;
        }
        // A window includes its end, so after a whole number of steps one fewer has ended.
        let steps = (late - 1) / step + 1;
        let all = ages.buckets.max(1);
        self.empty_oldest(u32::try_from(steps).map_or(all, |steps| steps.min(all)));
        let end = self
            .end
            .unix_nanos()
            .saturating_add(steps.saturating_mul(step));
        self.end = Timestamp::from_unix_nanos(end);
    }

    /// Clears the `count` oldest streams, which become the newest. `count` is at most the number of streams.
    fn empty_oldest(&mut self, count: u32) {
        let mut left = count;
        while left > 0
            && let Some((_, times)) = self.streams.front_mut()
        {
            let emptied = left.min(*times);
            left -= emptied;
            *times -= emptied;
            if *times == 0 {
                self.streams.pop_front();
            }
        }
        match self.streams.back_mut() {
            Some((youngest, times)) if youngest.is_empty() => *times += count,
            _ => self.streams.push_back((Stream::default(), count)),
        }
    }

    /// Keeps a copy of the oldest stream for the others that it stands for, if a query would merge an incomplete batch.
    ///
    /// Which values are kept depends on the batches, and the other streams have not been queried yet.
    fn part_oldest(&mut self) {
        if let Some((oldest, times @ 2..)) = self.streams.front_mut()
            && oldest.changes_when_asked()
        {
            *times -= 1;
            let alone = oldest.clone();
            self.streams.push_front((alone, 1));
        }
    }

    /// Returns count and sum, which never forget, and appends the quantiles.
    pub(crate) fn read(
        &mut self,
        objectives: &[Objective],
        quantiles: &mut Vec<Quantile>,
    ) -> (u64, f64) {
        self.part_oldest();
        if let Some((oldest, _)) = self.streams.front_mut() {
            let value =
                |o: &Objective| Quantile::new(o.quantile, oldest.query(o.quantile, objectives));
            quantiles.extend(objectives.iter().map(value));
        }
        (self.count, self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OBJECTIVES: [Objective; 1] = [Objective {
        quantile: 1.0,
        error: 0.0,
    }];

    fn seconds(seconds: i64) -> Timestamp {
        Timestamp::from_unix_nanos(seconds * 1_000_000_000)
    }

    fn largest(windows: &mut Windows) -> f64 {
        let mut quantiles = Vec::new();
        windows.read(&OBJECTIVES, &mut quantiles);
        quantiles[0].value
    }

    #[test]
    fn values_are_forgotten_when_they_are_too_old() {
        let ages = Ages {
            max_age: Duration::from_secs(9),
            buckets: 3,
        };
        let mut windows = Windows::new(seconds(0), ages);
        for (second, value, expected) in [
            (0, 9.0, 9.0),
            (3, 1.0, 9.0),
            (4, 2.0, 9.0),
            (9, 1.0, 9.0),
            (10, 1.0, 2.0),
            (13, 0.5, 1.0),
        ] {
            windows.rotate(seconds(second), ages);
            windows.insert(&[value], &OBJECTIVES);
            assert_eq!(largest(&mut windows), expected, "at {second}");
        }
        windows.rotate(seconds(1_000_000_000), ages);
        assert!(largest(&mut windows).is_nan());
        assert!(windows.end() >= seconds(1_000_000_000) && windows.streams.len() == 1);
        assert_eq!(windows.read(&OBJECTIVES, &mut Vec::new()), (6, 14.5));
    }

    #[test]
    fn queries_change_only_the_stream_that_answers() {
        let objectives = [(0.5, 0.05), (0.9, 0.01), (0.99, 0.001)];
        let objectives = objectives.map(|(quantile, error)| Objective { quantile, error });
        let ages = Ages {
            max_age: Duration::from_secs(9),
            buckets: 3,
        };
        let later = |is_asked_before: bool| {
            let mut windows = Windows::new(seconds(0), ages);
            for value in 0..3001 {
                windows.insert(&[f64::from(value * value % 3001)], &objectives);
                if is_asked_before && value % 70 == 0 {
                    windows.read(&objectives, &mut Vec::new());
                }
            }
            windows.rotate(seconds(4), ages);
            let mut quantiles = Vec::new();
            windows.read(&objectives, &mut quantiles);
            quantiles
        };
        assert_eq!(later(true), later(false));
    }

    #[test]
    fn windows_shorter_than_any_time_end_all_the_same() {
        for buckets in [5, u32::MAX] {
            let max_age = Duration::from_nanos(2);
            let ages = Ages { max_age, buckets };
            let mut windows = Windows::new(seconds(0), ages);
            windows.insert(&[1.0], &OBJECTIVES);
            windows.rotate(Timestamp::from_unix_nanos(i64::MAX), ages);
            assert!(largest(&mut windows).is_nan());
            let times = windows.streams.iter().map(|(_, times)| *times);
            assert_eq!(times.collect::<Vec<_>>(), [buckets]);
        }
    }
}
