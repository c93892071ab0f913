//! Summaries with objectives: values that wait, and merged ones.
//!
//! Each observing thread puts its values into a ring of its own for each series, without a lock.
//! When a ring is full, a window has ended, or the series is read, values are merged under the lock of the series.

use crate::cell::rows::{Rows, Writer};
use crate::cell::thread;
use crate::family::{Quantile, SummaryValue};
use crate::summary::SummaryShape;
use crate::summary::ring::{Ring, Which};
use crate::summary::stream::Objective;
use crate::summary::windows::Windows;
use crate::sync::{Arc, AtomicU64, Mutex, Ordering, lock};
use crate::time::Timestamp;

/// A block of summaries with equal options.
#[derive(Debug)]
pub(crate) struct Sketches {
    shape: Arc<SummaryShape>,
    rows: Rows<Row>,
    /// For each series, the end of its oldest window in nanoseconds.
    ends: Box<[AtomicU64]>,
    /// For each series, the merged values; `None` until something was merged.
    windows: Box<[Mutex<Option<Windows>>]>,
}

/// The waiting values of a thread, for each series.
pub(crate) type Row = Box<[Ring]>;

impl Sketches {
    pub(crate) fn new(series: usize, shape: &Arc<SummaryShape>) -> Self {
        Self {
            shape: Arc::clone(shape),
            rows: Rows::new(),
            ends: (0..series).map(|_| AtomicU64::new(UNKNOWN)).collect(),
            windows: (0..series).map(|_| Mutex::new(None)).collect(),
        }
    }

    /// Records a value in the series `at`, which was created at `created`.
    #[inline]
    pub(crate) fn observe(&self, at: usize, value: f64, created: impl FnOnce() -> Timestamp) {
        if let Some(row) = self.rows.quick()
            && row[at].quick(value)
        {
            return;
        }
        self.observe_as(thread::number(), at, value, created());
    }

    /// Records a value on behalf of the thread number `thread`.
    #[cold]
    #[inline(never)]
    pub(crate) fn observe_as(&self, thread: usize, at: usize, value: f64, created: Timestamp) {
        let new = || self.ends.iter().map(|_| Ring::new()).collect();
        let row = self.rows.writer_of(thread, new);
        if let Writer::Own(row) = row
            && row[at].quick(value)
        {
            return;
        }
        let now = self.shape.clock.now();
        // Relaxed: a window that is just ending may still get the value.
        if now.unix_nanos() > self.ends[at].load(Ordering::Relaxed).cast_signed() {
            self.with_windows(at, created, |windows| self.take_in(at, windows, now));
        }
        let most = self.shape.buffer;
        match row {
            Writer::Own(row) => {
                let ring = &row[at];
                if ring.room(most) == 0 {
                    self.with_windows(at, created, |windows| {
                        self.insert(windows, ring, Which::All);
                        ring.grow();
                    });
                }
                ring.put(value, most, now, self.shape.patience);
            }
            // Threads that share a row have no ring.
            Writer::Shared(_) => self.with_windows(at, created, |windows| {
                windows.insert(&[value], &self.shape.objectives);
            }),
        }
    }

    /// Locks the merged values of the series `at`, which was created at `created`.
    fn with_windows(&self, at: usize, created: Timestamp, act: impl FnOnce(&mut Windows)) {
        let mut windows = lock(&self.windows[at]);
        act(windows.get_or_insert_with(|| {
            let windows = Windows::new(created, self.shape.ages);
            self.publish_end(at, &windows);
            windows
        }));
    }

    fn publish_end(&self, at: usize, windows: &Windows) {
        let end = windows.end().unix_nanos().cast_unsigned();
        // Relaxed: only written under the lock of the windows.
        self.ends[at].store(end, Ordering::Relaxed);
    }

    fn insert(&self, windows: &mut Windows, ring: &Ring, which: Which) {
        ring.take(which, |values| {
            windows.insert(values, &self.shape.objectives)
        });
    }

    /// Merges the values of all threads, and forgets those that are too old.
    fn take_in(&self, at: usize, windows: &mut Windows, now: Timestamp) {
        if windows.end() < now {
            // Only of these it is known that they came before the end.
            self.insert_all(at, windows, Which::Timed);
            windows.rotate(now, self.shape.ages);
            self.publish_end(at, windows);
        }
        self.insert_all(at, windows, Which::All);
    }

    fn insert_all(&self, at: usize, windows: &mut Windows, which: Which) {
        self.rows.each(|row| {
            let (Writer::Own(row) | Writer::Shared(row)) = row;
            self.insert(windows, &row[at], which);
        });
    }

    /// Reads the series `at`.
    pub(crate) fn read(&self, at: usize, value: &mut SummaryValue) {
        let now = self.shape.clock.now();
        let objectives = &self.shape.objectives;
        value.quantiles.clear();
        (value.count, value.sum) = match &mut *lock(&self.windows[at]) {
            Some(windows) => {
                self.take_in(at, windows, now);
                windows.read(objectives, &mut value.quantiles)
            }
            // Nothing has been merged yet.
            None => {
                let unknown = |objective: &Objective| Quantile::new(objective.quantile, f64::NAN);
                value.quantiles.extend(objectives.iter().map(unknown));
                (0, 0.0)
            }
        };
    }

    /// Clears the series `at`, while no thread observes it.
    pub(crate) fn clear(&self, at: usize) {
        let mut windows = lock(&self.windows[at]);
        *windows = None;
        self.rows.each(|row| {
            let (Writer::Own(row) | Writer::Shared(row)) = row;
            row[at].clear();
        });
        // Relaxed: only written under the lock of the windows.
        self.ends[at].store(UNKNOWN, Ordering::Relaxed);
    }
}

/// The end of an unknown window: any time is later.
const UNKNOWN: u64 = i64::MIN.cast_unsigned();
