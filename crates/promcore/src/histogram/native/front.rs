//! The counts of a thread's usual buckets, written without a lock.
//!
//! As in the stripes of classic histograms, a bucket is written first, then the sum, and the total count last, so that a reader can tell whether it has seen whole observations only.
//! Everything else happens under the lock of the thread's other counts: making room for more buckets, and reading.

use crate::cell::sum::add_alone;
use crate::sync::{AtomicU64, AtomicUsize, OnceLock, Ordering, fence, pause};

/// Counts of neighbouring buckets, with the sum of a thread's observations.
// On cache lines that no other thread writes to while it observes.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Front {
    /// The number of observations in the buckets.
    count: AtomicU64,
    /// The sum of all observations of the thread.
    sum: AtomicU64,
    /// The number of the first bucket.
    first: AtomicU64,
    /// The number of readers that ask the thread to take the lock.
    waiting: AtomicUsize,
    chunks: [OnceLock<Box<[AtomicU64; CHUNK]>>; CHUNKS],
}

/// The number of buckets in a chunk.
const CHUNK: usize = 32;

/// The number of chunks, each of which is made for the first observation in it.
const CHUNKS: usize = 12;

/// Attempts of a reader before it asks the thread to wait.
const READ_RETRIES: usize = if cfg!(loom) { 1 } else { 32 };

