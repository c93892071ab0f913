//! Values that are set, and moved up and down: sixteen of them in one block.
//!
//! A value is one word, which `set` stores to.
//! A value that is often moved up and down, such as the number of requests in flight, gets *spread*: from then on whole steps go to per-thread rows, so that concurrent threads do not compete for the word.

use crate::cell::lanes::add_together;
use crate::cell::rows::{Line, Rows, Writer};
use crate::cell::sum::add_alone;
use crate::cell::thread;
use crate::sync::{AtomicU64, Mutex, OnceLock, Ordering, lock};

/// The number of steps in its word before a value is spread.
const STEPS_BEFORE_SPREAD: u64 = if cfg!(loom) { 2 } else { 64 };

/// Whole values up to this one can be added to whole steps without rounding, in any order.
const LARGEST_VALUE: u64 = 1 << 51;

/// Whole steps up to this one go to rows: it takes about four thousand million of them to overflow a sum.
const LARGEST_STEP: u64 = 1 << 31;

/// Sixteen values.
#[derive(Debug)]
pub struct Values {
    cells: [Value; Self::LEN],
    spread: OnceLock<Box<Spread>>,
}

#[derive(Debug)]
struct Value {
    /// The value, or its part that is not spread, as the bits of an `f64`.
    bits: AtomicU64,
    /// The number of steps in `bits`, until the value is spread. It never decreases: a value stays spread.
    steps: AtomicU64,
}

impl Value {
    /// Returns whether whole steps can be kept apart from the value.
    #[inline]
    fn is_whole(&self) -> bool {
        let value = f64::from_bits(self.bits.load(Ordering::Relaxed));
        whole(value, LARGEST_VALUE).is_some()
    }
}

/// The whole steps of spread values.
#[derive(Debug)]
struct Spread {
    /// The steps of each thread, as two's complement numbers.
    steps: Rows<Box<Line>>,
    /// For each value, the negated sum of its steps when it was last set.
    /// The lock keeps it consistent with the value's `bits`; only `set`, unusual steps and readers of spread values take it.
    since_set: Mutex<[u64; Values::LEN]>,
}

impl Values {
    pub(crate) const LEN: usize = Line::CELLS;

    pub(crate) fn new() -> Self {
        Self {
            cells: std::array::from_fn(|_| Value {
                bits: AtomicU64::new(0),
                steps: AtomicU64::new(0),
            }),
            spread: OnceLock::new(),
        }
    }

    #[inline]
    fn cell(&self, at: usize) -> &Value {
        &self.cells[at % Self::LEN]
    }

    /// Sets the value `at`.
    #[inline]
    pub(crate) fn set(&self, at: usize, value: f64) {
        let cell = self.cell(at);
        // Relaxed, here and below: a value is not ordered with anything else.
        // If a thread spreads the value now, its steps are concurrent with this call, so either order is right.
        if cell.steps.load(Ordering::Relaxed) < STEPS_BEFORE_SPREAD {
            cell.bits.store(value.to_bits(), Ordering::Relaxed);
        } else {
            self.set_spread(at, value);
        }
    }

    #[cold]
    fn set_spread(&self, at: usize, value: f64) {
        let spread = self.spread();
        let mut since_set = lock(&spread.since_set);
        // Steps taken while the rows are summed count as later than this call.
        since_set[at] = spread.sum(at).wrapping_neg();
        self.cell(at).bits.store(value.to_bits(), Ordering::Relaxed);
    }

    /// Moves the value `at` up or down by `step`.
    #[inline]
    pub(crate) fn add(&self, at: usize, step: f64) {
        self.add_by(at, step, |spread, step| spread.add(at, step));
    }

    /// Moves the value `at` on behalf of the thread number `thread`.
    #[cfg(all(test, loom))]
    pub(crate) fn add_as(&self, thread: usize, at: usize, step: f64) {
        self.add_by(at, step, |spread, step| spread.add_as(thread, at, step));
    }

