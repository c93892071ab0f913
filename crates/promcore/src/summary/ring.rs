//! The values of a thread that wait to be merged.
//!
//! The thread puts them in with plain loads and stores; a holder of the lock of the series takes them out.
//! Values are numbered from 0 and have slots by their numbers; how many were put in and taken out tells which slots are filled.

use crate::sync::{AtomicU64, AtomicUsize, OnceLock, Ordering};
use crate::time::Timestamp;

/// A ring buffer of values.
// On cache lines that no other thread writes to while it observes.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Ring {
    /// The number of values that were put in.
    end: AtomicU64,
    /// The number of values that were taken out.
    start: AtomicU64,
    /// From this number on, a value takes the slow path.
    limit: AtomicU64,
    /// Values below this number were put in before the thread read the clock.
    timed: AtomicU64,
    /// When the thread read the clock, in nanoseconds.
    looked: AtomicU64,
    /// Which of the buffers is in use.
    level: AtomicUsize,
    /// Each has a quarter of the next one's length, so that a rarely observed series takes little memory.
    slots: [OnceLock<Box<[AtomicU64]>>; LEVELS],
}

const LEVELS: usize = 4;

/// The maximum number of values for which a thread reads the clock only once.
const RUN: u64 = 64;

/// Which values to take out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Which {
    All,
    /// Those that were put in before the thread last read the clock.
    Timed,
}

