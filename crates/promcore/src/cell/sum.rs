//! Sums that many threads add to at once: sixteen of them in one block.

use crate::cell::rows::{Line, Rows, Writer};
use crate::sync::{AtomicU64, OnceLock, Ordering};

/// Sixteen sums of whole numbers and fractions.
///
/// Whole numbers and fractions are kept apart, as in Go, so that a count stays exact beyond 2^53.
#[derive(Debug)]
pub struct Sums {
    whole: Rows<Box<Line>>,
    /// Made when the first fraction comes: most counters never see one.
    fractions: OnceLock<Box<Rows<Box<Line>>>>,
}

/// 2^64, the first amount that does not fit a whole-number cell.
const TOO_LARGE: f64 = 18_446_744_073_709_551_616.0;

impl Sums {
    pub(crate) const LEN: usize = Line::CELLS;

    pub(crate) fn new() -> Self {
        Self {
            whole: Rows::new(),
            fractions: OnceLock::new(),
        }
    }

    /// Adds a whole number to the sum `at`; sums of whole numbers wrap at 2^64, as in Go.
    #[inline]
    pub(crate) fn add_whole(&self, at: usize, amount: u64) {
        match self.whole.quick() {
            Some(row) => add_alone(row.cell(at), amount),
            None => self.add_whole_slowly(at, amount),
        }
    }

    #[cold]
    fn add_whole_slowly(&self, at: usize, amount: u64) {
        match self.whole.writer(new_row) {
            Writer::Own(row) => add_alone(row.cell(at), amount),
            // Relaxed: a sum orders nothing but itself.
            Writer::Shared(row) => _ = row.cell(at).fetch_add(amount, Ordering::Relaxed),
        }
    }

    /// Adds to the sum `at` an amount that is not negative.
    #[inline]
    pub(crate) fn add(&self, at: usize, amount: f64) {
        // The cast saturates, so 2^64 would look like a whole number that fits.
        let whole = amount as u64;
        if whole as f64 == amount && amount < TOO_LARGE {
            self.add_whole(at, whole);
        } else {
            self.add_fraction(at, amount);
        }
    }

    #[inline]
    fn add_fraction(&self, at: usize, amount: f64) {
        match self.fractions.get().and_then(|rows| rows.quick()) {
            Some(row) => add_float_alone(row.cell(at), amount),
            None => self.add_fraction_slowly(at, amount),
        }
    }

    #[cold]
    fn add_fraction_slowly(&self, at: usize, amount: f64) {
        let rows = self.fractions.get_or_init(|| Box::new(Rows::new()));
        match rows.writer(new_row) {
            Writer::Own(row) => add_float_alone(row.cell(at), amount),
            Writer::Shared(row) => add_float_together(row.cell(at), amount),
        }
    }

    /// Returns the sum `at`.
    #[inline]
    pub(crate) fn value(&self, at: usize) -> f64 {
        let mut whole = 0_u64;
        // Relaxed, here and below: a reader wants some recent value, not an order between sums.
        each_row(&self.whole, |row| {
            whole = whole.wrapping_add(row.cell(at).load(Ordering::Relaxed));
        });
        match self.fractions.get() {
            None => whole as f64,
            Some(rows) => {
                let mut fractions = 0.0;
                each_row(rows, |row| {
                    fractions += f64::from_bits(row.cell(at).load(Ordering::Relaxed));
                });
                fractions + whole as f64
            }
        }
    }
}

pub(crate) fn new_row() -> Box<Line> {
    Box::new(Line::new())
}

#[inline]
pub(crate) fn each_row(rows: &Rows<Box<Line>>, mut visit: impl FnMut(&Line)) {
    rows.each(|(Writer::Own(row) | Writer::Shared(row))| visit(row));
}

/// Adds to a cell that no other thread writes to.
#[inline]
pub(crate) fn add_alone(cell: &AtomicU64, amount: u64) {
    // Relaxed, and two steps instead of one: this thread is the only writer, and readers want some recent value.
    cell.store(
        cell.load(Ordering::Relaxed).wrapping_add(amount),
        Ordering::Relaxed,
    );
}

/// Adds to a cell that holds the bits of an `f64` and that no other thread writes to.
#[inline]
pub(crate) fn add_float_alone(cell: &AtomicU64, amount: f64) {
    // Relaxed, for the same reasons as above.
    let sum = f64::from_bits(cell.load(Ordering::Relaxed)) + amount;
    cell.store(sum.to_bits(), Ordering::Relaxed);
}

/// Adds to a cell that holds the bits of an `f64` and that others may write to as well.
pub(crate) fn add_float_together(cell: &AtomicU64, amount: f64) {
    // Relaxed: a sum orders nothing but itself.
    let mut bits = cell.load(Ordering::Relaxed);
    loop {
        let sum = (f64::from_bits(bits) + amount).to_bits();
        match cell.compare_exchange_weak(bits, sum, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return,
            Err(newer) => bits = newer,
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[track_caller]
    fn check(amounts: &[f64], expected: f64) {
        let sums = Sums::new();
        amounts.iter().for_each(|&amount| sums.add(5, amount));
        assert_eq!(sums.value(5).to_bits(), expected.to_bits());
        assert_eq!(sums.value(4), 0.0, "the neighbour stays as it was");
    }

    #[test]
    fn fractions_add_up_in_their_order() {
        check(&[0.1, 0.2, 0.3], 0.1 + 0.2 + 0.3);
        check(&[1.0, 0.5, 2.0], 3.5);
        check(&[-0.0], 0.0);
    }

    #[test]
    fn whole_numbers_stay_exact_beyond_2_to_the_53() {
        let sums = Sums::new();
        sums.add(0, 9_007_199_254_740_992.0);
        sums.add(0, 1.0);
        sums.add(0, 1.0);
        assert_eq!(sums.value(0), 9_007_199_254_740_994.0);
    }

    #[test]
    fn two_to_the_64_is_not_a_whole_number_that_fits() {
        check(&[TOO_LARGE], TOO_LARGE);
        check(&[f64::INFINITY, 1.0], f64::INFINITY);
    }

    #[test]
    fn whole_numbers_wrap_as_in_go() {
        let sums = Sums::new();
        sums.add(0, 9_223_372_036_854_775_808.0);
        sums.add(0, 9_223_372_036_854_775_808.0);
        assert_eq!(sums.value(0), 0.0);
    }
}