    /// Moves the value `at`; `add` adds to the thread's own steps if the value is spread.
    #[inline]
    fn add_by(&self, at: usize, step: f64, add: impl FnOnce(&Spread, i64)) {
        let cell = self.cell(at);
        let steps = cell.steps.load(Ordering::Relaxed);
        if steps < STEPS_BEFORE_SPREAD {
            add_together(&cell.bits, step);
            // An atomic increment, not a load and a store: a thread that is overtaken in between would reset the count, and with it lose all steps that have gone to rows since.
            cell.steps.fetch_add(1, Ordering::Relaxed);
        } else if let Some(step) = whole(step, LARGEST_STEP)
            && cell.is_whole()
        {
            add(self.spread(), step);
        } else {
            self.add_spread(at, step);
        }
    }

    /// Moves a spread value by a step that might be rounded differently, or overflow, if it were kept apart.
    #[cold]
    fn add_spread(&self, at: usize, step: f64) {
        let spread = self.spread();
        let mut since_set = lock(&spread.since_set);
        let sum = spread.sum(at);
        let steps = sum.wrapping_add(since_set[at]);
        since_set[at] = sum.wrapping_neg();
        let bits = &self.cell(at).bits;
        // The lock does not exclude threads that have not noticed yet that the value is spread: they may move it meanwhile.
        let moved = |bits| Some((with_steps(f64::from_bits(bits), steps) + step).to_bits());
        _ = bits.fetch_update(Ordering::Relaxed, Ordering::Relaxed, moved);
    }

    /// Sets the value `at` to 0, while no thread moves it. It stays spread.
    pub(crate) fn clear(&self, at: usize) {
        self.set(at, 0.0);
    }

    /// Returns the value `at`.
    #[inline]
    pub(crate) fn value(&self, at: usize) -> f64 {
        let cell = self.cell(at);
        match self.spread.get() {
            Some(spread) if cell.steps.load(Ordering::Relaxed) >= STEPS_BEFORE_SPREAD => {
                let since_set = lock(&spread.since_set);
                let steps = spread.sum(at).wrapping_add(since_set[at]);
                with_steps(f64::from_bits(cell.bits.load(Ordering::Relaxed)), steps)
            }
            _ => f64::from_bits(cell.bits.load(Ordering::Relaxed)),
        }
    }

    fn spread(&self) -> &Spread {
        self.spread.get_or_init(|| {
            Box::new(Spread {
                steps: Rows::new(),
                since_set: Mutex::new([0; Self::LEN]),
            })
        })
    }
}

impl Spread {
    #[inline]
    fn add(&self, at: usize, step: i64) {
        match self.steps.quick() {
            Some(row) => add_alone(row.cell(at), step.cast_unsigned()),
            None => self.add_as(thread::number(), at, step),
        }
    }

    #[cold]
    fn add_as(&self, thread: usize, at: usize, step: i64) {
        let step = step.cast_unsigned();
        match self.steps.writer_of(thread, || Box::new(Line::new())) {
            Writer::Own(row) => add_alone(row.cell(at), step),
            Writer::Shared(row) => _ = row.cell(at).fetch_add(step, Ordering::Relaxed),
        }
    }

    fn sum(&self, at: usize) -> u64 {
        let mut sum = 0_u64;
        self.steps.each(|(Writer::Own(row) | Writer::Shared(row))| {
            sum = sum.wrapping_add(row.cell(at).load(Ordering::Relaxed));
        });
        sum
    }
}

/// Converts a value to an integer if it is whole, its absolute value is at most `most`, and it is not -0, whose sign would be lost.
#[inline]
fn whole(value: f64, most: u64) -> Option<i64> {
    // The middle between two powers of two: on both sides, the next float is 1 away.
    const MIDDLE: f64 = 6_755_399_441_055_744.0; // 2^52 + 2^51
    // The lowest bits of this sum hold the whole part of `value`, rounded.
    let shifted = value + MIDDLE;
    let whole = shifted.to_bits().wrapping_sub(MIDDLE.to_bits());
    let whole = whole.cast_signed();
    let is_it = (shifted - MIDDLE).to_bits() == value.to_bits() && whole.unsigned_abs() <= most;
    is_it.then_some(whole)
}

