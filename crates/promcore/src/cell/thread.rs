//! Small dense numbers for live threads.
//!
//! A number belongs to one live thread at a time.
//! When the thread ends, its number returns to a pool and the next new thread takes it, so numbers stay below the largest number of threads that ever wrote concurrently.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use std::sync::{Mutex, PoisonError};

/// Threads beyond this many concurrent ones have no number of their own.
pub(crate) const MAX_THREADS: usize = 512;

/// The number of threads without one of their own: those beyond [`MAX_THREADS`], and those that are already ending.
pub(crate) const NOBODY: usize = MAX_THREADS;

/// Numbers from here on are not places: a thread's initial value, and its value after it lost its number.
pub(crate) const NO_PLACE: u64 = 1 << 63;

/// The thread has not asked for a number yet.
const UNASKED: usize = usize::MAX;

/// What a thread knows about itself, in one struct, so that a single address leads to all of it.
struct Own {
    number: Cell<usize>,
    /// Passed by [`with_turn`].
    turn: Cell<usize>,
    /// Passed by [`with_place`].
    place: Cell<u64>,
}

thread_local! {
    // Const and without a destructor, so that reading it is one load.
    static OWN: Own = const {
        Own {
            number: Cell::new(UNASKED),
            turn: Cell::new(0),
            place: Cell::new(NO_PLACE),
        }
    };
    // Holds the number until the thread ends; its destructor returns the number.
    static LEASE: Lease = Lease::take();
}

/// Returns the number of this thread, or at least [`MAX_THREADS`] if [`number`] must be called.
#[inline]
pub(crate) fn number_or_large() -> usize {
    OWN.with(|own| own.number.get())
}

/// Passes a counter of this thread to `act`, initially 0, for taking turns.
#[inline]
pub(crate) fn with_turn<T>(act: impl FnOnce(&Cell<usize>) -> T) -> T {
    OWN.with(|own| act(&own.turn))
}

/// Passes a number of this thread to `act`, which is [`NO_PLACE`] initially and after the thread lost its own number.
#[inline]
pub(crate) fn with_place<T>(act: impl FnOnce(&Cell<u64>) -> T) -> T {
    OWN.with(|own| act(&own.place))
}

/// Returns the number of this thread, taking one if it has none; [`NOBODY`] if none is available.
#[cold]
pub(crate) fn number() -> usize {
    if OWN.with(|own| own.number.get()) == UNASKED {
        // If this fails, the destructor of the lease has run and left `NOBODY` behind.
        let number = LEASE.try_with(|lease| lease.0).unwrap_or(NOBODY);
        OWN.with(|own| own.number.set(number));
    }
    OWN.with(|own| own.number.get())
}

struct Lease(usize);

impl Lease {
    fn take() -> Self {
        Self(Pool::with(Pool::take))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Destructors of other thread-locals may still write; from here on they share a cell.
        OWN.with(|own| {
            own.number.set(NOBODY);
            own.place.set(NO_PLACE);
        });
        Pool::with(|pool| pool.give_back(self.0));
    }
}

/// The free numbers.
///
/// Its lock makes reused cells single-writer: everything the former owner wrote happens before the next owner's first write.
struct Pool {
    free: BinaryHeap<Reverse<usize>>,
    unused: usize,
}

static POOL: Mutex<Pool> = Mutex::new(Pool {
    free: BinaryHeap::new(),
    unused: 0,
});

impl Pool {
    fn with<T>(act: impl FnOnce(&mut Self) -> T) -> T {
        act(&mut POOL.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the smallest free number, so that few are in use.
    fn take(&mut self) -> usize {
        if let Some(Reverse(number)) = self.free.pop() {
            return number;
        }
        if self.unused == MAX_THREADS {
            return NOBODY;
        }
        self.unused += 1;
        self.unused - 1
    }

    fn give_back(&mut self, number: usize) {
        if number < MAX_THREADS {
            self.free.push(Reverse(number));
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::Barrier;

    use super::*;

    fn taken() -> usize {
        let number = number();
        assert_eq!(number, number_or_large());
        number
    }

    #[test]
    fn live_threads_never_share_a_number() {
        let barrier = Barrier::new(8);
        let mut numbers: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let number = taken();
                        barrier.wait();
                        number
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 8);
    }

    #[test]
    fn numbers_are_used_again() {
        for _ in 0..10_000 {
            assert!(std::thread::spawn(taken).join().unwrap() < MAX_THREADS);
        }
    }

    #[test]
    fn a_pool_hands_out_the_smallest_and_then_nothing() {
        let mut pool = Pool {
            free: BinaryHeap::new(),
            unused: 0,
        };
        for expected in 0..MAX_THREADS {
            assert_eq!(pool.take(), expected);
        }
        assert_eq!(pool.take(), NOBODY);
        pool.give_back(NOBODY);
        pool.give_back(7);
        pool.give_back(3);
        assert_eq!((pool.take(), pool.take(), pool.take()), (3, 7, NOBODY));
    }
}
