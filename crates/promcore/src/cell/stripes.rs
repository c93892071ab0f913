//! Histograms: cells that are written by many threads and read as a whole.
//!
//! A thread keeps its observations of a series in a stripe of its own: a version, a sum in lanes, and the counts of the buckets.
//! The version is odd while an observation is under way, so a reader that finds the same even version before and after has read whole observations only.
//! A reader that keeps being overtaken asks all writers to step aside: until it is done, their observations go to a stripe under a lock.
//! So a reader waits for at most one observation of each thread, and a writer for at most one copy of one series.

use crate::cell::lanes;
use crate::cell::rows::{Line, Rows, Writer};
use crate::cell::sum::add_alone;
use crate::cell::thread;
use crate::sync::{AtomicU64, AtomicUsize, Mutex, Ordering, fence, lock, pause};

/// Attempts of a reader before it asks the writers to step aside.
const PATIENCE: usize = if cfg!(loom) { 1 } else { 32 };

const VERSION: usize = 0;
const FIRST_LANE: usize = 1;
/// Two lanes are enough here, and leave room for 13 buckets in one line.
const LANES: usize = 2;
const FIRST_BUCKET: usize = FIRST_LANE + LANES;

/// The version up to which the observations of a stripe are added in their order.
const IN_ORDER: u64 = 2 << 16;

type Row = Box<[Line]>;

/// A block of histograms with equal buckets.
#[derive(Debug)]
pub(crate) struct Stripes {
    series: usize,
    buckets: usize,
    /// How many lines the stripe of one series has.
    lines: usize,
    rows: Rows<Row>,
    /// How many readers want the writers to step aside.
    waiting: AtomicUsize,
    /// Who cannot write to a row of its own writes here, as for now or for good.
    aside: Mutex<Option<Box<[Totals]>>>,
}

