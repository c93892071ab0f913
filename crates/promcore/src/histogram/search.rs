//! Finds the bucket of a value by the upper bits of the float.

/// Where to start looking for a value's bucket.
///
/// As floats sort like their bits, the upper bits of a value say between which bounds it lies, or nearly so.
/// A table has for each value of these bits how many bounds are smaller for certain; the rest takes two comparisons.
/// Bounds that would need too large a table are searched in halves.
#[derive(Debug)]
pub(crate) enum Search {
    Table {
        shift: u32,
        first: u64,
        starts: Box<[u16]>,
        /// The bounds, with infinities behind, so that two can always be looked at.
        padded: Box<[f64]>,
    },
    Halves,
}

/// Largest length of a table.
const MOST: u64 = 1024;

/// Comparisons after the table was asked.
const COMPARISONS: usize = 2;

impl Search {
    pub(crate) fn new(bounds: &[f64]) -> Self {
        // The fewer bits are dropped the longer the table: the shortest that is exact enough is the best.
        let mut shifts = (32..=52).rev();
        shifts
            .find_map(|shift| Self::table(bounds, shift))
            .unwrap_or(Self::Halves)
    }

    fn table(bounds: &[f64], shift: u32) -> Option<Self> {
        // A value up to the first bound may start at the first entry, so that one counts as if it were next to the second.
        let first = key(*bounds.get(1).or(bounds.first())?) >> shift;
        let last = key(*bounds.last()?) >> shift;
        if last - first >= MOST || bounds.len() > usize::from(u16::MAX) {
            return None;
        }
        // The entry after the last is for values above all bounds.
        let entries = first..=last + 1;
        let starts: Vec<u16> = entries
            .map(|entry| match entry {
                entry if entry == first => 0,
                entry => bounds.partition_point(|&bound| key(bound) >> shift < entry) as u16,
            })
            .collect();
        let exact = starts
            .windows(2)
            .all(|pair| usize::from(pair[1] - pair[0]) <= COMPARISONS);
        exact.then(|| Self::Table {
            shift,
            first,
            starts: starts.into(),
            padded: bounds
                .iter()
                .copied()
                .chain([f64::INFINITY; COMPARISONS])
                .collect(),
        })
    }

    /// Returns how many of `bounds`, with which the search was made, are smaller than `value`; all are, if it is not a number.
    #[inline]
    pub(crate) fn find(&self, value: f64, bounds: &[f64]) -> usize {
        if value.is_nan() {
            return bounds.len();
        }
        match self {
            Self::Table {
                shift,
                first,
                starts,
                padded,
            } => {
                let entry = (key(value) >> shift).saturating_sub(*first) as usize;
                let start = usize::from(starts[entry.min(starts.len() - 1)]);
                let near = &padded[start..][..COMPARISONS];
                // Without a branch: where a value falls cannot be foreseen.
                start + usize::from(value > near[0]) + usize::from(value > near[1])
            }
            Self::Halves => bounds.partition_point(|&bound| bound < value),
        }
    }
}

/// Maps floats to numbers that sort like them.
#[inline]
fn key(value: f64) -> u64 {
    // Adding zero makes one of the two zeros.
    let bits = (value + 0.0).to_bits();
    let sign = 1 << 63;
    if bits & sign == 0 { bits | sign } else { !bits }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::histogram::buckets::{DEFAULT_BUCKETS, exponential_buckets, linear_buckets};

    #[track_caller]
    fn check(bounds: &[f64], value: f64) {
        let expected = match value.is_nan() {
            true => bounds.len(),
            false => bounds.partition_point(|&bound| bound < value),
        };
        assert_eq!(
            Search::new(bounds).find(value, bounds),
            expected,
            "{value} in {bounds:?}"
        );
    }

    #[track_caller]
    fn check_around(bounds: &[f64]) {
        for &bound in bounds {
            for value in [
                bound,
                bound.next_up(),
                bound.next_down(),
                -bound,
                bound * 1.5,
            ] {
                check(bounds, value);
            }
        }
        let special = [
            0.0,
            -0.0,
            f64::NAN,
            -f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        let extreme = [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324];
        special
            .iter()
            .chain(&extreme)
            .for_each(|&value| check(bounds, value));
    }

    #[test]
    fn usual_bounds_have_a_table() {
        let fifty = exponential_buckets(1e-6, 1.4, 50).unwrap();
        let with_zero = linear_buckets(0.0, 10.0, 20).unwrap();
        for bounds in [&DEFAULT_BUCKETS[..], &fifty, &with_zero, &[1.0]] {
            assert!(
                matches!(Search::new(bounds), Search::Table { .. }),
                "{bounds:?}"
            );
            check_around(bounds);
        }
    }

    #[test]
    fn unusual_bounds_are_found_as_well() {
        check_around(&[]);
        check_around(&[-1.0, 0.0, 1.0]);
        check_around(&[-5.0, -4.0, -3.0]);
        check_around(&[f64::MIN, f64::MAX]);
        check_around(&[f64::NEG_INFINITY, 1.0]);
        check_around(&[1.0, 1.0_f64.next_up(), 1.0_f64.next_up().next_up(), 2.0]);
        check_around(&linear_buckets(-100.0, 0.1, 2_000).unwrap());
    }

    proptest! {
        #[test]
        fn a_value_is_found_where_halving_finds_it(
            mut bounds in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 0..40),
            value in prop::num::f64::ANY,
        ) {
            bounds.sort_by(f64::total_cmp);
            bounds.dedup();
            check_around(&bounds);
            check(&bounds, value);
        }
    }
}
