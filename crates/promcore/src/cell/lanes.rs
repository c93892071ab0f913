//! Sums of floats without waiting for each other.
//!
//! Adding to a float in memory must wait until the previous sum has been stored and loaded again, which takes several times as long as the addition.
//! So a thread that adds often spreads its additions to a sum over four lanes in turn.
//! The first additions of a thread all go to the same lane: while there are few, their order decides the last digit, and Go keeps the order.

use crate::cell::split::HERE;
use crate::cell::thread::{self, NO_PLACE};
use crate::sync::{AtomicU64, Ordering};

/// The number of lanes of a sum.
pub(crate) const LANES: usize = 4;

/// The number of additions that a thread makes in order.
const IN_ORDER: usize = 1 << 16;

/// Returns the place of this thread's next addition in the inline rows of all lanes; `None` if the thread has no inline row or still adds in order.
///
/// One number holds both: the thread in the lowest bits, its turn above.
#[inline]
pub(crate) fn next_here() -> Option<usize> {
    thread::with_place(|place| {
        // Incremented without checking whether it is a place: overflowing from one range to the other takes centuries.
        let next = place.get().wrapping_add(HERE as u64);
        place.set(next);
        (next < NO_PLACE).then_some(next as usize % (LANES * HERE))
    })
}

/// Returns the lane of this thread's next addition; `None` if it still adds in order.
///
/// Callers treat `None` as a rare case: the branch costs less than branch-free code.
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

/// Returns the lane of this thread's next addition, and sets up places for the following ones.
pub(crate) fn next() -> usize {
    let number = thread::number_or_large();
    let lane = next_in_turn();
    if lane.is_some() && number < HERE {
        thread::with_place(|place| place.set(number as u64));
    }
    lane.unwrap_or_else(|| {
        thread::with_turn(|turn| turn.set(turn.get() + 1));
        0
    })
}

/// Adds to a lane that only this thread writes to.
#[inline]
pub(crate) fn add_alone(lane: &AtomicU64, amount: f64) {
    // Relaxed, with a separate load and store: this thread is the only writer, and readers need some recent value.
    let sum = f64::from_bits(lane.load(Ordering::Relaxed)) + amount;
    lane.store(sum.to_bits(), Ordering::Relaxed);
}

/// Adds to a lane that other threads may write to as well.
pub(crate) fn add_together(lane: &AtomicU64, amount: f64) {
    let add = |bits| Some((f64::from_bits(bits) + amount).to_bits());
    // Relaxed: a sum is not ordered with anything else.
    _ = lane.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
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

    #[test]
    fn threads_of_the_block_have_places_after_the_additions_in_order() {
        let places = std::thread::spawn(|| {
            let number = thread::number();
            for _ in 0..IN_ORDER {
                assert_eq!((next_here(), next()), (None, 0));
            }
            next();
            (number, [(); LANES + 1].map(|()| next_here()))
        });
        let (number, places) = places.join().unwrap();
        let expected = [2, 4, 6, 0, 2].map(|lane| (number < HERE).then_some(lane + number));
        assert_eq!(places, expected);
    }
}
