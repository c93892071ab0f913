//! Histograms: cells that many threads write to, with consistent reads.
//!
//! A thread keeps its observations of a series in a stripe of its own: the bucket counts, the sum, and last the total count.
//! They are written in this order, so if the bucket counts add up to the total count that was read before them, the reader has seen whole observations only; otherwise it retries.
//! A reader that keeps being overtaken asks all writers to step aside: until it is done, they write under a lock.
//! So a reader waits for at most one observation of each thread, and a writer for at most one copy of one series.

use crate::cell::rows::{Line, Rows, Writer};
use crate::cell::sum::add_alone;
use crate::cell::thread;
use crate::sync::{AtomicU64, AtomicUsize, Mutex, Ordering, fence, lock, pause};

/// Attempts of a reader before it asks writers to step aside.
const READ_RETRIES: usize = if cfg!(loom) { 1 } else { 32 };

/// The positions of the total count and the sum in the last line of a stripe; the buckets begin with the first cell of the first line.
const COUNT: usize = Line::CELLS - 2;
const SUM: usize = Line::CELLS - 1;

type Row = Box<[Line]>;

/// A block of histograms with equal buckets.
#[derive(Debug)]
pub(crate) struct Stripes {
    series: usize,
    buckets: usize,
    /// The number of lines in the stripe of one series.
    lines: usize,
    rows: Rows<Row>,
    /// The number of readers that ask writers to step aside.
    waiting: AtomicUsize,
    /// Observations of threads that cannot write to a row of their own, now or ever.
    aside: Mutex<Option<Box<[Totals]>>>,
}

/// An observation, or several equal ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observation {
    pub(crate) value: f64,
    pub(crate) times: u64,
    /// The number of its bucket.
    pub(crate) bucket: usize,
}

impl Observation {
    /// Returns the amount to add to the sum.
    pub(crate) fn amount(self) -> f64 {
        self.value * self.times as f64
    }
}

/// A sum and bucket counts, not cumulative.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Totals {
    pub(crate) sum: f64,
    pub(crate) buckets: Vec<u64>,
}

impl Totals {
    fn empty(buckets: usize) -> Self {
        Self {
            sum: 0.0,
            buckets: vec![0; buckets],
        }
    }

    /// Clears everything and makes room for `buckets` counts.
    fn reset(&mut self, buckets: usize) {
        self.sum = 0.0;
        self.buckets.clear();
        self.buckets.resize(buckets, 0);
    }

    fn add(&mut self, other: &Self) {
        self.sum += other.sum;
        for (count, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *count = count.wrapping_add(*more);
        }
    }
}

impl Stripes {
    /// Makes `series` histograms of `buckets` buckets each, including the last one.
    pub(crate) fn new(series: usize, buckets: usize) -> Self {
        Self {
            series,
            buckets,
            lines: (buckets + 2).div_ceil(Line::CELLS),
            rows: Rows::new(),
            waiting: AtomicUsize::new(0),
            aside: Mutex::new(None),
        }
    }

    fn new_row(&self) -> Row {
        (0..self.series * self.lines).map(|_| Line::new()).collect()
    }

