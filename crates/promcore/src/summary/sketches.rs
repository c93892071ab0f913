//! Summaries with objectives: values that wait to be taken in, and what has been.
//!
//! Each thread that observes puts its values into a buffer of its own for each series, under a lock that nobody else wants but whoever reads the series.
//! A full buffer, a window that has ended and a reader have the values taken in.

use crate::cell::rows::{Rows, Writer};
use crate::cell::thread;
use crate::family::{Quantile, SummaryValue};
use crate::summary::SummaryShape;
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
pub(crate) type Row = Box<[Mutex<Vec<f64>>]>;

impl Sketches {
    pub(crate) fn new(series: usize, shape: &Arc<SummaryShape>) -> Self {
        Self {
            shape: Arc::clone(shape),
            rows: Rows::new(),
            ends: (0..series).map(|_| AtomicU64::new(UNKNOWN)).collect(),
            windows: (0..series).map(|_| Mutex::new(None)).collect(),
        }
    }

    /// Takes a value of the series `at`, which was made at `born`.
    pub(crate) fn observe(&self, at: usize, value: f64, born: impl Fn() -> Timestamp) {
        let row = self
            .rows
            .quick()
            .unwrap_or_else(|| self.row_of(thread::number()));
        self.observe_in(row, at, value, born);
    }

    /// Takes a value into the row of a thread.
    pub(crate) fn observe_in(
        &self,
        row: &Row,
        at: usize,
        value: f64,
        born: impl Fn() -> Timestamp,
    ) {
        let now = self.shape.clock.now();
        // Relaxed: a window that ends in this moment may still take the value.
        if now.unix_nanos() > self.ends[at].load(Ordering::Relaxed).cast_signed() {
            self.take_in(at, now, born());
        }
        let is_full = {
            let mut buffer = lock(&row[at]);
            buffer.push(value);
            buffer.len() >= self.shape.buffer
        };
        if is_full {
            self.take_in_of(at, row, now, born());
        }
    }

    /// Returns the row of the thread with the number `thread`.
    #[cold]
    pub(crate) fn row_of(&self, thread: usize) -> &Row {
        let new = || self.ends.iter().map(|_| Mutex::new(Vec::new())).collect();
        let (Writer::Own(row) | Writer::Shared(row)) = self.rows.writer_of(thread, new);
        row
    }

    /// Takes the values of one thread in.
    #[cold]
    fn take_in_of(&self, at: usize, row: &Row, now: Timestamp, born: Timestamp) {
        // The lock of the windows first: so nobody reads while values are in neither of the two.
        let mut windows = lock(&self.windows[at]);
        let windows = windows.get_or_insert_with(|| Windows::new(born, self.shape.ages));
        let mut buffer = lock(&row[at]);
        windows.insert(&buffer, &self.shape.objectives);
        buffer.clear();
        drop(buffer);
        self.rotate(at, windows, now);
    }

    /// Takes the values of all threads in, and forgets what is too old.
    #[cold]
    fn take_in(&self, at: usize, now: Timestamp, born: Timestamp) {
        let mut windows = lock(&self.windows[at]);
        let windows = windows.get_or_insert_with(|| Windows::new(born, self.shape.ages));
        self.take_in_under(at, windows, now);
    }

    fn take_in_under(&self, at: usize, windows: &mut Windows, now: Timestamp) {
        self.rows.each(|row| {
            let (Writer::Own(row) | Writer::Shared(row)) = row;
            let mut buffer = lock(&row[at]);
            windows.insert(&buffer, &self.shape.objectives);
            buffer.clear();
        });
        self.rotate(at, windows, now);
    }

    fn rotate(&self, at: usize, windows: &mut Windows, now: Timestamp) {
        windows.rotate(now, self.shape.ages);
        let end = windows.end().unix_nanos().cast_unsigned();
        // Relaxed: only written under the lock of the windows.
        self.ends[at].store(end, Ordering::Relaxed);
    }

    /// Reads the series `at`.
    pub(crate) fn read(&self, at: usize, value: &mut SummaryValue) {
        let now = self.shape.clock.now();
        let objectives = &self.shape.objectives;
        value.quantiles.clear();
        (value.count, value.sum) = match &mut *lock(&self.windows[at]) {
            Some(windows) => {
                self.take_in_under(at, windows, now);
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
            lock(&row[at]).clear();
        });
        // Relaxed: only written under the lock of the windows.
        self.ends[at].store(UNKNOWN, Ordering::Relaxed);
    }
}

/// The end of a window that is not known yet: any time is later.
const UNKNOWN: u64 = i64::MIN.cast_unsigned();