/// A sum and the counts of buckets, not cumulative.
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

    /// Forgets everything and makes room for `buckets` counts.
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
    /// Makes `series` histograms of `buckets` buckets each, the one for everything larger included.
    pub(crate) fn new(series: usize, buckets: usize) -> Self {
        Self {
            series,
            buckets,
            lines: (FIRST_BUCKET + buckets).div_ceil(Line::CELLS),
            rows: Rows::new(),
            waiting: AtomicUsize::new(0),
            aside: Mutex::new(None),
        }
    }

    fn new_row(&self) -> Row {
        (0..self.series * self.lines).map(|_| Line::new()).collect()
    }

    #[inline]
    fn stripe<'a>(&self, row: &'a [Line], at: usize) -> &'a [Line] {
        &row[at * self.lines..][..self.lines]
    }

    /// Counts `value` in the bucket number `bucket` of the series `at`.
    #[inline]
    pub(crate) fn observe(&self, at: usize, bucket: usize, value: f64) {
        // Relaxed: a writer that sees a reader's wish a moment later does no harm.
        if self.waiting.load(Ordering::Relaxed) == 0
            && let Some(row) = self.rows.quick()
        {
            if self.lines == 1
                && let Some(line) = row.get(at)
            {
                write(line, line.cell(FIRST_BUCKET + bucket), value);
            } else {
                self.write_long(row, at, bucket, value);
            }
        } else {
            self.observe_slowly(at, bucket, value);
        }
    }

    // Takes what the quick way has at hand, so that that one need not keep anything across a call.
    #[cold]
    #[inline(never)]
    fn observe_slowly(&self, at: usize, bucket: usize, value: f64) {
        self.observe_as(thread::number(), at, bucket, value);
    }

    /// Counts `value` as the thread with the number `thread` does.
    pub(crate) fn observe_as(&self, thread: usize, at: usize, bucket: usize, value: f64) {
        if self.waiting.load(Ordering::Relaxed) == 0
            && let Writer::Own(row) = self.rows.writer_of(thread, || self.new_row())
        {
            self.write_long(row, at, bucket, value);
            return;
        }
        let mut aside = lock(&self.aside);
        let totals = &mut aside.get_or_insert_with(|| {
            (0..self.series)
                .map(|_| Totals::empty(self.buckets))
                .collect()
        })[at];
        totals.sum += value;
        totals.buckets[bucket] += 1;
    }

    /// Counts `value` in a stripe of any length.
    #[inline(never)]
    fn write_long(&self, row: &[Line], at: usize, bucket: usize, value: f64) {
        let cell = FIRST_BUCKET + bucket;
        let stripe = self.stripe(row, at);
        write(&stripe[0], stripe[cell / Line::CELLS].cell(cell), value);
    }

    /// Makes the series `at` empty, while nobody observes it.
    pub(crate) fn clear(&self, at: usize) {
        self.rows.each(|row| {
            let (Writer::Own(row) | Writer::Shared(row)) = row;
            let cells = self.stripe(row, at).iter().flat_map(Line::cells);
            // Relaxed: whoever hands the series over makes this happen before the next observation.
            cells.for_each(|cell| cell.store(0, Ordering::Relaxed));
        });
        if let Some(aside) = &mut *lock(&self.aside) {
            aside[at] = Totals::empty(self.buckets);
        }
    }

    /// Reads the series `at` into `totals`: of every observation, all or nothing.
    pub(crate) fn read(&self, at: usize, totals: &mut Totals, scratch: &mut Totals) {
        totals.reset(self.buckets);
        self.rows.each(|row| {
            // Nobody writes to the shared row: whoever has no row of its own goes aside.
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
        if (0..PATIENCE).any(|_| self.try_read(stripe, totals)) {
            return;
        }
        // Relaxed: the writers need not see it at once, only soon.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        while !self.try_read(stripe, totals) {
            // An observation is under way; its thread may have to be run first.
            pause();
        }
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// Reads a stripe, unless its thread writes to it meanwhile.
    fn try_read(&self, stripe: &[Line], totals: &mut Totals) -> bool {
        // Acquire: pairs with the release of the version after an observation, whose cells are then seen.
        let before = stripe[0].cell(VERSION).load(Ordering::Acquire);
        if before % 2 == 1 {
            return false;
        }
        totals.reset(self.buckets);
        totals.sum = lanes::sum((FIRST_LANE..FIRST_BUCKET).map(|lane| stripe[0].cell(lane)));
        let cells = stripe.iter().flat_map(Line::cells).skip(FIRST_BUCKET);
        for (count, cell) in totals.buckets.iter_mut().zip(cells) {
            *count = cell.load(Ordering::Relaxed);
        }
        // Acquire: whoever saw a cell of a later observation also sees its odd version below.
        fence(Ordering::Acquire);
        stripe[0].cell(VERSION).load(Ordering::Relaxed) == before
    }
}

/// Makes one observation: in the cell of its bucket, and in the line with the version and the sum, that no other thread writes to.
#[inline]
fn write(line: &Line, count: &AtomicU64, value: f64) {
    let version = line.cell(VERSION);
    // Relaxed: this thread is the only writer.
    let before = version.load(Ordering::Relaxed);
    version.store(before.wrapping_add(1), Ordering::Relaxed);
    // Release: a reader that sees one of the cells below also sees the odd version.
    fence(Ordering::Release);
    add_alone(count, 1);
    // The version counts the observations of this stripe; the first of them are added in their order.
    let lane = if before < IN_ORDER {
        0
    } else {
        before / 2 % LANES as u64
    };
    lanes::add_alone(line.cell(FIRST_LANE + lane as usize), value);
    // Release: a reader that sees this version also sees the cells above.
    version.store(before.wrapping_add(2), Ordering::Release);
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn read(stripes: &Stripes, at: usize) -> Totals {
        let (mut totals, mut scratch) = (Totals::default(), Totals::default());
        stripes.read(at, &mut totals, &mut scratch);
        totals
    }

    #[test]
    fn an_observation_goes_to_its_series_and_bucket() {
        let stripes = Stripes::new(3, 40);
        stripes.observe(2, 39, 2.5);
        stripes.observe(2, 0, 0.5);
        stripes.observe(1, 13, 1.0);
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
        stripes.observe(0, 1, 1.0);
        stripes.waiting.fetch_add(1, Ordering::Relaxed);
        stripes.observe(0, 1, 2.0);
        stripes.waiting.fetch_sub(1, Ordering::Relaxed);
        stripes.observe(0, 0, 4.0);
        assert_eq!(
            read(&stripes, 0),
            Totals {
                sum: 7.0,
                buckets: vec![1, 2]
            }
        );
    }

    /// B13: a reader sees of every observation all or nothing, and is not starved.
    #[test]
    fn b13_readers_see_whole_observations_under_full_load() {
        use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
        let (stripes, stop) = (Stripes::new(1, 2), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !stop.load(Relaxed) {
                        stripes.observe(0, 0, 1.0);
                        stripes.observe(0, 1, 1.0);
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
