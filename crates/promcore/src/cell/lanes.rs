//! Sums of floats that do not wait for each other.
//!
//! Adding to a float in memory takes as long as the last sum takes to get there and back, which is several times as long as the addition itself.
//! So a thread that adds often spreads its additions to a sum over four lanes, in turn.
//! The first additions of a thread all go to the same lane: as long as there are few, their order decides the last digit, and Go keeps the order.

use std::cell::Cell;

use crate::sync::{AtomicU64, Ordering};

/// How many lanes a sum has.
pub(crate) const LANES: usize = 4;

/// Additions that a thread makes in their order.
const IN_ORDER: i64 = 1 << 16;

thread_local! {
    // Const and without a destructor: reading it is one load. Negative at first, until the additions in order are made.
    static TURN: Cell<i64> = const { Cell::new(-IN_ORDER) };
}

/// Returns the lane for this thread's next addition.
#[inline]
pub(crate) fn next() -> usize {
    let turn = TURN.get();
    TURN.set(turn.wrapping_add(1));
    turn.max(0) as usize % LANES
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
