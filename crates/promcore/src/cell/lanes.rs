//! Sums of floats that do not wait for each other.
//!
//! Adding to a float in memory takes as long as the last sum takes to get there and back, which is several times as long as the addition itself.
//! So a thread that adds often spreads its additions to a sum over four lanes, in turn.
//! The first additions of a thread all go to the same lane: as long as there are few, their order decides the last digit, and Go keeps the order.

use crate::cell::thread;
use crate::sync::{AtomicU64, Ordering};

/// How many lanes a sum has.
pub(crate) const LANES: usize = 4;

/// Additions that a thread makes in their order.
const IN_ORDER: usize = 1 << 16;

/// Returns the lane for this thread's next addition, unless that is one of those in order.
///
/// These are for callers to treat as a rare case: a branch costs less than finding out without one.
#[inline]
pub(crate) fn next_in_turn() -> Option<usize> {
    thread::with_turn(|turn| {
        let now = turn.get();
        if now < IN_ORDER {
            return None;
        }
        turn.set(now.wrapping_add(1));
        Some(now % LANES)
    })
}

/// Returns the lane for this thread's next addition.
pub(crate) fn next() -> usize {
    next_in_turn().unwrap_or_else(|| {
        thread::with_turn(|turn| turn.set(turn.get() + 1));
        0
    })
}

/// Adds to a lane that no other thread writes to.
#[inline]
pub(crate) fn add_alone(lane: &AtomicU64, amount: f64) {
    // Relaxed, and two steps instead of one: this thread is the only writer, and readers want some recent value.
    let sum = f64::from_bits(lane.load(Ordering::Relaxed)) + amount;
    lane.store(sum.to_bits(), Ordering::Relaxed);
}

/// Adds to a lane that others may write to as well.
pub(crate) fn add_together(lane: &AtomicU64, amount: f64) {
    let add = |bits| Some((f64::from_bits(bits) + amount).to_bits());
    // Relaxed: a sum orders nothing but itself.
    _ = lane.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
}

/// Returns the sum of lanes.
#[inline]
pub(crate) fn sum<'a>(lanes: impl Iterator<Item = &'a AtomicU64>) -> f64 {
    // Relaxed: a reader wants some recent value.
    lanes.fold(0.0, |sum, lane| {
        sum + f64::from_bits(lane.load(Ordering::Relaxed))
    })
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn lanes_take_turns_after_the_additions_in_order() {
        let lanes = std::thread::spawn(|| {
            for _ in 0..IN_ORDER {
                assert_eq!((next_in_turn(), next()), (None, 0));
            }
            [next_in_turn(), Some(next()), next_in_turn(), Some(next())]
        });
        assert_eq!(lanes.join().unwrap(), [Some(0), Some(1), Some(2), Some(3)]);
    }
}
