//! Counters: they only go up.

use std::fmt;

use crate::cell::sum::Sums;
use crate::error::Error;
use crate::exemplar::Exemplar;
use crate::family::MetricType;
use crate::opts::CounterOpts;
use crate::series::{Borrowed, Cells, Hold, Owned, Series};
use crate::sink::Value;
use crate::sync::AtomicU32;
use crate::time::Timestamp;
use crate::variable_label::VariableLabel;
use crate::vec::{Parts, instrument};

/// Counts what happens: a value that only goes up, from 0.
///
/// A handle on one metric: clones count together.
/// Counting is a load and a store for each thread, and never waits.
///
/// Follows `prometheus/counter.go` of client_golang 1.24.1: whole increments are counted apart from fractions, so that they stay exact beyond 2^53, and wrap at 2^64.
/// Unlike in Go, NaN is refused, as nothing could be counted after it, and so is an amount whose exemplar is.
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
#[doc(alias = "NewCounter")]
pub struct Counter<H: Hold = Owned> {
    series: Series<Sums, H>,
}

instrument!(Counter, CounterOpts, Sums);

impl CounterOpts {
    fn parts(self, labels: Vec<VariableLabel>) -> Result<Parts<Sums>, Error> {
        self.common.parts(labels)
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
            refuse(&Error::CounterDecrease(amount));
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

    /// Adds 1, and keeps `labels` as an example of what was counted, such as the trace of a request.
    ///
    /// # Panics
    ///
    /// As [`add_with_exemplar`](Self::add_with_exemplar) does.
    #[track_caller]
    pub fn inc_with_exemplar<K: Into<String>, V: Into<String>>(
        &self,
        labels: impl IntoIterator<Item = (K, V)>,
    ) {
        self.add_with_exemplar(1.0, labels);
    }

    /// Adds `amount`, and keeps `labels` as an example of what was counted, such as the trace of a request.
    ///
    /// The latest exemplar is exposed together with the value, with the time at which it came; no labels are an exemplar too.
    /// Unlike a plain addition this takes a lock and some memory: an exemplar now and then is as good as one each time.
    ///
    /// # Panics
    ///
    /// If `amount` is negative or NaN, or the labels are not valid or too long; nothing is added then. See [`try_add_with_exemplar`](Self::try_add_with_exemplar).
    ///
    /// # Examples
    ///
    /// ```
    /// use promcore::Counter;
    ///
    /// let sold = Counter::new("tickets_sold_total", "Tickets sold.")?;
    /// sold.add_with_exemplar(2.0, [("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")]);
    /// assert_eq!(sold.value(), 2.0);
    /// # Ok::<(), promcore::Error>(())
    /// ```
    #[doc(alias = "AddWithExemplar")]
    #[track_caller]
    pub fn add_with_exemplar<K: Into<String>, V: Into<String>>(
        &self,
        amount: f64,
        labels: impl IntoIterator<Item = (K, V)>,
    ) {
        if let Err(error) = self.try_add_with_exemplar(amount, labels) {
            refuse(&error);
        }
    }

    /// Adds `amount` and keeps `labels`, unless one of the two is not right.
    ///
    /// # Errors
    ///
    /// [`Error::CounterDecrease`] if `amount` is negative or NaN, and what [`Exemplar::try_new`] says about the labels; the counter and its exemplar stay as they were.
    pub fn try_add_with_exemplar<K: Into<String>, V: Into<String>>(
        &self,
        amount: f64,
        labels: impl IntoIterator<Item = (K, V)>,
    ) -> Result<(), Error> {
        if amount < 0.0 || amount.is_nan() {
            return Err(Error::CounterDecrease(amount));
        }
        let (block, at) = self.series.block();
        let exemplar = Exemplar::try_new(labels, amount, Some(block.clock().now()))?;
        block.cells.add(at, amount);
        block.cells.note(at, exemplar);
        Ok(())
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
fn refuse(error: &Error) -> ! {
    panic!("{error}");
}

impl Cells for Sums {
    const LEN: usize = Self::LEN;
    const KIND: MetricType = MetricType::Counter;
    type States = [AtomicU32; Self::LEN];
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

    fn fetch(&self) -> u64 {
        self.fetch()
    }

    fn peek_all(&self, peeks: &mut Vec<f64>) {
        self.read_all(peeks);
    }

    fn numbers(peeks: &[f64]) -> Option<&[f64]> {
        Some(peeks)
    }

    fn may_have_exemplars(&self) -> bool {
        self.has_examples()
    }

    #[inline]
    fn show<'a, R>(
        cells: impl FnOnce() -> (&'a Self, usize),
        value: f64,
        created: Option<Timestamp>,
        (): &mut (),
        show: impl FnOnce(Value<'_>) -> R,
    ) -> R {
        let (sums, at) = cells();
        // With an exemplar the value is read anew: it must not be older than what it has an example of.
        let (exemplar, value) = match sums.example(at) {
            Some((exemplar, value)) => (Some(exemplar), value),
            None => (None, value),
        };
        show(Value::Counter {
            value,
            exemplar: exemplar.as_deref(),
            created,
        })
    }
}
