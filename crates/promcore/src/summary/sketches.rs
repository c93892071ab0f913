//! Summaries with objectives: values that wait to be taken in, and what has been.
//!
//! Each thread that observes puts its values into a ring of its own for each series, without a lock.
//! A full ring, a window that has ended and a reader have the values taken in, under the lock of the series.

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
    /// For each series, when its oldest window ends, in nanoseconds.
    ends: Box<[AtomicU64]>,
    /// For each series, what has been taken in; none until somebody observes or looks.
    windows: Box<[Mutex<Option<Windows>>]>,
}

/// The values of a thread, for each series.
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

    /// Takes a value of the series `at`, which was made at `created`.
    #[inline]
    pub(crate) fn observe(&self, at: usize, value: f64, created: impl FnOnce() -> Timestamp) {
        if let Some(row) = self.rows.quick()
            && row[at].quick(value)
        {
            return;
        }
        self.observe_as(thread::number(), at, value, created());
    }

    /// Takes a value as the thread with the number `thread` does.
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
        // Relaxed: a window that ends in this moment may still take the value.
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
            // Whoever shares the row has no ring.
            Writer::Shared(_) => self.with_windows(at, created, |windows| {
                windows.insert(&[value], &self.shape.objectives);
            }),
        }
    }

    /// Locks what was taken in of the series `at`, which was made at `created`.
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

    /// Takes the values of all threads in, and forgets what is too old.
    fn take_in(&self, at: usize, windows: &mut Windows, now: Timestamp) {
        if windows.end() < now {
            // Of the others it is not known that they came before the end.
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
            // Nobody has observed yet.
            None => {
                let unknown = |objective: &Objective| Quantile::new(objective.quantile, f64::NAN);
                value.quantiles.extend(objectives.iter().map(unknown));
                (0, 0.0)
            }
        };
    }

    /// Makes the series `at` empty, while nobody observes it.
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

/// The end of a window that is not known yet: any time is later.
const UNKNOWN: u64 = i64::MIN.cast_unsigned();