impl Front {
    pub(crate) fn new() -> Self {
        Self {
            count: AtomicU64::new(0),
            sum: AtomicU64::new(0),
            first: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            chunks: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// Counts an observation in a bucket, and returns whether it did: not if there is no room for the bucket, or a reader waits.
    #[inline]
    pub(crate) fn quick(&self, bucket: i32, times: u64, amount: f64) -> bool {
        // Relaxed: it does no harm if a thread notices a waiting reader a moment later.
        if self.waiting.load(Ordering::Relaxed) == 0
            && let Some(cell) = self.cell(bucket)
        {
            self.write(cell, times, amount);
            return true;
        }
        false
    }

    /// Counts an observation in a bucket, making room for it if possible. The thread holds the lock.
    pub(crate) fn count(&self, bucket: i32, times: u64, amount: f64) -> bool {
        if self.chunks.iter().all(|chunk| chunk.get().is_none()) {
            // Most of the following observations are close to the first one.
            let chunk = bucket.div_euclid(CHUNK as i32) - CHUNKS as i32 / 2;
            let first = i64::from(chunk * CHUNK as i32).cast_unsigned();
            // Relaxed: only written here, by the thread that reads it without the lock.
            self.first.store(first, Ordering::Relaxed);
        }
        let chunk = self.chunks.get(self.offset(bucket) / CHUNK);
        if let Some(chunk) = chunk {
            chunk.get_or_init(|| Box::new(std::array::from_fn(|_| AtomicU64::new(0))));
        }
        let cell = self.cell(bucket);
        if let Some(cell) = cell {
            self.write(cell, times, amount);
        }
        cell.is_some()
    }

    #[inline]
    fn offset(&self, bucket: i32) -> usize {
        let first = self.first.load(Ordering::Relaxed).cast_signed();
        (i64::from(bucket) - first) as usize
    }

    #[inline]
    fn cell(&self, bucket: i32) -> Option<&AtomicU64> {
        let offset = self.offset(bucket);
        let chunk = self.chunks.get(offset / CHUNK)?.get()?;
        Some(&chunk[offset % CHUNK])
    }

    #[inline]
    fn write(&self, cell: &AtomicU64, times: u64, amount: f64) {
        add_alone(cell, times);
        self.add_to_sum(amount);
        // Relaxed: this thread is the only writer.
        let count = self.count.load(Ordering::Relaxed).wrapping_add(times);
        // Release: a reader that sees this count also sees everything that it counts.
        self.count.store(count, Ordering::Release);
    }

    /// Adds to the sum; without the lock, it is only called between writing a bucket and the count.
    #[inline]
    pub(crate) fn add_to_sum(&self, amount: f64) {
        // Relaxed: this thread is the only writer.
        let sum = f64::from_bits(self.sum.load(Ordering::Relaxed)) + amount;
        // Release: a reader that sees this sum also sees the bucket, and thus that the buckets are ahead of the count.
        self.sum.store(sum.to_bits(), Ordering::Release);
    }

    /// Reads the buckets into `buckets`, and returns the count and the sum. The reader holds the lock.
    pub(crate) fn read(&self, buckets: &mut Vec<(i32, u64)>) -> (u64, f64) {
        if let Some(read) = (0..READ_RETRIES).find_map(|_| self.try_read(buckets)) {
            return read;
        }
        // Relaxed: the thread need not see it immediately, only soon; then it waits for the lock.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let read = loop {
            if let Some(read) = self.try_read(buckets) {
                break read;
            }
            // An observation is in progress; its thread may have to be scheduled first.
            pause();
        };
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        read
    }

    /// Reads everything, unless the thread writes meanwhile.
    fn try_read(&self, buckets: &mut Vec<(i32, u64)>) -> Option<(u64, f64)> {
        buckets.clear();
        // Acquire: all observations up to this count are seen below.
        let count = self.count.load(Ordering::Acquire);
        let sum = f64::from_bits(self.sum.load(Ordering::Relaxed));
        // Acquire: if the sum includes a later observation, its bucket is seen below, too.
        fence(Ordering::Acquire);
        let mut in_buckets = 0_u64;
        for (bucket, cell) in self.cells() {
            let count = cell.load(Ordering::Relaxed);
            in_buckets = in_buckets.wrapping_add(count);
            if count > 0 {
                buckets.push((bucket, count));
            }
        }
        (in_buckets == count).then_some((count, sum))
    }

    fn cells(&self) -> impl Iterator<Item = (i32, &AtomicU64)> {
        let first = self.first.load(Ordering::Relaxed).cast_signed() as i32;
        let chunks = (first..).step_by(CHUNK).zip(&self.chunks);
        let made = chunks.filter_map(|(first, chunk)| Some((first, chunk.get()?)));
        made.flat_map(|(first, chunk)| (first..).zip(&**chunk))
    }

    /// Clears everything, while no thread observes the series.
    pub(crate) fn clear(&self) {
        // Relaxed: handing the series over orders this before the next observation.
        self.cells()
            .for_each(|(_, cell)| cell.store(0, Ordering::Relaxed));
        self.sum.store(0, Ordering::Relaxed);
        self.count.store(0, Ordering::Relaxed);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn buckets_near_the_first_one_have_a_place() {
        let front = Front::new();
        assert!(!front.quick(7, 1, 0.5), "there is no place yet");
        for (bucket, has_place) in [
            (7, true),
            (-185, true),
            (190, true),
            (300, false),
            (i32::MIN, false),
        ] {
            assert_eq!(front.count(bucket, 2, 1.5), has_place, "{bucket}");
        }
        assert!(front.quick(8, 1, 0.5) && !front.quick(40, 1, 0.5));
        front.add_to_sum(10.0);
        let mut buckets = Vec::new();
        assert_eq!(front.read(&mut buckets), (7, 15.0));
        assert_eq!(buckets, [(-185, 2), (7, 2), (8, 1), (190, 2)]);
        front.clear();
        assert_eq!(front.read(&mut buckets), (0, 0.0));
        assert!(buckets.is_empty() && front.quick(7, 1, 0.5));
    }

    #[test]
    fn a_thread_leaves_a_waiting_reader_alone() {
        let front = Front::new();
        assert!(front.count(7, 1, 0.5));
        front.waiting.fetch_add(1, Ordering::Relaxed);
        assert!(!front.quick(7, 1, 0.5));
        front.waiting.fetch_sub(1, Ordering::Relaxed);
        assert!(front.quick(7, 1, 0.5));
    }
}