    /// Returns the lines of the series `at`.
    #[inline]
    fn stripe<'a>(&self, row: &'a [Line], at: usize) -> &'a [Line] {
        &row[at * self.lines..][..self.lines]
    }

    /// Counts `value` in the bucket `bucket` of the series `at`, and returns whether the fast path could do so.
    #[inline]
    pub(crate) fn quick(&self, at: usize, bucket: usize, value: f64) -> bool {
        // Relaxed: it does no harm if a writer notices a waiting reader a moment later.
        if self.waiting.load(Ordering::Relaxed) == 0
            && let Some(row) = self.rows.quick()
        {
            if self.lines == 1
                && let Some(line) = row.get(at)
            {
                write(line, line.cell(bucket), 1, value);
            } else {
                self.write_wide(row, at, bucket, 1, value);
            }
            return true;
        }
        false
    }

    /// Counts `value` by whichever path is possible.
    // Takes the fast path's arguments, so that the fast path keeps nothing across a call.
    #[cold]
    #[inline(never)]
    pub(crate) fn observe_slowly(&self, at: usize, bucket: usize, value: f64) {
        let observation = Observation {
            value,
            times: 1,
            bucket,
        };
        self.observe(at, observation);
    }

    /// Counts an observation in the series `at`.
    pub(crate) fn observe(&self, at: usize, observation: Observation) {
        self.observe_as(thread::number(), at, observation);
    }

    /// Counts an observation on behalf of the thread number `thread`.
    pub(crate) fn observe_as(&self, thread: usize, at: usize, observation: Observation) {
        let Observation { bucket, times, .. } = observation;
        // Relaxed: as above.
        if self.waiting.load(Ordering::Relaxed) == 0
            && let Writer::Own(row) = self.rows.writer_of(thread, || self.new_row())
        {
            self.write_wide(row, at, bucket, times, observation.amount());
            return;
        }
        let mut aside = lock(&self.aside);
        let totals = &mut aside.get_or_insert_with(|| {
            (0..self.series)
                .map(|_| Totals::empty(self.buckets))
                .collect()
        })[at];
        totals.sum += observation.amount();
        totals.buckets[bucket] = totals.buckets[bucket].wrapping_add(times);
    }

    /// Writes to a stripe of any length.
    #[inline(never)]
    fn write_wide(&self, row: &[Line], at: usize, bucket: usize, times: u64, amount: f64) {
        let stripe = self.stripe(row, at);
        let in_bucket = stripe[bucket / Line::CELLS].cell(bucket);
        write(&stripe[self.lines - 1], in_bucket, times, amount);
    }

    /// Clears the series `at`, while no thread observes it.
    pub(crate) fn clear(&self, at: usize) {
        self.rows.each(|row| {
            let (Writer::Own(row) | Writer::Shared(row)) = row;
            let cells = self.stripe(row, at).iter().flat_map(Line::cells);
            // Relaxed: handing the series over orders this before the next observation.
            cells.for_each(|cell| cell.store(0, Ordering::Relaxed));
        });
        if let Some(aside) = &mut *lock(&self.aside) {
            aside[at] = Totals::empty(self.buckets);
        }
    }

    /// Touches each cache line that [`read`](Self::read) needs.
    pub(crate) fn fetch(&self, at: usize) -> u64 {
        let mut all = 0;
        self.rows.each(|(Writer::Own(row) | Writer::Shared(row))| {
            let cells = self.stripe(row, at).iter().flat_map(Line::cells);
            // Relaxed: the result means nothing.
            cells
                .step_by(8)
                .for_each(|cell| all ^= cell.load(Ordering::Relaxed));
        });
        all
    }

    /// Reads the series `at` into `totals`; each observation is seen as a whole or not at all.
    pub(crate) fn read(&self, at: usize, totals: &mut Totals, scratch: &mut Totals) {
        totals.reset(self.buckets);
        self.rows.each(|row| {
            // The shared row is never written to: threads without a row of their own step aside.
            if let Writer::Own(row) = row {
                self.read_stripe(self.stripe(row, at), scratch);
                totals.add(scratch);
            }
        });
        if let Some(aside) = &*lock(&self.aside) {
            totals.add(&aside[at]);
        }
    }

    fn read_stripe(&self, stripe: &[Line], totals: &mut Totals) {
        if (0..READ_RETRIES).any(|_| self.try_read(stripe, totals)) {
            return;
        }
        // Relaxed: writers need not see it immediately, only soon.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        while !self.try_read(stripe, totals) {
            // An observation is in progress; its thread may have to be scheduled first.
            pause();
        }
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// Reads a stripe, unless its thread writes to it meanwhile.
    fn try_read(&self, stripe: &[Line], totals: &mut Totals) -> bool {
        let last = &stripe[self.lines - 1];
        totals.reset(self.buckets);
        // Acquire: all observations up to this count are seen below.
        let count = last.cell(COUNT).load(Ordering::Acquire);
        totals.sum = f64::from_bits(last.cell(SUM).load(Ordering::Relaxed));
        // Acquire: if the sum includes a later observation, its bucket is seen below, too.
        fence(Ordering::Acquire);
        let mut in_buckets = 0_u64;
        let cells = stripe.iter().flat_map(Line::cells);
        for (in_bucket, cell) in totals.buckets.iter_mut().zip(cells) {
            *in_bucket = cell.load(Ordering::Relaxed);
            in_buckets = in_buckets.wrapping_add(*in_bucket);
        }
        in_buckets == count
    }
}

