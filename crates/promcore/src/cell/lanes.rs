//! Sums of floats that do not wait for each other.
//!
//! Adding to a float in memory takes as long as the last sum takes to get there and back, which is several times as long as the addition itself.
//! So a thread that adds often spreads its additions to a sum over four lanes, in turn.
//! The first additions of a thread all go to the same lane: as long as there are few, their order decides the last digit, and Go keeps the order.

use crate::cell::split::HERE;
use crate::cell::thread::{self, NO_PLACE};
use crate::sync::{AtomicU64, Ordering};

/// How many lanes a sum has.
pub(crate) const LANES: usize = 4;

/// Additions that a thread makes in their order.
const IN_ORDER: usize = 1 << 16;

/// Returns the place of this thread's next addition among `LANES` rows of the threads that have theirs right in the block, unless it is not one of them or adds in order.
///
/// One number tells it all: the thread in the lowest bits, its turn above.
#[inline]
pub(crate) fn next_here() -> Option<usize> {
    thread::with_place(|place| {
        // In one go, whether it is a place or not: it takes centuries to get from one to the other.
        let next = place.get().wrapping_add(HERE as u64);
        place.set(next);
        (next < NO_PLACE).then_some(next as usize % (LANES * HERE))
    })
}

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

/// Returns the lane for this thread's next addition, and sees to it that the ones to come have places.
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
