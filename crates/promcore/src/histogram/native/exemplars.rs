//! The exemplars of a native histogram: few, and spread over its values.

use std::time::Duration;

use crate::exemplar::Exemplar;

/// Exemplars, sorted by value.
///
/// Follows `nativeExemplars` of `prometheus/histogram.go` of client_golang 1.24.1.
#[derive(Debug, Default)]
pub(crate) struct Exemplars(Vec<Exemplar>);

/// How many exemplars are kept, and how old the oldest may be before it is replaced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) most: usize,
    pub(crate) ttl: Duration,
}

impl Exemplars {
    pub(crate) fn all(&self) -> &[Exemplar] {
        &self.0
    }

    /// Adds an exemplar, replacing another if the maximum number is reached.
    pub(crate) fn add(&mut self, new: Exemplar, limits: Limits) {
        if limits.most == 0 {
            return;
        }
        if self.0.len() < limits.most {
            let at = self.0.iter().position(|other| new.value < other.value);
            self.0.insert(at.unwrap_or(self.0.len()), new);
        } else if limits.most == 1 {
            self.0[0] = new;
        } else {
            let at = self.0.iter().position(|other| new.value <= other.value);
            let at = at.unwrap_or(self.0.len());
            let leaves = match self.expired(&new, limits.ttl) {
                Some(oldest) => oldest,
                None => self.crowded(&new, at),
            };
            self.0.remove(leaves);
            self.0.insert(at - usize::from(leaves < at), new);
        }
    }

    /// Returns the oldest exemplar if it is too old compared with `new`.
    fn expired(&self, new: &Exemplar, ttl: Duration) -> Option<usize> {
        let (oldest, exemplar) = self.0.iter().enumerate().min_by_key(|(_, e)| e.timestamp)?;
        let age = nanos(new).saturating_sub(nanos(exemplar));
        let is_too_old = u128::try_from(age).is_ok_and(|age| age > ttl.as_nanos());
        (ttl.is_zero() || is_too_old).then_some(oldest)
    }

    /// Returns the exemplar to replace: the older one of the pair with the closest values, or the neighbour of `new`, whose position is `at`, if they are closer.
    ///
    /// Distances are between logarithms. If a value has no logarithm, its distances are NaN, and never the smallest.
    fn crowded(&self, new: &Exemplar, at: usize) -> usize {
        let distance = |a: &Exemplar, b: &Exemplar| (a.value.ln() - b.value.ln()).abs();
        let mut nearest: Option<(f64, usize)> = None;
        for (before, pair) in self.0.windows(2).enumerate() {
            let between = distance(&pair[1], &pair[0]);
            if nearest.is_none_or(|(least, _)| between < least) {
                let is_second_older = pair[1].timestamp < pair[0].timestamp;
                nearest = Some((between, before + usize::from(is_second_older)));
            }
        }
        let (mut least, mut leaves) = nearest.unwrap_or((f64::INFINITY, 0));
        let neighbours = [at.checked_sub(1), Some(at)].into_iter().flatten();
        for neighbour in neighbours.filter(|&neighbour| neighbour < self.0.len()) {
            let between = distance(new, &self.0[neighbour]);
            if between < least {
                (least, leaves) = (between, neighbour);
            }
        }
        leaves
    }
}

fn nanos(exemplar: &Exemplar) -> i64 {
    exemplar.timestamp.map_or(0, |time| time.unix_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    /// Adds exemplars with these values and seconds, and returns the values that remain.
    #[track_caller]
    fn check(most: usize, ttl: u64, added: &[(f64, i64)], left: &[f64]) {
        let limits = Limits {
            most,
            ttl: Duration::from_secs(ttl),
        };
        let mut exemplars = Exemplars::default();
        for &(value, second) in added {
            let time = Timestamp::from_unix_nanos(second * 1_000_000_000);
            exemplars.add(Exemplar::new(Vec::new(), value, Some(time)), limits);
        }
        let values: Vec<f64> = exemplars.all().iter().map(|e| e.value).collect();
        assert_eq!(values, left);
    }

    #[test]
    fn exemplars_are_kept_in_order_and_spread() {
        check(3, 100, &[(2.0, 0), (8.0, 1), (1.0, 2)], &[1.0, 2.0, 8.0]);
        check(0, 100, &[(2.0, 0)], &[]);
        check(1, 100, &[(2.0, 0), (1.0, 1)], &[1.0]);
        // 1 and 2 are the closest pair, of which 2 is older.
        check(
            3,
            100,
            &[(2.0, 0), (8.0, 1), (1.0, 2), (100.0, 3)],
            &[1.0, 8.0, 100.0],
        );
        // The new one is closer to its neighbour than the others are to each other.
        check(
            3,
            100,
            &[(1.0, 0), (10.0, 1), (100.0, 2), (11.0, 3)],
            &[1.0, 11.0, 100.0],
        );
    }

    #[test]
    fn an_old_exemplar_makes_room() {
        let filled = [(1.0, 0), (10.0, 50), (11.0, 60)];
        let with = |new| [&filled[..], &[new]].concat();
        check(3, 100, &with((100.0, 100)), &[1.0, 11.0, 100.0]);
        check(3, 100, &with((100.0, 101)), &[10.0, 11.0, 100.0]);
        check(3, 0, &with((100.0, 0)), &[10.0, 11.0, 100.0]);
    }

    #[test]
    fn values_without_logarithms_are_kept_too() {
        let values = [(-1.0, 0), (0.0, 1), (5.0, 2), (-2.0, 3), (0.5, 4)];
        check(3, 100, &values[..3], &[-1.0, 0.0, 5.0]);
        check(3, 100, &values, &[-2.0, 0.5, 5.0]);
    }
}