impl Ring {
    pub(crate) fn new() -> Self {
        Self {
            end: AtomicU64::new(0),
            start: AtomicU64::new(0),
            limit: AtomicU64::new(0),
            timed: AtomicU64::new(0),
            looked: AtomicU64::new(0),
            level: AtomicUsize::new(0),
            slots: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// Puts a value in, and returns whether it did: not if it has to take the slow path.
    // Relaxed, here and below: unless noted, only written by the thread itself or under the lock.
    #[inline]
    pub(crate) fn quick(&self, value: f64) -> bool {
        let end = self.end.load(Ordering::Relaxed);
        if end < self.limit.load(Ordering::Relaxed)
            && let Some(slots) = self.slots[self.level.load(Ordering::Relaxed) % LEVELS].get()
        {
            self.write(slots, end, value);
            return true;
        }
        false
    }

    #[inline]
    fn write(&self, slots: &[AtomicU64], end: u64, value: f64) {
        slots[end as usize & (slots.len() - 1)].store(value.to_bits(), Ordering::Relaxed);
        // Release: a thread that sees this number also sees the value, and the time read for it.
        self.end.store(end + 1, Ordering::Release);
    }

    /// Returns the room for values, of which there may be at most `most`.
    pub(crate) fn room(&self, most: usize) -> u64 {
        let len = self.slots(most).len().min(most) as u64;
        let end = self.end.load(Ordering::Relaxed);
        // Acquire: values that were taken out have been read.
        len - (end - self.start.load(Ordering::Acquire))
    }

    fn slots(&self, most: usize) -> &[AtomicU64] {
        let level = self.level.load(Ordering::Relaxed) % LEVELS;
        self.slots[level].get_or_init(|| {
            let all = most.next_power_of_two();
            let len = (all >> (2 * (LEVELS - 1 - level))).max(1);
            (0..len).map(|_| AtomicU64::new(0)).collect()
        })
    }

    /// Puts a value in, for which there is room, just after the thread has read the clock.
    ///
    /// The values until it reads the clock again are a run; after a run within `patience` the next is equally long, or twice as long if there is time for that, up to 64 values.
    /// Without `patience`, the thread reads the clock for each value.
    pub(crate) fn put(&self, value: f64, most: usize, now: Timestamp, patience: Option<i64>) {
        let end = self.end.load(Ordering::Relaxed);
        let last = self.looked.load(Ordering::Relaxed).cast_signed();
        let now = now.unix_nanos();
        self.looked.store(now.cast_unsigned(), Ordering::Relaxed);
        let took = now.saturating_sub(last);
        let run = end + 1 - self.timed.load(Ordering::Relaxed);
        let run = match patience {
            Some(patience) if took.saturating_mul(2) <= patience => (2 * run).min(RUN),
            Some(patience) if took <= patience => run,
            _ => 1,
        };
        self.timed.store(end + 1, Ordering::Relaxed);
        self.limit
            .store(end + run.min(self.room(most)), Ordering::Relaxed);
        self.write(self.slots(most), end, value);
    }

    /// Takes values out and passes them to `take` in parts. Callers hold the lock of the series.
    pub(crate) fn take(&self, which: Which, mut take: impl FnMut(&[f64])) {
        // Acquire: pairs with the release in `write`.
        let mut end = self.end.load(Ordering::Acquire);
        if which == Which::Timed {
            end = end.min(self.timed.load(Ordering::Relaxed));
        }
        let mut start = self.start.load(Ordering::Relaxed);
        let Some(slots) = self.slots[self.level.load(Ordering::Relaxed) % LEVELS].get() else {
            return;
        };
        let mut some = [0.0; 64];
        while start < end {
            let len = (end - start).min(some.len() as u64) as usize;
            for (value, number) in some[..len].iter_mut().zip(start..) {
                let slot = &slots[number as usize & (slots.len() - 1)];
                *value = f64::from_bits(slot.load(Ordering::Relaxed));
            }
            take(&some[..len]);
            start += len as u64;
        }
        // Release: pairs with the acquire in `room`.
        self.start.store(start, Ordering::Release);
    }

    /// Makes room for more values, after all were taken out. The thread holds the lock of the series.
    pub(crate) fn grow(&self) {
        let level = self.level.load(Ordering::Relaxed);
        self.level
            .store((level + 1).min(LEVELS - 1), Ordering::Relaxed);
    }

    /// Drops all values, while no thread observes the series.
    pub(crate) fn clear(&self) {
        let end = self.end.load(Ordering::Relaxed);
        self.start.store(end, Ordering::Relaxed);
        self.timed.store(end, Ordering::Relaxed);
        self.limit.store(0, Ordering::Relaxed);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const CAPACITY: usize = 500;

    /// Puts `count` values in, at times that are `step` apart, and returns for how many of them the thread read the clock.
    fn looks(ring: &Ring, count: i64, step: i64) -> usize {
        let look = |n: i64| {
            let is_quick = ring.quick(n as f64);
            if !is_quick {
                if ring.room(CAPACITY) == 0 {
                    ring.take(Which::All, |_| ());
                    ring.grow();
                }
                let now = Timestamp::from_unix_nanos((n + 1) * step);
                ring.put(n as f64, CAPACITY, now, Some(100));
            }
            !is_quick
        };
        (0..count).filter(|&n| look(n)).count()
    }

    fn taken(ring: &Ring, which: Which) -> Vec<f64> {
        let mut all = Vec::new();
        ring.take(which, |values| all.extend_from_slice(values));
        all
    }

    #[test]
    fn values_come_out_as_they_went_in_and_once() {
        let ring = Ring::new();
        for first in [0, 20, 600, 2_000] {
            let values = first..first + 8;
            values.clone().for_each(|n| {
                ring.put(f64::from(n), CAPACITY, Timestamp::from_unix_nanos(0), None);
            });
            assert_eq!(
                taken(&ring, Which::All),
                values.map(f64::from).collect::<Vec<_>>()
            );
            assert!(taken(&ring, Which::All).is_empty());
        }
    }

    #[test]
    fn a_ring_grows_when_it_was_full() {
        let ring = Ring::new();
        let mut rooms = Vec::new();
        for _ in 0..4 {
            rooms.push(ring.room(CAPACITY));
            while ring.room(CAPACITY) > 0 {
                ring.put(1.0, CAPACITY, Timestamp::from_unix_nanos(0), None);
            }
            ring.take(Which::All, |_| ());
            ring.grow();
        }
        assert_eq!(rooms, [8, 32, 128, 500]);
    }

    #[test]
    fn the_clock_is_asked_seldom_while_values_come_fast() {
        let ring = Ring::new();
        assert_eq!(looks(&ring, 100, 101), 100, "slow");
        assert!((25..50).contains(&looks(&ring, 1_600, 1)), "fast");
        assert_eq!(
            looks(&Ring::new(), 1 << 10, 50),
            (1 << 10) / 2,
            "two in that time"
        );
    }

    #[test]
    fn values_after_the_last_look_are_known_to_be_without_a_time() {
        let ring = Ring::new();
        looks(&ring, 32, 1);
        ring.take(Which::All, |_| ());
        looks(&ring, 7, 1);
        let timed = taken(&ring, Which::Timed);
        assert_eq!(timed.len() + taken(&ring, Which::All).len(), 7);
        assert!(taken(&ring, Which::Timed).is_empty());
        ring.clear();
        assert_eq!(looks(&ring, 1, 1), 1, "another series starts");
    }
}
