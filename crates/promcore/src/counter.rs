//! Counters: they only go up.

use std::fmt;

use crate::cell::sum::Sums;
use crate::error::Error;
use crate::family::MetricType;
use crate::opts::CounterOpts;
use crate::series::{Borrowed, Cells, Hold, Owned, Series};
use crate::sink::Value;
use crate::time::Timestamp;
use crate::vec::{Parts, instrument};

/// Counts what happens: a value that only goes up, from 0.
///
/// A handle on one metric: clones count together.
/// Counting is a load and a store for each thread, and never waits.
///
/// Follows `prometheus/counter.go` of client_golang 1.24.1: whole increments are counted apart from fractions, so that they stay exact beyond 2^53, and wrap at 2^64.
/// Unlike in Go, NaN is refused, as nothing could be counted after it.
///
/// # Examples
///
/// ```
/// use promcore::Counter;
///
/// let jobs = Counter::new("jobs_total", "Jobs done.")?;
/// jobs.inc();
/// jobs.add(2.5);
/// assert_eq!(jobs.value(), 3.5);
/// # Ok::<(), promcore::Error>(())
/// ```
pub struct Counter<H: Hold = Owned> {
    series: Series<Sums, H>,
}

instrument!(Counter, CounterOpts, Sums);

impl CounterOpts {
    fn parts(self, labels: Vec<String>) -> Result<Parts<Sums>, Error> {
        Ok(Parts {
            desc: self.common.desc(labels)?,
            shape: (),
            clock: self.common.clock,
        })
    }
}

impl<H: Hold> Counter<H> {
    /// Adds 1.
    #[inline]
    pub fn inc(&self) {
        let (sums, at) = self.series.cells();
        sums.add_whole(at, 1);
    }

    /// Adds `amount`, in the unit that the name ends with.
    ///
    /// # Panics
    ///
    /// If `amount` is negative or NaN: a counter only goes up. See [`try_add`](Self::try_add).
    #[inline]
    #[track_caller]
    pub fn add(&self, amount: f64) {
        let (sums, at) = self.series.cells();
        if !sums.add(at, amount) {
            refuse(amount);
        }
    }

    /// Adds `amount`, in the unit that the name ends with, unless that would not go up.
    ///
    /// # Errors
    ///
    /// [`Error::CounterDecrease`] if `amount` is negative or NaN; the counter stays as it was.
    #[inline]
    pub fn try_add(&self, amount: f64) -> Result<(), Error> {
        let (sums, at) = self.series.cells();
        match sums.add(at, amount) {
            true => Ok(()),
            false => Err(Error::CounterDecrease(amount)),
        }
    }

    /// Returns what was counted so far.
    #[must_use]
    pub fn value(&self) -> f64 {
        let (sums, at) = self.series.cells();
        sums.value(at)
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn refuse(amount: f64) -> ! {
    panic!("{}", Error::CounterDecrease(amount));
}

impl Cells for Sums {
    const LEN: usize = Self::LEN;
    const KIND: MetricType = MetricType::Counter;
    type Shape = ();
    type Peek = f64;
    type Scratch = ();

    fn new(_len: usize, (): &()) -> Self {
        Self::new()
    }

    fn clear(&self, at: usize) {
        self.clear(at);
    }

    #[inline]
    fn peek(&self, at: usize) -> f64 {
        self.value(at)
    }

    fn peek_all(&self, peeks: &mut Vec<f64>) {
        peeks.extend(self.values());
    }

    fn numbers(peeks: &[f64]) -> Option<&[f64]> {
        Some(peeks)
    }

    #[inline]
    fn show<'a, R>(
        _cells: impl FnOnce() -> (&'a Self, usize),
        value: f64,
        created: Option<Timestamp>,
        (): &mut (),
        show: impl FnOnce(Value<'_>) -> R,
    ) -> R {
        show(Value::Counter {
            value,
            exemplar: None,
            created,
        })
    }
}
