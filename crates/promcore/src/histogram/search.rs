//! Finding the bucket of a value by the upper bits of the float.

use std::hint::select_unpredictable;

use crate::sync::Arc;

/// Where to start looking for the bucket of a value.
///
/// Floats from 0 on sort like their bits, so the upper bits of a value tell, almost exactly, between which bounds it lies.
/// For each value of these bits, a table has the number of bounds that are certainly smaller, and the next bound; the rest takes one comparison.
/// Bounds that would need too large a table, or start below 0, are searched by bisection, and so are negative values.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    /// The upper bits of the first and last entry, which also serve values beyond them.
    ends: (u64, u64),
    shift: u32,
    table: Arc<[Entry]>,
}

#[derive(Debug)]
struct Entry {
    smaller: usize,
    /// The bits of the next bound, or a number larger than those of any value.
    next: u64,
}

/// The maximum length of a table.
const MAX_ENTRIES: u64 = 2048;

impl Search {
    pub(crate) fn new(bounds: &[f64]) -> Self {
        // Dropping fewer bits makes the table longer, so the first exact one is the shortest.
        let mut shifts = (32..=52).rev();
        shifts
            .find_map(|shift| Self::table(bounds, shift))
            .unwrap_or_else(|| Self {
                ends: (0, 0),
                shift: 0,
                table: Arc::new([]),
            })
    }

    fn table(bounds: &[f64], shift: u32) -> Option<Self> {
        // The first entry is for all values below the entry of the second bound, because the first bound may be 0.
        let from = *bounds.get(1).or_else(|| bounds.first())?;
        let last = *bounds.last()?;
        if from <= 0.0 || bounds[0] < 0.0 {
            return None;
        }
        let first = (from.to_bits() >> shift).checked_sub(1)?;
        let entries = (last.to_bits() >> shift) - first + 1;
        if entries >= MAX_ENTRIES {
            return None;
        }
        // The entry after the last is for values above all bounds, and for NaN.
        let start = |entry| f64::from_bits((first + entry) << shift);
        let smaller: Vec<usize> = (0..=entries)
            .map(|entry| match entry {
                0 => 0,
                _ => bounds.partition_point(|&bound| bound < start(entry)),
            })
            .collect();
        let exact = smaller.windows(2).all(|pair| pair[1] - pair[0] <= 1);
        // Adding 0 turns -0, which would sort after all others, into 0.
        let bits = |bound: &f64| (bound + 0.0).to_bits();
        exact.then(|| Self {
            ends: (first, first + entries),
            shift,
            table: smaller
                .into_iter()
                .map(|smaller| Entry {
                    smaller,
                    next: bounds.get(smaller).map_or(u64::MAX, bits),
                })
                .collect(),
        })
    }

    /// Returns how many of the bounds are smaller than `value`, if the table can tell.
    #[inline]
    pub(crate) fn quick(&self, value: f64) -> Option<usize> {
        let bits = value.to_bits();
        if bits.cast_signed() < 0 {
            return None;
        }
        // No branches from here on, because the bucket of a value is unpredictable.
        let (low, high) = self.ends;
        let near = bits >> self.shift;
        let near = select_unpredictable(near < low, low, near);
        let near = select_unpredictable(near > high, high, near);
        let entry = self.table.get((near - low) as usize)?;
        Some(entry.smaller + usize::from(bits > entry.next))
    }

    /// Returns how many of `bounds`, from which the search was made, are smaller than `value`; all for NaN.
    #[inline]
    pub(crate) fn find(&self, value: f64, bounds: &[f64]) -> usize {
        match self.quick(value) {
            Some(found) => found,
            None => halves(value, bounds),
        }
    }
}

/// Returns how many of `bounds` are smaller than `value`; all for NaN.
#[inline(never)]
fn halves(value: f64, bounds: &[f64]) -> usize {
    if value.is_nan() {
        bounds.len()
    } else {
        bounds.partition_point(|&bound| bound < value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::histogram::buckets::{DEFAULT_BUCKETS, exponential_buckets, linear_buckets};

    #[track_caller]
    fn check(bounds: &[f64], value: f64) {
        let expected = if value.is_nan() {
            bounds.len()
        } else {
            bounds.partition_point(|&bound| bound < value)
        };
        let found = Search::new(bounds).find(value, bounds);
        assert_eq!(found, expected, "{value} in {bounds:?}");
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
        for bounds in [
            &DEFAULT_BUCKETS[..],
            &fifty,
            &with_zero,
            &[1.0],
            &[-0.0, 1.0],
        ] {
            assert!(!Search::new(bounds).table.is_empty(), "{bounds:?}");
            check_around(bounds);
        }
    }

    #[test]
    fn unusual_bounds_are_found_as_well() {
        check_around(&[]);
        check_around(&[-1.0, 0.0, 1.0]);
        check_around(&[-1.0, 1.0, 2.0]);
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