/// Adds the steps that were kept apart from a value.
fn with_steps(value: f64, steps: u64) -> f64 {
    match steps.cast_signed() {
        // Not added, so that -0 keeps its sign.
        0 => value,
        steps => value + steps as f64,
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn spread() -> Values {
        let values = Values::new();
        (0..STEPS_BEFORE_SPREAD).for_each(|_| values.add(3, 1.0));
        assert_eq!(values.value(3), STEPS_BEFORE_SPREAD as f64);
        values.add(3, 1.0);
        assert!(values.spread.get().is_some());
        values
    }

    #[test]
    fn a_spread_value_is_set_exactly() {
        let values = spread();
        for value in [0.1, f64::NAN, -0.0, f64::INFINITY, 1e300, 5e-324] {
            values.set(3, value);
            assert_eq!(values.value(3).to_bits(), value.to_bits());
        }
        values.set(3, 0.1);
        values.add(3, 2.0);
        values.add(3, -1.0);
        values.add(3, 0.25);
        assert_eq!(values.value(3), 0.1 + 2.0 - 1.0 + 0.25);
        assert_eq!(values.value(2), 0.0);
    }

    #[test]
    fn large_steps_add_up_as_far_as_floats_go() {
        let (most, largest) = (LARGEST_STEP as f64, LARGEST_VALUE as f64);
        for step in [most, most * 2.0, largest, largest * 2.0, 1e300] {
            let values = spread();
            values.set(3, 0.0);
            let mut expected = 0.0;
            for _ in 0..5_000 {
                values.add(3, -step);
                expected -= step;
            }
            assert_eq!(values.value(3), expected, "{step}");
        }
    }

    #[test]
    fn minus_zero_is_what_it_is_among_floats() {
        let values = spread();
        values.set(3, -0.0);
        let mut expected = -0.0;
        for step in [-0.0, 0.0, -0.0, 1.0, -1.0, -0.0, 0.5, -0.5] {
            values.add(3, step);
            expected += step;
            assert_eq!(values.value(3).to_bits(), f64::to_bits(expected), "{step}");
        }
    }

    #[test]
    fn whole_numbers_are_told_from_others() {
        for number in [0, 1, -1, 41, -1_000_000, 1 << 51, -(1 << 51)] {
            assert_eq!(whole(number as f64, 1 << 51), Some(number));
            assert_eq!(whole(number as f64 + 0.5, 1 << 51), None, "{number}");
            let most = number.unsigned_abs();
            assert_eq!(whole(number as f64, most), Some(number));
            assert!(most == 0 || whole(number as f64, most - 1).is_none());
        }
        let middle = 6_755_399_441_055_744.0;
        for value in [middle, 1e16, f64::MAX, f64::INFINITY, f64::NAN, 5e-324] {
            assert_eq!(whole(value, 1 << 51), None, "{value}");
            assert_eq!(whole(-value, 1 << 51), None, "-{value}");
        }
        assert_eq!(whole(-0.0, 1 << 51), None);
    }

    #[test]
    fn steps_in_any_mix_of_threads_are_all_kept() {
        let values = Values::new();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100_000 {
                        values.add(0, 1.0);
                        values.add(0, 0.5);
                        values.add(0, -1.0);
                    }
                });
            }
        });
        assert_eq!(values.value(0), 8.0 * 100_000.0 * 0.5);
    }

    #[test]
    fn steps_of_one_thread_are_rounded_in_their_order() {
        let values = Values::new();
        let mut expected = 0.0;
        for i in 0..1_000 {
            let steps: &[f64] = if i % 7 == 0 {
                &[0.1, 1.0]
            } else {
                &[1.0, -3.0, 1e17]
            };
            for step in steps {
                values.add(0, *step);
                expected += step;
            }
            assert_eq!(values.value(0), expected);
        }
    }
}