/// Writes to the cell of a bucket and the last line of a stripe, as their only writer.
///
/// The sum needs no lanes: the rest of an observation takes as long as waiting for the previous sum.
#[inline]
fn write(last: &Line, in_bucket: &AtomicU64, times: u64, amount: f64) {
    add_alone(in_bucket, times);
    // Relaxed: this thread is the only writer.
    let sum = f64::from_bits(last.cell(SUM).load(Ordering::Relaxed)) + amount;
    // Release: a reader that sees this sum also sees the bucket above, and thus that the buckets are ahead of the count.
    last.cell(SUM).store(sum.to_bits(), Ordering::Release);
    // Relaxed: as above.
    let count = last.cell(COUNT).load(Ordering::Relaxed).wrapping_add(times);
    // Release: a reader that sees this count also sees everything that it counts.
    last.cell(COUNT).store(count, Ordering::Release);
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn observe(stripes: &Stripes, at: usize, bucket: usize, value: f64) {
        if !stripes.quick(at, bucket, value) {
            stripes.observe_slowly(at, bucket, value);
        }
    }

    fn read(stripes: &Stripes, at: usize) -> Totals {
        let (mut totals, mut scratch) = (Totals::default(), Totals::default());
        stripes.read(at, &mut totals, &mut scratch);
        totals
    }

    #[test]
    fn an_observation_goes_to_its_series_and_bucket() {
        let stripes = Stripes::new(3, 40);
        observe(&stripes, 2, 39, 2.5);
        observe(&stripes, 2, 0, 0.5);
        observe(&stripes, 1, 13, 1.0);
        let totals = read(&stripes, 2);
        assert_eq!(totals.sum, 3.0);
        assert_eq!((totals.buckets[0], totals.buckets[39]), (1, 1));
        assert_eq!(totals.buckets.iter().sum::<u64>(), 2);
        assert_eq!(read(&stripes, 0), Totals::empty(40));
        assert_eq!(read(&stripes, 1).buckets[13], 1);
        stripes.clear(2);
        assert_eq!(read(&stripes, 2), Totals::empty(40));
        assert_eq!(read(&stripes, 1).buckets[13], 1);
    }

    #[test]
    fn observations_made_aside_count_too() {
        let stripes = Stripes::new(1, 2);
        observe(&stripes, 0, 1, 1.0);
        stripes.waiting.fetch_add(1, Ordering::Relaxed);
        observe(&stripes, 0, 1, 2.0);
        stripes.waiting.fetch_sub(1, Ordering::Relaxed);
        observe(&stripes, 0, 0, 4.0);
        assert_eq!(
            read(&stripes, 0),
            Totals {
                sum: 7.0,
                buckets: vec![1, 2]
            }
        );
    }

    /// B13: a reader sees each observation as a whole or not at all, and is not starved.
    #[test]
    fn b13_readers_see_whole_observations_under_full_load() {
        use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
        let (stripes, stop) = (Stripes::new(1, 2), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !stop.load(Relaxed) {
                        observe(&stripes, 0, 0, 1.0);
                        observe(&stripes, 0, 1, 1.0);
                    }
                });
            }
            for _ in 0..20_000 {
                let totals = read(&stripes, 0);
                assert_eq!(totals.sum, (totals.buckets[0] + totals.buckets[1]) as f64);
            }
            stop.store(true, Relaxed);
        });
    }
}
